"""Contacts over REST: each route reads its request, asks a query or an action, and answers."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, delete, get, patch, post
from litestar.datastructures import State
from litestar.params import JSONBody
from msgspec import UNSET

from openbook.accounts.guards import caller, requires
from openbook.accounts.queries import workspace
from openbook.accounts.schemas import Caller
from openbook.catalogue.policy import Policy
from openbook.clock import now
from openbook.contacts import actions, counting, lists, queries
from openbook.contacts.among import among
from openbook.contacts.bulk import routes as bulk
from openbook.contacts.clearing import routes as clearing
from openbook.contacts.parameters import (
    PRIVATE,
    AnonymousId,
    ContactId,
    Cursor,
    Email,
    Filters,
    Limit,
    UserId,
    Words,
)
from openbook.contacts.previews import routes as previews
from openbook.contacts.schemas import (
    Contact,
    ContactPage,
    ContactWrite,
    Count,
    Merged,
    Merges,
    MergeWith,
    Parted,
    Search,
    SplitAt,
    Withdrawal,
)
from openbook.contacts.search import Question, read_question, read_search
from openbook.contacts.tagging import routes as tagging
from openbook.contacts.transfer import routes as transfer
from openbook.contacts.views import routes as views
from openbook.db import Connection
from openbook.errors import NotFound
from openbook.paging import scope_of


class Contacts(Controller):
    """Everything about contacts."""

    path = "/api/contacts"
    request_max_body_size = 1_000_000
    response_headers = PRIVATE
    tags = ("Contacts",)

    @get(guards=[requires("contacts:read")], operation_id="listContacts")
    async def list_contacts(
        self,
        request: Request[Any, Any, Any],
        state: State,
        user_id: UserId = None,
        email: Email = None,
        anonymous_id: AnonymousId = None,
        q: Words = None,
        filter: Filters = None,
        limit: Limit = 50,
        cursor: Cursor = None,
    ) -> ContactPage:
        """List contacts, the last seen first."""
        question = read_question(
            user_id=user_id, email=email, anonymous_id=anonymous_id, q=q, filters=filter
        )
        return await _page(state, caller(request), question, limit, cursor)

    @post(
        "/search",
        guards=[requires("contacts:read")],
        status_code=200,
        operation_id="searchContacts",
    )
    async def search_contacts(
        self, request: Request[Any, Any, Any], state: State, data: JSONBody[Search]
    ) -> ContactPage:
        """List contacts, with the question in the body."""
        if data.ids is not None:
            return await _among(state, caller(request), data, data.ids)
        return await _page(state, caller(request), read_search(data), data.limit, data.cursor)

    @get("/count", guards=[requires("contacts:read")], operation_id="countContacts")
    async def count_contacts(
        self,
        request: Request[Any, Any, Any],
        state: State,
        user_id: UserId = None,
        email: Email = None,
        anonymous_id: AnonymousId = None,
        q: Words = None,
        filter: Filters = None,
    ) -> Count:
        """Count contacts: exactly up to 10,000, beyond that about."""
        question = read_question(
            user_id=user_id, email=email, anonymous_id=anonymous_id, q=q, filters=filter
        )
        workspace_id = caller(request).workspace_id
        async with state.db.transaction(workspace_id) as conn:
            attributes = (await _policy(conn, workspace_id)).attributes
            return await counting.count(conn, workspace_id, question, attributes)

    @get(
        "/{contact_id:uuid}",
        guards=[requires("contacts:read")],
        operation_id="getContact",
    )
    async def get_contact(
        self, request: Request[Any, Any, Any], state: State, contact_id: ContactId
    ) -> Contact:
        """One contact; the id of one that was merged away gives the contact that was kept."""
        workspace_id = caller(request).workspace_id
        async with state.db.transaction(workspace_id) as conn:
            return await _existing(conn, workspace_id, contact_id)

    @post(guards=[requires("contacts:write")], operation_id="createContact")
    async def create_contact(
        self, request: Request[Any, Any, Any], state: State, data: JSONBody[ContactWrite]
    ) -> Contact:
        """Make a contact.

        409 `user_id_taken` or `email_taken`: `contact_id` names the one there is.
        """
        who = caller(request)
        async with state.db.transaction(who.workspace_id) as conn:
            policy = await _policy(conn, who.workspace_id)
            made = await actions.create(conn, who, policy, _written(data), now())
            return await _existing(conn, who.workspace_id, made)

    @patch("/{contact_id:uuid}", guards=[requires("contacts:write")], operation_id="patchContact")
    async def patch_contact(
        self,
        request: Request[Any, Any, Any],
        state: State,
        contact_id: ContactId,
        data: JSONBody[ContactWrite],
    ) -> Contact:
        """Change the values that are named; null clears one."""
        who = caller(request)
        async with state.db.transaction(who.workspace_id) as conn:
            policy = await _policy(conn, who.workspace_id)
            kept = await actions.change(conn, who, policy, contact_id, _written(data), now())
            return await _existing(conn, who.workspace_id, kept)

    @post(
        "/{contact_id:uuid}/withdraw",
        guards=[requires("contacts:write")],
        status_code=200,
        operation_id="withdrawValue",
    )
    async def withdraw_value(
        self,
        request: Request[Any, Any, Any],
        state: State,
        contact_id: ContactId,
        data: JSONBody[Withdrawal],
    ) -> Contact:
        """Take back a value that was written: what stood before it stands again."""
        who = caller(request)
        async with state.db.transaction(who.workspace_id) as conn:
            kept = await actions.take_back(conn, who, contact_id, data.field, now())
            return await _existing(conn, who.workspace_id, kept)

    @delete(
        "/{contact_id:uuid}", guards=[requires("contacts:delete")], operation_id="deleteContact"
    )
    async def delete_contact(
        self, request: Request[Any, Any, Any], state: State, contact_id: ContactId
    ) -> None:
        """Delete a contact with its devices, identities, claims and journal."""
        who = caller(request)
        async with state.db.transaction(who.workspace_id) as conn:
            await actions.erase(conn, who, contact_id, now())

    @post(
        "/{contact_id:uuid}/merge",
        guards=[requires("contacts:write")],
        status_code=200,
        operation_id="mergeContacts",
    )
    async def merge_contacts(
        self,
        request: Request[Any, Any, Any],
        state: State,
        contact_id: ContactId,
        data: JSONBody[MergeWith],
    ) -> Merged:
        """Merge another contact into this one. A split undoes it."""
        who = caller(request)
        async with state.db.transaction(who.workspace_id) as conn:
            entry = await actions.join(conn, who, contact_id, data.with_, now())
            return Merged(entry, await _existing(conn, who.workspace_id, entry.kept))

    @post(
        "/{contact_id:uuid}/split",
        guards=[requires("contacts:write")],
        status_code=200,
        operation_id="splitContacts",
    )
    async def split_contacts(
        self,
        request: Request[Any, Any, Any],
        state: State,
        contact_id: ContactId,
        data: JSONBody[SplitAt],
    ) -> Parted:
        """Undo a merge this contact was part of."""
        who = caller(request)
        async with state.db.transaction(who.workspace_id) as conn:
            kept, restored = await actions.part(conn, who, contact_id, data.merge, now())
            return Parted(
                await _existing(conn, who.workspace_id, kept),
                await _existing(conn, who.workspace_id, restored),
            )

    @get(
        "/{contact_id:uuid}/merges",
        guards=[requires("contacts:read")],
        operation_id="getMerges",
    )
    async def get_merges(
        self, request: Request[Any, Any, Any], state: State, contact_id: ContactId
    ) -> Merges:
        """The merges a contact was part of, newest first."""
        workspace_id = caller(request).workspace_id
        async with state.db.transaction(workspace_id) as conn:
            return Merges(await queries.merges_of(conn, workspace_id, contact_id))


async def _page(
    state: State, caller: Caller, question: Question, limit: int, cursor: str | None
) -> ContactPage:
    moment, workspace_id = now(), caller.workspace_id
    scope = scope_of(workspace_id, caller.caller_id, question)
    after = state.cursors.open(scope, cursor, moment) if cursor else None
    async with state.db.transaction(workspace_id) as conn:
        attributes = (await _policy(conn, workspace_id)).attributes
        page = await lists.page(conn, workspace_id, question, attributes, limit, after)
    following = state.cursors.seal(scope, page.next, moment) if page.next else None
    return ContactPage(page.items, following)


async def _among(state: State, caller: Caller, asked: Search, ids: list[UUID]) -> ContactPage:
    question, workspace_id = read_search(asked), caller.workspace_id
    async with state.db.transaction(workspace_id) as conn:
        attributes = (await _policy(conn, workspace_id)).attributes
        return ContactPage(await among(conn, workspace_id, question, attributes, ids), None)


async def _policy(conn: Connection, workspace_id: UUID) -> Policy:
    found = await workspace(conn, workspace_id)
    if found is None:
        raise NotFound("There is no such workspace.")
    return found.policy


async def _existing(conn: Connection, workspace_id: UUID, contact_id: UUID) -> Any:
    found = await queries.contact(conn, workspace_id, contact_id)
    if found is None:
        raise actions.unknown()
    return found


def _written(data: Any) -> dict[str, Any]:
    """The keys that were sent."""
    sent = ((name, getattr(data, name)) for name in data.__struct_fields__)
    return {name: value for name, value in sent if value is not UNSET}


handlers = [
    Contacts,
    *clearing.handlers,
    *previews.handlers,
    *tagging.handlers,
    *transfer.handlers,
    *views.handlers,
    *bulk.handlers,
]
