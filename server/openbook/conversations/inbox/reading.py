"""What the routes of the inbox read: a page of a view, one conversation, a thread, a transcript."""

from collections.abc import AsyncIterator
from datetime import datetime
from uuid import UUID

from openbook.accounts.schemas import Caller
from openbook.conversations.actions import no_conversation
from openbook.conversations.inbox import transcript
from openbook.conversations.inbox.actions import lead
from openbook.conversations.inbox.heads import heads, personal
from openbook.conversations.inbox.lists import Asked, Position, page
from openbook.conversations.inbox.schemas import Conversation, InboxMessage, InboxThread
from openbook.conversations.inbox.threads import stretch
from openbook.db import Connection, Database

AT_ONCE = 50
"""Messages of a transcript that are read in one transaction."""


async def a_page(
    conn: Connection,
    caller: Caller,
    asked: Asked,
    limit: int,
    after: Position | None,
    moment: datetime,
) -> tuple[list[Conversation], Position | None]:
    """Conversations of a view as the caller sees them, and where the next page begins."""
    workspace_id = caller.workspace_id
    found = await page(conn, workspace_id, caller.caller_id, asked, limit, after)
    shown = await heads(conn, workspace_id, found.ids, moment)
    return await personal(conn, workspace_id, caller.caller_id, shown), found.next


async def one(
    conn: Connection, caller: Caller, conversation_id: UUID, moment: datetime
) -> Conversation:
    """One conversation; of one that was merged away, the one that took it over."""
    workspace_id = caller.workspace_id
    kept_id = await lead(conn, workspace_id, conversation_id)
    shown = await heads(conn, workspace_id, [kept_id], moment)
    if not shown:
        raise no_conversation()
    return (await personal(conn, workspace_id, caller.caller_id, shown))[0]


async def a_thread(
    conn: Connection,
    caller: Caller,
    conversation_id: UUID,
    limit: int,
    moment: datetime,
    *,
    after: int | None = None,
    before: int | None = None,
) -> InboxThread:
    """A stretch of messages with their conversation, both as of one moment."""
    shown = await one(conn, caller, conversation_id, moment)
    found = await stretch(conn, caller.workspace_id, shown.id, limit, after=after, before=before)
    return InboxThread(shown, found.messages, found.more)


async def transcript_text(
    db: Database, caller: Caller, conversation_id: UUID, moment: datetime, *, notes: bool
) -> AsyncIterator[str]:
    """A whole conversation as plain text, piece by piece. The first piece is its head."""
    head, pieces = await _begin(db, caller, conversation_id, moment)
    yield transcript.text_head(head)
    async for messages in pieces:
        yield "".join(transcript.text_lines(head, _told(messages, notes=notes)))


async def transcript_page(
    db: Database, caller: Caller, conversation_id: UUID, moment: datetime, *, notes: bool
) -> AsyncIterator[str]:
    """A whole conversation as a page to print, piece by piece."""
    head, pieces = await _begin(db, caller, conversation_id, moment)
    yield transcript.page_head(head)
    async for messages in pieces:
        yield "".join(transcript.page_articles(head, _told(messages, notes=notes)))
    yield transcript.PAGE_END


async def _begin(
    db: Database, caller: Caller, conversation_id: UUID, moment: datetime
) -> tuple[Conversation, AsyncIterator[list[InboxMessage]]]:
    async with db.transaction(caller.workspace_id) as conn:
        head = await one(conn, caller, conversation_id, moment)
    return head, _pieces(db, caller.workspace_id, head)


async def _pieces(
    db: Database, workspace_id: UUID, head: Conversation
) -> AsyncIterator[list[InboxMessage]]:
    """The messages that there were as the transcript began, in transactions of their own: whoever
    reads it slowly holds none."""
    seq = 0
    while seq < head.last_seq:
        async with db.transaction(workspace_id) as conn:
            found = await stretch(conn, workspace_id, head.id, AT_ONCE, after=seq)
        messages = [one for one in found.messages if one.seq <= head.last_seq]
        if not messages:
            return
        yield messages
        seq = messages[-1].seq


def _told(messages: list[InboxMessage], *, notes: bool) -> list[InboxMessage]:
    return messages if notes else [one for one in messages if one.kind != "note"]
