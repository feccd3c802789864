"""Who starts, watches, restarts and stops the embedded PostgreSQL, among all who use it.

Three locks, each on a file in postgres.run/, decide everything; no process number is believed.

    users        shared by everyone who uses the database. Whoever leaves and then gets it alone was
                 the last, and stops PostgreSQL; newcomers wait outside until that is done.
    supervisor   held by the one user who watches. When it leaves or is killed, another takes over.
    cluster      inherited by each process of PostgreSQL: free means that none of them lives.

PostgreSQL is not tied to the life of its supervisor: if that is killed, the next user finds the
cluster lock held and adopts what runs. If the postmaster is killed, the supervisor restarts it.
"""

import contextlib
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg

from openbook.embedded import postmaster
from openbook.embedded.address import address, remove_shortcut
from openbook.embedded.complaint import EmbeddedError, Progress, cannot
from openbook.embedded.creation import ready_database
from openbook.embedded.home import Home
from openbook.embedded.locks import FileLock

WATCH_SECONDS = 0.1
# Between attempts to start what does not start, such as with a full disk.
PAUSES = (0.5, 1.0, 2.0, 5.0, 10.0)
# PostgreSQL says "ready" but refuses us: too many clients, a changed configuration.
REFUSED_SECONDS = 30.0

_ANOTHER_STOPS = "Waiting for another openbook process to finish stopping PostgreSQL."
_ORPHANS = "Waiting for what is left of the previous PostgreSQL to end."


def _silent(_: str) -> None:
    return None


class Embedded:
    """One user of the embedded PostgreSQL in a data folder: in by `start`, out by `stop`.

    `progress` is called with a sentence when something takes long or goes wrong, from any thread;
    what it raises is ignored.
    """

    def __init__(self, data: Path, progress: Progress | None = None) -> None:
        self._home = Home(data.absolute())
        self._progress = progress or _silent
        self._leaving = threading.Event()
        self._watcher: threading.Thread | None = None
        self._users: FileLock | None = None
        self._child: subprocess.Popen[bytes] | None = None
        self._failure: Exception | None = None
        self._started = False
        self._conninfo: str | None = None

    @property
    def conninfo(self) -> str:
        """Connects as the owner of the database; known once started.

        The application adds `options="-c role=openbook_app"`, migrations do not.
        """
        if self._conninfo is None:
            raise EmbeddedError("The embedded PostgreSQL was not started yet: call start().")
        return self._conninfo

    @property
    def is_running(self) -> bool:
        """Whether PostgreSQL lives and takes connections."""
        return postmaster.running(self._home) is not None and postmaster.is_ready(self._home)

    def start(self) -> None:
        """Make the database if there is none, start it if it is down, return when it answers.

        Recovery after a crash takes as long as it takes. Raises EmbeddedError if it cannot start.
        """
        if self._users is not None:
            return
        self._leaving.clear()
        self._failure, self._started = None, False
        self._home.prepare()
        self._users = self._lock("users")
        try:
            postmaster.wait(self._users.shared, self._say, lambda: _ANOTHER_STOPS)
            self._watcher = threading.Thread(target=self._watch, name="postgresql", daemon=True)
            self._watcher.start()
            self._wait_until_it_answers()
            self._started = True
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Leave. The last to leave stops PostgreSQL and returns when it has gone."""
        if self._users is None:
            return
        self._leaving.set()
        if self._watcher is not None:
            self._watcher.join()
            self._watcher = None
        try:
            if self._users.exclusive():
                self._shut_down()
        finally:
            self._users.close()
            self._users = None
            self._conninfo = None

    def _lock(self, name: str) -> FileLock:
        path = self._home.run / f"{name}.lock"
        try:
            return FileLock(path)
        except OSError as error:
            raise cannot("Opening", path, error) from None

    def _say(self, sentence: str) -> None:
        with contextlib.suppress(Exception):  # a closed terminal must not end the supervision
            self._progress(sentence)

    def _wait_until_it_answers(self) -> None:
        refused_since: float | None = None

        def answers() -> bool:
            nonlocal refused_since
            if self._failure is not None:
                raise self._failure
            if not postmaster.is_ready(self._home):
                return False
            conninfo = address(self._home)
            try:
                psycopg.connect(conninfo, connect_timeout=10).close()
            except psycopg.OperationalError as error:
                if postmaster.running(self._home) is None:  # it was "ready" before it was killed
                    refused_since = None
                    return False
                refused_since = refused_since or time.monotonic()
                if time.monotonic() - refused_since > REFUSED_SECONDS:
                    raise EmbeddedError(
                        f"PostgreSQL runs but does not let openbook in: {error}"
                    ) from None
                return False
            self._conninfo = conninfo
            return True

        since = time.time()
        postmaster.wait(answers, self._say, lambda: self._what_it_does(since))

    def _what_it_does(self, since: float) -> str:
        lines = postmaster.log_since(self._home, since)
        last = f" It says: {lines[-1].partition('] ')[2]}" if lines else ""
        return f"Waiting for PostgreSQL to be ready.{last}"

    def _watch(self) -> None:
        """Become the supervisor when nobody else is, then keep PostgreSQL running until `stop`."""
        lock = self._lock("supervisor")
        try:
            while not lock.exclusive():
                if self._leaving.wait(WATCH_SECONDS):
                    return
            attempts = 0
            while not self._leaving.is_set():
                try:
                    self._run_once()
                    attempts = 0
                except Exception as error:
                    if not self._started:
                        self._failure = error
                        return
                    self._say(str(error))
                    self._leaving.wait(PAUSES[min(attempts, len(PAUSES) - 1)])
                    attempts += 1
        finally:
            lock.close()

    def _run_once(self) -> None:
        """Start PostgreSQL, or adopt it where it runs already, and return when it has ended."""
        lock = self._lock("cluster")
        departure = postmaster.Departure(self._home, lock)
        try:
            postmaster.wait(
                lambda: departure.is_over() or postmaster.running(self._home) is not None,
                self._say,
                lambda: _ORPHANS,
                self._leaving.is_set,
            )
            if self._leaving.is_set():
                return
            if departure.is_over():
                self._start(lock)
        finally:
            lock.close()  # from here only PostgreSQL's own processes hold it
        while postmaster.running(self._home) is not None:
            if self._leaving.wait(WATCH_SECONDS):
                return
        if self._child is not None:
            self._child.poll()  # fetch it, so that no zombie is left
        self._say("PostgreSQL ended unexpectedly; starting it again.")

    def _start(self, lock: FileLock) -> None:
        account, programs = ready_database(self._home, lock.fd, self._say)
        since = time.time()
        child = postmaster.start(self._home, account, programs, lock.fd)
        self._child = child
        postmaster.wait(
            lambda: child.poll() is not None or self.is_running,
            self._say if self._started else _silent,  # else who called start() says it
            lambda: self._what_it_does(since),
            self._leaving.is_set,
        )
        if child.poll() is not None:
            raise postmaster.failure(self._home, since, child.returncode)

    def _shut_down(self) -> None:
        lock = self._lock("cluster")
        departure = postmaster.Departure(self._home, lock)
        asked: int | None = None

        def gone() -> bool:
            nonlocal asked
            pid = postmaster.running(self._home)
            if pid is not None and pid != asked:
                postmaster.ask_to_stop(pid)
                asked = pid
            return departure.is_over()

        try:
            postmaster.wait(gone, self._say, lambda: "Waiting for PostgreSQL to write and stop.")
            if self._child is not None:
                self._child.wait()
                self._child = None
            remove_shortcut(self._home)
        finally:
            lock.close()


@contextlib.contextmanager
def joined(data: Path, progress: Progress | None = None) -> Iterator[str]:
    """The connection string of the owner of the database in `data`, which runs while inside.

    For the server and for each command alike: the first one in starts it, the last one out stops
    it, and while anyone is inside it is restarted when it dies.
    """
    embedded = Embedded(data, progress)
    embedded.start()
    try:
        yield embedded.conninfo
    finally:
        embedded.stop()
