"""Measures browser, system and bot reading on suites that other projects publish.

    python server/bench/user_agents.py [CACHE_FOLDER] [--misses SUITE] [--also FILE.jsonl.gz ...]

fetches them into CACHE_FOLDER (var/bench/agents) first (npm, pip, mvn and go must be on the path).
Three in ten agents, chosen by their hash, are held out: their misses are never shown, so that no
rule is made after them, and their figures stand beside those of the rest. `--also` measures more
labelled agents, an object a line (see `read_labelled`).
"""

import argparse
import hashlib
import json
import random
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

from agent_names import (
    fold_browser,
    fold_system,
    major,
    same_system,
    same_version,
    windows_as_said,
)
from agent_suites import Case, fetch, read, read_labelled

from openbook.collect.enrich.browser import Browser, read_browser

BIG = {
    *("chrome", "safari", "firefox", "edge", "opera", "operamini", "internetexplorer"),
    *("samsung", "uc", "yandex", "android", "silk", "vivaldi", "brave", "duckduckgo"),
    *("facebook", "instagram", "wechat", "line", "google", "qq", "miui", "huawei", "whale"),
}
FROZEN = ("Windows NT 10.0", "Mac OS X 10_15_7", "Mac OS X 10.15", "Android 10; K")
BARS = {
    "browser": 93, "big+major": 95.5, "os": 96, "os version": 96,
    "bot found": 94, "people kept": 99.7,
}  # fmt: skip
"""Per cent that are wanted over all suites together."""
HINTED_BARS = {"browser": 93, "os version": 97}
"""Per cent that are wanted over the cases with client hints."""
HELD_OUT = 77  # of 256 values of a byte: 30 %
PER_SECOND = 10_000
MEASURES = ("browser", "big+major", "os", "os version", "bot found", "people kept")


class Score:
    """Right and all answers of one measure of one suite, and the commonest misses."""

    def __init__(self) -> None:
        self.right = 0
        self.all = 0
        self.misses: Counter[tuple[str, ...]] = Counter()
        self.example: dict[tuple[str, ...], str] = {}

    def add(self, right: bool, miss: tuple[str, ...], agent: str) -> None:
        self.all += 1
        self.right += right
        if not right:
            self.misses[miss] += 1
            self.example.setdefault(miss, agent)

    def __str__(self) -> str:
        return f"{100 * self.right / self.all:6.2f} ({self.all})" if self.all else "-"


def judge(case: Case, got: Browser, scores: dict[str, Score]) -> None:
    """Adds one case to the measures that its suite has labels for."""
    if case.bot is True:
        scores["bot found"].add(got.bot, (case.agent,), case.agent)
        return
    if case.bot is False:
        scores["people kept"].add(not got.bot, (case.agent,), case.agent)
    if case.browser:
        wanted, name = fold_browser(case.browser), fold_browser(got.browser_name)
        scores["browser"].add(wanted == name, (wanted, name), case.agent)
        if wanted in BIG and case.browser_version and major(case.browser_version):
            versions = major(case.browser_version), major(got.browser_version)
            right = wanted == name and versions[0] == versions[1]
            scores["big+major"].add(right, (wanted, name, *versions), case.agent)
    if case.os:
        wanted, name = fold_system(case.os), fold_system(got.os)
        scores["os"].add(same_system(wanted, name), (wanted, name), case.agent)
        if case.os_version and wanted == name and not _says_no_version(case):
            said = case.os_version
            if wanted == "windows" and case.headers:
                said = windows_as_said(said)
            labels = (wanted, said, str(got.os_version))
            scores["os version"].add(same_version(said, got.os_version), labels, case.agent)


def _says_no_version(case: Case) -> bool:
    """True where the agent's version is frozen and no hint tells the true one."""
    hint = case.headers.get("sec-ch-ua-platform-version", "").strip('\\" ')
    return any(f in case.agent for f in FROZEN) and not hint.strip("0.")


def speed(agents: list[str]) -> dict[str, float]:
    """Diverse agents per second on one core, and the worst of some hostile ones in ms."""
    agents = list(dict.fromkeys(agents))
    random.Random(7).shuffle(agents)
    started = time.process_time()
    for agent in agents[:20_000]:
        read_browser(agent, {})
    taken = time.process_time() - started
    worst = 0.0
    for hostile in ("1" * 8192, "a/1 " * 2048, "(" * 8192, "Mozilla/5.0 " * 700, "\u0130" * 8192):
        started = time.perf_counter()
        read_browser(hostile, {})
        worst = max(worst, time.perf_counter() - started)
    return {"per_second": min(len(agents), 20_000) / taken, "worst_ms": worst * 1000}


def is_held_out(agent: str) -> bool:
    """True for the three in ten whose misses nobody looks at."""
    return hashlib.sha256(agent.encode("utf-8", "replace")).digest()[0] < HELD_OUT


def measure(cases: Iterable[Case]) -> dict[str, dict[str, Score]]:
    """Scores by suite and measure; suites with client hints count apart as ``... hinted``."""
    scores: dict[str, dict[str, Score]] = defaultdict(lambda: defaultdict(Score))
    for case in cases:
        hinted = any(name.startswith("sec-ch-ua") for name in case.headers)
        got = read_browser(case.agent, case.headers)
        judge(case, got, scores[f"{case.suite} hinted" if hinted else case.suite])
    return scores


def total(scores: dict[str, dict[str, Score]], ending: str = "") -> dict[str, float]:
    """Per cent right of each measure over all suites whose name has that ending."""
    totals = {}
    for name in MEASURES:
        of_suites = [s[name] for suite, s in scores.items() if suite.endswith(ending)]
        everything = sum(score.all for score in of_suites)
        if everything:
            right = sum(score.right for score in of_suites)
            totals[name] = round(100 * right / everything, 2)
    return totals


def show(scores: dict[str, dict[str, Score]], misses: str | None = None) -> None:
    """Prints one row a suite, and on demand the commonest misses of one suite."""
    print(f"{'suite':24}" + "".join(f"{name:>17}" for name in MEASURES))
    for suite, by_name in scores.items():
        print(f"{suite:24}" + "".join(f"{by_name[name]!s:>17}" for name in MEASURES))
    for name, score in scores[misses].items() if misses else ():
        for miss, times in score.misses.most_common(40):
            print(name, times, miss, "|", score.example[miss][:260])


def main() -> None:
    """Fetches, measures, prints the tables and one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cache", type=Path, nargs="?", default=Path("var/bench/agents"))
    parser.add_argument("--misses", metavar="SUITE")
    parser.add_argument("--also", metavar="FILE", type=Path, nargs="+", default=[])
    options = parser.parse_args()
    fetch(options.cache)
    cases = list(read(options.cache))
    for path in options.also:
        cases += read_labelled(path)
    show(measure(case for case in cases if not is_held_out(case.agent)), options.misses)
    print("held out")
    held_out = measure(case for case in cases if is_held_out(case.agent))
    show(held_out)
    scores = measure(cases)
    print("all")
    show(scores)
    totals, hinted = total(scores), total(scores, " hinted")
    quick = speed([case.agent for case in cases])
    missed = [name for name, bar in BARS.items() if totals[name] < bar]
    missed += [f"{name} hinted" for name, bar in HINTED_BARS.items() if hinted[name] < bar]
    figures = {
        "name": "user-agents",
        **totals,
        "hinted": hinted,
        "held_out": total(held_out),
        **quick,
        "missed": missed,
        "passed": not missed and quick["per_second"] >= PER_SECOND,
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
