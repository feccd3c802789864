"""Locks between processes, kept by the kernel: none is left behind by a killed process."""

import fcntl
import os
from pathlib import Path


class FileLock:
    """An advisory lock on a file, shared or exclusive, never waited for.

    It belongs to the open file: a child that inherits `fd` holds it too, until the last of them
    closes it or dies. Closing never takes it from such a child.
    """

    def __init__(self, path: Path) -> None:
        self.fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def shared(self) -> bool:
        """Whether the lock could be had together with others."""
        return self._take(fcntl.LOCK_SH)

    def exclusive(self) -> bool:
        """Whether the lock could be had alone. A shared lock held before is given up first."""
        return self._take(fcntl.LOCK_EX)

    def close(self) -> None:
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1

    def _take(self, kind: int) -> bool:
        try:
            fcntl.flock(self.fd, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
