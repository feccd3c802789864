"""Lists of contacts: what a question asks for, in pages, as a number, or all of it.

Lists run newest first by when a contact was last seen. The index holds the hour only, so that
it rarely moves; within an hour PostgreSQL sorts (incremental sort on the index's prefix).
"""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy import (
    TIMESTAMP,
    ColumnElement,
    Text,
    and_,
    func,
    literal,
    literal_column,
    or_,
    select,
    tuple_,
)

from openbook.contacts.prefixes import begins_with, escaped
from openbook.contacts.queries import complete, select_contacts
from openbook.contacts.schemas import Contact, Count
from openbook.contacts.search import Question
from openbook.contacts.segments import Attributes, expression
from openbook.contacts.shown import SEEN
from openbook.db import Connection, Row, row, rows
from openbook.tables.contacts import contacts, devices, identities

COUNTED = 10_000
TIME = TIMESTAMP(timezone=True)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_SIMPLE = literal_column("'simple'::regconfig")
_NEVER = literal_column("'-infinity'::timestamptz", TIME)
_MOMENT = func.coalesce(SEEN, _NEVER)


class Page(msgspec.Struct, frozen=True):
    """Contacts of one page, and the position of the last if there are more."""

    items: list[Contact]
    next: list[int | str | None] | None


async def page(
    conn: Connection,
    workspace_id: UUID,
    question: Question,
    attributes: Attributes,
    limit: int,
    after: list[int | str | None] | None,
) -> Page:
    """At most `limit` contacts that answer the question, from behind the position `after`."""
    statement = select_contacts(workspace_id).where(
        *await _conditions(conn, workspace_id, question, attributes)
    )
    if after is not None:
        statement = statement.where(_behind(after))
    statement = statement.order_by(
        contacts.c.seen_hour.desc(), _MOMENT.desc(), contacts.c.id.desc()
    ).limit(limit + 1)
    found = await rows(conn, statement)
    more, found = len(found) > limit, found[:limit]
    items = await complete(conn, workspace_id, found)
    return Page(items, position(found[-1]) if more else None)


async def count(
    conn: Connection, workspace_id: UUID, question: Question, attributes: Attributes
) -> Count:
    """How many there are; counting a million takes a quarter of a second, so it stops at 10,000."""
    some = (
        select(contacts.c.id)
        .where(
            contacts.c.workspace_id == workspace_id,
            *await _conditions(conn, workspace_id, question, attributes),
        )
        .limit(COUNTED + 1)
        .subquery()
    )
    found = await row(conn, select(func.count().label("number")).select_from(some))
    number = found["number"] if found else 0
    return Count(count=min(number, COUNTED), about=number > COUNTED)


async def in_order_of_ids(
    conn: Connection,
    workspace_id: UUID,
    question: Question,
    attributes: Attributes,
    limit: int,
    after: UUID | None,
) -> list[Contact]:
    """The next `limit` contacts that answer the question, the oldest ids first: for an export."""
    statement = select_contacts(workspace_id).where(
        *await _conditions(conn, workspace_id, question, attributes)
    )
    if after is not None:
        statement = statement.where(contacts.c.id > after)
    found = await rows(conn, statement.order_by(contacts.c.id).limit(limit))
    return await complete(conn, workspace_id, found)


def position(found: Row) -> list[int | str | None]:
    """Where a row stands in the list: hour, microseconds since 1970 (None for never), id."""
    moment: datetime | None = found["seen"]
    microseconds = None if moment is None else (moment - _EPOCH) // _MICROSECOND
    return [found["seen_hour"], microseconds, found["id"].hex]


def _behind(after: list[int | str | None]) -> ColumnElement[bool]:
    hour, microseconds, hex_id = after
    moment = (
        _NEVER if microseconds is None else literal(_EPOCH + _MICROSECOND * int(microseconds), TIME)
    )
    earlier = tuple_(_MOMENT, contacts.c.id) < tuple_(moment, literal(UUID(str(hex_id))))
    # The first half is what the index can begin from.
    return and_(contacts.c.seen_hour <= hour, or_(contacts.c.seen_hour < hour, earlier))


async def _conditions(
    conn: Connection, workspace_id: UUID, question: Question, attributes: Attributes
) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if question.user_id is not None:
        conditions.append(
            await _known_by(conn, workspace_id, "user_id", question.user_id, contacts.c.user_id)
        )
    if question.email is not None:
        conditions.append(
            await _known_by(conn, workspace_id, "email", question.email, contacts.c.email_key)
        )
    if question.anonymous_id is not None:
        seen_as = select(devices.c.contact_id).where(
            devices.c.workspace_id == workspace_id,
            devices.c.anonymous_id == question.anonymous_id,
        )
        conditions.append(contacts.c.id.in_(seen_as))
    if question.words:
        conditions.append(_mentions(question.words))
    if question.filter is not None:
        conditions.append(expression(question.filter, attributes))
    return conditions


async def _known_by(
    conn: Connection,
    workspace_id: UUID,
    field: str,
    value: str,
    column: ColumnElement[str],
) -> ColumnElement[bool]:
    """Whose verified identity it is; only where nobody's is, those who merely claim it."""
    found = await row(
        conn,
        select(identities.c.contact_id).where(
            identities.c.workspace_id == workspace_id,
            identities.c.field == field,
            identities.c.value == value,
        ),
    )
    return column == value if found is None else contacts.c.id == found["contact_id"]


def _mentions(words: str) -> ColumnElement[bool]:
    """Words that begin like these in the name, or an address or user id that begins so.

    What has an @ is looked for among addresses and user ids alone, where an index answers.
    """
    identified = or_(
        begins_with(contacts.c.email_key, words.lower()), begins_with(contacts.c.user_id, words)
    )
    if "@" in words:
        return identified
    # Each word in quotes, so that no character of it is an operator of the text search.
    quoted = [word.replace("\\", "\\\\").replace("'", "''") for word in words.split()]
    prefixes = " & ".join(f"'{word}':*" for word in quoted)
    named = func.to_tsvector(_SIMPLE, contacts.c.name).op("@@", is_comparison=True)(
        func.to_tsquery(_SIMPLE, literal(prefixes, Text))
    )
    # What the words cannot miss is asked first: it costs a tenth of making a text search vector.
    plain = (word for word in words.split() if word.isalnum())
    contained = (
        func.lower(contacts.c.name).like(func.lower(f"%{escaped(word)}%")) for word in plain
    )
    return or_(and_(*contained, named), identified)
