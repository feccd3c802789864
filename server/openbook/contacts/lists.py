"""Pages of contacts, the last seen first.

The index holds the hour a contact was last seen in, so that it rarely moves. The newest contacts,
HEAD at most, are in the exact order: their hours are read and sorted. Behind them the list follows
the index: from hour to hour, within an hour by id, however many contacts were seen in it. What one
page holds is shown in the exact order.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import (
    TIMESTAMP,
    ColumnElement,
    Select,
    Uuid,
    and_,
    bindparam,
    case,
    func,
    literal,
    literal_column,
    or_,
    select,
    tuple_,
)

from openbook.contacts.finding import Conditions, conditions, table_size
from openbook.contacts.queries import complete, select_contacts, with_ids
from openbook.contacts.schemas import Contact
from openbook.contacts.search import Question
from openbook.contacts.segments import Attributes
from openbook.contacts.shown import SEEN
from openbook.db import Connection, Row, compiled, row, rows
from openbook.tables.contacts import contacts

HEAD = 1_000
WALK = 10_000
"""Contacts that are asked one by one along the index in the first stretch, and twice as many in
the second, before anything else is tried: 10 ms and 20."""
SCAN_IS_FASTER = 200
"""A walk to 50 answers passes 50 / share contacts at four times the price of a scan of all; so a
scan is faster where fewer than this many of all contacts answer."""
EVERY_HOUR = -1
"""The end of a head that is the whole list: hours are counted from 0."""
TIME = TIMESTAMP(timezone=True)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_NEVER = literal_column("'-infinity'::timestamptz", TIME)
_MOMENT = func.coalesce(SEEN, _NEVER)
_NO_INDEX = contacts.c.seen_hour + 0
"""A sum is no column of the index: what is few is found first and sorted then."""
_BY_HOUR = contacts.c.seen_hour.desc(), contacts.c.id.desc()


def _hour_at(offset: int) -> ColumnElement[Any]:
    mine = contacts.c.workspace_id == bindparam("workspace_id", type_=Uuid)
    hour = select(contacts.c.seen_hour).where(mine).order_by(*_BY_HOUR)
    return hour.offset(offset).limit(1).scalar_subquery()


_HEAD = compiled(select(_hour_at(0).label("newest"), _hour_at(HEAD).label("ending")))

Position = list[int | str | None]
"""As a cursor carries it: the parts of a `Place`."""


class Place(msgspec.Struct, frozen=True, array_like=True):
    """Behind which contact a page begins."""

    head_end: int
    """Hours after this one are in the exact order."""
    hour: int
    micros: int | None
    """Microseconds since 1970; None for a contact that was never seen."""
    id: str

    @property
    def key(self) -> tuple[int, UUID]:
        return self.hour, UUID(self.id)


class Page(msgspec.Struct, frozen=True):
    """Contacts of one page, and the position of the last if there are more."""

    items: list[Contact]
    next: Position | None


async def page(
    conn: Connection,
    workspace_id: UUID,
    question: Question,
    attributes: Attributes,
    limit: int,
    after: Position | None,
) -> Page:
    """At most `limit` contacts that answer the question, from behind the position `after`."""
    place = None if after is None else msgspec.convert(after, Place)
    # Who began a list that was sorted as a whole goes on with it.
    walks = place is None or place.head_end != EVERY_HOUR
    asked = await conditions(conn, workspace_id, question, attributes, paged=walks)
    head_end, anybody = EVERY_HOUR, True
    if place is not None:
        head_end = place.head_end
    elif not asked.few:
        head_end, anybody = await _head(conn, workspace_id)
    # What the index holds: where it can answer alone, no contact has to be read.
    listed = select(contacts.c.id, contacts.c.seen_hour).where(
        contacts.c.workspace_id == workspace_id
    )
    answers = listed.where(*asked.all)
    found: list[Row] = []
    if anybody and (place is None or place.hour > head_end):
        found = await _in_head(conn, answers, place, head_end, limit + 1)
        place = None
    if len(found) <= limit and head_end != EVERY_HOUR:
        begin = contacts.c.seen_hour <= head_end if place is None else _before(place.key)
        room = limit + 1 - len(found)
        if asked.all:
            found += await _in_tail(conn, workspace_id, listed, asked, begin, room)
        else:
            found += await rows(conn, answers.where(begin).order_by(*_BY_HOUR).limit(room))
    more, found = len(found) > limit, found[:limit]
    ending = position(found[-1], head_end) if more else None
    return Page(await _shown(conn, workspace_id, found), ending)


async def in_order_of_ids(
    conn: Connection,
    workspace_id: UUID,
    question: Question,
    attributes: Attributes,
    limit: int,
    after: UUID | None,
) -> list[Contact]:
    """The next `limit` contacts that answer the question, the oldest ids first: for an export."""
    asked = await conditions(conn, workspace_id, question, attributes)
    statement = select_contacts(workspace_id).where(*asked.all)
    if after is not None:
        statement = statement.where(contacts.c.id > after)
    found = await rows(conn, statement.order_by(contacts.c.id).limit(limit))
    return await complete(conn, workspace_id, found)


def position(found: Row, head_end: int) -> Position:
    """Where a row stands in the list; one behind the head by its hour and id alone."""
    moment: datetime | None = found.get("seen")
    micros = None if moment is None else (moment - _EPOCH) // _MICROSECOND
    return [head_end, found["seen_hour"], micros, found["id"].hex]


async def _head(conn: Connection, workspace_id: UUID) -> tuple[int, bool]:
    """The hour at which the exact order ends: that of the contact behind the newest HEAD ones.

    And whether anybody was seen since: where more than HEAD were in this hour, nobody was.
    """
    text, parameters = _HEAD
    cursor = await conn.execute(text, parameters | {"workspace_id": workspace_id})
    found = await cursor.fetchone()
    if found is None or found["ending"] is None:
        return EVERY_HOUR, True
    return found["ending"], found["newest"] > found["ending"]


async def _key_at(conn: Connection, where: ColumnElement[bool], offset: int) -> Row | None:
    return await row(
        conn,
        select(contacts.c.seen_hour, contacts.c.id)
        .where(where)
        .order_by(*_BY_HOUR)
        .offset(offset)
        .limit(1),
    )


async def _in_head(
    conn: Connection, answers: Select[Any, Any], place: Place | None, head_end: int, limit: int
) -> list[Row]:
    """In the exact order: all of the head is read, and sorted hour by hour."""
    if head_end != EVERY_HOUR:
        answers = answers.where(contacts.c.seen_hour > head_end)
    if place is not None:
        answers = answers.where(_behind(place))
    hour = _NO_INDEX if head_end == EVERY_HOUR else contacts.c.seen_hour
    exactly = answers.add_columns(SEEN.label("seen")).order_by(
        hour.desc(), _MOMENT.desc(), contacts.c.id.desc()
    )
    return await rows(conn, exactly.limit(limit))


def _behind(place: Place) -> ColumnElement[bool]:
    moment = _NEVER if place.micros is None else literal(_EPOCH + _MICROSECOND * place.micros, TIME)
    earlier = tuple_(_MOMENT, contacts.c.id) < tuple_(moment, literal(UUID(place.id)))
    # The first half is what the index can begin from.
    return and_(contacts.c.seen_hour <= place.hour, or_(contacts.c.seen_hour < place.hour, earlier))


async def _in_tail(
    conn: Connection,
    workspace_id: UUID,
    listed: Select[Any, Any],
    asked: Conditions,
    begin: ColumnElement[bool],
    limit: int,
) -> list[Row]:
    """Along the index, in stretches; where these show that answers are rare, by a scan of the rest.

    How rare an answer is, the planner cannot know: conditions that ignore case are a guess to it,
    and who came lately may be unlike all others. What the index can tell itself is walked to the
    end: it passes five contacts in the time that another one takes to be read.
    """
    if asked.along:
        walk = listed.where(begin, *asked.along, _opaque(asked.all)).order_by(*_BY_HOUR)
        return await rows(conn, walk.limit(limit))
    found: list[Row] = []
    passed, stretch = 0, WALK
    while True:
        last = await _key_at(conn, and_(contacts.c.workspace_id == workspace_id, begin), stretch)
        if passed <= WALK:
            walk = listed.where(begin, _opaque(asked.all)).order_by(*_BY_HOUR)
        else:
            walk = listed.where(begin, *asked.all).order_by(_NO_INDEX.desc(), contacts.c.id.desc())
        walk = walk.limit(limit - len(found))
        if last is None:
            return found + await rows(conn, walk)
        end = last["seen_hour"], last["id"]
        found += await rows(conn, walk.where(_from(end)))
        if len(found) == limit:
            return found
        passed, stretch = passed + stretch, 2 * WALK
        if passed > WALK:
            if len(found) * await table_size(conn) < SCAN_IS_FASTER * passed:
                rest = listed.where(_before(end, _NO_INDEX), *asked.all)
                rest = rest.order_by(_NO_INDEX.desc(), contacts.c.id.desc())
                return found + await rows(conn, rest.limit(limit - len(found)))
            # As far as the rest of the page should be, and half as far again.
            stretch = max(WALK, 3 * passed * (limit - len(found)) // (2 * len(found)))
        begin = _before(end)


def _opaque(wanted: Sequence[ColumnElement[bool]]) -> ColumnElement[bool]:
    """The same, as something of which the planner knows nothing and thinks that half have it.

    So it walks along the index of the list, and takes no other.
    """
    return case((and_(*wanted), True), else_=False)


def _before(
    key: tuple[int, UUID], hour: ColumnElement[int] = contacts.c.seen_hour
) -> ColumnElement[bool]:
    # The comparison of the hour alone says nothing new, but the planner has statistics for it.
    return and_(tuple_(hour, contacts.c.id) < tuple_(*map(literal, key)), hour <= key[0])


def _from(key: tuple[int, UUID]) -> ColumnElement[bool]:
    hour = contacts.c.seen_hour
    return and_(tuple_(hour, contacts.c.id) >= tuple_(*map(literal, key)), hour >= key[0])


async def _shown(conn: Connection, workspace_id: UUID, keys: Sequence[Row]) -> list[Contact]:
    """The contacts with these keys, the last seen first."""
    if not keys:
        return []
    ids = [key["id"] for key in keys]
    found = await with_ids(conn, workspace_id, ids)
    found.sort(key=lambda one: (one["seen"] or _EPOCH, one["id"]), reverse=True)
    return await complete(conn, workspace_id, found)
