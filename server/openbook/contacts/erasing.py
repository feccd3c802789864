"""Erase a contact: every row about it, and nothing that could bring it back."""

from uuid import UUID

from openbook.contacts.merging import lock_devices
from openbook.db import Connection, built
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
    await lock_devices(conn, workspace_id, contact_id)
    cursor = await conn.execute(
        "SELECT id, email_key FROM contacts WHERE workspace_id = %s AND id = %s FOR UPDATE",
        (workspace_id, contact_id),
    )
    contact = await cursor.fetchone()
    if contact is None:
        return False
    for table in ERASED:
        await conn.execute(
            built(f"DELETE FROM {table} WHERE workspace_id = %s AND contact_id = %s"),
            (workspace_id, contact_id),
        )
    await conn.execute(
        """
        WITH RECURSIVE lineage(id) AS (
          SELECT %(id)s::uuid
          UNION
          SELECT m.gone_id FROM merges m JOIN lineage l ON m.kept_id = l.id
          WHERE m.workspace_id = %(workspace_id)s AND m.undone_at IS NULL
        )
        DELETE FROM merges WHERE workspace_id = %(workspace_id)s
          AND (kept_id IN (SELECT id FROM lineage) OR gone_id = %(id)s)
        """,
        {"workspace_id": workspace_id, "id": contact_id},
    )
    await conn.execute(
        """
        DELETE FROM subscriptions s WHERE s.workspace_id = %(workspace_id)s
          AND (s.address = 'contact:' || %(id)s::text OR (s.address = %(email_key)s AND NOT EXISTS (
            SELECT FROM contacts c WHERE c.workspace_id = s.workspace_id
              AND c.email_key = s.address AND c.id <> %(id)s)))
        """,
        {"workspace_id": workspace_id, "id": contact_id, "email_key": contact["email_key"]},
    )
    await conn.execute(
        "DELETE FROM contacts WHERE workspace_id = %s AND id = %s", (workspace_id, contact_id)
    )
    return True
