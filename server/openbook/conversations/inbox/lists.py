"""Pages of a view of the inbox, the latest first: which conversations, in which order."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlalchemy import ColumnElement, Select, exists, literal, select, tuple_

from openbook.contacts.asked import storable
from openbook.conversations.inbox.finding import among_words
from openbook.conversations.inbox.schemas import View
from openbook.conversations.schemas import CLOSED, MERGED, OPEN, SNOOZED
from openbook.db import Connection, Row, rows
from openbook.errors import BadInput
from openbook.tables.contacts import contacts
from openbook.tables.conversations import conversations, mentions
from openbook.tables.people import memberships
from openbook.tables.tags import conversation_tags

MAX_TEXT = 320
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_C = conversations.c
_STATUS: dict[View, int] = {
    "open": OPEN, "mine": OPEN, "unassigned": OPEN, "snoozed": SNOOZED, "closed": CLOSED,
}  # fmt: skip

Position = list[int | str | None]
"""As a cursor carries it: microseconds since 1970 of the last message, and the id."""


class Asked(Struct, frozen=True, kw_only=True):
    """Which conversations a list is about; all that is named must hold."""

    view: View = "open"
    contact: UUID | None = None
    tag: UUID | None = None
    assignee: UUID | None = None
    words: str | None = None


class Page(Struct, frozen=True):
    """The ids of one page, and the position of the last if there are more."""

    ids: list[UUID]
    next: Position | None


def read_words(text: str | None) -> str | None:
    """What is looked for, trimmed; refuses what no text can hold."""
    if text is not None and (len(text) > MAX_TEXT or not storable(text)):
        raise BadInput(f"q is a text of at most {MAX_TEXT} characters, none of them NUL.")
    return " ".join((text or "").split()) or None


async def page(
    conn: Connection,
    workspace_id: UUID,
    user_id: UUID,
    asked: Asked,
    limit: int,
    after: Position | None,
) -> Page:
    """At most `limit` conversations for a member of the team, from behind the position `after`."""
    statement = _in_view(workspace_id, user_id, asked.view)
    if asked.contact is not None:
        statement = statement.where(_C.contact_id == asked.contact)
    if asked.assignee is not None:
        statement = statement.where(_C.assignee_id == asked.assignee)
    if asked.tag is not None:
        statement = statement.where(
            exists().where(
                conversation_tags.c.workspace_id == _C.workspace_id,
                conversation_tags.c.conversation_id == _C.id,
                conversation_tags.c.tag_id == asked.tag,
            )
        )
    if asked.words is not None:
        statement = statement.where(*await among_words(conn, workspace_id, asked.words))
    if after is not None:
        statement = statement.where(_behind(after))
    ordered = statement.order_by(_C.last_at.desc(), _C.id.desc()).limit(limit + 1)
    found = await rows(conn, ordered)
    more, found = len(found) > limit, found[:limit]
    return Page([one["id"] for one in found], _position(found[-1]) if more else None)


def _in_view(workspace_id: UUID, user_id: UUID, view: View) -> Select[Any, Any]:
    """What a view holds: nothing that was merged away, and nothing of spam but in its own."""
    statement = select(_C.id, _C.last_at).where(_C.workspace_id == workspace_id)
    spam = exists().where(
        contacts.c.workspace_id == workspace_id,
        contacts.c.id == _C.contact_id,
        contacts.c.spam,
    )
    if view == "spam":
        # Who is spam is asked first: they are few, and have an index of their own.
        whose = select(contacts.c.id).where(
            contacts.c.workspace_id == workspace_id, contacts.c.spam
        )
        return statement.where(_C.status < MERGED, _C.contact_id.in_(whose))
    statement = statement.where(~spam)
    status = _STATUS.get(view)
    if status is None:
        statement = statement.where(_C.status < MERGED)
    else:
        statement = statement.where(_C.status == status)
    match view:
        case "mine":
            return statement.where(_C.assignee_id == user_id)
        case "unassigned":
            member = exists().where(
                memberships.c.workspace_id == workspace_id,
                memberships.c.user_id == _C.assignee_id,
            )
            return statement.where(~member)
        case "mentions":
            mine = select(mentions.c.conversation_id).where(
                mentions.c.workspace_id == workspace_id, mentions.c.user_id == user_id
            )
            return statement.where(_C.id.in_(mine))
        case _:
            return statement


def _behind(after: Position) -> ColumnElement[bool]:
    micros, last_id = after
    moment = _EPOCH + _MICROSECOND * int(micros or 0)
    return tuple_(_C.last_at, _C.id) < tuple_(literal(moment), literal(UUID(str(last_id))))


def _position(found: Row) -> Position:
    return [(found["last_at"] - _EPOCH) // _MICROSECOND, found["id"].hex]
