"""What a benchmark needs: servers of its own, and the processor time and memory of processes."""

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
SETTINGS = (
    "collect.utms=true",
    "budget.workspace_per_hour=1000000000",
    "budget.address_per_hour=1000000000",
)
"""Everything on, and a budget that does not refuse the made-up crowd."""


class Spent(msgspec.Struct, frozen=True):
    """Processor seconds, user and system, by who spent them."""

    server: float
    backends: float = 0.0
    """PostgreSQL's processes that run statements."""
    upkeep: float = 0.0
    """PostgreSQL's others: checkpointer, WAL writer, autovacuum, and all that have ended."""

    @property
    def total(self) -> float:
        return self.server + self.backends + self.upkeep

    def since(self, before: "Spent") -> "Spent":
        return Spent(
            self.server - before.server,
            self.backends - before.backends,
            self.upkeep - before.upkeep,
        )

    def plus(self, other: "Spent") -> "Spent":
        return Spent(
            self.server + other.server,
            self.backends + other.backends,
            self.upkeep + other.upkeep,
        )


class Server(msgspec.Struct):
    """A server under measurement."""

    port: int
    process: subprocess.Popen[bytes]
    data: Path | None = None

    @property
    def postmaster(self) -> int | None:
        if self.data is None:
            return None
        return int((self.data / "postgres" / "postmaster.pid").read_text().split()[0])

    def spent(self) -> Spent:
        """User and system seconds of the server's and the database's processes so far."""
        postmaster = self.postmaster
        if postmaster is None:
            return Spent(tree_seconds(self.process.pid))
        server = tree_seconds(self.process.pid)
        if postmaster in descendants(self.process.pid):
            server -= tree_seconds(postmaster)
        backends = backend_seconds(postmaster)
        return Spent(server, backends, tree_seconds(postmaster) - backends)

    def cpu_seconds(self) -> float:
        """The same as one figure."""
        return self.spent().total

    def resident(self) -> int:
        """Bytes in memory of the largest of the server's own processes, the one that answers."""
        pids = [self.process.pid, *descendants(self.process.pid)]
        postmaster = self.postmaster
        if postmaster is not None:
            pids = [pid for pid in pids if pid not in {postmaster, *descendants(postmaster)}]
        return max(resident(pid) for pid in pids)

    def command(self, *words: str) -> bytes:
        """Run `openbook WORDS` on the server's data; what it prints."""
        environ = clean_environ() | {"OPENBOOK_DATA": str(self.data)}
        return subprocess.run(
            [OPENBOOK, *words], env=environ, check=True, capture_output=True, timeout=60
        ).stdout

    def prepare(self) -> str:
        """Switch everything on; the write key."""
        self.command("settings", "set", *SETTINGS)
        return msgspec.json.decode(self.command("workspace", "show", "--json"))["write_key"]


@contextmanager
def openbook(*options: str, data: Path | None = None) -> Iterator[Server]:
    """`openbook serve` on an empty database in a temporary folder, or on what `data` holds."""
    with tempfile.TemporaryDirectory(prefix="openbook-bench-") as folder:
        data = data or Path(folder) / "data"
        command = [str(OPENBOOK), "serve", "--data", str(data), *options, "--port"]
        with _running(command, data) as server:
            yield server


@contextmanager
def nothing() -> Iterator[Server]:
    """The application that does nothing, on the same HTTP server."""
    with _running([sys.executable, "nothing.py"], None) as server:
        yield server


@contextmanager
def empty_page(folder: Path) -> Iterator[Server]:
    """The page with nothing on it that was built into a folder, on the same HTTP server."""
    with _running([sys.executable, "empty_page.py", str(folder)], None) as server:
        yield server


@contextmanager
def _running(command: Sequence[str], data: Path | None) -> Iterator[Server]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryFile() as complaints:
        process = subprocess.Popen(
            [*command, str(port)],
            cwd=Path(__file__).parent,
            env=clean_environ(),
            stdout=subprocess.DEVNULL,
            stderr=complaints,
        )
        signal.signal(signal.SIGTERM, leave)
        try:
            if not _is_ready(port, process):
                complaints.seek(0)
                said = complaints.read().decode("utf-8", "replace")
                sys.exit(f"The server under measurement did not start:\n{said}")
            yield Server(port, process, data)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


def leave(signum: int, frame: object) -> None:
    """Asked to end: by way of every `finally`, so that no server is left behind."""
    sys.exit(128 + signum)


def clean_environ() -> dict[str, str]:
    """The environment without settings of openbook that the shell may hold."""
    return {name: text for name, text in os.environ.items() if not name.startswith("OPENBOOK_")}


def _is_ready(port: int, process: subprocess.Popen[bytes]) -> bool:
    for _ in range(600):
        if process.poll() is not None:
            return False
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return True
        time.sleep(0.1)
    return False


def tree_seconds(root: int) -> float:
    """Processor seconds of a process, its living descendants and those they have reaped."""
    return sum(_seconds(pid, reaped=True) for pid in (root, *descendants(root)))


def backend_seconds(postmaster: int) -> float:
    """Processor seconds of the living processes of PostgreSQL that run clients' statements."""
    return sum(
        _seconds(pid, reaped=False) for pid in descendants(postmaster) if b"[local]" in _title(pid)
    )


def _title(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def _seconds(pid: int, *, reaped: bool) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(int(field) for field in fields[11 : 15 if reaped else 13]) / TICKS


def resident(pid: int) -> int:
    """Bytes of its own that a process has in memory, without files mapped; 0 if it is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("RssAnon:"))


def descendants(root: int) -> list[int]:
    """Every living descendant of a process."""
    found: list[int] = []
    waiting = [root]
    while waiting:
        pid = waiting.pop()
        try:
            tasks = list(Path(f"/proc/{pid}/task").iterdir())
        except OSError:
            continue
        for task in tasks:
            try:
                children = [int(child) for child in (task / "children").read_text().split()]
            except OSError:
                continue
            found += children
            waiting += children
    return found


def machine() -> dict[str, str]:
    """What the figures were measured on."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        "unknown",
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "processor": model,
        "cores": str(os.cpu_count()),
        "memory": f"{memory / 2**30:.0f} GiB",
        "system": " ".join((os.uname().sysname, os.uname().release)),
        "python": sys.version.split()[0],
    }
