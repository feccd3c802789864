"""Where the embedded PostgreSQL keeps its files, and who may enter."""

import hashlib
import os
from pathlib import Path

import msgspec

from openbook.embedded.complaint import EmbeddedError, cannot


class Home(msgspec.Struct, frozen=True):
    """The folders under one data folder.

    postgres/       the database itself (0700, of the user PostgreSQL runs as), and its socket
    postgres.new/   a database being made; it becomes postgres/ when it is whole
    postgres.run/   locks and the first words of PostgreSQL at its last start (0700, ours)
    """

    data: Path

    @property
    def database(self) -> Path:
        return self.data / "postgres"

    @property
    def unfinished(self) -> Path:
        return self.data / "postgres.new"

    @property
    def run(self) -> Path:
        return self.data / "postgres.run"

    @property
    def first_words(self) -> Path:
        return self.run / "start.log"

    def prepare(self) -> None:
        """Make the data folder and our own; the permissions of what is there stay as they are."""
        for folder in (self.data, self.run):
            try:
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            except OSError as error:
                raise cannot("Making the folder", folder, error) from None
            if not os.access(folder, os.W_OK | os.X_OK):
                raise EmbeddedError(
                    f"The folder {folder} cannot be written to. Run openbook as the user who owns "
                    "it, or name another with OPENBOOK_DATA."
                )

    def owner(self) -> int | None:
        """The user number the database belongs to, None if there is no database yet."""
        try:
            return self.database.stat().st_uid
        except FileNotFoundError:
            return None

    def mark(self) -> str:
        """The name under which the processes of this very database are known.

        By inode, so it outlives a renamed parent and differs for a copy of the folder.
        """
        status = self.database.stat()
        place = f"{status.st_dev}:{status.st_ino}"
        return "openbook-" + hashlib.sha256(place.encode()).hexdigest()[:16]
