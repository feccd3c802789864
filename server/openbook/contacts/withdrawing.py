"""Take back a value that the team or a server wrote: the next best claim takes its place.

Writing the old value again would pin it at the highest trust, over whatever the customer's backend
signs later. Taking the claim back leaves what stood before, with its own source and trust.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from openbook.catalogue.field import Trust
from openbook.contacts.assertions import ATTRIBUTE, IDENTIFYING, choose_winners
from openbook.db import Connection, Row
from openbook.errors import BadInput, Conflict

NAMED = "attributes."
"""How an attribute is called from outside."""


class Standing(Struct, frozen=True):
    """The claim in force of a field, and what would take its place."""

    claim: Row
    following: Any
    """The value of the next claim of T2 or better; None for none."""


async def standing(conn: Connection, workspace_id: UUID, contact_id: UUID, field: str) -> Standing:
    """The claim of `field` that can be taken back.

    `field`: user_id, email, name or attributes.NAME. Refuses where the value in force was not
    written at the highest trust: what a person or a signature said is not ours to take back.
    """
    best = await _best(conn, workspace_id, contact_id, _claimed_as(field))
    if not best or best[0]["trust"] < Trust.SERVER:
        raise Conflict(
            f"{field} holds nothing that the team, a server or an import wrote. Write another "
            "value instead.",
            "nothing_to_withdraw",
        )
    verified = [claim["value"] for claim in best[1:] if claim["trust"] >= Trust.MAILBOX]
    return Standing(best[0], verified[0] if verified else None)


async def withdraw(
    conn: Connection, workspace_id: UUID, contact_id: UUID, claim: Row, moment: datetime
) -> None:
    """Take this claim back and let the next one stand."""
    key = [claim[part] for part in ("origin_id", "field", "trust", "digest")]
    await conn.execute(
        "DELETE FROM claims WHERE workspace_id = %s AND contact_id = %s AND origin_id = %s "
        "AND field = %s AND trust = %s AND digest = %s",
        (workspace_id, contact_id, *key),
    )
    await choose_winners(conn, [(workspace_id, contact_id)], moment, kind_may_fall=True)


def _claimed_as(field: str) -> str:
    if field in (*IDENTIFYING, "name"):
        return field
    if field.startswith(NAMED):
        return ATTRIBUTE + field.removeprefix(NAMED)
    raise BadInput(
        f"{field[:64]!r} is not said by anybody. It is user_id, email, name or attributes.NAME.",
        "bad_field",
    )


async def _best(conn: Connection, workspace_id: UUID, contact_id: UUID, name: str) -> list[Row]:
    """The claim in force and the one behind it."""
    cursor = await conn.execute(
        "SELECT origin_id, field, trust, digest, value FROM claims "
        "WHERE workspace_id = %s AND contact_id = %s AND field = %s "
        "ORDER BY trust DESC, rank DESC, digest DESC LIMIT 2",
        (workspace_id, contact_id, name),
    )
    return await cursor.fetchall()
