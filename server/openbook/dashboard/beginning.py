"""What a screen begins with, in the page itself: nobody waits for a second answer.

Only for whoever is signed in on the browser that opens the page, and only what they may ask for:
the guards and the answers are those of the REST interface. Where anything is in the way, the page
comes without; it asks then, and is told what it is.
"""

import asyncio
import logging
from collections.abc import Awaitable
from typing import Any, cast

import msgspec
from litestar import Request
from litestar.datastructures import State
from litestar.serialization import encode_json

from openbook.accounts.guards import caller, requires, session_token, visit
from openbook.accounts.queries import workspace
from openbook.accounts.schemas import Caller
from openbook.accounts.sessions.schemas import Me
from openbook.accounts.sessions.showing import me_of
from openbook.catalogue.fields import FIELDS
from openbook.catalogue.listing import ShownField, field_list
from openbook.catalogue.wording import Words, words_for
from openbook.clock import now
from openbook.contacts import lists
from openbook.contacts.schemas import ContactPage
from openbook.contacts.search import EVERYBODY
from openbook.contacts.segments import operators_of
from openbook.errors import Forbidden, NotAllowed
from openbook.paging import scope_of

LIST = "/contacts"
FIRST = 70
"""Contacts: more than a screen has. `web/dashboard/src/contacts/found.ts` asks for as many."""
LONGEST_WAIT = 1.0
"""Seconds. A page without anything is better than none."""
OPERATORS = {field.id: operators_of(field.type) for field in FIELDS}
_reads = requires("contacts:read")
log = logging.getLogger(__name__)


class Beginning(msgspec.Struct, frozen=True, omit_defaults=True):
    """Answers to GET /api/me, GET /api/fields and POST /api/contacts/search; what is not here is
    asked for. `language`: that of the fields' words."""

    me: Me
    language: str | None = None
    fields: list[ShownField] | None = None
    contacts: ContactPage | None = None


async def beginning(request: Request[Any, Any, Any], state: State) -> bytes:
    """The beginning of the screen at this address as JSON that may stand in HTML, or `null`."""
    if not session_token(request) or "authorization" in request.headers:
        return b"null"
    try:
        async with asyncio.timeout(LONGEST_WAIT):
            found = await _found(request, state)
    except Exception as error:
        # Whatever it is, it is met again by the request that asks for it, and answered there.
        log.warning("a page without its beginning: %s", type(error).__name__)
        return b"null"
    return encode_json(found).replace(b"<", b"\\u003c")


async def _found(request: Request[Any, Any, Any], state: State) -> Beginning | None:
    reads = True
    try:
        await cast(Awaitable[None], _reads(request, request.route_handler))
    except NotAllowed:
        return None
    except Forbidden:
        reads = False
    who = visit(request)
    async with state.db.transaction() as conn:
        me = await me_of(conn, who.session, who.person)
    if not reads or request.url.path != LIST:
        return Beginning(me)
    words = words_for(None, request.headers.get("accept-language"))
    return await _list(state, caller(request), me, words, bool(request.url.query))


async def _list(state: State, caller: Caller, me: Me, words: Words, asks: bool) -> Beginning:
    """The list of everybody. `asks`: the address asks for something else, so only the fields."""
    moment, workspace_id = now(), caller.workspace_id
    async with state.db.transaction(workspace_id) as conn:
        found = await workspace(conn, workspace_id)
        if found is None:
            return Beginning(me)
        fields = field_list(found.policy, OPERATORS, words)
        if asks:
            return Beginning(me, words.language, fields)
        attributes = found.policy.attributes
        page = await lists.page(conn, workspace_id, EVERYBODY, attributes, FIRST, None)
    scope = scope_of(workspace_id, caller.caller_id, EVERYBODY)
    following = state.cursors.seal(scope, page.next, moment) if page.next else None
    return Beginning(me, words.language, fields, ContactPage(page.items, following))
