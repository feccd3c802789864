"""Note that a reply waits to be seen: a job looks some minutes later whether a mail is due."""

from datetime import datetime, timedelta
from uuid import UUID

from openbook.conversations.appearance.queries import chat_settings
from openbook.db import Connection
from openbook.jobs.actions import defer
from openbook.jobs.queries import is_deferred

REPLY_MAIL = "chat.reply_mail"


async def tell_by_mail(
    conn: Connection, workspace_id: UUID, conversation_id: UUID, moment: datetime
) -> None:
    """Called in the transaction that stores a message of the team. One job a conversation."""
    if await is_deferred(conn, workspace_id, REPLY_MAIL, conversation_id):
        return
    settings = (await chat_settings(conn, workspace_id)).settings
    if settings.reply_mail:
        due_at = moment + timedelta(minutes=settings.reply_mail_minutes)
        await defer(conn, workspace_id, REPLY_MAIL, conversation_id, moment, due_at=due_at)
