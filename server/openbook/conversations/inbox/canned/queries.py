"""Every statement about canned replies."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from openbook.conversations.inbox.schemas import CannedReply
from openbook.db import Connection, Row, row, rows, run
from openbook.tables.conversations import canned_replies

_R = canned_replies.c
_COLUMNS = _R.id, _R.shortcut, _R.text, _R.changed_at


async def canned(conn: Connection, workspace_id: UUID) -> list[CannedReply]:
    """All of a workspace, by shortcut."""
    statement = select(*_COLUMNS).where(_R.workspace_id == workspace_id).order_by(_R.shortcut)
    return [_reply(one) for one in await rows(conn, statement)]


async def one(conn: Connection, workspace_id: UUID, reply_id: UUID) -> CannedReply | None:
    statement = select(*_COLUMNS).where(_R.workspace_id == workspace_id, _R.id == reply_id)
    found = await row(conn, statement)
    return None if found is None else _reply(found)


async def how_many(conn: Connection, workspace_id: UUID) -> int:
    statement = select(func.count().label("number")).where(_R.workspace_id == workspace_id)
    found = await row(conn, statement)
    return found["number"] if found else 0


async def is_taken(
    conn: Connection, workspace_id: UUID, shortcut: str, except_id: UUID | None = None
) -> bool:
    """Whether another canned reply has the shortcut."""
    statement = select(_R.id).where(_R.workspace_id == workspace_id, _R.shortcut == shortcut)
    found = await row(conn, statement)
    return found is not None and found["id"] != except_id


async def insert_canned(
    conn: Connection,
    workspace_id: UUID,
    new: CannedReply,
    made_by: UUID,
    moment: datetime,
) -> bool:
    """False where somebody else just took the shortcut."""
    statement = insert(canned_replies).values(
        workspace_id=workspace_id,
        id=new.id,
        shortcut=new.shortcut,
        text=new.text,
        made_by=made_by,
        changed_at=moment,
    )
    unless = statement.on_conflict_do_nothing(index_elements=["workspace_id", "shortcut"])
    return await run(conn, unless) == 1


async def update_canned(
    conn: Connection,
    workspace_id: UUID,
    reply_id: UUID,
    shortcut: str,
    text: str,
    moment: datetime,
) -> None:
    statement = update(canned_replies).where(_R.workspace_id == workspace_id, _R.id == reply_id)
    await run(conn, statement.values(shortcut=shortcut, text=text, changed_at=moment))


async def delete_canned(conn: Connection, workspace_id: UUID, reply_id: UUID) -> bool:
    statement = delete(canned_replies).where(_R.workspace_id == workspace_id, _R.id == reply_id)
    return await run(conn, statement) == 1


def _reply(found: Row) -> CannedReply:
    return CannedReply(
        id=found["id"],
        shortcut=found["shortcut"],
        text=found["text"],
        changed_at=int(found["changed_at"].timestamp()),
    )
