"""What the visitor is shown (heads, messages, files), and what a chat session may read."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec

from openbook.conversations.queries import CONVERSATION, MESSAGE, one_conversation
from openbook.conversations.schemas import (
    FROM,
    MERGED,
    ChatMessage,
    Conversation,
    Head,
    SentFile,
    someone,
)
from openbook.db import Connection, Row, built

HEADS = f"""
SELECT {CONVERSATION}, u.name AS with_name, (
    SELECT count(*) FROM messages m WHERE m.workspace_id = c.workspace_id
      AND m.conversation_id = c.id AND m.seq > c.read_public_seq
      AND m.public_seq > c.read_public_seq AND m.author <> 0 AND m.kind = 0) AS unread
FROM conversations c
LEFT JOIN users u ON u.id = coalesce(c.assignee_id, (
    SELECT m.user_id FROM messages m WHERE m.workspace_id = c.workspace_id
      AND m.conversation_id = c.id AND m.author = 1 AND m.kind = 0
    ORDER BY m.seq DESC LIMIT 1))
WHERE c.workspace_id = %(workspace_id)s
"""
_HEADS_BY_ID = built(f"{HEADS} AND c.id = ANY(%(ids)s) ORDER BY c.id")


async def heads(conn: Connection, workspace_id: UUID, ids: Sequence[UUID]) -> dict[UUID, Head]:
    """These conversations as the visitor is shown them. Who may see them is not asked here."""
    cursor = await conn.execute(_HEADS_BY_ID, {"workspace_id": workspace_id, "ids": list(ids)})
    return {row["id"]: head_of(row) for row in await cursor.fetchall()}


SEES = """(c.session_id = %(session_id)s
  OR (c.subject = %(subject)s AND %(subject)s::text IS NOT NULL)
  OR (c.device_id = %(device_id)s AND c.contact_id = %(contact_id)s
      AND %(device_id)s::uuid IS NOT NULL)
  OR (c.id = %(linked_id)s AND c.contact_id = %(contact_id)s))"""
"""What a chat session may read: what it opened; with a verified user id, what is that user's; with
a proved device, what is the device's, as long as the device's contact is the session's own; and the
conversation that a link in a mail opened to it, as long as it is still with that contact."""
_HEADS_SEEN = built(
    f"{HEADS} AND c.status <> {MERGED} AND {SEES} AND c.last_public_seq > 0 "
    "ORDER BY c.last_at DESC, c.id DESC LIMIT %(limit)s"
)
_ONE_SEEN = built(
    f"SELECT {CONVERSATION} FROM conversations c "
    f"WHERE c.workspace_id = %(workspace_id)s AND c.id = %(id)s AND {SEES}"
)


class Sight(msgspec.Struct, frozen=True, kw_only=True):
    """What a chat session has proved: all that decides what it may read."""

    session_id: UUID | None
    contact_id: UUID | None
    device_id: UUID | None = None
    subject: str | None = None
    linked_id: UUID | None = None
    """The conversation that a link in a mail opened."""

    def __repr__(self) -> str:
        return f"Sight({self.session_id})"


async def heads_seen(
    conn: Connection, workspace_id: UUID, sight: Sight, limit: int = 100
) -> list[Head]:
    """The conversations that a chat session may read, the latest first."""
    cursor = await conn.execute(_HEADS_SEEN, _of(workspace_id, sight) | {"limit": limit})
    return [head_of(row) for row in await cursor.fetchall()]


async def conversation_seen(
    conn: Connection, workspace_id: UUID, sight: Sight, conversation_id: UUID
) -> Conversation | None:
    """One conversation if the chat session may read it; else None, as if there were none."""
    return await one_conversation(
        conn, _ONE_SEEN, _of(workspace_id, sight) | {"id": conversation_id}
    )


_SHOWN = f"""
SELECT {MESSAGE}, u.name AS user_name FROM messages m LEFT JOIN users u ON u.id = m.user_id
WHERE m.workspace_id = %(workspace_id)s AND m.conversation_id = %(id)s
  AND m.public_seq IS NOT NULL
"""
# A public number is never greater than the whole one, so the key of the table bounds both walks.
_SHOWN_AFTER = built(
    f"{_SHOWN} AND m.seq > %(after)s AND m.public_seq > %(after)s ORDER BY m.seq LIMIT %(limit)s"
)
_SHOWN_BEFORE = built(f"{_SHOWN} AND m.public_seq < %(before)s ORDER BY m.seq DESC LIMIT %(limit)s")


async def shown_messages(
    conn: Connection,
    workspace_id: UUID,
    conversation_id: UUID,
    *,
    after: int | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[ChatMessage]:
    """Messages as the visitor is shown them, ascending, by their public numbers.

    With `after` the first ones behind it; else the last ones before `before`, or of all. Whether
    the visitor may see the conversation is not asked here.
    """
    asked = {"workspace_id": workspace_id, "id": conversation_id, "limit": limit}
    if after is not None:
        cursor = await conn.execute(_SHOWN_AFTER, asked | {"after": min(after, 2**31 - 1)})
        rows = await cursor.fetchall()
    else:
        before = 2**31 - 1 if before is None else min(before, 2**31 - 1)
        cursor = await conn.execute(_SHOWN_BEFORE, asked | {"before": before})
        rows = list(reversed(await cursor.fetchall()))
    return await shown(conn, workspace_id, rows)


async def shown(conn: Connection, workspace_id: UUID, rows: Sequence[Row]) -> list[ChatMessage]:
    """Rows of messages (with `user_name`) as the visitor is shown them, with their files."""
    wanted = [file_id for row in rows for file_id in row["file_ids"]]
    files = await sent_files(conn, workspace_id, wanted)
    return [message_of(row, files) for row in rows]


async def sent_files(
    conn: Connection, workspace_id: UUID, ids: Sequence[UUID]
) -> dict[UUID, SentFile]:
    """Files by their ids; those that are gone are missing."""
    if not ids:
        return {}
    cursor = await conn.execute(
        "SELECT id, name, media_type, size, width, height FROM files "
        "WHERE workspace_id = %s AND id = ANY(%s)",
        (workspace_id, list(ids)),
    )
    return {row["id"]: SentFile(**row) for row in await cursor.fetchall()}


def head_of(row: Row) -> Head:
    """A row of `conversations` with `with_name` and `unread`."""
    return Head(
        id=row["id"],
        status="closed" if row["status"] == 2 else "open",
        seq=row["last_public_seq"],
        read_seq=row["read_public_seq"],
        received_seq=row["received_public_seq"],
        team_read_seq=row["team_public_seq"],
        unread=row["unread"],
        preview=row["preview"],
        last_at=row["last_at"].timestamp(),
        last_from=FROM[row["last_author"]],
        with_=someone(row["with_name"]),
    )


def message_of(row: Row, files: Mapping[UUID, SentFile]) -> ChatMessage:
    """A row of `messages` with `user_name`."""
    who = someone(row["user_name"]) if row["author"] == 1 else None
    return ChatMessage(
        seq=row["public_seq"],
        id=row["id"],
        cid=row["cid"] if row["author"] == 0 else None,
        from_=FROM[row["author"]],
        name=who.name if who else None,
        initials=who.initials if who else None,
        kind="event" if row["kind"] == 2 else "message",
        text=row["text"],
        event=row["event"],
        files=[files[file_id] for file_id in row["file_ids"] if file_id in files],
        created_at=row["created_at"].timestamp(),
    )


def _of(workspace_id: UUID, sight: Sight) -> dict[str, Any]:
    return {"workspace_id": workspace_id, **msgspec.structs.asdict(sight)}
