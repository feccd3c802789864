"""What a benchmark needs: a server of its own, a load, and the processor time of process trees."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

TICKS = os.sysconf("SC_CLK_TCK")
OPENBOOK = Path(sys.executable).with_name("openbook")


class Server(msgspec.Struct):
    """A server under measurement."""

    port: int
    process: subprocess.Popen[bytes]
    data: Path | None = None

    def cpu_seconds(self) -> float:
        """User and system seconds of the server's and the database's processes so far."""
        seconds = tree_seconds(self.process.pid)
        if self.data is not None:
            postmaster = int((self.data / "postgres" / "postmaster.pid").read_text().split()[0])
            if postmaster not in descendants(self.process.pid):
                seconds += tree_seconds(postmaster)
        return seconds


@contextmanager
def openbook(*options: str) -> Iterator[Server]:
    """`openbook serve` on an empty database in a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="openbook-bench-") as folder:
        data = Path(folder) / "data"
        command = [str(OPENBOOK), "serve", "--data", str(data), *options]
        with _running(command, data) as server:
            yield server


@contextmanager
def application(target: str) -> Iterator[Server]:
    """A bare ASGI application, `module:name`, on the same HTTP server."""
    command = [
        sys.executable, "-m", "granian", "--interface", "asgi", "--no-ws", "--no-access-log",
        "--log-level", "warning", target,
    ]  # fmt: skip
    with _running(command, None) as server:
        yield server


@contextmanager
def _running(command: Sequence[str], data: Path | None) -> Iterator[Server]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [*command, "--port", str(port)],
        cwd=Path(__file__).parent,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(port, process)
        yield Server(port, process, data)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        if process.poll() is not None:
            sys.exit("The server under measurement ended before it was ready.")
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    sys.exit("The server under measurement did not get ready within a minute.")


def tree_seconds(root: int) -> float:
    """Processor seconds of a process, its living descendants and those they have reaped."""
    ticks = 0
    for pid in (root, *descendants(root)):
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except FileNotFoundError:
            continue
        ticks += sum(int(field) for field in fields[11:15])
    return ticks / TICKS


def descendants(root: int) -> list[int]:
    """Every living descendant of a process."""
    found: list[int] = []
    waiting = [root]
    while waiting:
        pid = waiting.pop()
        try:
            tasks = list(Path(f"/proc/{pid}/task").iterdir())
        except FileNotFoundError:
            continue
        for task in tasks:
            try:
                children = [int(child) for child in (task / "children").read_text().split()]
            except FileNotFoundError:
                continue
            found += children
            waiting += children
    return found


def show(rows: Sequence[tuple[str, str]]) -> None:
    """A table of two columns, on standard error: standard output is for the figures' JSON."""
    width = max(len(name) for name, _ in rows)
    for name, value in rows:
        print(f"  {name:<{width}}  {value}", file=sys.stderr)
