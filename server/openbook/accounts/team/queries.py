"""Every statement about the members and the invitations of a workspace."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import and_, insert, or_, select, update

from openbook.accounts.people.schemas import read_member_role
from openbook.accounts.team.schemas import Invitation, Member
from openbook.db import Connection, row, rows, run
from openbook.tables.accounts import workspaces
from openbook.tables.people import invitations, memberships, passkeys, totp_secrets, users

_INVITATION = tuple(invitations.c[name] for name in Invitation.__struct_fields__)
_OPEN = and_(invitations.c.accepted_at.is_(None), invitations.c.revoked_at.is_(None))


async def members(conn: Connection, workspace_id: UUID, asking: UUID) -> list[Member]:
    """Everybody in the workspace, the earliest first."""
    in_force = and_(totp_secrets.c.user_id == users.c.id, totp_secrets.c.confirmed_at.is_not(None))
    has_app = select(totp_secrets.c.user_id).where(in_force).exists()
    has_key = select(passkeys.c.id).where(passkeys.c.user_id == users.c.id).exists()
    joined = memberships.join(users, users.c.id == memberships.c.user_id)
    statement = (
        select(
            users.c.id,
            users.c.email,
            users.c.name,
            memberships.c.role,
            memberships.c.created_at,
            or_(has_app, has_key).label("second_factor"),
        )
        .select_from(joined)
        .where(memberships.c.workspace_id == workspace_id)
        .order_by(memberships.c.created_at, users.c.id)
    )
    return [
        Member(
            found["id"],
            found["email"],
            found["name"],
            read_member_role(found["role"]),
            int(found["created_at"].timestamp()),
            found["second_factor"],
            found["id"] == asking,
        )
        for found in await rows(conn, statement)
    ]


async def lock_members(conn: Connection, workspace_id: UUID) -> dict[UUID, str]:
    """Who has which role; nobody changes it until commit, so that an owner always remains."""
    statement = (
        select(memberships.c.user_id, memberships.c.role)
        .where(memberships.c.workspace_id == workspace_id)
        .order_by(memberships.c.user_id)
        .with_for_update()
    )
    return {found["user_id"]: found["role"] for found in await rows(conn, statement)}


async def update_role(conn: Connection, workspace_id: UUID, user_id: UUID, role: str) -> None:
    statement = update(memberships).where(
        memberships.c.workspace_id == workspace_id, memberships.c.user_id == user_id
    )
    await run(conn, statement.values(role=role))


async def rename_workspace(conn: Connection, workspace_id: UUID, name: str) -> None:
    await run(conn, update(workspaces).where(workspaces.c.id == workspace_id).values(name=name))


# Invitations ----------------------------------------------------------------------------------


async def open_invitations(
    conn: Connection, workspace_id: UUID, moment: datetime
) -> list[Invitation]:
    """Those that can still be accepted, the newest first."""
    statement = (
        select(*_INVITATION)
        .where(invitations.c.workspace_id == workspace_id, _OPEN)
        .where(invitations.c.expires_at > moment)
        .order_by(invitations.c.created_at.desc(), invitations.c.id.desc())
    )
    return [Invitation(**found) for found in await rows(conn, statement)]


async def insert_invitation(conn: Connection, new: Invitation, token_hash: bytes) -> None:
    values = msgspec.structs.asdict(new)
    await run(conn, insert(invitations).values(**values, token_hash=token_hash))


async def unscoped_invitation(
    conn: Connection, token_hash: bytes, moment: datetime
) -> Invitation | None:
    """The open invitation with this token; row-level security shows its holder this one alone."""
    await conn.execute("SELECT set_config('openbook.credential', %s, true)", (token_hash.hex(),))
    statement = select(*_INVITATION).where(
        invitations.c.token_hash == token_hash, _OPEN, invitations.c.expires_at > moment
    )
    found = await row(conn, statement)
    return Invitation(**found) if found else None


async def unscoped_invitations_to(
    conn: Connection, email_key: str, moment: datetime
) -> list[Invitation]:
    """The open invitations to an address that was proved to be the asker's, of every workspace."""
    await conn.execute("SELECT set_config('openbook.invited', %s, true)", (email_key,))
    statement = select(*_INVITATION).where(
        invitations.c.email_key == email_key, _OPEN, invitations.c.expires_at > moment
    )
    ordered = statement.order_by(invitations.c.created_at, invitations.c.id)
    return [Invitation(**found) for found in await rows(conn, ordered)]


async def accept_invitation(conn: Connection, taken: Invitation, moment: datetime) -> bool:
    """Of many who accept it at once, one does."""
    return await _close(conn, taken.workspace_id, moment, "accepted_at", id=taken.id) == 1


async def revoke_invitation(
    conn: Connection, workspace_id: UUID, invitation_id: UUID, moment: datetime
) -> bool:
    return await _close(conn, workspace_id, moment, "revoked_at", id=invitation_id) == 1


async def revoke_invitations_to(
    conn: Connection, workspace_id: UUID, email_key: str, moment: datetime
) -> None:
    await _close(conn, workspace_id, moment, "revoked_at", email_key=email_key)


async def revoke_invitations_by(
    conn: Connection, workspace_id: UUID, user_id: UUID, moment: datetime
) -> None:
    await _close(conn, workspace_id, moment, "revoked_at", invited_by=user_id)


async def _close(
    conn: Connection, workspace_id: UUID, moment: datetime, column: str, **which: Any
) -> int:
    statement = update(invitations).where(
        invitations.c.workspace_id == workspace_id,
        _OPEN,
        *(invitations.c[name] == value for name, value in which.items()),
    )
    return await run(conn, statement.values({column: moment}))
