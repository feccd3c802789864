"""Open a MaxMind DB file so that nothing done to the file afterwards can hurt the process."""

import logging
import os
import re
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import maxminddb
import msgspec

log = logging.getLogger(__name__)

# The largest commercial file is about 1 GB; anything beyond this is not a place database.
LARGEST_FILE = 4 << 30
_PROBES_V4 = tuple(f"{first}.{first}.1.1" for first in range(1, 224, 3))
_PROBES_V6 = tuple(f"{first:x}:{first:x}::1" for first in range(0x2001, 0x2E00, 0x71))


class BadDatabase(ValueError):
    """A file cannot be used as a database; the message says why and what to do."""


class Stamp(msgspec.Struct, frozen=True):
    """What changes when a file is replaced or rewritten."""

    modified_ns: int
    size: int
    inode: int


def stamp(path: Path) -> Stamp | None:
    """The stamp of a regular file, None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return Stamp(found.st_mtime_ns, found.st_size, found.st_ino)


class Database:
    """One open MaxMind DB: `get` answers with a record or None and never raises."""

    def __init__(self, path: Path, reader: maxminddb.Reader, label: str | None = None) -> None:
        metadata = reader.metadata()
        self.path = path
        self.kind = str(metadata.database_type)
        self.version = int(metadata.ip_version)
        self.built_at = datetime.fromtimestamp(metadata.build_epoch, UTC)
        self.label = label or f"{_readable(self.kind)} {self.built_at:%Y-%m}"
        self._get = reader.get
        self._warned = False

    def get(self, address: str) -> dict[str, Any] | None:
        """The record of an address of a version that this file has."""
        try:
            record = self._get(address)
        except Exception as error:  # whatever a damaged file makes of the reader
            self._warn(type(error).__name__)
            return None
        if record.__class__ is dict:
            return record  # type: ignore[return-value]
        if record is not None:
            self._warn(f"a record of type {type(record).__name__}")
        return None

    def _warn(self, what: str) -> None:
        if not self._warned:
            self._warned = True
            log.warning(
                "%s is damaged (%s): addresses it cannot answer for stay without a place. "
                "Install a fresh copy with `openbook geo install FILE`.",
                self.path,
                what,
            )


def open_installed(path: Path, label: str | None = None) -> Database:
    """Open a file that only `openbook geo` writes, by rename: mapped, shared by all workers."""
    return _open(path, path, maxminddb.MODE_AUTO, label)


def open_supplied(path: Path) -> Database:
    """Open a file that somebody else may overwrite: what is mapped is a copy without a name.

    A mapped file that shrinks kills the process (SIGBUS) at the next look-up, and `cp` over
    the old file does just that. The copy lives until the reader is gone. It is read by Python: the
    reader in C is faster, but a damaged file can make it write where it must not (SIGSEGV).
    """
    before = stamp(path)
    if before is None:
        raise BadDatabase(f"{path} is not there or cannot be read. Check the setting.")
    if before.size > LARGEST_FILE:
        raise BadDatabase(f"{path} is larger than {LARGEST_FILE >> 30} GiB: no place database.")
    handle, name = tempfile.mkstemp(prefix="openbook-geo-", suffix=".mmdb")
    try:
        with os.fdopen(handle, "wb") as copy, path.open("rb") as source:
            shutil.copyfileobj(source, copy, 1 << 20)
        if stamp(path) != before:
            raise BadDatabase(f"{path} changed while it was read. It is tried again.")
        return _open(Path(name), path, maxminddb.MODE_MMAP)
    except OSError as error:
        raise BadDatabase(f"{path} cannot be read: {error.strerror}.") from error
    finally:
        Path(name).unlink(missing_ok=True)


def _open(file: Path, shown: Path, mode: int, label: str | None = None) -> Database:
    """Open and try a file; raise BadDatabase for all the ways in which it can be broken."""
    try:
        reader = maxminddb.open_database(file, mode)
        metadata = reader.metadata()
        probes = _PROBES_V4 if metadata.ip_version == 4 else _PROBES_V4 + _PROBES_V6
        for probe in probes:
            record = reader.get(probe)
            if record is not None and not isinstance(record, dict):
                raise BadDatabase(f"{shown} holds {type(record).__name__} where records belong.")
        return Database(shown, reader, label)  # a damaged file may have a text for a time
    except BadDatabase:
        raise
    except Exception as error:
        raise BadDatabase(
            f"{shown} is not a readable MaxMind DB ({type(error).__name__}). "
            "Download it again and unpack it first if it is a .tar.gz."
        ) from error


def _readable(kind: str) -> str:
    """`GeoLite2-City` -> `GeoLite2 City`, `DBIP-City-Lite (compat=City)` -> `DB-IP City Lite`."""
    name = re.sub(r"\(.*?\)", "", kind).replace("DBIP", "DB-IP", 1)
    return re.sub(r"(?<!DB)[-_ ]+", " ", name).strip() or "database"
