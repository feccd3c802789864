"""Which contact a verified identity belongs to, and what becomes of the device that shows it.

Decided in commit order. Only identities of T2 and above are ever matched on; a claim matches
nothing, merges nothing and opens nothing.
"""

from datetime import datetime
from typing import Literal
from uuid import UUID, uuid4

import msgspec

from openbook.catalogue.field import Trust
from openbook.contacts.merging import GIVEN_BACK, lock_devices, merge
from openbook.contacts.values import email_key
from openbook.db import Connection, Row, built
from openbook.ids import new_id
from openbook.live.publishing import publish

Decision = Literal["keep", "adopt", "merge", "switch", "join"]


class Moved(Exception):
    """Another writer decided about the same identity or device first: decide again."""


class Known(msgspec.Struct, frozen=True):
    """A contact, as far as deciding goes."""

    contact_id: UUID
    user_id: str | None
    """Its verified user id."""


def decide(
    current: Known | None, owner: Known | None, user_id: str | None, *, with_history: bool
) -> Decision:
    """What a device does whose verified message names somebody.

    `current` is who the device belongs to, `owner` whom the identity names, if they are known;
    `with_history` that the sender proved to be who used the device before (or is a server that
    vouches for it).

    keep    the device is the owner's already
    adopt   what was anonymous gets the identity: nobody else has it
    merge   what was anonymous joins the owner
    switch  another person uses the device now; what it did before stays where it is
    join    the device is new and begins with the owner (or with a new contact)
    """
    if current is None:
        return "join"
    if owner is not None and owner.contact_id == current.contact_id:
        same = user_id is None or current.user_id in (None, user_id)
        return "keep" if same else "switch"
    taken = current.user_id is not None and current.user_id != user_id
    if taken or not with_history:
        return "switch"
    return "adopt" if owner is None else "merge"


async def find_verified(
    conn: Connection, workspace_id: UUID, user_id: str | None, email: str | None
) -> UUID | None:
    """The contact that a verified user id, else a verified e-mail address, belongs to."""
    found = await _owner(conn, workspace_id, user_id, email_key(email) if email else None)
    return found.contact_id if found else None


async def link(
    conn: Connection,
    workspace_id: UUID,
    device_id: UUID,
    *,
    user_id: str | None,
    email: str | None,
    trust: Trust,
    with_history: bool,
    moment: datetime,
) -> UUID:
    """Find or make the contact that a verified identity names and give it the device.

    The contact's id. Its row, and the device's where that is new, are made by whoever stores what
    was observed. Raises Moved where another writer was faster.
    """
    key = email_key(email) if email else None
    current = await _holder(conn, workspace_id, device_id, user_id)
    owner = await _owner(conn, workspace_id, user_id, key)
    decision = decide(current, owner, user_id, with_history=with_history)
    if decision == "switch":
        await _retire(conn, workspace_id, device_id)
        if current is not None:
            await publish(conn, workspace_id, changed=[current.contact_id])
        if owner is not None and current is not None and owner.contact_id == current.contact_id:
            owner = None  # the address belongs to somebody whose user id is another one
    if decision == "merge" and current is not None and owner is not None:
        await merge(conn, workspace_id, owner.contact_id, current.contact_id, "identify", moment)
    if decision == "adopt" and current is not None:
        contact_id = current.contact_id
    else:
        contact_id = owner.contact_id if owner is not None else new_id(moment)
    await _register(conn, workspace_id, contact_id, user_id, key, trust, moment)
    return contact_id


async def link_contact(
    conn: Connection,
    workspace_id: UUID,
    contact_id: UUID | None,
    *,
    user_id: str,
    email: str | None,
    trust: Trust,
    moment: datetime,
) -> tuple[UUID, Decision]:
    """The contact that a verified identity names, shown by whoever has been `contact_id` so far.

    As `link`, for what is no device: a chat session is a secret of its own, so who shows it proves
    to be who used it before. With `switch` the former contact stays as it is: this is another
    person. The contact's row is made by the caller where the id is new.
    """
    key = email_key(email) if email else None
    current = None
    if contact_id is not None:
        await lock_devices(conn, workspace_id, contact_id)
        current = await _known(conn, workspace_id, contact_id, user_id)
    owner = await _owner(conn, workspace_id, user_id, key)
    decision = decide(current, owner, user_id, with_history=True)
    if decision == "switch" and owner and current and owner.contact_id == current.contact_id:
        owner = None  # the address belongs to somebody whose user id is another one
    if decision == "merge" and current is not None and owner is not None:
        await merge(conn, workspace_id, owner.contact_id, current.contact_id, "chat", moment)
    if decision == "adopt" and current is not None:
        found = current.contact_id
    else:
        found = owner.contact_id if owner is not None else new_id(moment)
    await _register(conn, workspace_id, found, user_id, key, trust, moment)
    return found, decision


async def _known(
    conn: Connection, workspace_id: UUID, contact_id: UUID, user_id: str
) -> Known | None:
    """A contact, locked; of its several verified user ids, the asked one."""
    cursor = await conn.execute(
        """
        SELECT c.id, (
            SELECT u.value FROM identities u WHERE u.workspace_id = c.workspace_id
              AND u.contact_id = c.id AND u.field = 'user_id'
            ORDER BY u.value = %(user_id)s DESC NULLS LAST, u.value LIMIT 1) AS user_id
        FROM contacts c WHERE c.workspace_id = %(workspace_id)s AND c.id = %(contact_id)s
        FOR NO KEY UPDATE OF c
        """,
        {"workspace_id": workspace_id, "contact_id": contact_id, "user_id": user_id},
    )
    row: Row | None = await cursor.fetchone()
    return Known(row["id"], row["user_id"]) if row else None


async def _owner(
    conn: Connection, workspace_id: UUID, user_id: str | None, key: str | None
) -> Known | None:
    """Whom the identity names. Locked, so that the contact cannot be erased meanwhile."""
    cursor = await conn.execute(
        """
        SELECT i.field, i.contact_id, (
            SELECT u.value FROM identities u WHERE u.workspace_id = i.workspace_id
              AND u.contact_id = i.contact_id AND u.field = 'user_id'
            ORDER BY u.value = %(user_id)s DESC NULLS LAST, u.value LIMIT 1) AS user_id
        FROM identities i
        WHERE i.workspace_id = %(workspace_id)s
          AND (i.field, i.value) IN (('user_id', %(user_id)s), ('email', %(key)s))
        ORDER BY i.field DESC FOR SHARE OF i
        """,
        {"workspace_id": workspace_id, "user_id": user_id, "key": key},
    )
    for row in await cursor.fetchall():
        # An address names somebody only as long as no other user id speaks against it.
        if row["field"] == "user_id" or user_id is None or row["user_id"] in (None, user_id):
            return Known(row["contact_id"], row["user_id"])
    return None


async def _holder(
    conn: Connection, workspace_id: UUID, device_id: UUID, user_id: str | None
) -> Known | None:
    """Whom the device belongs to; of several user ids of a merged contact, the asked one."""
    cursor = await conn.execute(
        """
        SELECT d.contact_id, (
            SELECT u.value FROM identities u WHERE u.workspace_id = d.workspace_id
              AND u.contact_id = d.contact_id AND u.field = 'user_id'
            ORDER BY u.value = %(user_id)s DESC NULLS LAST, u.value LIMIT 1) AS user_id
        FROM devices d WHERE d.workspace_id = %(workspace_id)s AND d.id = %(device_id)s
        FOR NO KEY UPDATE OF d
        """,
        {"workspace_id": workspace_id, "device_id": device_id, "user_id": user_id},
    )
    row: Row | None = await cursor.fetchone()
    return Known(row["contact_id"], row["user_id"]) if row else None


async def _register(
    conn: Connection,
    workspace_id: UUID,
    contact_id: UUID,
    user_id: str | None,
    key: str | None,
    trust: Trust,
    moment: datetime,
) -> None:
    """Give the contact the identities that nobody else holds.

    One that is held already is not locked beyond what `_owner` does: two who show the same one
    would each wait for the other to let go, and be told apart only a second later, again and again.
    """
    for field, value in (("user_id", user_id), ("email", key)):
        if value is None:
            continue
        parameters = {
            "workspace_id": workspace_id,
            "field": field,
            "value": value,
            "contact_id": contact_id,
            "trust": int(trust),
            "moment": moment,
        }
        row = await (await conn.execute(_GIVE, parameters)).fetchone()
        if row is None:  # somebody gave it away just now
            raise Moved
        if row["trust"] < trust:
            await conn.execute(
                "UPDATE identities SET trust = %(trust)s WHERE workspace_id = %(workspace_id)s "
                "AND field = %(field)s AND value = %(value)s AND trust < %(trust)s",
                parameters,
            )
        if field == "user_id" and row["contact_id"] != contact_id:
            raise Moved


_GIVE = """
WITH given AS (
  INSERT INTO identities (workspace_id, field, value, contact_id, trust, verified_at)
  VALUES (%(workspace_id)s, %(field)s, %(value)s, %(contact_id)s, %(trust)s, %(moment)s)
  ON CONFLICT (workspace_id, field, value) DO NOTHING RETURNING contact_id, trust
)
SELECT contact_id, trust FROM given
UNION ALL
SELECT contact_id, trust FROM identities
WHERE workspace_id = %(workspace_id)s AND field = %(field)s AND value = %(value)s
"""
"""Who holds the identity after it, and how well it is known; nothing where another transaction has
given it away meanwhile."""


async def _retire(conn: Connection, workspace_id: UUID, device_id: UUID) -> None:
    """Leave what the device did with whom it belonged to, under an id of its own."""
    kept = uuid4()
    parameters = {"workspace_id": workspace_id, "id": device_id, "kept": kept}
    await conn.execute(
        "UPDATE devices SET id = %(kept)s, retired = true, birth = NULL "
        "WHERE workspace_id = %(workspace_id)s AND id = %(id)s",
        parameters,
    )
    # The phone is another person's from now on, and so is what it is told.
    await conn.execute(
        "DELETE FROM push_tokens WHERE workspace_id = %(workspace_id)s AND origin_id = %(id)s",
        parameters,
    )
    for table in GIVEN_BACK:
        await conn.execute(
            built(
                f"UPDATE {table} SET origin_id = %(kept)s "
                "WHERE workspace_id = %(workspace_id)s AND origin_id = %(id)s "
                "AND contact_id = (SELECT contact_id FROM devices "
                "WHERE workspace_id = %(workspace_id)s AND id = %(kept)s)"
            ),
            parameters,
        )
    for platform in ("android", "ios"):
        await conn.execute(
            f"UPDATE contacts SET {platform}_device_id = %(kept)s "
            f"WHERE workspace_id = %(workspace_id)s AND {platform}_device_id = %(id)s "
            "AND id = (SELECT contact_id FROM devices WHERE workspace_id = %(workspace_id)s "
            "AND id = %(kept)s)",
            parameters,
        )
