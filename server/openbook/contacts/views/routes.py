"""Saved views over REST."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Request, delete, get, post, put
from litestar.datastructures import State
from litestar.params import JSONBody, Parameter

from openbook.accounts.guards import caller, requires
from openbook.contacts.allowed import policy_of
from openbook.contacts.parameters import PRIVATE
from openbook.contacts.views import actions, queries
from openbook.contacts.views.schemas import Layout, View, Views, ViewWrite

ViewId = Annotated[UUID, Parameter(description="The id of a view.")]


class ContactViews(Controller):
    """The lists that the team looks at again and again."""

    path = "/api/views"
    request_max_body_size = 100_000
    response_headers = PRIVATE
    tags = ("Views",)

    @get(guards=[requires("contacts:read")], operation_id="listViews")
    async def list_views(self, request: Request[Any, Any, Any], state: State) -> Views:
        """Your own views and the shared ones, and how your list looks."""
        who = caller(request)
        async with state.db.transaction(who.workspace_id) as conn:
            found = await queries.seen_by(conn, who.workspace_id, who.caller_id)
            layout = await queries.layout(conn, who.workspace_id, who.caller_id)
        return Views([actions.shown(who, one) for one in found], layout)

    @post(guards=[requires("contacts:read")], operation_id="makeView")
    async def make_view(
        self, request: Request[Any, Any, Any], state: State, data: JSONBody[ViewWrite]
    ) -> View:
        """Save a view. A shared one takes the scope `contacts:write` too."""
        who = caller(request)
        async with state.db.transaction(who.workspace_id) as conn:
            attributes = (await policy_of(conn, who.workspace_id)).attributes
            return await actions.make(conn, who, attributes, data, state.clock())

    @put("/{view_id:uuid}", guards=[requires("contacts:read")], operation_id="changeView")
    async def change_view(
        self,
        request: Request[Any, Any, Any],
        state: State,
        view_id: ViewId,
        data: JSONBody[ViewWrite],
    ) -> View:
        """Write a view anew."""
        who = caller(request)
        async with state.db.transaction(who.workspace_id) as conn:
            attributes = (await policy_of(conn, who.workspace_id)).attributes
            return await actions.change(conn, who, attributes, view_id, data, state.clock())

    @delete("/{view_id:uuid}", guards=[requires("contacts:read")], operation_id="removeView")
    async def remove_view(
        self, request: Request[Any, Any, Any], state: State, view_id: ViewId
    ) -> None:
        """Remove a view; for a day it can be brought back."""
        who = caller(request)
        async with state.db.transaction(who.workspace_id) as conn:
            await actions.remove(conn, who, view_id, state.clock())

    @post(
        "/{view_id:uuid}/restore",
        guards=[requires("contacts:read")],
        status_code=200,
        operation_id="restoreView",
    )
    async def restore_view(
        self, request: Request[Any, Any, Any], state: State, view_id: ViewId
    ) -> View:
        """Bring back a view that was removed."""
        who = caller(request)
        async with state.db.transaction(who.workspace_id) as conn:
            return await actions.bring_back(conn, who, view_id, state.clock())

    @put("/layout", guards=[requires("contacts:read")], operation_id="keepLayout")
    async def keep_layout(
        self, request: Request[Any, Any, Any], state: State, data: JSONBody[Layout]
    ) -> Layout:
        """Remember how your list looks: columns, widths, height of the rows."""
        who = caller(request)
        async with state.db.transaction(who.workspace_id) as conn:
            await actions.keep_layout(conn, who, data)
        return data


handlers = [ContactViews]
