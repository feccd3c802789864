"""Who holds a verified identity: looked up many at a time, and given away to one only."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from openbook.db import Connection


async def holders(
    conn: Connection, workspace_id: UUID, field: str, values: Sequence[str]
) -> dict[str, UUID]:
    """Value -> contact, of the verified identities among the values."""
    # An array and no join: the primary key answers it even while the table has no statistics.
    cursor = await conn.execute(
        "SELECT value, contact_id FROM identities WHERE workspace_id = %s AND field = %s "
        "AND value = ANY(%s) ORDER BY value FOR SHARE",
        (workspace_id, field, list(values)),
    )
    return {row["value"]: row["contact_id"] for row in await cursor.fetchall()}


async def reserve(
    conn: Connection,
    workspace_id: UUID,
    held: Sequence[tuple[str, str, UUID]],
    trust: int,
    moment: datetime,
) -> dict[tuple[str, str], UUID]:
    """Give contacts the identities (field, value, contact) that nobody has.

    What comes back is who has the others. Waits for whoever is giving away the same one,
    so that two never make a contact each.
    """
    ordered = sorted(held)
    if not ordered:
        return {}
    fields, values, ids = (list(column) for column in zip(*ordered, strict=True))
    await conn.execute(
        """
        INSERT INTO identities (workspace_id, field, value, contact_id, trust, verified_at)
        SELECT %s, t.field, t.value, t.contact_id, %s, %s
        FROM unnest(%s::text[], %s::text[], %s::uuid[]) AS t(field, value, contact_id)
        ON CONFLICT (workspace_id, field, value) DO NOTHING
        """,
        (workspace_id, trust, moment, fields, values, ids),
    )
    taken: dict[tuple[str, str], UUID] = {}
    for field in ("user_id", "email"):
        wanted = {value: contact_id for named, value, contact_id in ordered if named == field}
        if not wanted:
            continue
        for value, holder in (await holders(conn, workspace_id, field, list(wanted))).items():
            if holder != wanted[value]:
                taken[field, value] = holder
    return taken
