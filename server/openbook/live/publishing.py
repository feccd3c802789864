"""Tell whoever listens what this transaction changed: heard if it commits, and not before.

An action calls `publish` after it wrote. It costs one statement; who changes many contacts calls
it once for all of them, since PostgreSQL lets transactions that notify commit one at a time.
"""

from collections.abc import Iterable, Mapping
from uuid import UUID

from openbook.db import Connection
from openbook.live.notices import (
    CHANGED,
    CHANNEL,
    GONE,
    MADE,
    MARKED,
    MERGED,
    MUCH,
    Told,
    write_notice,
)


async def publish(
    conn: Connection,
    workspace_id: UUID,
    *,
    made: Iterable[UUID] = (),
    changed: Iterable[UUID] = (),
    gone: Iterable[UUID] = (),
    merged: Iterable[tuple[UUID, UUID]] = (),
    marked: Iterable[UUID] = (),
) -> None:
    """Contacts of one workspace. `merged`: (the one that went, the one that was kept). `marked`:
    those of `made` and `changed` who may have become spam, or are no spam any more."""
    told = {
        MADE: made,
        CHANGED: changed,
        GONE: gone,
        MERGED: [one for two in merged for one in two],
        MARKED: marked,
    }
    await publish_told(conn, {workspace_id: told})


async def publish_much(conn: Connection, workspace_id: UUID) -> None:
    """So much changed that whoever shows any of it looks again."""
    await publish_told(conn, {workspace_id: {MUCH: ()}})


async def publish_told(conn: Connection, told: Mapping[UUID, Told]) -> None:
    """One notice for each workspace, all in one statement."""
    notices = [write_notice(workspace_id, what) for workspace_id, what in told.items()]
    texts = [notice for notice in notices if notice is not None]
    if texts:
        await conn.execute(
            "SELECT pg_notify(%s, notice) FROM unnest(%s::text[]) AS notice", (CHANNEL, texts)
        )
