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
    case,
    false,
    func,
    literal,
    or_,
    select,
    union_all,
)

from openbook.contacts.filters import Filter
from openbook.contacts.prefixes import begins_with, next_text
from openbook.contacts.search import Question
from openbook.contacts.seen_as import seen_as
from openbook.contacts.segments import Attributes, expression
from openbook.contacts.spellings import (
    ASKED,
    BESIDE,
    LEADER,
    LED,
    Spelled,
    always,
    of_condition,
    spellings,
)
from openbook.db import Connection, row, rows
from openbook.tables.contacts import contact_words, contacts, devices, identities
from openbook.tags.queries import contacts_with
from openbook.words import asked_words

FEW = 4
"""So many times the root of the table's size: as many contacts found by words are read and sorted
(of a million 4,000, in 20 ms). Where it is more, a walk along those who are known fills a page as
soon: it passes the fewer of them, the more there are."""
READ = 1
"""So many times that root are read for a page that words alone ask for: the walk along the index
of those who are known looks at nothing else then, and costs less from there on (of a million, with
1,000 found: 5 ms either way)."""
GATHERED = 10
"""So many times that root: as many are gathered for such a walk to look among (of a million
10,000, in 7 ms). Where it is more, each contact that is passed is asked for its words: few are."""
MANY = 100_000
"""A table is taken to be no smaller, since it may have grown."""
NAMING = frozenset({"id", "user_id", "email", "anonymous_id"})
"""Fields of which a value is that of one contact, or of very few."""
TAGS = "tags"


class Conditions(Struct, frozen=True):
    """What must hold, and whether indexes have narrowed it to a few contacts already."""

    all: list[ColumnElement[bool]]
    few: bool
    along: list[ColumnElement[bool]] = []
    """Those among them that the index of the list itself can tell."""


async def conditions(
    conn: Connection,
    workspace_id: UUID,
    question: Question,
    attributes: Attributes,
    *,
    most: int = 0,
    paged: bool = False,
) -> Conditions:
    """The conditions over `contacts` that a question means. `most`: so many are few, if not more.

    Counting takes more of them for few than a list does: it has nothing to sort. `paged`: what is
    wanted is a page, in the order of the list, so that a walk may end early.
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
        whose = select(devices.c.contact_id).where(
            devices.c.workspace_id == workspace_id, seen_as([question.anonymous_id])
        )
        found.append(_among([one["contact_id"] for one in await rows(conn, whose)]))
    few = bool(found)
    along: list[ColumnElement[bool]] = []
    root = isqrt(max(MANY, await table_size(conn)))
    most = max(most, FEW * root)
    if question.words:
        alone = paged and not found and question.filter is None
        asked = GATHERED * root if alone else most
        number, mentioned = await _mentioned(conn, workspace_id, question.words, asked)
        if number > asked:
            found += [_KNOWN, _mentions(question.words)]
            along.append(_KNOWN)
        elif alone and number > READ * root:
            # Gathered once, as a hash, whatever the planner thinks of them.
            found.append(case((contacts.c.id.in_(mentioned), True), else_=False))
            along.append(_KNOWN)
        else:
            found.append(contacts.c.id == any_(func.array(mentioned.scalar_subquery())))
            few = True
    if question.filter is not None:
        spelled = await spellings(conn, workspace_id, question.filter)
        found.append(expression(question.filter, attributes, spelled))
        tagged = await _tagged(conn, workspace_id, question.filter, most)
        if tagged is not None:
            found.append(_among(tagged))
        few = few or tagged is not None
        few = few or await _few_led(conn, workspace_id, question.filter, spelled, attributes, most)
        along += [
            expression(part, attributes, spelled)
            for part in always(question.filter)
            if part.field == LEADER and of_condition(part, spelled) is not None
        ]
    return Conditions(found, few, along)


async def _tagged(
    conn: Connection, workspace_id: UUID, filter: Filter, most: int
) -> list[UUID] | None:
    """Who has the tag that a filter asks for, where they are few."""
    for part in always(filter):
        if part.field == TAGS and part.op in ASKED:
            asked = part.value if isinstance(part.value, list) else [part.value]
            found = await contacts_with(conn, workspace_id, asked, most)
            if found is not None:
                return found
    return None


async def _few_led(
    conn: Connection,
    workspace_id: UUID,
    filter: Filter,
    spelled: Spelled,
    attributes: Attributes,
    most: int,
) -> bool:
    """Whether an index alone shows that no more than few can meet a filter."""
    parts = always(filter)
    if any(part.field in NAMING and part.op in ASKED for part in parts):
        return True
    known = [part for part in parts if of_condition(part, spelled) is not None]
    for field in LED:
        held = [part for part in known if part.field in (field, BESIDE if field == LEADER else "")]
        if not any(part.field == field for part in held):
            continue
        some = (
            select(literal(1))
            .where(
                contacts.c.workspace_id == workspace_id,
                *(expression(part, attributes, spelled) for part in held),
            )
            .limit(most + 1)
            .subquery()
        )
        found = await row(conn, select(func.count().label("number")).select_from(some))
        if found is not None and found["number"] <= most:
            return True
    return False


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
) -> tuple[int, Select[tuple[UUID]]]:
    """Whose name has words that begin like these, or whose address or user id begins so.

    How many are found, whom two ways find twice; more than `most` where there are more. And the
    statement that finds them: to carry thousands of ids here and back takes longer than to read
    them once more in an index.
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
    some = union_all(*(way.limit(most + 1) for way in ways)).subquery()
    found = await row(conn, select(func.count().label("number")).select_from(some))
    return (found["number"] if found else 0), select(some.c.id)


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


_KNOWN = or_(
    contacts.c.name.is_not(None),
    contacts.c.email_key.is_not(None),
    contacts.c.user_id.is_not(None),
)
"""Which contacts are in the index of those who are known."""


def _mentions(text: str) -> ColumnElement[bool]:
    """The same as a condition on one contact who is known, for a walk along the list."""
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
    return or_(*_identified(text), and_(*has_words) if words else false())


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
