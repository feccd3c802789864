"""Erase a contact: every row about it, and nothing that could bring it back."""

from collections.abc import Sequence
from uuid import UUID

from openbook.contacts.merging import lock_devices
from openbook.db import Connection, built
from openbook.live.publishing import publish
from openbook.tables import metadata

ERASED = tuple(
    table.name
    for table in metadata.sorted_tables
    if table.info.get("erase") == "delete" and "contact_id" in table.c
)
"""Tables whose rows belong to one contact; tables of later features are found here."""


async def erase_contact(conn: Connection, workspace_id: UUID, contact_id: UUID) -> bool:
    """Delete the contact with its devices, identities, claims and journal; False if none is there.

    The choice about an address goes too, unless another contact still has that address.
    """
    return await erase_contacts(conn, workspace_id, [contact_id]) == 1


async def erase_contacts(conn: Connection, workspace_id: UUID, ids: Sequence[UUID]) -> int:
    """The same for many at once, with as many statements as for one; how many there were."""
    await lock_devices(conn, workspace_id, *ids)
    cursor = await conn.execute(
        "SELECT id, email_key FROM contacts WHERE workspace_id = %s AND id = ANY(%s) "
        "ORDER BY id FOR UPDATE",
        (workspace_id, list(ids)),
    )
    found = await cursor.fetchall()
    if not found:
        return 0
    gone = [contact["id"] for contact in found]
    for table in ERASED:
        await conn.execute(
            built(f"DELETE FROM {table} WHERE workspace_id = %s AND contact_id = ANY(%s)"),
            (workspace_id, gone),
        )
    await conn.execute(
        """
        WITH RECURSIVE lineage(id) AS (
          SELECT unnest(%(ids)s::uuid[])
          UNION
          SELECT m.gone_id FROM merges m JOIN lineage l ON m.kept_id = l.id
          WHERE m.workspace_id = %(workspace_id)s AND m.undone_at IS NULL
        )
        DELETE FROM merges WHERE workspace_id = %(workspace_id)s
          AND (kept_id IN (SELECT id FROM lineage) OR gone_id = ANY(%(ids)s))
        """,
        {"workspace_id": workspace_id, "ids": gone},
    )
    addresses = {contact["email_key"] for contact in found if contact["email_key"] is not None}
    await conn.execute(
        """
        DELETE FROM subscriptions s WHERE s.workspace_id = %(workspace_id)s
          AND (s.address = ANY(%(own)s) OR (s.address = ANY(%(addresses)s) AND NOT EXISTS (
            SELECT FROM contacts c WHERE c.workspace_id = s.workspace_id
              AND c.email_key = s.address AND NOT c.id = ANY(%(ids)s))))
        """,
        {
            "workspace_id": workspace_id,
            "ids": gone,
            "own": [f"contact:{contact_id}" for contact_id in gone],
            "addresses": sorted(addresses),
        },
    )
    await conn.execute(
        "DELETE FROM contacts WHERE workspace_id = %s AND id = ANY(%s)", (workspace_id, gone)
    )
    await publish(conn, workspace_id, gone=gone)
    return len(gone)
