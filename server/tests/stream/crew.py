"""`openbook worker` processes, started again as an init system would when they end."""

import signal
import subprocess
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random

from tests.conftest import OPENBOOK
from tests.faults.killing import RESTART_SECONDS, kill_trees

SPARED = Callable[[], int | None]


class Crew:
    """A number of workers of one installation."""

    def __init__(
        self,
        log: Path,
        environ: Mapping[str, str],
        many: int = 2,
        *,
        random: Random | None = None,
        spared: SPARED = lambda: None,
    ):
        """`spared` names a process below a worker that is another's business: the postmaster."""
        self.log = log
        self.ended: list[int] = []
        """Exit codes of workers that ended although nobody killed or stopped them."""
        self._environ = dict(environ)
        self._random = random or Random(0)
        self._spared = spared
        self._workers: list[subprocess.Popen[bytes] | None] = [None] * many
        self._killed: set[int] = set()
        self._lock = threading.Lock()
        self._leaving = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="crew", daemon=True)

    def start(self) -> None:
        for number in range(len(self._workers)):
            self._launch(number)
        self._watcher.start()

    def kill_one(self) -> bool:
        """Whether there was one to kill."""
        with self._lock:
            worker = self._random.choice(self._workers)
            if worker is None or worker.poll() is not None:
                return False
            self._killed.add(worker.pid)
            spared = self._spared()
            kill_trees(worker.pid, without=() if spared is None else (spared,))
            return True

    def pause(self) -> None:
        """What is published from now on stays in the stream, or on its way, until `resume`."""
        for worker in self._workers:
            assert worker is not None
            worker.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        for worker in self._workers:
            assert worker is not None
            worker.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        """SIGTERM for all; their exit codes are in `ended` where they are not 0."""
        self._leave()
        workers = [worker for worker in self._workers if worker is not None]
        for worker in workers:
            worker.terminate()
        for worker in workers:
            if worker.wait(40):
                self.ended.append(worker.returncode)

    def clear(self) -> None:
        """End whatever is left, however the test went."""
        self._leave()
        for worker in self._workers:
            if worker is not None and worker.poll() is None:
                kill_trees(worker.pid)
                worker.wait()

    def _leave(self) -> None:
        self._leaving.set()
        if self._watcher.is_alive():
            self._watcher.join()

    def _launch(self, number: int) -> None:
        with self.log.open("ab") as sink:
            self._workers[number] = subprocess.Popen(
                [OPENBOOK, "worker"], env=self._environ, stderr=sink
            )

    def _watch(self) -> None:
        while not self._leaving.wait(RESTART_SECONDS):
            with self._lock:
                for number, worker in enumerate(self._workers):
                    if worker is None or worker.poll() is None:
                        continue
                    if worker.pid not in self._killed:
                        self.ended.append(worker.returncode)
                    if not self._leaving.is_set():
                        self._launch(number)
