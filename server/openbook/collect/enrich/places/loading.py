"""Which database files there are, in what order they are asked, and how they are replaced."""

import logging
import struct
from collections.abc import Sequence
from pathlib import Path

import msgspec

from openbook.collect.enrich.places.databases import (
    BadDatabase,
    Database,
    Stamp,
    open_installed,
    open_supplied,
    stamp,
)
from openbook.collect.enrich.places.networks import Networks
from openbook.collect.enrich.places.postal import PostalCodes

log = logging.getLogger(__name__)

BUILT = "built.json"
BUILT_PREFIX = "built-"  # of the files beside it: never taken for an operator's own


class Source(msgspec.Struct, frozen=True):
    """Where a part of the built data came from, and what its licence asks for."""

    name: str
    version: str
    licence: str
    attribution: str
    link: str


class Built(msgspec.Struct, frozen=True):
    """The contents of built.json: what `openbook geo build` put beside it, by file name."""

    place_label: str
    network_label: str
    place_v4: str
    place_v6: str
    networks: str
    postal_codes: str
    us_towns: str
    sources: tuple[Source, ...]


class Embedded(msgspec.Struct, frozen=True):
    """The built data, opened."""

    folder: Path
    built: Built
    place_v4: Database
    place_v6: Database
    networks: Networks
    postal_codes: PostalCodes
    us_towns: PostalCodes  # the same file form with names of towns in the place of codes


class DataSet(msgspec.Struct, frozen=True):
    """Everything that look-ups use, replaced as a whole.

    `supplied` is in the order in which places are asked for, `supplied_isp` for providers.
    """

    supplied: tuple[Database, ...] = ()
    supplied_isp: tuple[Database, ...] = ()
    embedded: Embedded | None = None
    problems: tuple[str, ...] = ()


EMPTY = DataSet()
Seen = dict[Path, Stamp | None]


def look(city: Path | None, isp: Path | None, folders: Sequence[Path]) -> Seen:
    """Every file that matters, in order, with its stamp: a change here is a reason to reload."""
    found: Seen = {}
    for path in (city, isp):
        if path is not None:
            found[path] = stamp(path)
    for folder in folders:
        built = folder / BUILT
        if (state := stamp(built)) is not None:
            found[built] = state
        for path in sorted(folder.glob("*.mmdb")):
            if not path.name.startswith(BUILT_PREFIX):
                found[path] = stamp(path)
    return found


def load(
    isp: Path | None, files: Seen, old: DataSet = EMPTY, old_files: Seen | None = None
) -> DataSet:
    """Open what has changed, keep what has not; a file that cannot be used leaves the old one."""
    problems: list[str] = []
    old_files = old_files or {}
    embedded = _load_embedded(files, old, old_files, problems)
    kept = {database.path: database for database in old.supplied}
    supplied: list[Database] = []
    for path, state in files.items():
        if path.name == BUILT:
            continue
        database = kept.get(path)
        if database is None or old_files.get(path) != state:
            try:
                database = open_supplied(path)
                log.info(
                    "Using %s: %s, built %s.",
                    path,
                    database.label,
                    database.built_at.date(),
                )
            except BadDatabase as error:
                after = "It is left out." if database is None else "The one before stays in use."
                problems.append(f"{error} {after}")
        if database is not None:
            supplied.append(database)
    for problem in problems:
        log.warning("%s", problem)
    by_isp = sorted(supplied, key=lambda database: not _has_isp(database, isp))
    return DataSet(tuple(supplied), tuple(by_isp), embedded, tuple(problems))


def _has_isp(database: Database, isp: Path | None) -> bool:
    return database.path == isp or "isp" in database.kind.lower()


def _load_embedded(
    files: Seen, old: DataSet, old_files: Seen, problems: list[str]
) -> Embedded | None:
    """The first built set that opens; the one in use if it has not changed."""
    for path, state in files.items():
        if path.name != BUILT:
            continue
        if old.embedded and old.embedded.folder == path.parent and old_files.get(path) == state:
            return old.embedded
        try:
            return open_built(path.parent)
        except (OSError, ValueError, TypeError, struct.error, msgspec.MsgspecError) as error:
            problems.append(
                f"The built geolocation data in {path.parent} cannot be used "
                f"({error}). Run `openbook geo build` again."
            )
    return old.embedded


def open_built(folder: Path) -> Embedded:
    """Open a built set; raises what its broken files raise, BadDatabase (a ValueError) included."""
    built = msgspec.json.decode((folder / BUILT).read_bytes(), type=Built)
    return Embedded(
        folder=folder,
        built=built,
        place_v4=open_installed(folder / built.place_v4, built.place_label),
        place_v6=open_installed(folder / built.place_v6, built.place_label),
        networks=Networks(folder / built.networks),
        postal_codes=PostalCodes(folder / built.postal_codes),
        us_towns=PostalCodes(folder / built.us_towns),
    )
