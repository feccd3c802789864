"""What changes files of conversations. The caller holds the transaction."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import BinaryIO
from uuid import UUID

from openbook.conversations.files import queries
from openbook.conversations.files.receiving import Cleaned
from openbook.conversations.files.schemas import PART, StoredFile
from openbook.db import Connection
from openbook.errors import BadInput, TooMany
from openbook.ids import new_id
from openbook.jobs.actions import defer

UNSENT = "chat.unsent_file"
"""The job that deletes a file which nobody sent."""
KEPT_UNSENT = timedelta(days=1)
MOST_WAITING = 20
"""Files that one sender has uploaded and not sent."""
MOST_WAITING_BYTES = 4 << 30
"""Bytes in a workspace that nobody has sent."""
DAILY_BYTES = 250 << 20
"""Bytes that one chat session uploads in a day."""


async def refuse_too_many(
    conn: Connection,
    workspace_id: UUID,
    moment: datetime,
    *,
    session_id: UUID | None = None,
    user_id: UUID | None = None,
) -> None:
    """Asked before the bytes of another file are read: TooMany where there is no room for it."""
    mine = await queries.waiting(conn, workspace_id, session_id=session_id, user_id=user_id)
    if mine.files >= MOST_WAITING:
        raise TooMany("Send the files that are ready first, then add others.", "too_many_files")
    if session_id is not None:
        since = moment - timedelta(days=1)
        if await queries.sent_since(conn, workspace_id, session_id, since) >= DAILY_BYTES:
            raise TooMany(
                "That is enough files for one day. Write to us how to get the others to us.",
                "too_many_files",
                free_after=3600,
            )
    if (await queries.waiting(conn, workspace_id)).bytes >= MOST_WAITING_BYTES:
        raise TooMany("Too many files wait here. Try again later.", "too_many_files")


async def keep_file(
    conn: Connection,
    workspace_id: UUID,
    cleaned: Cleaned,
    moment: datetime,
    *,
    session_id: UUID | None = None,
    user_id: UUID | None = None,
    contact_id: UUID | None = None,
    origin_id: UUID | None = None,
) -> StoredFile:
    """Keep a cleaned file for its sender to send. One that is not sent within a day is deleted."""
    if contact_id is not None and not await queries.hold_contact(conn, workspace_id, contact_id):
        contact_id = origin_id = None  # erased meanwhile: then it is nobody's, and soon gone
    new = StoredFile(
        id=new_id(moment),
        contact_id=contact_id,
        origin_id=origin_id,
        session_id=session_id,
        user_id=user_id,
        name=cleaned.name,
        media_type=cleaned.kind.media_type,
        size=cleaned.size,
        width=cleaned.width,
        height=cleaned.height,
        created_at=moment,
    )
    await queries.insert_file(conn, workspace_id, new)
    await _keep_parts(conn, workspace_id, new, cleaned.content)
    await defer(conn, workspace_id, UNSENT, new.id, moment, due_at=moment + KEPT_UNSENT)
    return new


async def attach_files(
    conn: Connection,
    workspace_id: UUID,
    file_ids: Sequence[UUID],
    conversation_id: UUID,
    contact_id: UUID,
    origin_id: UUID,
    *,
    session_id: UUID | None = None,
    user_id: UUID | None = None,
    private: bool = False,
) -> list[StoredFile]:
    """Send files with a message of this conversation, in the transaction that stores the message.

    `session_id` or `user_id`: who sends, who must be who uploaded. `private`: with a note. BadInput
    for a file that is not theirs, is gone, or was sent in another conversation.
    """
    wanted = list(dict.fromkeys(file_ids))
    if not wanted:
        return []
    sent = await queries.put_sent(
        conn,
        workspace_id,
        wanted,
        conversation_id=conversation_id,
        contact_id=contact_id,
        origin_id=origin_id,
        session_id=session_id,
        user_id=user_id,
        private=private,
    )
    if len(sent) < len(wanted):
        raise BadInput("A file of this message is not there any more. Add it again.", "file_gone")
    return sent


async def _keep_parts(
    conn: Connection, workspace_id: UUID, of: StoredFile, content: BinaryIO
) -> None:
    content.seek(0)
    number = 0
    while chunk := content.read(PART):
        await queries.insert_part(conn, workspace_id, of, number, chunk)
        number += 1
