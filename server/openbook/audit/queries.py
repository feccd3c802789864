"""Every statement about noted changes."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from psycopg.types.json import Jsonb
from sqlalchemy import or_, select

from openbook.audit.schemas import Change
from openbook.db import Connection, rows
from openbook.tables.audit import changes

# Whoever notes a change deletes some that are kept long enough, so that they never pile up.
INSERT = """
WITH gone AS (
  DELETE FROM changes WHERE workspace_id = %(workspace_id)s AND id IN (
    SELECT id FROM changes WHERE workspace_id = %(workspace_id)s AND id < %(oldest)s
    ORDER BY id LIMIT 100 FOR UPDATE SKIP LOCKED)
)
INSERT INTO changes (workspace_id, id, at, actor, actor_id, action, subject, detail)
VALUES (%(workspace_id)s, %(id)s, %(at)s, %(actor)s, %(actor_id)s, %(action)s, %(subject)s,
  %(detail)s)
"""
_COLUMNS = tuple(changes.c[name] for name in Change.__struct_fields__)


async def insert_change(conn: Connection, workspace_id: UUID, new: Change, oldest: UUID) -> None:
    """Keep a change and delete some of those with an id before `oldest`, in one statement."""
    values = msgspec.structs.asdict(new) | {"workspace_id": workspace_id, "oldest": oldest}
    await conn.execute(INSERT, values | {"detail": Jsonb(new.detail)})


async def find_changes(
    conn: Connection,
    workspace_id: UUID,
    since: datetime,
    before: UUID | None,
    subject: str | None,
    limit: int,
    kinds: Sequence[str] = (),
) -> list[Change]:
    """The newest first. `before`: the last of the page before; `kinds`: beginnings of actions."""
    statement = (
        select(*_COLUMNS)
        .where(changes.c.workspace_id == workspace_id, changes.c.at >= since)
        .order_by(changes.c.id.desc())
        .limit(limit)
    )
    if before is not None:
        statement = statement.where(changes.c.id < before)
    if subject is not None:
        statement = statement.where(changes.c.subject == subject)
    if kinds:
        statement = statement.where(or_(*(changes.c.action.startswith(kind) for kind in kinds)))
    return [Change(**found) for found in await rows(conn, statement)]
