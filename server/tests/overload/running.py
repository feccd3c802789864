"""Processes of openbook with an environment of one's own, the proxy before them, their memory."""

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import psutil

from openbook.db import Connection
from tests.conftest import (
    OPENBOOK,
    Server,
    Workspace,
    free_port,
    in_database,
    stop,
    wait_until_ready,
)

PROXY = Path(__file__).parents[3] / "deploy" / "haproxy.cfg"
FULL = os.environ.get("OPENBOOK_TEST_FULL") == "1"
"""Whether the tests take the time that the promises name, and not a part of it."""
PLENTY = "1000000000"


def start(data: Path, port: int, **environ: str) -> subprocess.Popen[bytes]:
    """`openbook serve` on a port; the caller stops it."""
    kept = {name: it for name, it in os.environ.items() if not name.startswith("OPENBOOK_")}
    kept |= {"OPENBOOK_DATA": str(data), "OPENBOOK_PORT": str(port), **environ}
    with data.with_name(f"{port}.log").open("ab") as log:
        return subprocess.Popen([OPENBOOK, "serve"], env=kept, stderr=log)


def wait_for(data: Path, port: int, process: subprocess.Popen[bytes]) -> None:
    wait_until_ready(f"http://127.0.0.1:{port}", process, data.with_name(f"{port}.log"))


@contextmanager
def proxied(one: int, two: int, **environ: str) -> Iterator[int]:
    """The proxy configuration that is shipped, as it is, before two ports; the proxy's own port."""
    program = shutil.which("haproxy") or "/usr/sbin/haproxy"
    port = free_port()
    named = {"OPENBOOK_BIND": port, "OPENBOOK_ONE": one, "OPENBOOK_TWO": two}
    environ = os.environ | {name: f"127.0.0.1:{it}" for name, it in named.items()} | environ
    process = subprocess.Popen([program, "-db", "-f", str(PROXY)], env=environ)
    with ExitStack() as stack:
        stack.callback(stop, process)
        for _ in range(100):
            if process.poll() is not None:
                raise AssertionError("haproxy ended")
            try:
                if httpx.get(f"http://127.0.0.1:{port}/health/ready").status_code == 200:
                    break
            except httpx.TransportError:
                pass
            time.sleep(0.1)
        yield port


def unlimited(place: Workspace) -> Workspace:
    """The workspace, without a limit on new contacts: here all come from one address."""
    place.set(budget__address_per_hour=PLENTY, budget__workspace_per_hour=PLENTY)
    return place


def memory_of(process: subprocess.Popen[bytes]) -> int:
    """Bytes of resident memory of the processes that serve, PostgreSQL's left out."""
    main = psutil.Process(process.pid)
    ours = [it for it in main.children(recursive=True) if it.name() != "postgres"]
    return sum(it.memory_info().rss for it in (main, *ours))


def postgres_of(folder: Path) -> list[psutil.Process]:
    """The postmaster that serves a data folder, and its children."""
    [pid_file] = folder.rglob("postmaster.pid")
    postmaster = psutil.Process(int(pid_file.read_text().split()[0]))
    return [postmaster, *postmaster.children(recursive=True)]


def delay_commits(folder: Path, milliseconds: int) -> None:
    """Let PostgreSQL wait before it writes a commit to disk (its own `commit_delay`)."""
    [settings] = folder.rglob("local.conf")
    settings.write_text(f"commit_delay = {milliseconds * 1000}\ncommit_siblings = 0\n")
    postgres_of(folder)[0].send_signal(signal.SIGHUP)


def stored(place: Workspace, names: list[str]) -> set[str]:
    """Which of these visitors the database knows."""

    async def ask(conn: Connection) -> set[str]:
        found = await conn.execute(
            "SELECT anonymous_id FROM devices WHERE workspace_id = %s AND anonymous_id = ANY(%s)",
            (place.id, names),
        )
        return {row["anonymous_id"] for row in await found.fetchall()}

    return in_database(place.server.conninfo, ask, place.id)


@contextmanager
def frozen(server: Server) -> Iterator[None]:
    """PostgreSQL with all its processes takes connections and requests, and answers nothing."""
    held = postgres_of(server.data)
    for process in held:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        for process in held:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGCONT)


@contextmanager
def unreachable(server: Server) -> Iterator[None]:
    """PostgreSQL has cut all connections, and takes none: its socket has another name."""
    [socket] = server.data.rglob(".s.PGSQL.5432")
    elsewhere = socket.rename(socket.with_name(".elsewhere"))
    try:
        for process in postgres_of(server.data)[1:]:
            with contextlib.suppress(psutil.NoSuchProcess):
                if "openbook" in " ".join(process.cmdline()):
                    process.send_signal(signal.SIGTERM)
        yield
    finally:
        elsewhere.rename(socket)
