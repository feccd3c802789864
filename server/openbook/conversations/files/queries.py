"""Every statement about files of conversations."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import delete, func, insert, select

from openbook.conversations.files.schemas import StoredFile, Waiting
from openbook.db import Connection, row, run
from openbook.tables.conversations import file_parts, files

_COLUMNS = tuple(files.c[name] for name in StoredFile.__struct_fields__)


async def insert_file(conn: Connection, workspace_id: UUID, new: StoredFile) -> None:
    values = msgspec.structs.asdict(new)
    await run(conn, insert(files).values(workspace_id=workspace_id, **values))


async def insert_part(
    conn: Connection, workspace_id: UUID, of: StoredFile, number: int, content: bytes
) -> None:
    values = {"workspace_id": workspace_id, "file_id": of.id, "number": number}
    whose = {"contact_id": of.contact_id, "origin_id": of.origin_id}
    await run(conn, insert(file_parts).values(**values, **whose, content=content))


async def file(conn: Connection, workspace_id: UUID, file_id: UUID) -> StoredFile | None:
    statement = select(*_COLUMNS).where(files.c.workspace_id == workspace_id, files.c.id == file_id)
    found = await row(conn, statement)
    return StoredFile(**found) if found else None


async def part(conn: Connection, workspace_id: UUID, file_id: UUID, number: int) -> bytes | None:
    statement = select(file_parts.c.content).where(
        file_parts.c.workspace_id == workspace_id,
        file_parts.c.file_id == file_id,
        file_parts.c.number == number,
    )
    found = await row(conn, statement)
    return found["content"] if found else None


async def waiting(
    conn: Connection,
    workspace_id: UUID,
    *,
    session_id: UUID | None = None,
    user_id: UUID | None = None,
) -> Waiting:
    """What this session, or this member of the team, has uploaded and not sent; of neither: all."""
    statement = select(
        func.count().label("files"), func.coalesce(func.sum(files.c.size), 0).label("bytes")
    ).where(files.c.workspace_id == workspace_id, files.c.conversation_id.is_(None))
    if session_id is not None:
        statement = statement.where(files.c.session_id == session_id)
    if user_id is not None:
        statement = statement.where(files.c.user_id == user_id)
    found = await row(conn, statement) or {}
    return Waiting(int(found["files"]), int(found["bytes"]))


async def sent_since(
    conn: Connection, workspace_id: UUID, session_id: UUID, since: datetime
) -> int:
    """Bytes of what a session has uploaded, sent or not, since a moment."""
    statement = select(func.coalesce(func.sum(files.c.size), 0).label("bytes")).where(
        files.c.workspace_id == workspace_id,
        files.c.session_id == session_id,
        files.c.created_at >= since,
    )
    found = await row(conn, statement) or {}
    return int(found["bytes"])


async def hold_contact(conn: Connection, workspace_id: UUID, contact_id: UUID) -> bool:
    """Keep a contact from being erased until commit; False if it was."""
    cursor = await conn.execute(
        "SELECT FROM contacts WHERE workspace_id = %s AND id = %s FOR KEY SHARE",
        (workspace_id, contact_id),
    )
    return cursor.rowcount == 1


async def put_sent(
    conn: Connection,
    workspace_id: UUID,
    ids: Sequence[UUID],
    *,
    conversation_id: UUID,
    contact_id: UUID,
    origin_id: UUID,
    session_id: UUID | None,
    user_id: UUID | None,
    private: bool,
) -> list[StoredFile]:
    """Give these files to a conversation, as far as they are the sender's and not sent elsewhere.

    A file that was in a note and is sent to the contact as well is one that the contact may read.
    """
    cursor = await conn.execute(
        """
        UPDATE files SET private = %(private)s AND (conversation_id IS NULL OR private),
          conversation_id = %(conversation_id)s, contact_id = %(contact_id)s,
          origin_id = %(origin_id)s
        WHERE workspace_id = %(workspace_id)s AND id = ANY(%(ids)s)
          AND (conversation_id IS NULL OR conversation_id = %(conversation_id)s)
          AND (session_id = %(session_id)s OR user_id = %(user_id)s)
        RETURNING id, contact_id, origin_id, conversation_id, session_id, user_id, private, name,
          media_type, size, width, height, created_at
        """,
        {
            "workspace_id": workspace_id,
            "ids": list(ids),
            "conversation_id": conversation_id,
            "contact_id": contact_id,
            "origin_id": origin_id,
            "session_id": session_id,
            "user_id": user_id,
            "private": private,
        },
    )
    found = {one["id"]: StoredFile(**one) for one in await cursor.fetchall()}
    await conn.execute(
        "UPDATE file_parts SET contact_id = %s, origin_id = %s "
        "WHERE workspace_id = %s AND file_id = ANY(%s) AND contact_id IS DISTINCT FROM %s",
        (contact_id, origin_id, workspace_id, list(found), contact_id),
    )
    return [found[one] for one in ids if one in found]


async def delete_unsent(conn: Connection, workspace_id: UUID, file_id: UUID) -> bool:
    """Delete a file unless it was sent; whether it is gone now."""
    statement = delete(files).where(
        files.c.workspace_id == workspace_id,
        files.c.id == file_id,
        files.c.conversation_id.is_(None),
    )
    if await run(conn, statement) == 0:
        return False
    of_it = file_parts.c.file_id == file_id
    await run(conn, delete(file_parts).where(file_parts.c.workspace_id == workspace_id, of_it))
    return True
