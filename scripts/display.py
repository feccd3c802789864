"""One line for each step of the set-up: what is being done, how far it is, how long it took.

Standard library only: it runs before anything is installed. Everything goes to standard error, so
that `make -s TARGET` prints the target's own output and nothing else.
"""

import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType

LIVE = sys.stderr.isatty()
BAR = 24
KEPT_LINES = 40


class Failed(Exception):
    """A step that could not be done: a sentence that says what happened and what to do."""


class Step:
    """A context manager that shows the step while it runs.

    On a terminal the line is drawn anew ten times a second; elsewhere its end is appended.
    """

    def __init__(self, name: str):
        self.name = name
        self.done = 0
        self.total = 0
        self._began = time.monotonic()
        self._ended = threading.Event()
        self._drawer = threading.Thread(target=self._draw, daemon=True)

    def __enter__(self) -> "Step":
        if LIVE:
            self._drawer.start()
        else:
            _write(f"{self.name} … ")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        passed = f"{time.monotonic() - self._began:.0f} s"
        end = passed if error is None else "failed"
        if LIVE:
            self._drawer.join()
            mark = "\033[32m✓\033[0m" if error is None else "\033[31m✗\033[0m"
            _write(f"\r\033[K{mark} {self.name} … {end}\n")
        else:
            _write(f"{end}\n")

    def _draw(self) -> None:
        while not self._ended.wait(0.1):
            passed = f"{time.monotonic() - self._began:.0f} s"
            _write(f"\r\033[K  {self.name} … {self._bar()}\033[2m{passed}\033[0m")

    def _bar(self) -> str:
        if not self.total:
            return ""
        full = BAR * min(self.done, self.total) // self.total
        return f"\033[36m{'━' * full}\033[0m{'─' * (BAR - full)} {self.done} of {self.total}  "


def run(
    command: Sequence[str | Path],
    *,
    cwd: Path | None = None,
    more: Mapping[str, str] | None = None,
    seen: Callable[[str], None] = lambda _: None,
) -> None:
    """Run a command quietly; `seen` gets each line it prints. Failed has the last ones in it."""
    last: deque[str] = deque(maxlen=KEPT_LINES)
    try:
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env=None if more is None else dict(more),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
    except OSError as error:
        raise Failed(f"{command[0]} cannot be started: {error.strerror}.") from None
    assert process.stdout is not None
    try:
        for line in process.stdout:
            last.append(line.rstrip())
            seen(line)
    except BaseException:
        process.terminate()
        raise
    if process.wait():
        told = "\n".join(f"    {line}" for line in last)
        words = " ".join(str(word) for word in command)
        raise Failed(f"{told}\nThis command ended with {process.returncode}: {words}")


def _write(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()
