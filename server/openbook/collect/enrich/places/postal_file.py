"""The file of postal codes: how it is laid out, and how it is written from the public lists.

Rows (latitude, longitude, code) are sorted by country and by cells of 0.02 degrees, so that what
lies around a point is a few runs of rows; a sorted list of name hashes finds the rows of a name.
Little-endian arrays, read in place:

    names    Q   hash of country and folded place name, sorted
    cells    Q   country, row and column of each cell that has codes, sorted
    name_starts, listed   I   which rows a name has
    cell_starts           I   where a cell's rows begin
    latitudes, longitudes i   in 1e-5 degrees; NOWHERE where a list has no coordinates
    offsets  I, text     the codes
"""

import struct
from array import array
from collections import defaultdict
from collections.abc import Iterable
from hashlib import blake2b
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from openbook.collect.enrich.places.names import fold

MAGIC = b"OBPOST2\0"
HEADER = struct.Struct("<8s5Q")  # magic, rows, names, listed rows, cells, bytes of codes
NOWHERE = -(1 << 31)
SCALE = 1e5
_CELLS = 50  # to a degree

# Boxes of the Australian post, which no one can be at (Australia Post, postcode ranges), and the
# codes that the French post gives to single receivers of much mail, written "78851 CEDEX".
_AU_BOXES = frozenset("189")
_CEDEX = "CEDEX"


class PostalRow(NamedTuple):
    """One row of a list; coordinates in degrees where it has any."""

    country_code: str
    name: str
    code: str
    latitude: float | None
    longitude: float | None


class _Columns:
    """The arrays while they grow."""

    def __init__(self) -> None:
        self.latitudes, self.longitudes = array("i"), array("i")
        self.offsets, self.text = array("I", [0]), bytearray()
        self.cells, self.cell_starts = array("Q"), array("I")
        self.names: list[tuple[int, array[int]]] = []

    def add_country(self, country_code: str, rows: Iterable[PostalRow]) -> None:
        """Add all rows of one country; countries come in the order of their codes."""
        placed = sorted((_cell(row), row.code, row) for row in _thinned(rows))
        named: dict[int, array[int]] = defaultdict(lambda: array("I"))
        keys: dict[str, int] = {}
        for cell, _, row in placed:
            number = len(self.latitudes)
            if row.latitude is None or row.longitude is None:
                self.latitudes.append(NOWHERE)
                self.longitudes.append(NOWHERE)
            else:
                self.latitudes.append(round(row.latitude * SCALE))
                self.longitudes.append(round(row.longitude * SCALE))
            if not self.cells or self.cells[-1] != cell:
                self.cells.append(cell)
                self.cell_starts.append(number)
            self.text += row.code.encode()
            self.offsets.append(len(self.text))
            if row.name:
                key = keys.get(row.name)
                if key is None:
                    key = keys[row.name] = name_key(country_code, row.name)
                named[key].append(number)
        self.names.extend(named.items())

    def write(self, target: Path) -> None:
        """Write the file; the mapped readers see it when it is renamed into place."""
        self.names.sort(key=itemgetter(0))
        self.cell_starts.append(len(self.latitudes))
        name_starts, listed = array("I", [0]), array("I")
        for _, rows in self.names:
            listed.extend(rows)
            name_starts.append(len(listed))
        counts = (len(self.latitudes), len(self.names), len(listed), len(self.cells))
        with target.open("wb") as file:
            file.write(HEADER.pack(MAGIC, *counts, len(self.text)))
            for column in (
                array("Q", (key for key, _ in self.names)),
                self.cells,
                name_starts,
                listed,
                self.cell_starts,
                self.latitudes,
                self.longitudes,
                self.offsets,
            ):
                column.tofile(file)
            file.write(self.text)


def write_postal_codes(rows: Iterable[PostalRow], target: Path) -> int:
    """Write the file from rows sorted by country; answers with the number of rows."""
    columns = _Columns()
    for country_code, of_country in groupby(rows, key=itemgetter(0)):
        columns.add_country(country_code, (row for row in of_country if not _is_box(row)))
    columns.write(target)
    return len(columns.latitudes)


def name_key(country_code: str, name: str) -> int:
    """The hash under which a place name of a country is listed."""
    text = f"{country_code} {fold(name)}".encode()
    return int.from_bytes(blake2b(text, digest_size=8).digest())


def cell_of(latitude: float, longitude: float) -> tuple[int, int]:
    """Row and column of the cell of a point."""
    return int((latitude + 90) * _CELLS), int((longitude + 180) * _CELLS)


def cell_key(country_code: str, row: int, column: int) -> int:
    """One number per cell that sorts by country, then row, then column."""
    country = (ord(country_code[0]) << 8) | ord(country_code[1])
    return (country << 40) | (max(0, row) << 20) | max(0, column)


def _thinned(rows: Iterable[PostalRow]) -> Iterable[PostalRow]:
    """The lowest code of each name in each square of 0.002 degrees: some countries number doors."""
    lowest: dict[tuple[object, ...], PostalRow] = {}
    for row in rows:
        if row.latitude is None or row.longitude is None:
            square = (row.name, row.code)
        else:
            square = (row.name, round(row.latitude * 500), round(row.longitude * 500))
        known = lowest.get(square)
        if known is None or row.code < known.code:
            lowest[square] = row
    return lowest.values()


def _cell(row: PostalRow) -> int:
    if row.latitude is None or row.longitude is None:
        return cell_key(row.country_code, (1 << 20) - 1, 0)  # after every real cell
    return cell_key(row.country_code, *cell_of(row.latitude, row.longitude))


def _is_box(row: PostalRow) -> bool:
    if row.country_code == "AU":
        return row.code[:1] in _AU_BOXES
    return _CEDEX in row.code
