"""The processes of one embedded PostgreSQL: start them, know them again, stop them."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from openbook.embedded import configuration
from openbook.embedded.account import Account
from openbook.embedded.complaint import EmbeddedError, Progress, cannot, describe
from openbook.embedded.creation import HERE
from openbook.embedded.home import Home
from openbook.embedded.locks import FileLock

# PostgreSQL's own processes leave on their own when their parent dies, unless they are busy.
LINGER_SECONDS = 1.0
_TITLE_LINES = 8  # postmaster.pid is whole when it has its eighth line, the state


def start(home: Home, account: Account, programs: Path, lock: int) -> subprocess.Popen[bytes]:
    """Start PostgreSQL. Every process of it inherits `lock`, so the lock tells whether any lives.

    Hence no process number has to be believed: the files of a former life that hold one, which may
    be another's by now, are removed here, since the holder of the lock knows that none lives.
    """
    _refuse_if_started_by_hand(home)
    firm = configuration.FIRM | {"cluster_name": home.mark()}
    options = [word for name, value in firm.items() for word in ("-c", f"{name}={value}")]
    try:
        for name in ("postmaster.pid", f".s.PGSQL.{configuration.PORT}.lock"):
            (home.database / name).unlink(missing_ok=True)
        with open(home.first_words, "wb") as output:
            return subprocess.Popen(
                [programs / "postgres", "-D", HERE, *options],
                cwd=home.database,
                pass_fds=(lock,),
                stdout=output,
                stderr=output,
                stdin=subprocess.DEVNULL,
                **account.process(),
            )
    except OSError as error:
        raise cannot("Starting PostgreSQL in", home.database, error) from None


def running(home: Home) -> int | None:
    """The number of the postmaster of this database, if it lives."""
    lines = _pid_file(home)
    if not lines or not lines[0].isdecimal():
        return None
    pid = int(lines[0])
    return pid if is_ours(home, pid) else None


def is_ready(home: Home) -> bool:
    """Whether PostgreSQL says that it takes connections."""
    lines = _pid_file(home)
    return len(lines) >= _TITLE_LINES and lines[_TITLE_LINES - 1] == "ready"


def is_ours(home: Home, pid: int) -> bool:
    """Whether that process lives, belongs to this database and to the user who owns it.

    A process that ended and was not fetched by its parent yet has no command line any more.
    """
    try:
        return home.mark() in _command(pid) and _owner(pid) == home.owner()
    except OSError:
        return False


def ask_to_stop(pid: int) -> None:
    """A fast shutdown: sessions are ended, everything is written, nothing is to be recovered."""
    _signal(pid, signal.SIGINT)


class Departure:
    """Sees to it that all processes of a database end once its postmaster has.

    They leave by themselves unless they are busy, so: let them, then ask, then kill. What was
    committed is on disk throughout.
    """

    def __init__(self, home: Home, cluster: FileLock) -> None:
        self._home = home
        self._cluster = cluster
        self._orphans_since: float | None = None

    def is_over(self) -> bool:
        """Whether none of them lives; then the lock is ours."""
        if self._cluster.exclusive():
            return True
        if running(self._home) is not None:
            self._orphans_since = None
            return False
        now = time.monotonic()
        self._orphans_since = self._orphans_since or now
        self._hurry(now - self._orphans_since)
        return False

    def _hurry(self, waited: float) -> None:
        if waited < LINGER_SECONDS:
            return
        kind = signal.SIGQUIT if waited < 2 * LINGER_SECONDS else signal.SIGKILL
        for pid in _processes():
            if is_ours(self._home, pid):
                _signal(pid, kind)


def failure(home: Home, since: float, code: int) -> EmbeddedError:
    """Why PostgreSQL, started at `since` (Unix seconds), ended with `code`: from what it wrote."""
    if code < 0:
        return EmbeddedError(f"PostgreSQL was killed by signal {-code} while it started.")
    words = [_tail(home.first_words), *log_since(home, since)]
    return describe("Starting PostgreSQL", "\n".join(words))


def log_since(home: Home, since: float) -> list[str]:
    """The last lines of PostgreSQL's log from `since` on; they hold no personal data."""
    try:
        logs = sorted((home.database / "log").glob("*.log"), key=lambda path: path.stat().st_mtime)
    except OSError:
        return []
    start = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(since))
    lines = _tail(logs[-1]).splitlines() if logs else []
    return [line for line in lines if line[:4].isdecimal() and line >= start]


def wait(
    done: Callable[[], bool],
    progress: Progress,
    say: Callable[[], str],
    stopping: Callable[[], bool] = lambda: False,
    every: float = 5.0,
) -> bool:
    """Wait without a limit until `done`, saying every few seconds what for. False if stopped."""
    started = told = time.monotonic()
    while not done():
        if stopping():
            return False
        time.sleep(0.02)
        now = time.monotonic()
        if now - told >= every:
            told = now
            progress(f"{say()} ({now - started:.0f} s so far)")
    return True


def _pid_file(home: Home) -> list[str]:
    try:
        text = (home.database / "postmaster.pid").read_text(errors="replace")
    except OSError:
        return []
    return [line.strip() for line in text.splitlines()]


def _refuse_if_started_by_hand(home: Home) -> None:
    """Nobody holds our lock, yet a postmaster may live that was not started by openbook."""
    lines = _pid_file(home)
    if not lines or not lines[0].isdecimal():
        return
    pid = int(lines[0])
    try:
        by_hand = os.path.samefile(f"/proc/{pid}/cwd", home.database)
    except OSError:
        try:
            by_hand = str(home.database) in _command(pid)
        except OSError:
            return
    if by_hand and "postgres" in _command(pid):
        raise EmbeddedError(
            f"A PostgreSQL that openbook did not start (process {pid}) runs on {home.database}. "
            "Stop it first, for example with pg_ctl stop."
        )


def _signal(pid: int, kind: signal.Signals) -> None:
    try:
        os.kill(pid, kind)
    except ProcessLookupError:
        return  # it ended meanwhile


def _processes() -> Iterator[int]:
    if sys.platform == "linux":
        yield from (int(name) for name in os.listdir("/proc") if name.isdecimal())
    else:
        listed = subprocess.run(["ps", "-axo", "pid="], capture_output=True, text=True, check=True)
        yield from (int(word) for word in listed.stdout.split())


def _command(pid: int) -> str:
    if sys.platform == "linux":
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
    return _ps(pid, "command")


def _owner(pid: int) -> int:
    if sys.platform == "linux":
        return os.stat(f"/proc/{pid}").st_uid
    return int(_ps(pid, "uid") or -1)


def _ps(pid: int, column: str) -> str:
    return subprocess.run(
        ["ps", "-o", f"{column}=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout.strip()


def _tail(path: Path, size: int = 4000) -> str:
    try:
        with open(path, "rb") as file:
            file.seek(max(0, os.fstat(file.fileno()).st_size - size))
            return file.read().decode(errors="replace")
    except OSError:
        return ""
