"""Every statement about people and where they belong."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from openbook.accounts.people.schemas import Membership, Person
from openbook.db import Connection, Row, row, rows, run
from openbook.tables.people import memberships, passkeys, recovery_codes, totp_secrets, users

_PERSON = (
    users.c.id,
    users.c.email,
    users.c.email_key,
    users.c.name,
    users.c.password_hash,
    users.c.created_at,
)


async def person(conn: Connection, user_id: UUID) -> Person | None:
    return _person(await row(conn, select(*_PERSON).where(users.c.id == user_id)))


async def person_by_email(conn: Connection, email_key: str) -> Person | None:
    return _person(await row(conn, select(*_PERSON).where(users.c.email_key == email_key)))


async def people(conn: Connection, ids: Sequence[UUID]) -> list[Person]:
    found = await rows(conn, select(*_PERSON).where(users.c.id.in_(ids)).order_by(users.c.id))
    return [Person(**one) for one in found]


async def insert_person(conn: Connection, new: Person) -> bool:
    """False if somebody has the address already."""
    values = {name: getattr(new, name) for name in new.__struct_fields__}
    statement = insert(users).values(**values).on_conflict_do_nothing(index_elements=["email_key"])
    return await run(conn, statement) == 1


async def update_person(conn: Connection, user_id: UUID, **values: Any) -> bool:
    return await run(conn, update(users).where(users.c.id == user_id).values(**values)) == 1


# Memberships ----------------------------------------------------------------------------------


async def name_person(conn: Connection, user_id: UUID) -> None:
    """Let the rest of this transaction see where this person belongs."""
    await conn.execute("SELECT set_config('openbook.person', %s, true)", (str(user_id),))


async def unscoped_memberships(conn: Connection, user_id: UUID) -> list[Membership]:
    """Where a person belongs, the earliest first."""
    await name_person(conn, user_id)
    cursor = await conn.execute(MEMBERSHIPS, (user_id,))
    return [
        Membership(one["workspace_id"], one["name"], one["role"]) for one in await cursor.fetchall()
    ]


# Plain text, not built anew for each request: every call of the dashboard runs it.
MEMBERSHIPS = """
SELECT m.workspace_id, w.name, m.role FROM memberships m JOIN workspaces w ON w.id = m.workspace_id
WHERE m.user_id = %s ORDER BY m.created_at, m.workspace_id
"""


async def membership_role(conn: Connection, workspace_id: UUID, user_id: UUID) -> str | None:
    statement = select(memberships.c.role).where(
        memberships.c.workspace_id == workspace_id, memberships.c.user_id == user_id
    )
    found = await row(conn, statement)
    return found["role"] if found else None


async def owners(conn: Connection, workspace_id: UUID) -> list[UUID]:
    """The owners of a workspace, the first one first."""
    statement = (
        select(memberships.c.user_id)
        .where(memberships.c.workspace_id == workspace_id, memberships.c.role == "owner")
        .order_by(memberships.c.created_at, memberships.c.user_id)
    )
    return [found["user_id"] for found in await rows(conn, statement)]


async def insert_membership(
    conn: Connection, workspace_id: UUID, user_id: UUID, role: str, moment: datetime
) -> None:
    values = {"workspace_id": workspace_id, "user_id": user_id, "role": role, "created_at": moment}
    await run(conn, insert(memberships).values(**values))


async def delete_membership(conn: Connection, workspace_id: UUID, user_id: UUID) -> bool:
    statement = delete(memberships).where(
        memberships.c.workspace_id == workspace_id, memberships.c.user_id == user_id
    )
    return await run(conn, statement) == 1


# Second factors --------------------------------------------------------------------------------


async def second_factors(conn: Connection, user_id: UUID) -> list[str]:
    """What is asked of a person at sign-in beside the first proof; empty for nothing."""
    in_force = totp_secrets.c.confirmed_at.is_not(None)
    asked = {
        "totp": select(totp_secrets.c.user_id).where(totp_secrets.c.user_id == user_id, in_force),
        "passkey": select(passkeys.c.user_id).where(passkeys.c.user_id == user_id),
        "recovery": select(recovery_codes.c.user_id).where(recovery_codes.c.user_id == user_id),
    }
    held = select(*(one.exists().label(name) for name, one in asked.items()))
    found = await row(conn, held) or {}
    if not found.get("totp") and not found.get("passkey"):
        return []
    return [name for name in asked if found[name]]


def _person(found: Row | None) -> Person | None:
    return Person(**found) if found is not None else None
