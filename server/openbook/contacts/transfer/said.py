"""What was said with contacts, for the copy of everything that is held about them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from openbook.db import Connection

CONVERSATIONS = "conversations"
"""The key in a line of NDJSON."""


async def said_with(
    conn: Connection, workspace_id: UUID, ids: Sequence[UUID]
) -> dict[UUID, list[dict[str, Any]]]:
    """Contact -> its conversations with every message, note and event, the oldest first.

    Times are UNIX seconds. Files are told with name, type and size; their bytes are not in it.
    """
    cursor = await conn.execute(
        """
        SELECT c.contact_id, jsonb_build_object(
          'id', c.id,
          'created_at', floor(extract(epoch FROM c.created_at))::bigint,
          'status', (ARRAY['open', 'snoozed', 'closed', 'merged'])[c.status + 1],
          'read_seq', c.read_public_seq,
          'tags', (SELECT coalesce(jsonb_agg(t.name ORDER BY t.name), '[]') FROM conversation_tags g
            JOIN tags t ON t.workspace_id = g.workspace_id AND t.id = g.tag_id
            WHERE g.workspace_id = c.workspace_id AND g.conversation_id = c.id),
          'messages', (SELECT coalesce(jsonb_agg(jsonb_build_object(
              'seq', m.seq,
              'from', (ARRAY['contact', 'team', 'openbook'])[m.author + 1],
              'kind', (ARRAY['message', 'note', 'event'])[m.kind + 1],
              'text', m.text,
              'event', m.event,
              'files', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', f.id, 'name', f.name,
                  'media_type', f.media_type, 'size', f.size) ORDER BY f.id), '[]')
                FROM files f WHERE f.workspace_id = m.workspace_id AND f.id = ANY(m.file_ids)),
              'created_at', floor(extract(epoch FROM m.created_at))::bigint) ORDER BY m.seq), '[]')
            FROM messages m WHERE m.workspace_id = c.workspace_id AND m.conversation_id = c.id)
        ) AS conversation
        FROM conversations c WHERE c.workspace_id = %s AND c.contact_id = ANY(%s)
        ORDER BY c.contact_id, c.id
        """,
        (workspace_id, list(ids)),
    )
    found: dict[UUID, list[dict[str, Any]]] = {}
    for row in await cursor.fetchall():
        found.setdefault(row["contact_id"], []).append(row["conversation"])
    return found
