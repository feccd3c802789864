"""The team over REST: members, roles, invitations."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, delete, get, patch, post
from litestar.datastructures import State

from openbook.accounts.guards import (
    caller,
    confirmed,
    found_visit,
    require_own_page,
    requires,
    visit,
)
from openbook.accounts.people.schemas import read_member_role
from openbook.accounts.sessions.queries import choose_workspace
from openbook.accounts.sessions.showing import me_of
from openbook.accounts.sign_in import limits
from openbook.accounts.sign_in.entering import PRIVATE, enter_person
from openbook.accounts.sign_in.schemas import SignedIn
from openbook.accounts.sign_in.trying import address_try, count, forgive
from openbook.accounts.team import actions, queries
from openbook.accounts.team.mails import send_invitation
from openbook.accounts.team.schemas import (
    Accept,
    Invitation,
    InvitationSeen,
    InvitationToken,
    Invite,
    Invited,
    NewRole,
    ShownInvitation,
    Team,
)
from openbook.errors import OpenbookError

TAGS = ["Team"]
READ, WRITE = [requires("team:read")], [requires("team:write"), confirmed]
Asking = Request[Any, Any, Any]


@get("/api/team", guards=READ, tags=TAGS, operation_id="showTeam", response_headers=PRIVATE)
async def show_team(request: Asking, state: State) -> Team:
    """Who is in the workspace and as what; who is invited, for those who may invite."""
    who = caller(request)
    async with state.db.transaction(who.workspace_id) as conn:
        found = await queries.members(conn, who.workspace_id, visit(request).person.id)
        waiting = []
        if who.may("team:write"):
            waiting = await queries.open_invitations(conn, who.workspace_id, state.clock())
    return Team(found, [_shown(one) for one in waiting])


@post(
    "/api/team/invitations",
    guards=WRITE,
    tags=TAGS,
    operation_id="invite",
    response_headers=PRIVATE,
)
async def invite(request: Asking, state: State, data: Invite) -> Invited:
    """Invite somebody: good once, for 72 hours, for this address, into this workspace, as this.

    Where mail is set up, the link is sent; where it is not, or the mail was not taken, the link is
    in the answer, to be handed over by whoever invites.
    """
    who, moment = caller(request), state.clock()
    async with state.db.transaction(who.workspace_id) as conn:
        new, token = await actions.invite(conn, who, data.email, data.role, moment)
    url = actions.invitation_url(state.settings.address, token)
    if state.mailer.ready:
        try:
            await send_invitation(state.mailer, new, url, visit(request).person, moment)
        except OpenbookError:  # it is logged; whoever invites hands the link over
            return Invited(_shown(new), False, url)
        return Invited(_shown(new), True, None)
    return Invited(_shown(new), False, url)


@delete(
    "/api/team/invitations/{invitation_id:uuid}",
    guards=WRITE,
    tags=TAGS,
    operation_id="revokeInvitation",
)
async def revoke_invitation(request: Asking, state: State, invitation_id: UUID) -> None:
    """Take an invitation back."""
    who = caller(request)
    async with state.db.transaction(who.workspace_id) as conn:
        await actions.revoke_invitation(conn, who, invitation_id, state.clock())


@patch(
    "/api/team/{user_id:uuid}", guards=WRITE, tags=TAGS, operation_id="changeRole", status_code=204
)
async def change_role(request: Asking, state: State, user_id: UUID, data: NewRole) -> None:
    """Give a member another role, in force with the next request they make."""
    who = caller(request)
    async with state.db.transaction(who.workspace_id) as conn:
        await actions.change_role(conn, who, user_id, data.role, state.clock())


@delete(
    "/api/team/{user_id:uuid}",
    guards=[requires("team:read"), confirmed],
    tags=TAGS,
    operation_id="removeMember",
)
async def remove_member(request: Asking, state: State, user_id: UUID) -> None:
    """Remove a member, whose sessions end; or leave yourself. The only owner cannot go.

    Removing somebody else asks for the scope `team:write`.
    """
    who = caller(request)
    async with state.db.transaction(who.workspace_id) as conn:
        await actions.remove_member(conn, who, user_id, state.clock())


@post("/api/invitations/look", tags=TAGS, operation_id="lookAtInvitation", status_code=200)
async def look_at_invitation(
    request: Asking, state: State, data: InvitationToken
) -> Response[InvitationSeen]:
    """What an invitation is to. Nothing is changed by it."""
    require_own_page(request)
    moment, one = state.clock(), address_try(request, limits.LINK_ADDRESS)
    await count(request, moment, one)
    async with state.db.transaction() as conn:
        found, workspace = await actions.find_invitation(conn, data.token, moment)
        await forgive(conn, one)
    role, until = read_member_role(found.role), int(found.expires_at.timestamp())
    seen = InvitationSeen(workspace.name, role, found.email, until)
    return Response(seen, status_code=200, headers=PRIVATE)


@post("/api/invitations/accept", tags=TAGS, operation_id="acceptInvitation", status_code=200)
async def accept_invitation(request: Asking, state: State, data: Accept) -> Response[SignedIn]:
    """Join the workspace. Whoever is new here gets an account and is signed in.

    Whoever has an account with the invited address must be signed in to it: `sign_in_first`.
    """
    require_own_page(request)
    moment, one = state.clock(), address_try(request, limits.LINK_ADDRESS)
    await count(request, moment, one)
    present = await found_visit(request)
    visitor = present.person if present else None
    async with state.db.transaction() as conn:
        person, workspace_id, new = await actions.accept(
            conn, data.token, data.name, visitor, moment
        )
        await forgive(conn, one)
        if new or present is None:
            return await enter_person(conn, request, person, "link", False, moment)
        await choose_workspace(conn, present.session.id, workspace_id)
        session = msgspec.structs.replace(present.session, chosen=workspace_id)
        me = await me_of(conn, session, person)
    return Response(SignedIn(me=me), status_code=200, headers=PRIVATE)


def _shown(one: Invitation) -> ShownInvitation:
    return ShownInvitation(
        one.id,
        one.email,
        read_member_role(one.role),
        int(one.created_at.timestamp()),
        int(one.expires_at.timestamp()),
    )


handlers = [
    show_team,
    invite,
    revoke_invitation,
    change_role,
    remove_member,
    look_at_invitation,
    accept_invitation,
]
