"""Country, city and coordinates -> the likeliest postal code, read from one mapped file.

The databases place an address at the coordinates that the postal authority's own code has, so
the nearest code of the city's name is right far more often than any rule about names alone.
`postal_file.py` writes the file and says how it is laid out.
"""

import mmap
from bisect import bisect_left
from collections.abc import Iterable
from math import asin, cos, radians, sin, sqrt
from pathlib import Path

from openbook.collect.enrich.places.postal_file import (
    HEADER,
    MAGIC,
    NOWHERE,
    SCALE,
    cell_key,
    cell_of,
    name_key,
)

NEAREST_KM = 30.0  # without the city's name, a code further away is another place's
NAMED_KM = 60.0  # with it, further away is another city of the same name
SAME_KM = 0.5  # codes this close to each other are one place: the lowest is the ordinary one
_SMALL_GROUP = 200
_UNIT_KM = 111.2 / SCALE  # a row's coordinates are whole numbers of this
_CELL_KM = 2.2
_RINGS = (1, 4, 14)  # cells around the point's own: 2, 9 and 31 km on each side at least


class PostalCodes:
    """The mapped file; memory is shared by all processes that open it."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            view = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        magic, rows, names, listed, cells, size = HEADER.unpack_from(view)
        if magic != MAGIC:
            raise ValueError(f"{path} is not a postal index")
        at = HEADER.size
        self._names, at = view[at : at + 8 * names].cast("Q"), at + 8 * names
        self._cells, at = view[at : at + 8 * cells].cast("Q"), at + 8 * cells
        self._name_starts, at = view[at : at + 4 * (names + 1)].cast("I"), at + 4 * (names + 1)
        self._listed, at = view[at : at + 4 * listed].cast("I"), at + 4 * listed
        self._cell_starts, at = view[at : at + 4 * (cells + 1)].cast("I"), at + 4 * (cells + 1)
        self._latitudes, at = view[at : at + 4 * rows].cast("i"), at + 4 * rows
        self._longitudes, at = view[at : at + 4 * rows].cast("i"), at + 4 * rows
        self._offsets, at = view[at : at + 4 * (rows + 1)].cast("I"), at + 4 * (rows + 1)
        self._text = view[at : at + size]
        if at + size != len(view):
            raise ValueError(f"{path} is not a whole postal index")

    def code(
        self,
        country_code: str,
        city: str | None,
        latitude: float | None,
        longitude: float | None,
    ) -> str | None:
        """The code nearest to the point among those of the city's name, else within 30 km."""
        named = self._named(country_code, city) if city else []
        if latitude is None or longitude is None:
            return self._lowest(named) if named else None
        if named and self._latitudes[named[0]] == NOWHERE:  # a list without coordinates
            return self._lowest(named)
        if 0 < len(named) <= _SMALL_GROUP:
            point = _Nearest(latitude, longitude, NAMED_KM)
            latitudes, longitudes = self._latitudes, self._longitudes
            point.try_rows(
                named, [latitudes[row] for row in named], [longitudes[row] for row in named]
            )
            if rows := point.rows:
                return self._lowest(rows)
        # No such name, or a large city: there the nearest code is the city's anyway.
        point = _Nearest(latitude, longitude, NEAREST_KM)
        self._search(point, country_code)
        return self._lowest(rows) if (rows := point.rows) else None

    def _named(self, country_code: str, city: str) -> list[int]:
        key = name_key(country_code, city)
        at = bisect_left(self._names, key)
        if at == len(self._names) or self._names[at] != key:
            return []
        return self._listed[self._name_starts[at] : self._name_starts[at + 1]].tolist()

    def _search(self, point: "_Nearest", country_code: str) -> None:
        """Try growing squares around the point until one cannot be bettered by a larger one."""
        row, column = cell_of(point.latitude, point.longitude)
        cells, starts = self._cells, self._cell_starts
        for ring in _RINGS:
            wide = int(ring / max(0.1, point.squeeze)) + 1
            key = cell_key(country_code, row - ring, column - wide)
            first = bisect_left(cells, key)
            for number in range(row - ring, row + ring + 1):
                key = cell_key(country_code, number, column - wide)
                first = bisect_left(cells, key, first)
                after = bisect_left(cells, key + 2 * wide + 1, first)
                if first < after:
                    start, end = starts[first], starts[after]
                    point.try_rows(
                        range(start, end),
                        self._latitudes[start:end].tolist(),
                        self._longitudes[start:end].tolist(),
                    )
            if point.shortest_km + SAME_KM <= ring * _CELL_KM:
                return

    def _lowest(self, rows: list[int]) -> str:
        offsets, text = self._offsets, self._text
        return min(bytes(text[offsets[row] : offsets[row + 1]]) for row in rows).decode()


class _Nearest:
    """The nearest rows to a point so far, and all that are at most SAME_KM further away.

    Distances are on a flat map: exact enough over 60 km and four times as fast as great circles.
    """

    def __init__(self, latitude: float, longitude: float, limit_km: float) -> None:
        self.latitude, self.longitude = latitude, longitude
        self.squeeze = cos(radians(latitude))
        self._north, self._east = round(latitude * SCALE), round(longitude * SCALE)
        self._limit = self._bound = (limit_km / _UNIT_KM) ** 2
        self._shortest = self._limit
        self._found: dict[int, float] = {}

    @property
    def shortest_km(self) -> float:
        return sqrt(self._shortest) * _UNIT_KM

    @property
    def rows(self) -> list[int]:
        return [row for row, distance in self._found.items() if distance <= self._bound]

    def try_rows(self, rows: Iterable[int], latitudes: list[int], longitudes: list[int]) -> None:
        """Try rows with their coordinates; those without any are far from everywhere."""
        north, east, squeeze, bound = self._north, self._east, self.squeeze, self._bound
        for row, latitude, longitude in zip(rows, latitudes, longitudes, strict=True):
            up, right = latitude - north, (longitude - east) * squeeze
            distance = up * up + right * right
            if distance <= bound:
                self._found[row] = distance
                if distance < self._shortest:
                    self._shortest = distance
                    nearly = (sqrt(distance) + SAME_KM / _UNIT_KM) ** 2
                    self._bound = bound = min(self._limit, nearly)


def kilometres(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Great-circle distance of two points given in degrees (haversine, mean radius)."""
    phi1, phi2 = radians(lat1), radians(lat2)
    chord = sin((phi2 - phi1) / 2) ** 2 + cos(phi1) * cos(phi2) * sin(radians(lon2 - lon1) / 2) ** 2
    return 12742.0 * asin(min(1.0, sqrt(chord)))
