"""Tags over REST. Giving one to a contact is a matter of contacts: `contacts/tagging`."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Request, delete, get, patch, post
from litestar.datastructures import State
from litestar.params import JSONBody, Parameter

from openbook.accounts.guards import caller, requires
from openbook.tags import actions, queries
from openbook.tags.schemas import Tag, TagChange, Tags, TagWrite

PRIVATE = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
TagId = Annotated[UUID, Parameter(description="The id of a tag.")]


class WorkspaceTags(Controller):
    """The words by which contacts and conversations are sorted."""

    path = "/api/tags"
    request_max_body_size = 10_000
    response_headers = PRIVATE
    tags = ("Tags",)

    @get(guards=[requires("contacts:read")], operation_id="listTags")
    async def list_tags(
        self,
        request: Request[Any, Any, Any],
        state: State,
        counted: Annotated[bool, Parameter(description="Tell besides how many have each.")] = False,
    ) -> Tags:
        """All tags, by name."""
        workspace_id = caller(request).workspace_id
        async with state.db.transaction(workspace_id) as conn:
            return Tags(await queries.tags_of(conn, workspace_id, counted=counted))

    @post(guards=[requires("contacts:write")], operation_id="makeTag")
    async def make_tag(
        self, request: Request[Any, Any, Any], state: State, data: JSONBody[TagWrite]
    ) -> Tag:
        """Make a tag. 409 `tag_taken`: `tag_id` names the one that has the name in some case."""
        who = caller(request)
        async with state.db.transaction(who.workspace_id) as conn:
            return await actions.make(conn, who, data, state.clock())

    @patch("/{tag_id:uuid}", guards=[requires("settings:write")], operation_id="changeTag")
    async def change_tag(
        self,
        request: Request[Any, Any, Any],
        state: State,
        tag_id: TagId,
        data: JSONBody[TagChange],
    ) -> Tag:
        """Rename or colour a tag, wherever it was given."""
        who = caller(request)
        async with state.db.transaction(who.workspace_id) as conn:
            return await actions.change(conn, who, tag_id, data, state.clock())

    @delete("/{tag_id:uuid}", guards=[requires("settings:write")], operation_id="removeTag")
    async def remove_tag(
        self, request: Request[Any, Any, Any], state: State, tag_id: TagId
    ) -> None:
        """Remove a tag: no contact and no conversation has it any more."""
        who = caller(request)
        async with state.db.transaction(who.workspace_id) as conn:
            await actions.remove(conn, who, tag_id, state.clock())
        state.jobs.wake()


handlers = [WorkspaceTags]
