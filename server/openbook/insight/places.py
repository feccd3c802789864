"""Contacts grouped by where they are: the one statement behind the map."""

from uuid import UUID

from sqlalchemy import and_, case, func, or_, select

from openbook.contacts.finding import conditions
from openbook.contacts.search import Question
from openbook.contacts.segments import Attributes, Expression
from openbook.db import Connection, Row, rows
from openbook.insight.clusters import Named, Spot, cluster
from openbook.insight.reading import MAP, Bounds, Source, source, whose
from openbook.insight.schemas import Box, ContactMap, CountryCount, PlaceCount
from openbook.tables.contacts import contacts

MOST_PLACES = 200
VAGUE_KM = 200.0
"""Coordinates that may be farther off are those of a whole country (collect/enrich/place.py)."""
_SAID = ("country_code", "city", "region", "latitude", "longitude", "accuracy_km")


async def contact_map(
    conn: Connection,
    workspace_id: UUID,
    question: Question,
    attributes: Attributes,
    *,
    cell: float,
    box: Box | None,
    bounds: Bounds = MAP,
) -> ContactMap:
    """Where the contacts are that answer the question, in one statement."""
    asked = await conditions(conn, workspace_id, question, attributes)
    read = await source(conn, workspace_id, asked, bounds)
    found = await _by_place(conn, whose(workspace_id, asked.all, read), read, cell, box)
    near = [one for one in found if one["near"]]
    spots = [_spot(one, read) for one in near]
    countries: dict[str | None, int] = {}
    places: dict[Named, int] = {}
    for one in found:
        if not one["near"]:
            code = one["country_code"]
            countries[code] = countries.get(code, 0) + read.scaled(one["number"])
    for spot in spots:
        places[spot.place] = places.get(spot.place, 0) + spot.count
    unknown = countries.pop(None, 0)
    ranked = sorted(places.items(), key=lambda item: (-item[1], *map(str, item[0])))
    return ContactMap(
        total=read.scaled(sum(one["number"] for one in found)),
        about=read.about,
        unknown=unknown,
        clusters=cluster(spots, cell),
        countries=[
            CountryCount(code, number)
            for code, number in sorted(countries.items(), key=lambda item: -item[1])
            if code is not None
        ],
        places=[PlaceCount(*place, number) for place, number in ranked[:MOST_PLACES]],
        more_places=max(0, len(ranked) - MOST_PLACES),
    )


async def _by_place(
    conn: Connection, wanted: list[Expression], read: Source, cell: float, box: Box | None
) -> list[Row]:
    """A row for each place in each cell of the grid, and for each country with no finer place.

    Contacts are grouped by what the look-up said, which many share; the rest is asked of groups.
    The grid is of half a cell, so that what is joined afterwards is centred on where most are.
    """
    said = [read.of(contacts.c[name]) for name in _SAID]
    same = (
        select(*(column.label(name) for name, column in zip(_SAID, said, strict=True)))
        .add_columns(func.count().label("number"))
        .select_from(read.table)
        .where(*wanted)
        .group_by(*said)
        .subquery()
    )
    s = same.c
    located = and_(
        s.latitude.is_not(None),
        s.longitude.is_not(None),
        func.coalesce(s.accuracy_km, 0) <= VAGUE_KM,
        or_(s.city.is_not(None), s.region.is_not(None)),
    )
    each = select(
        same,
        located.label("near"),
        case((located, func.floor(s.latitude * (2 / cell)))).label("y"),
        case((located, func.floor(s.longitude * (2 / cell)))).label("x"),
        case((located, s.city)).label("town"),
        case((and_(located, s.city.is_(None)), s.region)).label("area"),
    ).subquery()
    e = each.c
    grouped = select(
        e.near,
        e.country_code,
        e.town.label("city"),
        e.area.label("region"),
        func.sum(e.number).label("number"),
        (func.sum(e.latitude * e.number) / func.sum(e.number)).label("latitude"),
        (func.sum(e.longitude * e.number) / func.sum(e.number)).label("longitude"),
        func.min(e.latitude).label("south"),
        func.max(e.latitude).label("north"),
        func.min(e.longitude).label("west"),
        func.max(e.longitude).label("east"),
        func.max(e.accuracy_km).label("accuracy_km"),
        func.bool_or(e.accuracy_km.is_(None)).label("no_accuracy"),
    ).group_by(e.near, e.y, e.x, e.country_code, e.town, e.area)
    if box is not None:
        inside = and_(
            e.latitude.between(box.south, box.north), e.longitude.between(box.west, box.east)
        )
        grouped = grouped.where(or_(e.near.is_not(True), inside))
    return [{**one, "number": int(one["number"])} for one in await rows(conn, grouped)]


def _spot(one: Row, read: Source) -> Spot:
    return Spot(
        place=(one["country_code"], one["city"], one["region"]),
        count=max(1, read.scaled(one["number"])),
        latitude=one["latitude"],
        longitude=one["longitude"],
        box=Box(one["south"], one["west"], one["north"], one["east"]),
        accuracy_km=None if one["no_accuracy"] else one["accuracy_km"],
    )
