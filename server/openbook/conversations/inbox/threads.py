"""What was said in a conversation, as the team reads it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from openbook.contacts.reading import seconds
from openbook.conversations.inbox.schemas import (
    MESSAGE_KINDS,
    InboxMessage,
    Teammate,
)
from openbook.conversations.schemas import FROM, SentFile
from openbook.conversations.showing import sent_files
from openbook.db import Connection, Row

_MESSAGES = """
SELECT m.*, coalesce(u.name, t.name) AS by_name,
  ARRAY(SELECT n.user_id FROM mentions n WHERE n.workspace_id = m.workspace_id
    AND n.conversation_id = m.conversation_id AND n.seq = m.seq ORDER BY n.user_id) AS mentions
FROM messages m
LEFT JOIN users u ON u.id = m.user_id
LEFT JOIN api_tokens t ON t.workspace_id = m.workspace_id AND t.id = m.user_id
WHERE m.workspace_id = %(workspace_id)s AND m.conversation_id = %(conversation_id)s
"""
_BEFORE = _MESSAGES + " AND m.seq < %(seq)s ORDER BY m.seq DESC LIMIT %(limit)s"
_AFTER = _MESSAGES + " AND m.seq > %(seq)s ORDER BY m.seq LIMIT %(limit)s"
_NEWEST = _MESSAGES + " ORDER BY m.seq DESC LIMIT %(limit)s"


class Stretch(Struct, frozen=True):
    """Messages in their order, and whether there are more where they end."""

    messages: list[InboxMessage]
    more: bool


async def stretch(
    conn: Connection,
    workspace_id: UUID,
    conversation_id: UUID,
    limit: int,
    *,
    after: int | None = None,
    before: int | None = None,
) -> Stretch:
    """At most `limit` messages: behind `after`, else the last ones before `before`, or of all."""
    parameters = {
        "workspace_id": workspace_id,
        "conversation_id": conversation_id,
        "limit": limit + 1,
    }
    if after is not None:
        cursor = await conn.execute(_AFTER, parameters | {"seq": after})
    elif before is not None:
        cursor = await conn.execute(_BEFORE, parameters | {"seq": before})
    else:
        cursor = await conn.execute(_NEWEST, parameters)
    found = await cursor.fetchall()
    more, found = len(found) > limit, found[:limit]
    if after is None:
        found.reverse()
    return Stretch(await shown(conn, workspace_id, found), more)


async def one_message(
    conn: Connection, workspace_id: UUID, conversation_id: UUID, seq: int
) -> InboxMessage:
    """The message with this number, which is there."""
    found = await stretch(conn, workspace_id, conversation_id, 1, after=seq - 1)
    return found.messages[0]


async def shown(conn: Connection, workspace_id: UUID, found: Sequence[Row]) -> list[InboxMessage]:
    ids = [file_id for one in found for file_id in one["file_ids"]]
    files = await sent_files(conn, workspace_id, ids) if ids else {}
    return [_message(one, [files[id] for id in one["file_ids"] if id in files]) for one in found]


def _message(row: Row, files: list[SentFile]) -> InboxMessage:
    by: UUID | None = row["user_id"]
    said_at: datetime = row["created_at"]
    return InboxMessage(
        seq=row["seq"],
        public_seq=row["public_seq"],
        id=row["id"],
        cid=row["cid"],
        author=FROM[row["author"]],
        by=None if by is None else Teammate(by, row["by_name"]),
        kind=MESSAGE_KINDS[row["kind"]],
        text=row["text"],
        event=row["event"],
        mentions=row["mentions"],
        files=files,
        created_at=seconds(said_at) or 0,
    )
