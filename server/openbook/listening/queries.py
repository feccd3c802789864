"""Every statement about watching: until when, by whom, and who is online as it begins."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from openbook.accounts.queries import lock_policy
from openbook.accounts.sessions.schemas import LONGEST_IDLE
from openbook.catalogue.policy import read_policy
from openbook.db import Connection
from openbook.listening.online import MOST, ONLINE_SECONDS
from openbook.listening.schemas import Seat

WATCHED = "60 seconds"
"""So long a workspace counts as watched after somebody said so."""
LATEST = "30 seconds"
"""It must be said again before so little of that is left, else something may have been missed."""


class Watch(msgspec.Struct, frozen=True):
    """That a workspace is watched."""

    since: str
    """From when on every change was told; the same in every process."""
    keeps_last_seen: bool


async def begin_watch(conn: Connection, workspace_id: UUID) -> Watch | None:
    """Have every change told from now on; None if there is no such workspace.

    Whoever stores holds the lock that is taken here: once it is had, nobody stores any more who
    has read that nobody watches.
    """
    if watch := (await extend_watches(conn, [workspace_id])).get(workspace_id):
        return watch
    await lock_policy(conn, workspace_id)
    cursor = await conn.execute(
        f"""
        UPDATE workspaces SET
          watched_since = CASE WHEN watched_until > clock_timestamp() + interval '{LATEST}'
            THEN watched_since ELSE clock_timestamp() END,
          watched_until = clock_timestamp() + interval '{WATCHED}'
        WHERE id = %s RETURNING id, watched_since, settings
        """,
        (workspace_id,),
    )
    found = await cursor.fetchone()
    return None if found is None else _watch(found["watched_since"], found["settings"])


async def extend_watches(conn: Connection, ids: Sequence[UUID]) -> dict[UUID, Watch]:
    """Go on watching these workspaces; those that are missing were not watched long enough."""
    cursor = await conn.execute(
        f"""
        UPDATE workspaces SET watched_until = clock_timestamp() + interval '{WATCHED}'
        WHERE id IN (SELECT id FROM workspaces WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE)
          AND watched_until > clock_timestamp() + interval '{LATEST}'
        RETURNING id, watched_since, settings
        """,
        (list(ids),),
    )
    return {
        found["id"]: _watch(found["watched_since"], found["settings"])
        for found in await cursor.fetchall()
    }


async def seen_lately(conn: Connection, workspace_id: UUID) -> list[tuple[str, float]]:
    """(contact, seconds ago) of those seen in the last minutes, the longest ago first."""
    cursor = await conn.execute(
        """
        SELECT id, extract(epoch FROM now() - last_seen_at)::float8 AS ago FROM contacts
        WHERE workspace_id = %(workspace_id)s AND last_seen_at > now() - %(window)s * interval '1s'
          AND seen_hour >= seen_hour(now() - %(window)s * interval '1s', NULL)
        ORDER BY last_seen_at LIMIT %(most)s
        """,
        {"workspace_id": workspace_id, "window": ONLINE_SECONDS, "most": MOST + 1},
    )
    return [(found["id"].hex, max(0.0, found["ago"])) for found in await cursor.fetchall()]


async def unseated(conn: Connection, seats: Sequence[Seat], moment: datetime) -> list[Seat]:
    """Those whose session is over, or who are not in the workspace as what they were.

    The transaction is for the workspaces of the seats.
    """
    columns = [
        [seat.workspace_id for seat in seats],
        [seat.user_id for seat in seats],
        [seat.session_id for seat in seats],
        [seat.role for seat in seats],
    ]
    cursor = await conn.execute(
        """
        SELECT t.at FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::text[]) WITH ORDINALITY
          AS t(workspace_id, user_id, session_id, role, at)
        WHERE NOT EXISTS (
          SELECT FROM sessions s JOIN memberships m ON m.user_id = s.user_id
          WHERE s.id = t.session_id AND s.user_id = t.user_id AND s.expires_at > %s
            AND s.seen_at > %s AND m.workspace_id = t.workspace_id AND m.role = t.role)
        """,
        [*columns, moment, moment - LONGEST_IDLE],
    )
    return [seats[found["at"] - 1] for found in await cursor.fetchall()]


def _watch(since: datetime, settings: dict[str, object]) -> Watch:
    return Watch(since.strftime("%y%m%d%H%M%S%f"), read_policy(settings).keeps("last_seen_at"))
