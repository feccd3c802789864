"""Statements about conversations and messages; those of chat sessions are in `visiting`.

A transaction that writes locks in one order: devices, contacts, then the conversation; so do
storing, merging and erasing.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from psycopg.types.json import Jsonb

from openbook.contacts.creating import tell_seen
from openbook.conversations.schemas import Conversation, Reach, StoredMessage
from openbook.db import Connection, built
from openbook.words import said_words

_COLUMNS = Conversation.__struct_fields__
MESSAGE_COLUMNS = StoredMessage.__struct_fields__
STATE = (
    "status", "snoozed_until", "merged_into", "assignee_id", "last_seq", "last_public_seq",
    "contact_seq", "read_public_seq", "received_public_seq", "team_public_seq", "preview",
    "last_author", "waiting_since", "last_at", "changed_at",
)  # fmt: skip
"""What `put_state` writes."""


def _listed(columns: Sequence[str], table: str) -> str:
    return ", ".join(f"{table}.{name}" for name in columns)


CONVERSATION = _listed(_COLUMNS, "c")
"""The columns of a conversation, of a table that the statement calls `c`."""
_ONE = built(f"SELECT {CONVERSATION} FROM conversations c WHERE c.workspace_id = %s AND c.id = %s")
_HOLD = built(f"""
SELECT {CONVERSATION}
FROM conversations c JOIN contacts k ON k.workspace_id = c.workspace_id AND k.id = c.contact_id
WHERE c.workspace_id = %s AND c.id = %s
FOR KEY SHARE OF k FOR NO KEY UPDATE OF c
""")
MESSAGE = _listed(MESSAGE_COLUMNS, "m")
"""The columns of a message, of a table that the statement calls `m`."""
LATEST_REPLY = """
LEFT JOIN LATERAL (
  SELECT public_seq, created_at FROM messages
  WHERE workspace_id = c.workspace_id AND conversation_id = c.id AND author = 1 AND kind = 0
    AND public_seq IS NOT NULL
  ORDER BY seq DESC LIMIT 1
) m ON true
"""
"""The team's latest message that the contact may read, of the conversation `c`; as `m`."""


# Conversations --------------------------------------------------------------------------------


async def conversation(
    conn: Connection, workspace_id: UUID, conversation_id: UUID
) -> Conversation | None:
    """One conversation as it is now, not locked."""
    return await one_conversation(conn, _ONE, (workspace_id, conversation_id))


async def hold(conn: Connection, workspace_id: UUID, conversation_id: UUID) -> Conversation | None:
    """One conversation, held until commit against all who would change it, merge its contact or
    erase it; None where there is none (any more)."""
    return await one_conversation(conn, _HOLD, (workspace_id, conversation_id))


async def insert_conversation(conn: Connection, workspace_id: UUID, new: Conversation) -> bool:
    """False where the same session (or the team, for this contact) has named one the same."""
    cursor = await conn.execute(
        built(
            f"INSERT INTO conversations (workspace_id, {', '.join(_COLUMNS)}) "
            f"VALUES (%s{', %s' * len(_COLUMNS)}) ON CONFLICT DO NOTHING"
        ),
        (workspace_id, *(getattr(new, name) for name in _COLUMNS)),
    )
    return cursor.rowcount == 1


async def conversation_by_cid(
    conn: Connection, workspace_id: UUID, cid: str, *, session_id: UUID | None, origin_id: UUID
) -> Conversation | None:
    """What a chat session named so; without a session, what the team did for this contact."""
    if session_id is not None:
        where, whose = "c.session_id = %s", session_id
    else:
        where, whose = "c.session_id IS NULL AND c.origin_id = %s", origin_id
    return await one_conversation(
        conn,
        built(
            f"SELECT {CONVERSATION} FROM conversations c "
            f"WHERE c.workspace_id = %s AND {where} AND c.cid = %s"
        ),
        (workspace_id, whose, cid),
    )


async def put_state(conn: Connection, workspace_id: UUID, now: Conversation) -> None:
    """Write all that may change of a conversation which is held."""
    await conn.execute(_PUT_STATE, (*(getattr(now, name) for name in STATE), workspace_id, now.id))


_PUT_STATE = built(
    f"UPDATE conversations SET {', '.join(f'{name} = %s' for name in STATE)} "
    "WHERE workspace_id = %s AND id = %s"
)


async def put_marks(
    conn: Connection,
    workspace_id: UUID,
    conversation_id: UUID,
    *,
    read: int = 0,
    received: int = 0,
) -> bool:
    """Move the contact's marks (public seq) forward, never back; whether one moved."""
    cursor = await conn.execute(
        """
        UPDATE conversations SET
          read_public_seq = least(greatest(read_public_seq, %(read)s), last_public_seq),
          received_public_seq = least(
            greatest(received_public_seq, %(received)s, %(read)s), last_public_seq)
        WHERE workspace_id = %(workspace_id)s AND id = %(id)s AND (
          read_public_seq < least(%(read)s, last_public_seq)
          OR received_public_seq < least(greatest(%(received)s, %(read)s), last_public_seq))
        """,
        {
            "workspace_id": workspace_id,
            "id": conversation_id,
            # More than there is means all there is.
            "read": min(read, 2**31 - 1),
            "received": min(received, 2**31 - 1),
        },
    )
    return cursor.rowcount == 1


async def put_team_read(
    conn: Connection, workspace_id: UUID, held: Conversation, user_id: UUID, seq: int
) -> bool:
    """How far a member of the team has read (`seq`), and with it the team; whether it moved."""
    cursor = await conn.execute(
        """
        INSERT INTO conversation_reads AS r
          (workspace_id, user_id, conversation_id, contact_id, origin_id, seq)
        VALUES (%s, %s, %s, %s, %s, %s)
        ON CONFLICT (workspace_id, user_id, conversation_id) DO UPDATE SET seq = excluded.seq
          WHERE r.seq < excluded.seq
        """,
        (workspace_id, user_id, held.id, held.contact_id, held.origin_id, seq),
    )
    if cursor.rowcount == 0:
        return False
    # Numbers of what the contact may read grow with the others: the last one is the greatest.
    await conn.execute(
        """
        UPDATE conversations c SET team_public_seq = greatest(c.team_public_seq, (
          SELECT m.public_seq FROM messages m
          WHERE m.workspace_id = c.workspace_id AND m.conversation_id = c.id AND m.seq <= %s
            AND m.public_seq IS NOT NULL
          ORDER BY m.seq DESC LIMIT 1))
        WHERE c.workspace_id = %s AND c.id = %s
        """,
        (seq, workspace_id, held.id),
    )
    return True


async def reach(conn: Connection, workspace_id: UUID, contact_id: UUID) -> Reach:
    """How a contact can be reached: a verified user whose application signs by proving to be that
    user, anybody else by proving to be the browser that they were last seen with."""
    cursor = await conn.execute(
        """
        SELECT (
          SELECT i.value FROM identities i JOIN contacts k ON k.workspace_id = i.workspace_id
            AND k.id = i.contact_id
          WHERE i.workspace_id = %(workspace_id)s AND i.contact_id = %(contact_id)s
            AND i.field = 'user_id' AND EXISTS (
              SELECT FROM identity_keys y WHERE y.workspace_id = %(workspace_id)s
                AND y.revoked_at IS NULL)
          ORDER BY i.value = k.user_id DESC NULLS LAST, i.value LIMIT 1) AS subject, (
          SELECT d.id FROM devices d
          WHERE d.workspace_id = %(workspace_id)s AND d.contact_id = %(contact_id)s
            AND d.platform = 'web' AND NOT d.retired AND d.birth <> ''
          ORDER BY d.last_seen_at DESC NULLS LAST, d.id LIMIT 1) AS device_id
        """,
        {"workspace_id": workspace_id, "contact_id": contact_id},
    )
    found = await cursor.fetchone()
    if found is None:
        return Reach()
    if found["subject"] is not None:
        return Reach(subject=found["subject"])
    return Reach(device_id=found["device_id"])


# Messages -------------------------------------------------------------------------------------


async def message_by_cid(
    conn: Connection, workspace_id: UUID, conversation_id: UUID, author: int, cid: str
) -> StoredMessage | None:
    """What this side of the conversation has sent under this name."""
    cursor = await conn.execute(_BY_CID, (workspace_id, conversation_id, author, cid))
    found = await cursor.fetchone()
    return StoredMessage(**found) if found else None


_BY_CID = built(
    f"SELECT {MESSAGE} FROM messages m WHERE m.workspace_id = %s AND m.conversation_id = %s "
    "AND m.author = %s AND m.cid = %s"
)


async def waiting_since(
    conn: Connection, workspace_id: UUID, conversation_id: UUID
) -> datetime | None:
    """When the contact said the first thing that the team has not answered; None if it has."""
    asked = {"workspace_id": workspace_id, "id": conversation_id}
    found = await (await conn.execute(_WAITING, asked)).fetchone()
    return found["since"] if found else None


_OF_IT = "m.workspace_id = %(workspace_id)s AND m.conversation_id = %(id)s AND m.kind = 0"
_WAITING = built(
    f"""
    SELECT min(m.created_at) AS since FROM messages m WHERE {_OF_IT} AND m.author = 0
      AND m.seq > coalesce((SELECT m.seq FROM messages m WHERE {_OF_IT} AND m.author = 1
        ORDER BY m.seq DESC LIMIT 1), 0)
    """
)


async def insert_messages(
    conn: Connection, workspace_id: UUID, new: Sequence[StoredMessage]
) -> None:
    """Messages, and the words by which their conversation is found."""
    async with conn.cursor() as cursor:
        for message in new:
            values: Mapping[str, Any] = msgspec.structs.asdict(message)
            event = None if message.event is None else Jsonb(message.event)
            values = {**values, "event": event, "file_ids": list(message.file_ids)}
            await cursor.execute(
                _INSERT_MESSAGE, (workspace_id, *(values[name] for name in MESSAGE_COLUMNS))
            )
            words = sorted(said_words(message.text))
            if words:
                whose = (message.contact_id, message.origin_id)
                await cursor.execute(
                    _INSERT_WORDS, (workspace_id, message.conversation_id, *whose, words)
                )


_INSERT_MESSAGE = built(
    f"INSERT INTO messages (workspace_id, {', '.join(MESSAGE_COLUMNS)}) "
    f"VALUES (%s{', %s' * len(MESSAGE_COLUMNS)})"
)
_INSERT_WORDS = built("""
INSERT INTO conversation_words (workspace_id, conversation_id, contact_id, origin_id, word)
SELECT %s, %s, %s, %s, word FROM unnest(%s::text[]) AS word
ON CONFLICT DO NOTHING
""")


# Contacts -------------------------------------------------------------------------------------


async def note_seen(
    conn: Connection,
    workspace_id: UUID,
    contact_id: UUID,
    device_id: UUID,
    moment: datetime,
    *,
    keeps: bool,
) -> bool:
    """The contact was here, on this device or record of theirs; False if there is no such contact.

    The device's row is what a merge and a split compute the contact's from.
    """
    parameters = {
        "workspace_id": workspace_id, "contact_id": contact_id, "device_id": device_id,
        "moment": moment,
    }  # fmt: skip
    if not keeps:
        cursor = await conn.execute(
            "SELECT FROM contacts WHERE workspace_id = %(workspace_id)s AND id = %(contact_id)s "
            "FOR KEY SHARE",
            parameters,
        )
        return await cursor.fetchone() is not None
    cursor = await conn.execute(
        "UPDATE devices SET last_seen_at = greatest(last_seen_at, %(moment)s) "
        "WHERE workspace_id = %(workspace_id)s AND id = %(device_id)s "
        "AND contact_id = %(contact_id)s",
        parameters,
    )
    if cursor.rowcount == 0:  # a record that is not there yet, or a device of another contact now
        await tell_seen(conn, workspace_id, contact_id, moment)
    cursor = await conn.execute(
        """
        UPDATE contacts SET last_seen_at = greatest(last_seen_at, %(moment)s),
          seen_hour = seen_hour(greatest(last_seen_at, %(moment)s), first_seen_at)
        WHERE workspace_id = %(workspace_id)s AND id = %(contact_id)s
        """,
        parameters,
    )
    return cursor.rowcount == 1


async def note_activity(
    conn: Connection, workspace_id: UUID, contact_id: UUID, moment: datetime, *, keeps: bool
) -> bool:
    """The business dealt with the contact; False if there is no such contact."""
    if keeps:
        cursor = await conn.execute(
            "UPDATE contacts SET last_activity_at = greatest(last_activity_at, %s) "
            "WHERE workspace_id = %s AND id = %s",
            (moment, workspace_id, contact_id),
        )
        return cursor.rowcount == 1
    cursor = await conn.execute(
        "SELECT FROM contacts WHERE workspace_id = %s AND id = %s FOR KEY SHARE",
        (workspace_id, contact_id),
    )
    return await cursor.fetchone() is not None


async def one_conversation(
    conn: Connection, statement: Any, parameters: Sequence[Any] | Mapping[str, Any]
) -> Conversation | None:
    """The conversation that a statement finds, which has the columns `CONVERSATION`."""
    cursor = await conn.execute(statement, parameters)
    found = await cursor.fetchone()
    return Conversation(**found) if found else None
