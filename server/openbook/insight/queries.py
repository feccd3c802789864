"""Contacts grouped by when they came and by what they have in common."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import structs
from sqlalchemy import (
    ARRAY,
    TIMESTAMP,
    ColumnElement,
    and_,
    case,
    func,
    literal,
    literal_column,
    select,
    tuple_,
)

from openbook.contacts.finding import conditions
from openbook.contacts.search import Question
from openbook.contacts.segments import Attributes
from openbook.contacts.shown import SHOWN_AS
from openbook.db import Connection, Row, rows
from openbook.insight.periods import Span
from openbook.insight.reading import (
    ALL,
    IN_COMMON,
    SERIES,
    Bounds,
    Source,
    made_since,
    source,
    whose,
)
from openbook.insight.schemas import (
    Breakdown,
    Bucket,
    Insight,
    Measure,
    Series,
    ValueCount,
)
from openbook.tables.contacts import contacts

MOST_VALUES = 10
PLATFORMS = ("web", "android", "ios")
Wanted = Sequence[ColumnElement[bool]]
_TIMES = ARRAY(TIMESTAMP(timezone=True))
_FIELDS: dict[str, ColumnElement[Any]] = {
    "country_code": contacts.c.country_code,
    "browser_name": contacts.c.browser_name,
    "os": contacts.c.os,
    "referrer": contacts.c.referrer,
    # A parameter would be another one in each place that it stands.
    "utms.campaign": contacts.c.utms.op("->>")(literal_column("'campaign'")),
}
"""A field as a filter names it -> its value."""
_USES: dict[str, ColumnElement[bool]] = {
    "web": SHOWN_AS["web_sessions"] > 0,
    "android": contacts.c.android_last_seen_at.is_not(None),
    "ios": contacts.c.ios_last_seen_at.is_not(None),
}


async def insight(
    conn: Connection,
    workspace_id: UUID,
    question: Question,
    attributes: Attributes,
    *,
    period: Span,
    measure: Measure,
    bounds: tuple[Bounds, Bounds] = (SERIES, IN_COMMON),
) -> Insight:
    """When the contacts came that answer the question, and what they have in common."""
    asked = await conditions(conn, workspace_id, question, attributes)
    since = period.since
    # Who was first or last seen since then has an hour since then: the index knows them.
    hour = None if since is None else int(since.timestamp()) // 3600
    over_time, alike = bounds
    for_series = await source(conn, workspace_id, asked, over_time, hour)
    in_common = await source(conn, workspace_id, asked, alike, hour)
    recent = asked.all if hour is None else [*asked.all, contacts.c.seen_hour >= hour]
    series = await _series(conn, whose(workspace_id, recent, for_series), for_series, period)
    if series.about and since is not None:
        made = await made_since(conn, workspace_id, since)
        if made is not None:
            wanted = whose(workspace_id, [*asked.all, made], ALL)
            series = await _with_new(conn, series, wanted, period)
    meant = recent if since is None else [*recent, _moment_of(measure) >= since]
    total, breakdowns = await _in_common(conn, whose(workspace_id, meant, in_common), in_common)
    return Insight(
        since=None if since is None else int(since.timestamp()),
        total=total,
        about=in_common.about,
        zone=period.zone,
        series=series,
        breakdowns=breakdowns,
    )


def _moment_of(measure: Measure) -> ColumnElement[Any]:
    return SHOWN_AS["first_seen_at" if measure == "new" else "last_seen_at"]


async def _series(conn: Connection, wanted: Wanted, read: Source, period: Span) -> Series:
    """New and last seen contacts of each part of the period, from one pass over the contacts."""
    begins = period.begins
    edges = literal(begins, _TIMES)
    each = (
        select(
            *(
                func.width_bucket(read.of(_moment_of(measure)), edges).label(measure)
                for measure in ("new", "seen")
            )
        )
        .select_from(read.table)
        .where(*wanted)
        .subquery()
    )
    pairs = select(each.c.new, each.c.seen, func.count().label("number")).group_by(
        each.c.new, each.c.seen
    )
    counts = {"new": [0] * (len(begins) + 1), "seen": [0] * (len(begins) + 1)}
    for pair in await rows(conn, pairs):
        for measure, numbers in counts.items():
            if pair[measure] is not None:
                numbers[pair[measure]] += pair["number"]
    if period.since is None:
        for numbers in counts.values():
            numbers[1] += numbers[0]
    ends = [*begins[1:], period.ends]
    buckets = [
        Bucket(_seconds(begin), _seconds(end), read.scaled(new), read.scaled(seen))
        for begin, end, new, seen in zip(
            begins, ends, counts["new"][1:], counts["seen"][1:], strict=True
        )
    ]
    if period.since is None:
        buckets = _from_the_first(buckets)
    return Series(unit=period.unit, about=read.about, buckets=buckets)


async def _with_new(conn: Connection, series: Series, wanted: Wanted, period: Span) -> Series:
    """The series with its new contacts counted one by one: those of a day lie together, so that a
    sample of pages says little about them."""
    bucket = func.width_bucket(_moment_of("new"), literal(period.begins, _TIMES)).label("bucket")
    each = select(bucket).where(*wanted).subquery()
    grouped = select(each.c.bucket, func.count().label("number")).group_by(each.c.bucket)
    counts = {one["bucket"]: one["number"] for one in await rows(conn, grouped)}
    buckets = [
        structs.replace(one, new=counts.get(number, 0))
        for number, one in enumerate(series.buckets, start=1)
    ]
    return structs.replace(series, buckets=buckets)


def _from_the_first(buckets: list[Bucket]) -> list[Bucket]:
    """Without the months before anybody came; a year at least, or it would be no picture."""
    first = next((i for i, one in enumerate(buckets) if one.new or one.seen), len(buckets))
    return buckets[min(first, len(buckets) - 12) :]


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


async def _in_common(conn: Connection, wanted: Wanted, read: Source) -> tuple[int, list[Breakdown]]:
    """How many they are, and the most frequent values of each field, from one pass."""
    each = (
        select(
            *(read.of(value).label(name) for name, value in _FIELDS.items()),
            *(read.of(uses).label(name) for name, uses in _USES.items()),
        )
        .select_from(read.table)
        .where(*wanted)
        .subquery()
    )
    values = [each.c[name] for name in _FIELDS]
    uses = [each.c[name] for name in PLATFORMS]
    which = func.grouping(*values)
    grouped = (
        select(
            which.label("which"),
            func.coalesce(*values).label("value"),
            func.count().label("number"),
            *(func.count().filter(one).label(one.name) for one in uses),
            func.count().filter(and_(*(one.is_not(True) for one in uses))).label("nothing"),
        )
        .group_by(func.grouping_sets(*(tuple_(value) for value in values), tuple_()))
        .subquery()
    )
    g = grouped.c
    ranked = select(
        grouped,
        func.row_number()
        .over(partition_by=(g.which, g.value.is_(None)), order_by=(g.number.desc(), g.value))
        .label("rank"),
        func.sum(case((g.value.is_not(None), g.number), else_=0))
        .over(partition_by=g.which)
        .label("known"),
    ).subquery()
    found = await rows(conn, select(ranked).where(ranked.c.rank <= MOST_VALUES))
    return _breakdowns(found, read)


def _breakdowns(found: Sequence[Row], read: Source) -> tuple[int, list[Breakdown]]:
    everybody = (1 << len(_FIELDS)) - 1
    whole = next((one for one in found if one["which"] == everybody), None)
    total = whole["number"] if whole else 0
    made: list[Breakdown] = []
    for index, name in enumerate(_FIELDS):
        # GROUPING has a bit for each field, the first one the highest; 0 where it is grouped by.
        which = everybody & ~(1 << (len(_FIELDS) - 1 - index))
        mine = [one for one in found if one["which"] == which]
        known = int(mine[0]["known"]) if mine else 0
        top = sorted((one for one in mine if one["value"] is not None), key=lambda one: one["rank"])
        made.append(
            Breakdown(
                field=name,
                values=[ValueCount(one["value"], read.scaled(one["number"])) for one in top],
                others=read.scaled(known - sum(one["number"] for one in top)),
                unknown=read.scaled(total - known),
            )
        )
    uses = [(name, whole[name] if whole else 0) for name in PLATFORMS]
    made.append(
        Breakdown(
            field="platform",
            values=[
                ValueCount(name, read.scaled(number))
                for name, number in sorted(uses, key=lambda one: -one[1])
                if number
            ],
            others=0,
            unknown=read.scaled(whole["nothing"] if whole else 0),
        )
    )
    return read.scaled(total), made
