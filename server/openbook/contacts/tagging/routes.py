"""A contact's tags over REST."""

from typing import Any

from litestar import Controller, Request, delete, put
from litestar.datastructures import State

from openbook.accounts.guards import caller, requires
from openbook.contacts.parameters import PRIVATE, ContactId
from openbook.contacts.schemas import Contact
from openbook.contacts.tagging import actions
from openbook.tags.routes import TagId


class ContactTags(Controller):
    """The tags of one contact."""

    path = "/api/contacts/{contact_id:uuid}/tags/{tag_id:uuid}"
    response_headers = PRIVATE
    tags = ("Tags",)

    @put(guards=[requires("contacts:write")], operation_id="tagContact")
    async def tag_contact(
        self, request: Request[Any, Any, Any], state: State, contact_id: ContactId, tag_id: TagId
    ) -> Contact:
        """Give a contact a tag; one that it has already stays."""
        who = caller(request)
        async with state.db.transaction(who.workspace_id) as conn:
            return await actions.give(conn, who, contact_id, tag_id, state.clock())

    @delete(guards=[requires("contacts:write")], status_code=200, operation_id="untagContact")
    async def untag_contact(
        self, request: Request[Any, Any, Any], state: State, contact_id: ContactId, tag_id: TagId
    ) -> Contact:
        """Take a tag from a contact, if it has it."""
        who = caller(request)
        async with state.db.transaction(who.workspace_id) as conn:
            return await actions.take(conn, who, contact_id, tag_id, state.clock())


handlers = [ContactTags]
