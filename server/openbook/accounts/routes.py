"""The settings of a workspace over REST, and every route of the folders below."""

from typing import Any

from litestar import Request, get, patch
from litestar.datastructures import State

from openbook.accounts import mail_routes as mail
from openbook.accounts.actions import change_settings
from openbook.accounts.credentials import routes as credentials
from openbook.accounts.guards import caller, requires
from openbook.accounts.history import routes as history
from openbook.accounts.passkeys import routes as passkeys
from openbook.accounts.provider import routes as provider
from openbook.accounts.provider import set_up as provider_set_up
from openbook.accounts.queries import workspace
from openbook.accounts.schemas import setting_text
from openbook.accounts.sessions import routes as sessions
from openbook.accounts.sign_in import own_routes as own
from openbook.accounts.sign_in import routes as sign_in
from openbook.accounts.team import routes as team
from openbook.accounts.team import workspace_routes as workspaces
from openbook.catalogue.policy import shown_settings
from openbook.errors import NotFound


@get(
    "/api/settings",
    guards=[requires("settings:read")],
    tags=["Settings"],
    operation_id="showSettings",
)
async def show_settings(request: Request, state: State) -> dict[str, Any]:
    """Every setting of the workspace with the value in force, defaults included."""
    workspace_id = caller(request).workspace_id
    async with state.db.transaction(workspace_id) as conn:
        found = await workspace(conn, workspace_id)
    if found is None:
        raise NotFound("There is no such workspace.")
    return shown_settings(found.settings)


@patch(
    "/api/settings",
    guards=[requires("settings:write")],
    tags=["Settings"],
    operation_id="changeSettings",
)
async def patch_settings(request: Request, state: State, data: dict[str, Any]) -> dict[str, Any]:
    """Change the settings that are named; null puts one back to its default.

    All of it or, if one part is refused, nothing. In force when the answer comes.
    """
    who = caller(request)
    changes = {key: setting_text(key, value) for key, value in data.items()}
    async with state.db.transaction(who.workspace_id) as conn:
        found = await change_settings(conn, who.workspace_id, changes, who.actor, state.clock())
    return shown_settings(found.settings)


handlers = [
    show_settings,
    patch_settings,
    *sign_in.handlers,
    *sessions.handlers,
    *own.handlers,
    *provider.handlers,
    *provider_set_up.handlers,
    *passkeys.handlers,
    *team.handlers,
    *credentials.handlers,
    *mail.handlers,
    *workspaces.handlers,
    *history.handlers,
]
