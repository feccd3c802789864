"""A question as conditions over contacts: identities looked up, words found among names.

What an index answers is asked first. Row-level security keeps every operator out of an index that
is not leakproof, so text search and LIKE would read every row: words are rows of their own.
"""

from math import isqrt
from uuid import UUID

from msgspec import Struct
from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Select,
    Uuid,
    and_,
    any_,
    false,
    func,
    literal,
    or_,
    select,
    union_all,
)

from openbook.contacts.prefixes import begins_with, next_text
from openbook.contacts.search import Question
from openbook.contacts.segments import Attributes, expression
from openbook.db import Connection, row, rows
from openbook.tables.contacts import contact_words, contacts, devices, identities
from openbook.words import asked_words

FEW = 4
"""So many times the root of the table's size: as many contacts found by words are read and sorted
(of a million 4,000, in 20 ms). Where it is more, a walk along those who are known fills a page as
soon: it passes the fewer of them, the more there are."""
MANY = 100_000
"""A table is taken to be no smaller, since it may have grown."""


class Conditions(Struct, frozen=True):
    """What must hold, and whether indexes have narrowed it to a few contacts already."""

    all: list[ColumnElement[bool]]
    few: bool


async def conditions(
    conn: Connection,
    workspace_id: UUID,
    question: Question,
    attributes: Attributes,
    *,
    most: int = 0,
) -> Conditions:
    """The conditions over `contacts` that a question means. `most`: so many are few, if not more.

    Counting takes more of them for few than a list does: it has nothing to sort.
    """
    found: list[ColumnElement[bool]] = []
    if question.user_id is not None:
        found.append(
            await _known_by(conn, workspace_id, "user_id", question.user_id, contacts.c.user_id)
        )
    if question.email is not None:
        found.append(
            await _known_by(conn, workspace_id, "email", question.email, contacts.c.email_key)
        )
    if question.anonymous_id is not None:
        seen_as = select(devices.c.contact_id).where(
            devices.c.workspace_id == workspace_id,
            devices.c.anonymous_id == question.anonymous_id,
        )
        found.append(_among([one["contact_id"] for one in await rows(conn, seen_as)]))
    few = bool(found)
    if question.words:
        mentioned = await _mentioned(conn, workspace_id, question.words, most)
        few = few or mentioned is not None
        found += _mentions(question.words) if mentioned is None else [_among(mentioned)]
    if question.filter is not None:
        found.append(expression(question.filter, attributes))
    return Conditions(found, few)


def _among(ids: list[UUID]) -> ColumnElement[bool]:
    # One array, however many there are.
    return contacts.c.id == any_(literal(ids, ARRAY(Uuid)))


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


async def _mentioned(
    conn: Connection, workspace_id: UUID, text: str, most: int
) -> list[UUID] | None:
    """Whose name has words that begin like these, or whose address or user id begins so.

    None where they are more than few.
    """
    ways: list[Select[tuple[UUID]]] = [
        select(contacts.c.id).where(contacts.c.workspace_id == workspace_id, identified)
        for identified in _identified(text)
    ]
    # The longest word has the fewest; the others are looked for among its contacts.
    words = sorted(_name_words(text), key=len, reverse=True)
    if words:
        named = _with_word(workspace_id, words[0])
        for word in words[1:]:
            other = _with_word(workspace_id, word).subquery()
            named = named.where(contact_words.c.contact_id.in_(select(other.c.id)))
        ways.append(named)
    most = max(most, FEW * isqrt(max(MANY, await table_size(conn))))
    some = union_all(*(way.limit(most + 1) for way in ways)).subquery()
    # One array: a row for each would cost more than to find them.
    found = await row(conn, select(func.array_agg(some.c.id).label("ids")))
    ids = (found["ids"] if found else None) or []
    return None if len(ids) > most else list(dict.fromkeys(ids))


async def table_size(conn: Connection) -> int:
    """About how many contacts there are, of all workspaces; 0 as long as nobody knows."""
    cursor = await conn.execute(
        "SELECT reltuples::bigint AS size FROM pg_class WHERE oid = 'contacts'::regclass"
    )
    found = await cursor.fetchone()
    return max(0, found["size"]) if found else 0


def _with_word(workspace_id: UUID, word: str) -> Select[tuple[UUID]]:
    return select(contact_words.c.contact_id.label("id")).where(
        contact_words.c.workspace_id == workspace_id, _word_begins(word)
    )


def _mentions(text: str) -> list[ColumnElement[bool]]:
    """The same as conditions on one contact, for a walk along the list."""
    known = or_(
        contacts.c.name.is_not(None),
        contacts.c.email_key.is_not(None),
        contacts.c.user_id.is_not(None),
    )
    words = _name_words(text)
    # A scalar subquery is asked for each contact of the walk; EXISTS might be turned into a hash
    # of everybody who has the word.
    has_words = [
        select(literal(1))
        .where(
            contact_words.c.workspace_id == contacts.c.workspace_id,
            contact_words.c.contact_id == contacts.c.id,
            _word_begins(word),
        )
        .limit(1)
        .correlate(contacts)
        .scalar_subquery()
        .is_not(None)
        for word in words
    ]
    return [known, or_(*_identified(text), and_(*has_words) if words else false())]


def _identified(text: str) -> list[ColumnElement[bool]]:
    return [
        begins_with(contacts.c.email_key, text.lower()),
        begins_with(contacts.c.user_id, text),
    ]


def _name_words(text: str) -> list[str]:
    """What has an @ is looked for among addresses and user ids alone."""
    return [] if "@" in text else asked_words(text)


def _word_begins(word: str) -> ColumnElement[bool]:
    """The column is in the order of its bytes, so that plain comparisons mean a prefix."""
    after = next_text(word)
    least = contact_words.c.word >= word
    return least if after is None else and_(least, contact_words.c.word < after)
