"""Make a contact that no device has shown: by the team, a server, an import."""

from collections.abc import Mapping
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
    await tell_many(conn, workspace_id, {contact_id: first_seen_at}, moment)


async def tell_seen(
    conn: Connection, workspace_id: UUID, contact_id: UUID, moment: datetime
) -> None:
    """Note on the contact's own record when it was seen where no device was: in the chat, say.

    The contact's row is moved by whoever calls. The record is what it is computed from again.
    """
    record = _record(workspace_id, contact_id, Facts(last_seen_at=moment))
    await upsert_devices(conn, [record], moment)


async def tell_many(
    conn: Connection,
    workspace_id: UUID,
    told: Mapping[UUID, datetime | None],
    moment: datetime,
) -> None:
    """Note on the records of these contacts when each was first seen; make those that are new."""
    facts = {
        contact_id: Facts(first_seen_at=first_seen_at, first_firm_at=first_seen_at)
        for contact_id, first_seen_at in told.items()
    }
    records = [_record(workspace_id, contact_id, known) for contact_id, known in facts.items()]
    await upsert_devices(conn, records, moment)
    await upsert_contacts(
        conn,
        [
            ContactFacts(workspace_id=workspace_id, id=contact_id, facts=known)
            for contact_id, known in facts.items()
        ],
    )


def _record(workspace_id: UUID, contact_id: UUID, known: Facts) -> DeviceFacts:
    key = f"contact:{contact_id}"
    return DeviceFacts(
        workspace_id=workspace_id,
        id=device_id("", RECORD, key),
        contact_id=contact_id,
        anonymous_id="",
        platform=RECORD,
        device_key=key,
        birth=b"",
        facts=known,
    )
