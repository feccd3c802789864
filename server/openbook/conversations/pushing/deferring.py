"""Note that a reply waits for somebody who has a phone: a job looks some seconds later."""

from datetime import datetime, timedelta
from uuid import UUID

from openbook.contacts.push_tokens import has_token
from openbook.db import Connection
from openbook.jobs.actions import defer
from openbook.jobs.queries import is_deferred

REPLY_PUSH = "chat.reply_push"
WAIT = timedelta(seconds=5)
"""A chat that is open shows the reply in less, and then nobody is pushed."""


async def tell_by_push(
    conn: Connection, workspace_id: UUID, conversation_id: UUID, contact_id: UUID, moment: datetime
) -> None:
    """Called in the transaction that stores a message of the team. One job a conversation."""
    if not await has_token(conn, workspace_id, contact_id):
        return
    if not await is_deferred(conn, workspace_id, REPLY_PUSH, conversation_id):
        await defer(conn, workspace_id, REPLY_PUSH, conversation_id, moment, due_at=moment + WAIT)
