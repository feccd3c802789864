"""Runs the benchmarks, says at the end how they did, and keeps it in `bench/results.json`.

    python server/bench/suite.py [NAME] [OPTIONS OF THAT ONE] | [--all]

A name runs one, and its line of JSON is the last on standard output. Without a name all run but
those that say why not; `--all` runs those too. What ran with options of its own is not kept. The
exit code is 1 if one missed its bar.
"""

import json
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from measuring import clean_environ, leave, machine

HERE = Path(__file__).parent
RESULTS = HERE.parent.parent / "bench" / "results.json"
NAMES = (
    "ingest", "batch", "cold", "workers", "memory", "read", "scale", "places", "user_agents",
    "upserts", "chat", "dashboard",
)  # fmt: skip
ONLY_NAMED = {
    "dashboard": "drives a browser, which wants a machine of its own",
    "user_agents": "fetches collections by npm, pip, mvn and go, and takes minutes",
    "upserts": "has no bar: it is how the floor was chosen",
}
COLUMNS = (
    ("name", "name"), ("unit", "unit"), ("cpu_us_per_unit", "CPU us"), ("floor_us_per_unit",
    "floor us"), ("ratio", "ratio"), ("per_second", "per second"), ("p50_ms", "p50 ms"),
    ("p99_ms", "p99 ms"), ("passed", "passed"),
)  # fmt: skip
Result = dict[str, Any]


def main(words: list[str]) -> int:
    """The exit code."""
    if words and not words[0].startswith("-"):
        name, *options = words
        if name not in NAMES or not (HERE / f"{name}.py").exists():
            print(f"There is no benchmark {name!r}; there are: {', '.join(_there())}.")
            return 2
        result = run(name, options)
        if not options:
            keep([result])
        return 0 if result["passed"] else 1
    results: list[Result] = []
    for name in _there():
        if name in ONLY_NAMED and "--all" not in words:
            results.append({"name": name, "not_run": ONLY_NAMED[name]})
            continue
        began = time.monotonic()
        print(f"== {name}", file=sys.stderr, flush=True)
        results.append(run(name, []))
        print(f"   {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    keep(results)
    print(table(results))
    return 0 if all(one.get("passed", True) for one in results) else 1


def run(name: str, options: list[str]) -> Result:
    """What one benchmark says; it is shown as it comes."""
    command = [sys.executable, str(HERE / f"{name}.py"), *options]
    last = ""
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env=clean_environ()
    ) as process:
        assert process.stdout is not None
        try:
            for line in process.stdout:
                print(line, end="", flush=True)
                last = line.strip() or last
        except BaseException:  # asked to end: the benchmark ends its servers
            process.terminate()
            raise
    try:
        result: Result = json.loads(last)
    except ValueError:
        return {"name": name, "passed": False, "failed": f"exit code {process.returncode}"}
    if process.returncode not in (0, 1):
        result |= {"passed": False, "failed": f"exit code {process.returncode}"}
    return result


def keep(results: list[Result]) -> None:
    """Put results beside those of earlier runs; each with its time, the machine beside all."""
    try:
        kept = json.loads(RESULTS.read_text())["results"]
    except (OSError, ValueError, KeyError):
        kept = []
    of_name = {one["name"]: one for one in kept}
    at = datetime.now(UTC).isoformat(timespec="seconds")
    of_name |= {one["name"]: {**one, "at": at} for one in results if "not_run" not in one}
    ordered = [of_name[name] for name in NAMES if name in of_name]
    RESULTS.parent.mkdir(exist_ok=True)
    whole = {"machine": machine(), "results": ordered}
    RESULTS.write_text(json.dumps(whole, indent=2, ensure_ascii=False) + "\n")


def table(results: list[Result]) -> str:
    """One line a benchmark; what does not apply to it is empty."""
    lines = [[title for _, title in COLUMNS]]
    notes = []
    for one in results:
        if "not_run" in one:
            lines.append([one["name"], *[""] * (len(COLUMNS) - 2), "not run"])
            notes.append(f"{one['name']} was not run: it {one['not_run']}. Name it, or --all.")
            continue
        lines.append([_shown(one.get(key)) for key, _ in COLUMNS])
        if "failed" in one:
            notes.append(f"{one['name']} ended before its figures: {one['failed']}.")
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    rows = [
        "  ".join(
            cell.ljust(width) if at < 2 else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    ]
    return "\n".join([rows[0], "-" * len(rows[0]), *rows[1:], *notes])


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "NO"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _there() -> list[str]:
    return [name for name in NAMES if (HERE / f"{name}.py").exists()]


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, leave)
    sys.exit(main(sys.argv[1:]))
