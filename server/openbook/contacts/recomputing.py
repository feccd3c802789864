"""Make a contact's row again from what its devices observed and what was said about it."""

from datetime import datetime
from uuid import UUID

from openbook.catalogue.fields import GROUPS
from openbook.catalogue.policy import read_policy
from openbook.contacts.assertions import choose_winners
from openbook.contacts.fold import Facts, Touch, fold
from openbook.contacts.store import (
    MOBILE,
    ContactFacts,
    Installation,
    contact_fact_columns,
    register_of,
    upsert_contacts,
)
from openbook.db import Connection, Row, built


async def recompute(
    conn: Connection,
    workspace_id: UUID,
    ids: list[UUID],
    moment: datetime,
    *,
    kind_may_fall: bool = False,
) -> None:
    """Make the rows of these contacts again from their devices and claims."""
    cursor = await conn.execute("SELECT settings FROM workspaces WHERE id = %s", (workspace_id,))
    workspace = await cursor.fetchone()
    collected = read_policy(workspace["settings"] if workspace else {}).collected
    cursor = await conn.execute(
        "SELECT * FROM devices WHERE workspace_id = %s AND contact_id = ANY(%s)",
        (workspace_id, ids),
    )
    devices = await cursor.fetchall()
    # A row that a split brought back has its name, but not the words of it: both begin anew.
    await conn.execute(
        "DELETE FROM contact_words WHERE workspace_id = %s AND contact_id = ANY(%s)",
        (workspace_id, ids),
    )
    nothing = ", ".join(f"{name} = NULL" for name in (*contact_fact_columns(), "name"))
    await conn.execute(
        built(f"UPDATE contacts SET {nothing} WHERE workspace_id = %s AND id = ANY(%s)"),
        (workspace_id, ids),
    )
    await upsert_contacts(
        conn,
        [
            contact_facts(
                workspace_id,
                contact_id,
                [row for row in devices if row["contact_id"] == contact_id],
                collected,
            )
            for contact_id in sorted(ids)
        ],
    )
    touched = [(workspace_id, contact_id) for contact_id in sorted(ids)]
    await choose_winners(conn, touched, moment, kind_may_fall=kind_may_fall, identities_stay=True)


def contact_facts(
    workspace_id: UUID, contact_id: UUID, devices: list[Row], collected: frozenset[str]
) -> ContactFacts:
    """What a contact's row is to show: the join of its device rows."""
    contact = ContactFacts(
        workspace_id=workspace_id,
        id=contact_id,
        facts=fold(facts_of_row(row) for row in devices),
        keeps_last_seen="last_seen_at" in collected,
        web_sessions=sum(row["session_count"] for row in devices if row["platform"] == "web"),
        installations={},
    )
    for platform in MOBILE:
        if f"{platform}_last_seen_at" not in collected:
            continue
        seen = [
            Installation(row["last_seen_at"], row["id"], row["session_count"])
            for row in devices
            if row["platform"] == platform and row["last_seen_at"] is not None
        ]
        if seen:
            contact.installations[platform] = max(seen)
    return contact


def facts_of_row(row: Row) -> Facts:
    """The facts a device row holds, without its sessions (they are counted, not joined)."""
    found = ((group, register_of(row, group)) for group in GROUPS)
    return Facts(
        registers={group: register for group, register in found if register is not None},
        first_seen_at=row["first_seen_at"],
        first_firm_at=row["first_firm_at"],
        first_touch=_touch(row, "first_utms"),
        firm_touch=_touch(row, "firm_utms"),
        last_seen_at=row["last_seen_at"],
    )


def _touch(row: Row, name: str) -> Touch | None:
    if row[f"{name}_at"] is None:
        return None
    return Touch(row[f"{name}_at"], row[f"{name}_tie"], row[name])
