"""SIGKILL for whole trees of processes, and a server that is started again as an init system would.

    server = Supervised(data, port, workers=2)
    server.start()
    server.kill_database()      # the postmaster and all its children; `serve` starts it again
    server.kill()               # `serve` and its workers; PostgreSQL goes on; started again at once
    server.kill_all()           # both at the same moment
    server.kill_worker()        # one of the processes that answer
    server.stop()

`kill_trees` works on any processes: it stops the roots first, so that no child is missed that a
root makes meanwhile, then kills roots and children in one go.
"""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random

import httpx

from openbook.embedded import postmaster
from openbook.embedded.home import Home
from tests.conftest import OPENBOOK

RESTART_SECONDS = 0.1
"""How long an init system waits before it starts a server again."""


def children(pid: int) -> list[int]:
    """The direct children of a process; none if it has gone."""
    found: list[int] = []
    try:
        threads = os.listdir(f"/proc/{pid}/task")
    except OSError:
        return found
    for thread in threads:
        try:
            text = Path(f"/proc/{pid}/task/{thread}/children").read_text()
        except OSError:
            continue
        found += map(int, text.split())
    return found


def tree(pid: int, *without: int) -> list[int]:
    """A process and all below it, parents first, but for the branches that begin at `without`."""
    found = [pid]
    for child in children(pid):
        if child not in without:
            found += tree(child, *without)
    return found


def kill_trees(*roots: int, without: tuple[int, ...] = ()) -> int:
    """SIGKILL for the roots and all below them; how many processes were told."""
    for root in roots:
        _tell(root, signal.SIGSTOP)
    doomed = [pid for root in roots for pid in tree(root, *without)]
    for pid in doomed:
        _tell(pid, signal.SIGKILL)
    return len(doomed)


def _tell(pid: int, kind: signal.Signals) -> None:
    try:
        os.kill(pid, kind)
    except ProcessLookupError:
        return  # it ended by itself meanwhile


class Supervised:
    """`openbook serve` on the embedded PostgreSQL of a data folder, started again when it ends."""

    def __init__(
        self,
        data: Path,
        port: int,
        *,
        workers: int = 2,
        environ: Mapping[str, str] | None = None,
        random: Random | None = None,
        wrapper: Sequence[str] = (),
    ):
        """`wrapper`: words before the command, such as those of a tracer that becomes it."""
        self.data, self.port = data, port
        self.log = data.with_suffix(".log")
        self.ended: list[int] = []
        """Exit codes of servers that ended although nobody killed or stopped them."""
        self._random = random or Random(0)
        serve = ("serve", "--port", str(port), "--workers", str(workers))
        self._command = [*wrapper, str(OPENBOOK), *serve]
        kept = {key: value for key, value in os.environ.items() if not key.startswith("OPENBOOK_")}
        self._environ = kept | {"OPENBOOK_DATA": str(data)} | dict(environ or {})
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._killed: set[int] = set()
        self._leaving = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="supervision", daemon=True)

    def __enter__(self) -> "Supervised":
        try:
            self.start()
        except BaseException:
            self.clear()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self.clear()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it; returns when it is ready."""
        self._launch()
        self._watcher.start()
        self.wait_until_ready()

    def wait_until_ready(self, seconds: float = 120) -> float:
        """The seconds it took until a server said that it is ready."""
        began = time.monotonic()
        while time.monotonic() - began < seconds:
            try:
                if httpx.get(f"{self.url}/health/ready", timeout=5).status_code == 200:
                    return time.monotonic() - began
            except httpx.TransportError:
                pass
            time.sleep(0.05)
        raise AssertionError(f"no server got ready:\n{self.log.read_text()[-4000:]}")

    @property
    def pid(self) -> int:
        """Of the process that the init system started."""
        assert self._process is not None
        return self._process.pid

    @property
    def postmaster(self) -> int | None:
        """The postmaster of this data folder, None while none lives."""
        home = Home(self.data)
        return postmaster.running(home) if home.database.exists() else None

    @property
    def workers(self) -> list[int]:
        """The processes that answer."""
        return [pid for pid in children(self.pid) if b"spawn_main" in _command(pid)]

    # Each of the four says whether there was anything to kill.

    def kill_database(self) -> bool:
        if (pid := self.postmaster) is None:
            return False
        kill_trees(pid)
        return True

    def kill(self) -> bool:
        with self._lock:
            if self._is_over:
                return False
            self._killed.add(self.pid)
            pid = self.postmaster  # below the server that started it, yet another kill's business
            kill_trees(self.pid, without=() if pid is None else (pid,))
            return True

    def kill_all(self) -> bool:
        with self._lock:
            if self._is_over:
                return False
            self._killed.add(self.pid)
            pid = self.postmaster
            kill_trees(*((self.pid,) if pid is None else (pid, self.pid)))
            return True

    def kill_worker(self) -> bool:
        workers = self.workers
        if not workers:
            return False
        kill_trees(self._random.choice(workers))
        return True

    def stop(self) -> None:
        """Ask it to end and wait; PostgreSQL ends with it."""
        self._leaving.set()
        if self._watcher.is_alive():
            self._watcher.join()
        if self._process is not None and not self._is_over:
            self._process.terminate()
            try:
                self._process.wait(40)
            except subprocess.TimeoutExpired:
                kill_trees(self.pid)
                self._process.wait()

    def clear(self) -> None:
        """End whatever is left, however the test went."""
        self._leaving.set()
        if self._watcher.is_alive():
            self._watcher.join()
        if self._process is not None and self.kill_all():
            self._process.wait()
        self.kill_database()

    @property
    def _is_over(self) -> bool:
        return self._process is None or self._process.poll() is not None

    def _launch(self) -> None:
        with self.log.open("ab") as sink:
            self._process = subprocess.Popen(self._command, env=self._environ, stderr=sink)

    def _watch(self) -> None:
        while not self._leaving.wait(0.02):
            with self._lock:
                process = self._process
                assert process is not None
                code = process.poll()
                if code is None:
                    continue
                if process.pid not in self._killed:
                    self.ended.append(code)
            self._leaving.wait(RESTART_SECONDS)
            with self._lock:
                if not self._leaving.is_set():
                    self._launch()


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""
