"""The two statements that store a message: one holds all that it touches, one writes it.

They do what `queries` does one after the other. A message waits for the database as often as it
asks, and each question costs both sides about a tenth of a millisecond.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from psycopg.types.json import Jsonb

from openbook.conversations.queries import (
    CONVERSATION,
    MESSAGE_COLUMNS,
    STATE,
    insert_messages,
    one_conversation,
)
from openbook.conversations.schemas import Conversation, StoredMessage, Writing
from openbook.conversations.showing import SEES, Sight
from openbook.db import Connection, built
from openbook.words import said_words

# One that was merged away is not written into. What was stored under this `cid` is not stored
# again, nor does it move anything: who sends it twice at once meets the unique index.
_IT = "c.workspace_id = %(workspace_id)s AND c.id = %(id)s AND c.status <> 3"
_SEEN = f"{_IT} AND c.last_public_seq > 0 AND {SEES}"
_NEW = """NOT EXISTS (SELECT FROM messages m WHERE m.workspace_id = %(workspace_id)s
  AND m.conversation_id = %(id)s AND m.author = %(author)s AND m.cid = %(cid)s)"""
# Each step takes its rows from the one before: so they lock in the order that `queries` names, and
# where one finds nothing the later ones do nothing.
_BY_CONTACT = built(f"""
WITH wanted AS (SELECT c.contact_id FROM conversations c WHERE {_SEEN} AND {_NEW}),
device AS (
  UPDATE devices d SET last_seen_at = greatest(d.last_seen_at, %(moment)s) FROM wanted
  WHERE d.workspace_id = %(workspace_id)s AND d.id = %(seen_on)s
    AND d.contact_id = wanted.contact_id
  RETURNING d.contact_id),
contact AS (
  UPDATE contacts k SET last_seen_at = greatest(k.last_seen_at, %(moment)s),
    seen_hour = seen_hour(greatest(k.last_seen_at, %(moment)s), k.first_seen_at)
  FROM device WHERE k.workspace_id = %(workspace_id)s AND k.id = device.contact_id
  RETURNING k.id)
SELECT {CONVERSATION} FROM conversations c JOIN contact ON contact.id = c.contact_id
WHERE {_SEEN} FOR NO KEY UPDATE OF c
""")
_BY_TEAM = built(f"""
WITH wanted AS (SELECT c.contact_id FROM conversations c WHERE {_IT} AND {_NEW}),
contact AS (
  UPDATE contacts k SET last_activity_at = greatest(k.last_activity_at, %(moment)s)
  FROM wanted WHERE k.workspace_id = %(workspace_id)s AND k.id = wanted.contact_id
  RETURNING k.id)
SELECT {CONVERSATION} FROM conversations c JOIN contact ON contact.id = c.contact_id
WHERE {_IT} FOR NO KEY UPDATE OF c
""")
_WRITE = built(f"""
WITH state AS (
  UPDATE conversations SET {", ".join(f"{name} = %s" for name in STATE)}
  WHERE workspace_id = %s AND id = %s),
words AS (
  INSERT INTO conversation_words (workspace_id, conversation_id, contact_id, origin_id, word)
  SELECT %s, %s, %s, %s, word FROM unnest(%s::text[]) AS word ON CONFLICT DO NOTHING)
INSERT INTO messages (workspace_id, {", ".join(MESSAGE_COLUMNS)})
VALUES (%s{", %s" * len(MESSAGE_COLUMNS)})
""")


async def hold_for_contact(
    conn: Connection,
    workspace_id: UUID,
    conversation_id: UUID,
    writing: Writing,
    sight: Sight,
    seen_on: UUID,
    moment: datetime,
) -> Conversation | None:
    """Note that the contact was here, on this device or record, and hold the conversation.

    None where the session may not read it, something is not there or this was stored before.
    """
    asked = {**msgspec.structs.asdict(sight), "seen_on": seen_on}
    return await _hold(conn, _BY_CONTACT, asked, workspace_id, conversation_id, writing, moment)


async def hold_for_team(
    conn: Connection,
    workspace_id: UUID,
    conversation_id: UUID,
    writing: Writing,
    moment: datetime,
) -> Conversation | None:
    """Note that the business dealt with the contact, and hold the conversation; None as above."""
    return await _hold(conn, _BY_TEAM, {}, workspace_id, conversation_id, writing, moment)


async def write(
    conn: Connection, workspace_id: UUID, now: Conversation, new: list[StoredMessage]
) -> None:
    """The state of a conversation that is held, and its new messages with their words."""
    if len(new) > 1:
        await insert_messages(conn, workspace_id, new[:-1])
    last = new[-1]
    values = msgspec.structs.asdict(last)
    values["event"] = None if last.event is None else Jsonb(last.event)
    values["file_ids"] = list(last.file_ids)
    await conn.execute(
        _WRITE,
        (
            *(getattr(now, name) for name in STATE), workspace_id, now.id,
            workspace_id, now.id, last.contact_id, last.origin_id, sorted(said_words(last.text)),
            workspace_id, *(values[name] for name in MESSAGE_COLUMNS),
        ),
    )  # fmt: skip


async def _hold(
    conn: Connection,
    statement: Any,
    asked: dict[str, Any],
    workspace_id: UUID,
    conversation_id: UUID,
    writing: Writing,
    moment: datetime,
) -> Conversation | None:
    asked |= {
        "workspace_id": workspace_id, "id": conversation_id, "moment": moment,
        "author": writing.author, "cid": writing.cid,
    }  # fmt: skip
    return await one_conversation(conn, statement, asked)
