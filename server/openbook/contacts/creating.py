"""Make a contact that no device has shown: by the team, a server, an import."""

from datetime import datetime
from uuid import UUID

from openbook.contacts.fold import Facts
from openbook.contacts.store import ContactFacts, DeviceFacts, upsert_contacts, upsert_devices
from openbook.db import Connection
from openbook.ids import device_id, new_id

RECORD = "server"
"""The platform of the row that holds what was told of a contact and not seen on a device."""


async def create_contact(
    conn: Connection,
    workspace_id: UUID,
    moment: datetime,
    *,
    first_seen_at: datetime | None,
) -> UUID:
    """A contact without values; give it some with `assert_values`. Its id."""
    contact_id = new_id(moment)
    await tell_first_seen(conn, workspace_id, contact_id, first_seen_at, moment)
    return contact_id


async def tell_first_seen(
    conn: Connection,
    workspace_id: UUID,
    contact_id: UUID,
    first_seen_at: datetime | None,
    moment: datetime,
) -> None:
    """Note on the contact's own record when it was first seen; an earlier time stays."""
    facts = Facts(first_seen_at=first_seen_at, first_firm_at=first_seen_at)
    record = DeviceFacts(
        workspace_id=workspace_id,
        id=device_id("", RECORD, f"contact:{contact_id}"),
        contact_id=contact_id,
        anonymous_id="",
        platform=RECORD,
        device_key=f"contact:{contact_id}",
        birth=b"",
        facts=facts,
    )
    await upsert_devices(conn, [record], moment)
    await upsert_contacts(
        conn, [ContactFacts(workspace_id=workspace_id, id=contact_id, facts=facts)]
    )
