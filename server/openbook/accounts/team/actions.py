"""What changes who is in a workspace. The caller holds the transaction, which is for it."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from openbook.accounts import queries as accounts
from openbook.accounts.actions import create_workspace
from openbook.accounts.keys import digest
from openbook.accounts.people import queries as people
from openbook.accounts.people.actions import create_person
from openbook.accounts.people.schemas import Person, read_email
from openbook.accounts.schemas import Caller, Workspace
from openbook.accounts.sessions import queries as sessions
from openbook.accounts.sign_in.queries import delete_one_time_tokens
from openbook.accounts.team import queries
from openbook.accounts.team.schemas import (
    INVITATION_LIFE,
    LONGEST_WORKSPACE,
    MOST_INVITATIONS,
    Invitation,
)
from openbook.audit.noting import note
from openbook.audit.schemas import Actor
from openbook.db import Connection, enter
from openbook.errors import BadInput, Conflict, Forbidden, NotAllowed, NotFound
from openbook.ids import new_id

INVITATION = "obi_"
INVITATION_PATH = "/invitation"
# One sentence for an invitation that never was, was accepted, was taken back or is over.
BAD_INVITATION = "This invitation is not good any more. Ask whoever invited you for another one."
ONLY_OWNERS = "Only an owner makes, changes or removes an owner."
LAST_OWNER = "That is the only owner, and a workspace has at least one. Make another one first."


async def invite(
    conn: Connection, caller: Caller, email: str, role: str, moment: datetime
) -> tuple[Invitation, str]:
    """(the invitation, the token in its link). A former one to the same address is taken back."""
    if caller.user_id is None:
        raise Forbidden("Only a person invites.")
    _require_owner(caller, role)
    shown, key = read_email(email)
    person = await people.person_by_email(conn, key)
    if person and await people.membership_role(conn, caller.workspace_id, person.id):
        raise Conflict("This person is in the team already.", "already_a_member")
    await queries.revoke_invitations_to(conn, caller.workspace_id, key, moment)
    if len(await queries.open_invitations(conn, caller.workspace_id, moment)) >= MOST_INVITATIONS:
        raise Conflict(
            f"There are {MOST_INVITATIONS} open invitations. Take some back first.",
            "too_many_invitations",
        )
    new = Invitation(
        caller.workspace_id,
        new_id(moment),
        shown,
        key,
        role,
        caller.user_id,
        moment,
        moment + INVITATION_LIFE,
    )
    token = INVITATION + secrets.token_urlsafe(32)
    await queries.insert_invitation(conn, new, digest(token))
    await note(
        conn, caller.workspace_id, caller.actor, "invitation.made", new.id, moment, role=role
    )
    return new, token


def invitation_url(address: str, token: str) -> str:
    """What an invited person opens; behind the #, so that it reaches no log and no Referer."""
    return f"{address}{INVITATION_PATH}#{token}"


async def revoke_invitation(
    conn: Connection, caller: Caller, invitation_id: UUID, moment: datetime
) -> None:
    """Nobody comes in by it any more."""
    workspace_id = caller.workspace_id
    if not await queries.revoke_invitation(conn, workspace_id, invitation_id, moment):
        raise NotFound("There is no such open invitation.")
    await note(conn, workspace_id, caller.actor, "invitation.revoked", invitation_id, moment)


async def find_invitation(
    conn: Connection, token: str, moment: datetime
) -> tuple[Invitation, Workspace]:
    """What a token invites to; the transaction is for that workspace from here on."""
    found = await queries.unscoped_invitation(conn, digest(token), moment)
    workspace = await accounts.workspace(conn, found.workspace_id) if found else None
    if found is None or workspace is None:
        raise NotAllowed(BAD_INVITATION, "bad_invitation")
    await enter(conn, (workspace.id,))
    return found, workspace


async def accept(
    conn: Connection, token: str, name: str | None, visitor: Person | None, moment: datetime
) -> tuple[Person, UUID, bool]:
    """(who accepted, into which workspace, whether they are new here).

    It is for the invited address and nobody else: whoever has an account with it must be signed in
    to it, for an invitation is no proof of being them; whoever has none gets one.
    """
    found, workspace = await find_invitation(conn, token, moment)
    person = await people.person_by_email(conn, found.email_key)
    if person is not None and visitor is None:
        raise NotAllowed(
            "There is an account with this address. Sign in, then open this again.", "sign_in_first"
        )
    if visitor is not None and visitor.email_key != found.email_key:
        raise Forbidden(
            "This invitation is for another address. Sign out, then open it again.", "other_person"
        )
    new = person is None
    if person is None:
        person = await create_person(conn, found.email, name or "", moment)
    await join(conn, found, person, moment)
    return person, workspace.id, new


async def join(conn: Connection, found: Invitation, person: Person, moment: datetime) -> None:
    """Spend an invitation that is this person's; the transaction is for its workspace."""
    if not await queries.accept_invitation(conn, found, moment):
        raise NotAllowed(BAD_INVITATION, "bad_invitation")
    if await people.membership_role(conn, found.workspace_id, person.id):
        raise Conflict("You are in this team already.", "already_a_member")
    await people.insert_membership(conn, found.workspace_id, person.id, found.role, moment)
    by, invitation = Actor("person", person.id), str(found.id)
    await note(
        conn, found.workspace_id, by, "member.joined", person.id, moment,
        role=found.role, invitation=invitation,
    )  # fmt: skip


async def change_role(
    conn: Connection, caller: Caller, user_id: UUID, role: str, moment: datetime
) -> None:
    """Another role, from the commit on. What they invited as before is taken back."""
    roles = await queries.lock_members(conn, caller.workspace_id)
    former = _role_of(roles, user_id)
    _require_owner(caller, former, role)
    if former == "owner" and role != "owner":
        _require_another_owner(roles)
    await queries.update_role(conn, caller.workspace_id, user_id, role)
    await queries.revoke_invitations_by(conn, caller.workspace_id, user_id, moment)
    told = {"role": [former, role]}
    await note(conn, caller.workspace_id, caller.actor, "member.role", user_id, moment, **told)


async def remove_member(conn: Connection, caller: Caller, user_id: UUID, moment: datetime) -> None:
    """Out of the team: their sessions end, and what they invited is taken back.

    Everybody may leave; others are removed by who may change the team.
    """
    if user_id != caller.user_id and not caller.may("team:write"):
        raise Forbidden(f"Your role here, {caller.role}, lacks the scope team:write.")
    roles = await queries.lock_members(conn, caller.workspace_id)
    former = _role_of(roles, user_id)
    if user_id != caller.user_id:
        _require_owner(caller, former)
    if former == "owner":
        _require_another_owner(roles)
    await people.delete_membership(conn, caller.workspace_id, user_id)
    await queries.revoke_invitations_by(conn, caller.workspace_id, user_id, moment)
    if user_id != caller.user_id:
        await sessions.delete_sessions(conn, user_id)
        await delete_one_time_tokens(conn, user_id)
    done = "member.left" if user_id == caller.user_id else "member.removed"
    await note(conn, caller.workspace_id, caller.actor, done, user_id, moment, role=former)


async def found_workspace(
    conn: Connection, person: Person, name: str, moment: datetime
) -> Workspace:
    """Another workspace, owned by the person. Only an owner of one makes another."""
    mine = await people.unscoped_memberships(conn, person.id)
    if not any(one.role == "owner" for one in mine):
        raise Forbidden("Only an owner of a workspace makes another one.", "only_owners")
    made = await create_workspace(conn, read_workspace_name(name), moment)
    await people.insert_membership(conn, made.id, person.id, "owner", moment)
    await note(conn, made.id, Actor("person", person.id), "workspace.made", made.id, moment)
    return made


async def rename_workspace(conn: Connection, caller: Caller, name: str, moment: datetime) -> str:
    """Call the workspace something else; the name as it is kept."""
    kept, workspace_id = read_workspace_name(name), caller.workspace_id
    await queries.rename_workspace(conn, workspace_id, kept)
    await note(conn, workspace_id, caller.actor, "workspace.renamed", workspace_id, moment)
    return kept


def read_workspace_name(text: str) -> str:
    """A name as it is kept."""
    name = text.strip()
    if not 0 < len(name) <= LONGEST_WORKSPACE or not name.isprintable():
        raise BadInput(
            f"A workspace's name has 1 to {LONGEST_WORKSPACE} characters, no control characters.",
            "bad_name",
        )
    return name


def _role_of(roles: Mapping[UUID, str], user_id: UUID) -> str:
    if user_id not in roles:
        raise NotFound("There is nobody like that in the team.")
    return roles[user_id]


def _require_owner(caller: Caller, *roles: str) -> None:
    if "owner" in roles and caller.role != "owner":
        raise Forbidden(ONLY_OWNERS, "only_owners")


def _require_another_owner(roles: Mapping[UUID, str]) -> None:
    if list(roles.values()).count("owner") == 1:
        raise Conflict(LAST_OWNER, "last_owner")
