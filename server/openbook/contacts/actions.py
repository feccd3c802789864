"""What the REST interface changes about contacts. The caller holds the transaction.

Whoever holds a token or sits at the dashboard is believed (T4); every value goes in as a claim, so
that what it replaces is kept beside it and says where it came from.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from openbook.accounts.schemas import Caller
from openbook.audit.noting import note
from openbook.catalogue.field import Source, Trust
from openbook.catalogue.fields import BY_ID
from openbook.catalogue.policy import Policy
from openbook.contacts import queries
from openbook.contacts.assertions import (
    ATTRIBUTE,
    NOWHERE,
    Claim,
    assert_values,
    put_subscription,
)
from openbook.contacts.attributes import SHAPES, read_attribute
from openbook.contacts.creating import create_contact
from openbook.contacts.erasing import erase_contact
from openbook.contacts.holders import reserve
from openbook.contacts.identity import find_verified
from openbook.contacts.merging import merge, split
from openbook.contacts.schemas import Merge
from openbook.contacts.values import email_key, read_email, read_name, read_user_id
from openbook.contacts.withdrawing import standing, withdraw
from openbook.db import Connection
from openbook.errors import BadInput, Conflict, Forbidden, NotFound
from openbook.live.publishing import publish

TEAM = frozenset({"owner", "admin", "agent"})
READERS = {"user_id": read_user_id, "email": read_email, "name": read_name}
EXPECTED = {
    "user_id": "an id of 1 to 255 characters that is no accident such as `null` or `undefined`",
    "email": "an e-mail address",
    "name": "a text",
}


class Taken(Conflict):
    """Another contact has this verified identity; `more` names it."""

    def __init__(self, message: str, code: str, contact_id: UUID):
        super().__init__(message, code)
        self.more = {"contact_id": str(contact_id)}


async def create(
    conn: Connection,
    caller: Caller,
    policy: Policy,
    written: Mapping[str, Any],
    moment: datetime,
) -> UUID:
    """A new contact with these values; its id."""
    values = read_values(policy, caller, written)
    await _refuse_taken(conn, caller.workspace_id, values, None)
    first_seen_at = moment if policy.keeps("first_seen_at") else None
    contact_id = await create_contact(
        conn, caller.workspace_id, moment, first_seen_at=first_seen_at
    )
    await _write(conn, caller, contact_id, values, moment)
    told = {"fields": sorted(values)}
    await note(conn, caller.workspace_id, caller.actor, "contact.made", contact_id, moment, **told)
    await publish(conn, caller.workspace_id, made=[contact_id])
    return contact_id


async def change(
    conn: Connection,
    caller: Caller,
    policy: Policy,
    contact_id: UUID,
    written: Mapping[str, Any],
    moment: datetime,
) -> UUID:
    """Write the values that are named; the id of the contact that has them now."""
    workspace_id = caller.workspace_id
    kept_id = await queries.kept(conn, workspace_id, contact_id)
    if not await queries.lock(conn, workspace_id, kept_id):
        raise unknown()
    values = read_values(policy, caller, written)
    await _refuse_taken(conn, workspace_id, values, kept_id)
    await _write(conn, caller, kept_id, values, moment)
    told = {"fields": sorted(values)}
    await note(conn, workspace_id, caller.actor, "contact.changed", kept_id, moment, **told)
    marked = [kept_id] if "spam" in values else []
    await publish(conn, workspace_id, changed=[kept_id], marked=marked)
    return kept_id


async def take_back(
    conn: Connection, caller: Caller, contact_id: UUID, field: str, moment: datetime
) -> UUID:
    """Take back what was written into a field, so that what stood before stands again."""
    workspace_id = caller.workspace_id
    kept_id = await queries.kept(conn, workspace_id, contact_id)
    if not await queries.lock(conn, workspace_id, kept_id):
        raise unknown()
    found = await standing(conn, workspace_id, kept_id, field)
    await _refuse_taken(conn, workspace_id, {field: found.following}, kept_id)
    await withdraw(conn, workspace_id, kept_id, found.claim, moment)
    told = {"fields": [field], "taken_back": True}
    await note(conn, workspace_id, caller.actor, "contact.changed", kept_id, moment, **told)
    await publish(conn, workspace_id, changed=[kept_id])
    return kept_id


async def erase(conn: Connection, caller: Caller, contact_id: UUID, moment: datetime) -> None:
    """Delete a contact and everything about it."""
    workspace_id = caller.workspace_id
    kept_id = await queries.kept(conn, workspace_id, contact_id)
    if kept_id != contact_id:
        raise Taken(
            "This contact was merged into another one. To delete both, delete that one.",
            "merged",
            kept_id,
        )
    if not await erase_contact(conn, workspace_id, contact_id):
        raise unknown()
    await note(conn, workspace_id, caller.actor, "contact.deleted", contact_id, moment)


async def join(
    conn: Connection, caller: Caller, kept_id: UUID, gone_id: UUID, moment: datetime
) -> Merge:
    """Merge `gone_id` into `kept_id`; the journal's entry."""
    workspace_id = caller.workspace_id
    kept_id = await queries.kept(conn, workspace_id, kept_id)
    gone_id = await queries.kept(conn, workspace_id, gone_id)
    reason = "agent" if caller.user_id is not None else "rest"
    merge_id = await merge(conn, workspace_id, kept_id, gone_id, reason, moment)
    told = {"gone": str(gone_id), "merge": str(merge_id)}
    await note(conn, workspace_id, caller.actor, "contact.merged", kept_id, moment, **told)
    return await queries.merge_entry(conn, workspace_id, merge_id)


async def part(
    conn: Connection, caller: Caller, contact_id: UUID, merge_id: UUID, moment: datetime
) -> tuple[UUID, UUID]:
    """Undo a merge that this contact was part of: (the one that was kept, the one that is back)."""
    workspace_id = caller.workspace_id
    entry = await queries.merge_entry(conn, workspace_id, merge_id)
    if contact_id not in (entry.kept, entry.gone):
        raise NotFound("This contact was part of no such merge.", "no_such_merge")
    restored_id = await split(conn, workspace_id, merge_id, moment)
    told = {"restored": str(restored_id), "merge": str(merge_id)}
    await note(conn, workspace_id, caller.actor, "contact.split", entry.kept, moment, **told)
    return entry.kept, restored_id


async def set_subscription(
    conn: Connection,
    workspace_id: UUID,
    contact_id: UUID,
    unsubscribed: bool,
    how: str,
    moment: datetime,
) -> bool:
    """Note the choice for the contact's address; whether it is the one in force.

    The latest act wins; of two at the same moment the unsubscription does.
    """
    address, ids = await queries.address_of(conn, workspace_id, contact_id)
    stands = await queries.put_choice(conn, workspace_id, address, unsubscribed, how, moment)
    if stands:
        await put_subscription(conn, workspace_id, ids)
        await publish(conn, workspace_id, changed=ids)
    return stands


def read_values(policy: Policy, caller: Caller, written: Mapping[str, Any]) -> dict[str, Any]:
    """What is to be written, each value read as what it is; refuses what may not be written."""
    values: dict[str, Any] = {}
    hands = {"server", "agent"} if caller.role in TEAM else {"server"}
    for name, value in written.items():
        if name == "attributes":
            values |= _read_attributes(policy, value)
            continue
        if not hands & set(BY_ID[name].written_by):
            raise Forbidden(f"Only the team may write {name}: use a token with the role agent.")
        if value is not None and not policy.keeps(name):
            raise BadInput(
                f"{name} is switched off here ({BY_ID[name].switch}); nothing is kept in it.",
                "switched_off",
            )
        if name in READERS and value is not None:
            read = READERS[name](value)
            if read is None:
                raise BadInput(f"{name} must be {EXPECTED[name]}.", f"bad_{name}")
            value = read
        values[name] = value
    return values


def _read_attributes(policy: Policy, attributes: Mapping[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, value in attributes.items():
        declared = policy.attributes.get(name)
        if declared is None:
            known = ", ".join(sorted(policy.attributes)) or "none"
            raise BadInput(
                f"There is no attribute {name[:64]!r}. Declared here: {known}.",
                "undeclared_attribute",
            )
        read = None if value is None else read_attribute(declared.type, value)
        if value is not None and read is None:
            raise BadInput(
                f"The attribute {name} must be {SHAPES[declared.type]}.",
                "bad_attribute",
            )
        values[f"{ATTRIBUTE}{name}"] = read
    return values


async def _refuse_taken(
    conn: Connection,
    workspace_id: UUID,
    values: Mapping[str, Any],
    contact_id: UUID | None,
) -> None:
    """A user id is one contact's. An address names one as long as no user id tells them apart."""
    user_id, email = values.get("user_id"), values.get("email")
    if user_id is not None:
        owner = await find_verified(conn, workspace_id, user_id, None)
        if owner is not None and owner != contact_id:
            raise Taken("Another contact has this user_id.", "user_id_taken", owner)
    if email is not None and user_id is None:
        owner = await find_verified(conn, workspace_id, None, email)
        if owner is None or owner == contact_id:
            return
        if contact_id is None or not await queries.has_user_id(conn, workspace_id, contact_id):
            raise Taken("Another contact has this email.", "email_taken", owner)


async def _reserve(
    conn: Connection,
    workspace_id: UUID,
    contact_id: UUID,
    values: Mapping[str, Any],
    moment: datetime,
) -> None:
    """Take the identities before the values, so that of two who want the same user id one waits."""
    email = values.get("email")
    wanted = (("user_id", values.get("user_id")), ("email", email_key(email) if email else None))
    held = [(field, value, contact_id) for field, value in wanted if value is not None]
    taken = await reserve(conn, workspace_id, held, Trust.SERVER, moment)
    for (field, _), owner in taken.items():
        if field == "user_id":
            raise Taken("Another contact has this user_id.", "user_id_taken", owner)


async def _write(
    conn: Connection,
    caller: Caller,
    contact_id: UUID,
    values: dict[str, Any],
    moment: datetime,
) -> None:
    workspace_id = caller.workspace_id
    await _reserve(conn, workspace_id, contact_id, values, moment)
    # Whoever is signed in is of the team; a token is a program of the customer's.
    source = Source.AGENT if caller.user_id is not None else Source.SERVER
    said = [
        Claim(NOWHERE, name, value, Trust.SERVER, source, moment, moment)
        for name, value in values.items()
        if name in READERS or name.startswith(ATTRIBUTE)
    ]
    await assert_values(conn, workspace_id, contact_id, said, moment)
    if "unsubscribed" in values:
        await set_subscription(
            conn, workspace_id, contact_id, values["unsubscribed"], source.name.lower(), moment
        )
    if "spam" in values:
        by = str(caller.caller_id) if values["spam"] else None
        await queries.put_spam(
            conn,
            workspace_id,
            contact_id,
            values["spam"],
            moment if values["spam"] else None,
            by,
        )


def unknown() -> NotFound:
    return NotFound(
        "There is no contact with this id in this workspace.",
        "no_such_contact",
    )
