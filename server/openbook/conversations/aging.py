"""Deletes conversations in which nothing was said for longer than their workspace keeps them."""

from datetime import datetime
from uuid import UUID

from openbook.conversations.notices import chat_notice, publish_chat_notices
from openbook.db import Connection
from openbook.tables.conversations import conversations
from openbook.tables.tags import conversation_tags

MOST_AT_ONCE = 200
IN_A_NOTICE = 100
"""Conversations, so that a notice is no longer than PostgreSQL takes."""
ABOUT = sorted(
    table.name
    for table in {*conversations.metadata.tables.values(), conversation_tags}
    if "conversation_id" in table.c
)
"""What belongs to one conversation: messages, words, files, reads, mentions, labels, links."""


async def delete_aged(conn: Connection, workspace_id: UUID, months: int, moment: datetime) -> int:
    """Delete some of those whose last message is older, whatever their status; how many.

    Who is writing in one just now has it locked, and so keeps it. Open inboxes are told.
    """
    cursor = await conn.execute(
        """
        SELECT id FROM conversations WHERE workspace_id = %(workspace_id)s
          AND last_at < %(moment)s - make_interval(months => %(months)s)
        ORDER BY last_at LIMIT %(most)s FOR UPDATE SKIP LOCKED
        """,
        {
            "workspace_id": workspace_id,
            "moment": moment,
            "months": months,
            "most": MOST_AT_ONCE,
        },
    )
    ids = [row["id"] for row in await cursor.fetchall()]
    if not ids:
        return 0
    await conn.execute(
        "DELETE FROM file_parts p USING files f WHERE p.workspace_id = %(workspace_id)s "
        "AND f.workspace_id = p.workspace_id AND f.id = p.file_id "
        "AND f.conversation_id = ANY(%(ids)s)",
        {"workspace_id": workspace_id, "ids": ids},
    )
    for table in ABOUT:
        await conn.execute(
            f"DELETE FROM {table} WHERE workspace_id = %s AND conversation_id = ANY(%s)",  # type: ignore[arg-type]
            (workspace_id, ids),
        )
    await conn.execute(
        "DELETE FROM conversations WHERE workspace_id = %s AND id = ANY(%s)", (workspace_id, ids)
    )
    gone = [ids[at : at + IN_A_NOTICE] for at in range(0, len(ids), IN_A_NOTICE)]
    await publish_chat_notices(conn, [chat_notice(workspace_id, changed=some) for some in gone])
    return len(ids)
