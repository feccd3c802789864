"""Places that lie close together as one: pure."""

from collections.abc import Iterable, Sequence
from math import asin, cos, floor, radians, sin, sqrt

from msgspec import Struct

from openbook.insight.schemas import Box, Cluster

NO_ACCURACY_KM = 25.0
"""What is assumed where the database names no accuracy: two thirds of the addresses whose city is
published were found within it (docs/data-quality.md)."""
EARTH_KM = 6371.0
Named = tuple[str | None, str | None, str | None]


class Spot(Struct, frozen=True):
    """The contacts of one place within one cell of the grid; degrees and kilometres."""

    place: Named
    """Country code, city, region."""
    count: int
    latitude: float
    longitude: float
    box: Box
    accuracy_km: float | None
    """The largest; None where one of them has none."""


def cluster(spots: Iterable[Spot], cell: float) -> list[Cluster]:
    """The largest first, each with all that lies within `cell` degrees and is in no larger one."""
    waiting = sorted(spots, key=lambda spot: (-spot.count, spot.latitude, spot.longitude))
    whole: dict[Named, int] = {}
    grid: dict[tuple[int, int], list[int]] = {}
    for index, spot in enumerate(waiting):
        whole[spot.place] = whole.get(spot.place, 0) + spot.count
        grid.setdefault(_square(spot, cell), []).append(index)
    taken: set[int] = set()
    found: list[Cluster] = []
    for index, spot in enumerate(waiting):
        if index in taken:
            continue
        near = [
            other
            for other in _around(grid, _square(spot, cell))
            if other not in taken and _apart(spot, waiting[other]) <= cell
        ]
        taken.update(near)
        found.append(_joined(spot, [waiting[other] for other in near], whole))
    return sorted(found, key=lambda one: -one.count)


def kilometres(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Between two points given as (latitude, longitude)."""
    south, north = radians(a[0]), radians(b[0])
    half = sin((north - south) / 2) ** 2
    half += cos(south) * cos(north) * sin(radians(b[1] - a[1]) / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(half)))


def _square(spot: Spot, cell: float) -> tuple[int, int]:
    return floor(spot.latitude / cell), floor(spot.longitude / cell)


def _around(grid: dict[tuple[int, int], list[int]], square: tuple[int, int]) -> Iterable[int]:
    row, column = square
    for y in (row - 1, row, row + 1):
        for x in (column - 1, column, column + 1):
            yield from grid.get((y, x), ())


def _apart(a: Spot, b: Spot) -> float:
    """As far as on a flat map, in degrees."""
    return max(abs(a.latitude - b.latitude), abs(a.longitude - b.longitude))


def _joined(largest: Spot, spots: Sequence[Spot], whole: dict[Named, int]) -> Cluster:
    # Around the largest, not around the middle: so that clusters keep their distance.
    latitude, longitude = largest.latitude, largest.longitude
    count = sum(spot.count for spot in spots)
    names = {spot.place for spot in spots}
    [only] = names if len(names) == 1 else [(None, None, None)]
    country_code, city, region = only if whole.get(only) == count else (None, None, None)
    return Cluster(
        latitude=round(latitude, 5),
        longitude=round(longitude, 5),
        radius_km=round(max(_reach(spot, (latitude, longitude)) for spot in spots), 1),
        radius_known=all(spot.accuracy_km is not None for spot in spots),
        count=count,
        box=Box(
            south=min(spot.box.south for spot in spots),
            west=min(spot.box.west for spot in spots),
            north=max(spot.box.north for spot in spots),
            east=max(spot.box.east for spot in spots),
        ),
        places=len(names),
        country_code=country_code,
        city=city,
        region=region,
    )


def _reach(spot: Spot, centre: tuple[float, float]) -> float:
    """How far from the centre somebody of the spot may be."""
    box = spot.box
    corners = ((y, x) for y in (box.south, box.north) for x in (box.west, box.east))
    accuracy = NO_ACCURACY_KM if spot.accuracy_km is None else spot.accuracy_km
    return max(kilometres(centre, corner) for corner in corners) + accuracy
