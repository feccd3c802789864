"""Counts and deletes what is stored of fields that are off. The caller holds the transaction."""

from datetime import datetime
from uuid import UUID

from openbook.accounts.schemas import Caller
from openbook.audit.noting import note
from openbook.catalogue.fields import FIELDS
from openbook.contacts.allowed import policy_of
from openbook.contacts.clearing import queries
from openbook.contacts.clearing.holdings import holdings, ruled_by
from openbook.contacts.clearing.schemas import Cleared, StoredValues, StoredValuesList
from openbook.db import Connection
from openbook.errors import Conflict, NotFound
from openbook.live.publishing import publish_much

PART = 1_000
"""Contacts in a part: one transaction each, which takes a fraction of a second."""
OWN = tuple(field for field in FIELDS if field.part_of is None)


async def stored(conn: Connection, workspace_id: UUID) -> StoredValuesList:
    """Of which fields that are switched off something is stored, and how much."""
    policy = await policy_of(conn, workspace_id)
    off = [field for field in OWN if not policy.keeps(field.id)]
    wanted = {field.id: holdings(ruled_by(field.switch), policy) for field in off}
    counts = await queries.count(conn, workspace_id, wanted)
    return StoredValuesList(
        [StoredValues(name, *counts[name]) for name in wanted if counts[name][1]]
    )


async def clear(
    conn: Connection, caller: Caller, field_id: str, after: UUID | None, moment: datetime
) -> Cleared:
    """Delete what is stored of a field in the next part of the contacts.

    Conflict while the field is switched on: what is deleted would only come again.
    """
    field = next((field for field in OWN if field.id == field_id), None)
    if field is None:
        raise NotFound(f"There is no field {field_id[:64]!r} with a switch of its own.")
    workspace_id = caller.workspace_id
    policy = await policy_of(conn, workspace_id)
    if policy.keeps(field.id):
        raise Conflict(
            f"{field.id} is switched on ({field.switch}), so it would come again. Switch it off "
            "first.",
            "switched_on",
        )
    ids = ruled_by(field.switch)
    begin = after or queries.FIRST
    end = await queries.end_of_part(conn, workspace_id, begin, PART)
    last = end or queries.LAST
    await queries.lock(conn, workspace_id, begin, last)
    if "email" in ids:
        await queries.choices_to_contacts(conn, workspace_id, begin, last)
    rows = await queries.clear(conn, workspace_id, holdings(ids, policy), begin, last)
    if {"last_seen_at", "first_seen_at"} & set(ids):
        await queries.settle_hours(conn, workspace_id, begin, last)
    if "unsubscribed" in ids and end is None:
        await queries.forget_choices(conn, workspace_id)
    if after is None:
        await note(conn, workspace_id, caller.actor, "field.cleared", field.id, moment)
    if rows:
        await publish_much(conn, workspace_id)
    return Cleared(rows, end)
