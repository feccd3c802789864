"""Every statement about who is told by push, and of what."""

from uuid import UUID

from openbook.conversations.pushing.schemas import Phone, Waiting
from openbook.conversations.queries import LATEST_REPLY
from openbook.db import Connection, built

_MINE = "(c.device_id = p.origin_id OR c.subject IS NOT NULL)"
"""A device may read what it began itself. That it is the contact's at all was proved by a
signature, and so it may read what that user began."""
_WAITING = built(f"""
SELECT c.id, c.contact_id, c.device_id, c.subject IS NOT NULL AS has_subject, c.merged_into,
  m.public_seq, m.created_at AS replied_at
FROM conversations c
JOIN contacts k ON k.workspace_id = c.workspace_id AND k.id = c.contact_id
{LATEST_REPLY}
WHERE c.workspace_id = %(workspace_id)s AND c.id = %(id)s AND NOT coalesce(k.spam, false)
  AND (c.merged_into IS NOT NULL
    OR m.public_seq > greatest(c.read_public_seq, c.received_public_seq))
""")
_PHONES = built(f"""
SELECT p.origin_id AS device_id, p.platform, p.token, (
    SELECT count(*) FROM conversations c JOIN messages m
      ON m.workspace_id = c.workspace_id AND m.conversation_id = c.id
    WHERE c.workspace_id = p.workspace_id AND c.contact_id = p.contact_id AND {_MINE}
      AND m.public_seq > c.read_public_seq AND m.author = 1 AND m.kind = 0) AS unread
FROM push_tokens p
WHERE p.workspace_id = %(workspace_id)s AND p.contact_id = %(contact_id)s
  AND p.token IS NOT NULL AND p.proved
  AND (p.told_at IS NULL OR p.told_at < %(replied_at)s)
  AND (p.origin_id = %(device_id)s OR %(has_subject)s)
ORDER BY p.origin_id
""")


async def waiting(conn: Connection, workspace_id: UUID, conversation_id: UUID) -> Waiting | None:
    """The conversation, where a reply in it has not arrived; or where it is now, if it was merged
    into another."""
    cursor = await conn.execute(_WAITING, {"workspace_id": workspace_id, "id": conversation_id})
    found = await cursor.fetchone()
    return Waiting(**found) if found else None


async def phones(conn: Connection, workspace_id: UUID, found: Waiting) -> list[Phone]:
    """Where the contact has not been told of this reply, nor of any after it."""
    cursor = await conn.execute(
        _PHONES,
        {
            "workspace_id": workspace_id,
            "contact_id": found.contact_id,
            "device_id": found.device_id,
            "has_subject": found.has_subject,
            "replied_at": found.replied_at,
        },
    )
    return [Phone(**row) for row in await cursor.fetchall()]
