"""The tags that an action gives to a part of its contacts or takes from it, and the way back.

As in `changing.py`, each tells what it changed as it was before, and taking back touches only what
still is as the action left it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from openbook.contacts.bulk.changing import Before
from openbook.db import Connection
from openbook.tags.queries import give, hold


async def put_tag(
    conn: Connection,
    workspace_id: UUID,
    ids: Sequence[UUID],
    tag_id: UUID,
    at: datetime,
    by: UUID,
) -> Before:
    """Give a tag to those of the contacts that are there and have it not."""
    if not await hold(conn, workspace_id, tag_id):
        return []
    there = await _hold_contacts(conn, workspace_id, ids)
    if not there:
        return []
    given = await give(conn, workspace_id, [(one, tag_id) for one in there], by, at)
    return [[contact_id] for contact_id in given]


async def unput_tag(
    conn: Connection,
    workspace_id: UUID,
    before: Before,
    tag_id: UUID,
    at: datetime,
    by: UUID,
) -> None:
    """Take back `put_tag`."""
    await conn.execute(
        """
        DELETE FROM contact_tags WHERE workspace_id = %(workspace_id)s
          AND contact_id = ANY(%(ids)s) AND tag_id = %(tag_id)s
          AND given_at = %(at)s AND given_by = %(by)s
        """,
        {
            "workspace_id": workspace_id,
            "ids": [UUID(one[0]) for one in before],
            "tag_id": tag_id,
            "at": at,
            "by": by,
        },
    )


async def take_tag(
    conn: Connection, workspace_id: UUID, ids: Sequence[UUID], tag_id: UUID
) -> Before:
    """Take a tag from contacts; of each that had it, the rows that said so."""
    await _hold_contacts(conn, workspace_id, ids)
    cursor = await conn.execute(
        """
        DELETE FROM contact_tags WHERE workspace_id = %s AND contact_id = ANY(%s) AND tag_id = %s
        RETURNING contact_id, origin_id, given_by, given_at
        """,
        (workspace_id, list(ids), tag_id),
    )
    found: dict[UUID, list[list[Any]]] = {}
    for one in await cursor.fetchall():
        said = [one["origin_id"], one["given_by"], one["given_at"]]
        found.setdefault(one["contact_id"], []).append(said)
    return [[contact_id, said] for contact_id, said in found.items()]


async def untake_tag(conn: Connection, workspace_id: UUID, before: Before, tag_id: UUID) -> None:
    """Take back `take_tag`, for those that are there; a tag that was removed stays so."""
    if not await hold(conn, workspace_id, tag_id):
        return
    there = set(await _hold_contacts(conn, workspace_id, [UUID(one[0]) for one in before]))
    said = [(one[0], *row) for one in before if UUID(one[0]) in there for row in one[1]]
    if not said:
        return
    contacts, origins, given_by, given_at = zip(*said, strict=True)
    await conn.execute(
        """
        INSERT INTO contact_tags (workspace_id, contact_id, tag_id, origin_id, given_by, given_at)
        SELECT %(workspace_id)s, o.contact, %(tag_id)s, o.origin, o.given_by, o.given_at
        FROM unnest(%(contacts)s::uuid[], %(origins)s::uuid[], %(given_by)s::uuid[],
          %(given_at)s::timestamptz[]) AS o(contact, origin, given_by, given_at)
        WHERE NOT EXISTS (SELECT FROM contact_tags c WHERE c.workspace_id = %(workspace_id)s
          AND c.contact_id = o.contact AND c.tag_id = %(tag_id)s)
        ON CONFLICT DO NOTHING
        """,
        {
            "workspace_id": workspace_id,
            "tag_id": tag_id,
            "contacts": list(contacts),
            "origins": list(origins),
            "given_by": list(given_by),
            "given_at": list(given_at),
        },
    )


async def _hold_contacts(conn: Connection, workspace_id: UUID, ids: Sequence[UUID]) -> list[UUID]:
    """Those that are there, held against a merge and against being erased until commit."""
    cursor = await conn.execute(
        "SELECT id FROM contacts WHERE workspace_id = %s AND id = ANY(%s) "
        "ORDER BY id FOR NO KEY UPDATE",
        (workspace_id, list(ids)),
    )
    return [one["id"] for one in await cursor.fetchall()]
