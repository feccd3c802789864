"""Conversations by words: of what was said in them, and of the contact's name or address."""

from uuid import UUID

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

from openbook.contacts.prefixes import begins_with, next_text
from openbook.db import Connection, row
from openbook.tables.contacts import contact_words, contacts
from openbook.tables.conversations import conversation_words, conversations
from openbook.words import asked_words

MAX_WORDS = 8
FEW = 2_000
"""So many conversations with a word are named one by one; where there are more, the list is walked
and each is asked, which fills a page soon."""
_C = conversations.c
_NONE = literal([], ARRAY(Uuid))


async def among_words(conn: Connection, workspace_id: UUID, text: str) -> list[ColumnElement[bool]]:
    """The conditions over `conversations` that a search means: all words must be found.

    A word may begin a word of a message, a note, or the contact's name. What has an @ is an
    address, of the contact or written by somebody.
    """
    if "@" in text:
        return [
            or_(_addressed(workspace_id, text), and_(*await _all_words(conn, workspace_id, text)))
        ]
    return await _all_words(conn, workspace_id, text)


async def _all_words(conn: Connection, workspace_id: UUID, text: str) -> list[ColumnElement[bool]]:
    words = list(dict.fromkeys(asked_words(text)))[:MAX_WORDS]
    if not words:
        return [false()]
    return [await _has_word(conn, workspace_id, word) for word in words]


async def _has_word(conn: Connection, workspace_id: UUID, word: str) -> ColumnElement[bool]:
    said = select(conversation_words.c.conversation_id.label("id")).where(
        conversation_words.c.workspace_id == workspace_id, _begins(conversation_words.c.word, word)
    )
    named = _of_named(workspace_id, word)
    some = union_all(said.limit(FEW + 1), named.limit(FEW + 1)).subquery()
    # One array, a row for each would cost more than to find them; none where they are too many.
    ids = case((func.count() <= FEW, func.coalesce(func.array_agg(some.c.id), _NONE)))
    found = await row(conn, select(ids.label("ids")).select_from(some))
    if found is not None and found["ids"] is not None:
        return _C.id == any_(literal(list(set(found["ids"])), ARRAY(Uuid)))
    # Scalar subqueries are asked for each conversation of the walk; EXISTS might be turned into a
    # hash of everything that has the word.
    in_messages = (
        select(literal(1))
        .where(
            conversation_words.c.workspace_id == workspace_id,
            conversation_words.c.conversation_id == _C.id,
            _begins(conversation_words.c.word, word),
        )
        .limit(1)
        .correlate(conversations)
        .scalar_subquery()
        .is_not(None)
    )
    in_name = (
        select(literal(1))
        .where(
            contact_words.c.workspace_id == workspace_id,
            contact_words.c.contact_id == _C.contact_id,
            _begins(contact_words.c.word, word),
        )
        .limit(1)
        .correlate(conversations)
        .scalar_subquery()
        .is_not(None)
    )
    return or_(in_messages, in_name)


def _of_named(workspace_id: UUID, word: str) -> Select[tuple[UUID]]:
    return (
        select(_C.id)
        .join(
            contact_words,
            and_(
                contact_words.c.workspace_id == _C.workspace_id,
                contact_words.c.contact_id == _C.contact_id,
            ),
        )
        .where(_C.workspace_id == workspace_id, _begins(contact_words.c.word, word))
    )


def _addressed(workspace_id: UUID, text: str) -> ColumnElement[bool]:
    whose = select(contacts.c.id).where(
        contacts.c.workspace_id == workspace_id, begins_with(contacts.c.email_key, text.lower())
    )
    return _C.contact_id.in_(whose)


def _begins(column: ColumnElement[str], word: str) -> ColumnElement[bool]:
    """The column is in the order of its bytes, so that plain comparisons mean a prefix."""
    after = next_text(word)
    least = column >= word
    return least if after is None else and_(least, column < after)
