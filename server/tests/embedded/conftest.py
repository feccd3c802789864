"""A database of its own for a test, and other processes that use it too."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from openbook.embedded import joined
from openbook.embedded.home import Home
from openbook.embedded.locks import FileLock
from openbook.embedded.postmaster import is_ours

# Another openbook: says where the database is, then obeys the lines it is given until "leave".
ANOTHER = """
import sys
from pathlib import Path
import psycopg
from openbook.embedded import joined
with joined(Path(sys.argv[1])) as conninfo:
    print(conninfo, flush=True)
    with psycopg.connect(conninfo, autocommit=True) as connection:
        for line in sys.stdin:
            if line.strip() == "leave":
                break
            connection.execute(line)
            print("done", flush=True)
"""


class Another:
    """A process of its own that has joined the database in `data`."""

    def __init__(self, data: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", ANOTHER, str(data)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def hear(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def tell(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def leave(self) -> int:
        self.tell("leave")
        return self.process.wait(20)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(20)


def living(data: Path) -> list[int]:
    """The numbers of all processes of the PostgreSQL of this data folder."""
    home = Home(data)
    numbers = (int(name) for name in os.listdir("/proc") if name.isdecimal())
    return [number for number in numbers if is_ours(home, number)]


def kill_all(data: Path) -> list[int]:
    """Kill them all; their numbers. With the first of them dead, others leave by themselves."""
    numbers = living(data)
    for number in numbers:
        with contextlib.suppress(ProcessLookupError):
            os.kill(number, signal.SIGKILL)
    return numbers


def ended(data: Path) -> bool:
    """Whether none of them lives, by the lock they inherit."""
    lock = FileLock(Home(data).run / "cluster.lock")
    try:
        return lock.exclusive() and not living(data)
    finally:
        lock.close()


def postmaster_of(data: Path) -> int:
    return int((data / "postgres/postmaster.pid").read_text().split()[0])


def ask(conninfo: str, query: str, options: str = "") -> list[tuple[object, ...]]:
    with psycopg.connect(conninfo, options=options) as connection:
        return connection.execute(query.encode()).fetchall()


def until(true: Callable[[], bool], seconds: float) -> float:
    """Wait until `true`; the seconds it took. Fails after `seconds`."""
    start = time.monotonic()
    while not true():
        assert time.monotonic() - start < seconds, "waited too long"
        time.sleep(0.02)
    return time.monotonic() - start


def answers(conninfo: str) -> bool:
    try:
        ask(conninfo, "SELECT 1")
    except psycopg.OperationalError:
        return False
    return True


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    """A data folder; whatever of PostgreSQL still runs there after the test is killed."""
    folder = tmp_path / "data"
    yield folder
    if (folder / "postgres").exists():
        kill_all(folder)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """A data folder and the connection string of its running database, for tests that only look."""
    folder = tmp_path_factory.mktemp("shared") / "data"
    with joined(folder) as conninfo:
        yield folder, conninfo
