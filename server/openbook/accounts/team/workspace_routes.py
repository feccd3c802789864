"""Workspaces over REST: another one, the one to be in, another name."""

from typing import Any

import msgspec
from litestar import Request, patch, post, put
from litestar.datastructures import State

from openbook.accounts.guards import caller, requires, signed_in, visit
from openbook.accounts.people.queries import unscoped_memberships
from openbook.accounts.sessions.queries import choose_workspace
from openbook.accounts.sessions.schemas import Me
from openbook.accounts.sessions.showing import me_of
from openbook.accounts.sign_in.entering import PRIVATE
from openbook.accounts.team import actions
from openbook.accounts.team.schemas import Choice, Named, ShownWorkspace
from openbook.errors import Forbidden

TAGS = ["Workspaces"]
Asking = Request[Any, Any, Any]


@post(
    "/api/workspaces",
    guards=[signed_in],
    tags=TAGS,
    operation_id="createWorkspace",
    response_headers=PRIVATE,
)
async def create_workspace(request: Asking, state: State, data: Named) -> Me:
    """Another workspace with contacts, team and settings of its own. You own it and are in it."""
    found, moment = visit(request), state.clock()
    async with state.db.transaction() as conn:
        made = await actions.found_workspace(conn, found.person, data.name, moment)
        await choose_workspace(conn, found.session.id, made.id)
        session = msgspec.structs.replace(found.session, chosen=made.id)
        return await me_of(conn, session, found.person)


@put(
    "/api/me/workspace",
    guards=[signed_in],
    tags=TAGS,
    operation_id="chooseWorkspace",
    response_headers=PRIVATE,
)
async def choose(request: Asking, state: State, data: Choice) -> Me:
    """Be in another of your workspaces: for requests that do not name one in a header."""
    found = visit(request)
    async with state.db.transaction() as conn:
        mine = await unscoped_memberships(conn, found.person.id)
        if data.workspace not in [one.workspace_id for one in mine]:
            raise Forbidden("You do not belong to this workspace, or not any more.", "not_a_member")
        await choose_workspace(conn, found.session.id, data.workspace)
        session = msgspec.structs.replace(found.session, chosen=data.workspace)
        return await me_of(conn, session, found.person)


@patch(
    "/api/workspace",
    guards=[requires("settings:write")],
    tags=TAGS,
    operation_id="renameWorkspace",
)
async def rename_workspace(request: Asking, state: State, data: Named) -> ShownWorkspace:
    """Call the workspace something else."""
    who = caller(request)
    async with state.db.transaction(who.workspace_id) as conn:
        name = await actions.rename_workspace(conn, who, data.name, state.clock())
    return ShownWorkspace(who.workspace_id, name)


handlers = [create_workspace, choose, rename_workspace]
