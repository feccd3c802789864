"""Who may come in: an API token, or a person who is signed in, with the scope that is asked for.

    @get("/api/contacts", guards=[requires("contacts:read")])

After it, `caller(request)` is who calls. `signed_in` lets any person in, whatever they may do in
whichever workspace; after it, `visit(request)` is who it is. `confirmed` asks besides that they
were proved to be it a short while ago. The application's state has `db`, `settings` and `clock`.
"""

from datetime import datetime
from uuid import UUID

import msgspec
from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from litestar.types import Guard

from openbook.accounts.keys import digest
from openbook.accounts.people.queries import unscoped_memberships
from openbook.accounts.people.schemas import Membership
from openbook.accounts.queries import note_token_use, unscoped_caller_by_token
from openbook.accounts.schemas import ALL_SCOPES, MEMBER_ROLES, PERSONAL_SCOPES, Caller
from openbook.accounts.sessions import cookies, origin
from openbook.accounts.sessions.queries import touch_session, visit_by_token
from openbook.accounts.sessions.schemas import SEEN_EVERY, Visit
from openbook.db import Connection, Database
from openbook.errors import BadInput, Forbidden, NotAllowed

SCHEME = "bearer"
WORKSPACE = "openbook-workspace"
NO_TOKEN = "Sign in, or send an API token in the header: Authorization: Bearer TOKEN."
# One sentence for a token that never was, is misspelt or was revoked: it tells a guesser nothing.
BAD_TOKEN = "This API token is not valid. `openbook token create` makes one."
NO_SESSION = "You are not signed in, or not any more. Sign in again."
ONLY_PEOPLE = "Only a person who is signed in may do that; an API token may not."


class Session(msgspec.Struct, frozen=True):
    """The cookie of a request that was looked up."""

    visit: Visit
    memberships: list[Membership]


def requires(scope: str) -> Guard:
    """A guard that lets only callers with this scope through, and says which one is missing."""
    if scope not in ALL_SCOPES:
        raise ValueError(f"{scope!r} is no scope")

    async def guard(connection: ASGIConnection, handler: BaseRouteHandler) -> None:
        found = await _authenticate(connection)
        if not found.may(scope):
            raise Forbidden(_lacking(found, scope))
        connection.state.caller = found

    guard.__name__ = f"requires_{scope.replace(':', '_')}"
    return guard


async def signed_in(connection: ASGIConnection, handler: BaseRouteHandler) -> None:
    """A guard that lets every person through who is signed in."""
    connection.state.visit = (await _session(connection)).visit


async def confirmed(connection: ASGIConnection, handler: BaseRouteHandler) -> None:
    """A guard to stand after another: only people who have proved to be it a short while ago."""
    found: Visit | None = getattr(connection.state, "visit", None)
    if found is None:
        raise Forbidden(ONLY_PEOPLE)
    if not found.session.confirmed(_now(connection)):
        raise Forbidden(
            "Confirm first that it is you: POST /api/me/confirm with your password or a code.",
            "confirm_first",
        )


def caller(request: Request) -> Caller:
    """Who calls a route that has a guard."""
    return request.state.caller


def visit(request: Request) -> Visit:
    """The person who calls a route for which one must be signed in."""
    return request.state.visit


def require_own_page(connection: ASGIConnection) -> None:
    """Refuse a request that changes something unless a page of ours sent it."""
    headers = connection.headers
    sent = origin.Sent(
        headers.get("host", ""),
        headers.get("origin"),
        headers.get("sec-fetch-site"),
        headers.get(origin.HEADER),
    )
    if wrong := origin.fault(sent, connection.app.state.settings.public_url):
        raise Forbidden(wrong, "not_from_here")


def plain_cookies(connection: ASGIConnection) -> bool:
    """Whether this request has the cookies for plain http on its own machine."""
    public_url = connection.app.state.settings.public_url
    return cookies.is_plain(connection.headers.get("host", ""), public_url)


def session_token(connection: ASGIConnection) -> str | None:
    """What the session cookie of a request holds."""
    name = cookies.cookie_name(cookies.SESSION, plain_cookies(connection))
    return connection.cookies.get(name)


async def _authenticate(connection: ASGIConnection) -> Caller:
    header = connection.headers.get("authorization")
    if header is None and session_token(connection):
        found = await _session(connection)
        connection.state.visit = found.visit
        return _member(connection, found)
    scheme, _, token = (header or "").partition(" ")
    if scheme.lower() != SCHEME or not token:
        raise NotAllowed(NO_TOKEN)
    # The digest is looked up, never the token: how long it takes says nothing about its characters.
    db: Database = connection.app.state.db
    async with db.transaction() as conn:
        known = await unscoped_caller_by_token(conn, digest(token.strip()))
        if known is None:
            raise NotAllowed(BAD_TOKEN)
        await note_token_use(conn, known, _now(connection))
    return known


async def found_visit(connection: ASGIConnection) -> Visit | None:
    """Who is signed in on the browser of a request that anybody may make, if anybody is."""
    token = session_token(connection)
    if not token:
        return None
    async with connection.app.state.db.transaction() as conn:
        return await _live_visit(conn, token, _now(connection))


async def _session(connection: ASGIConnection) -> Session:
    """The live session of a request; each time looked up, so that what was ended opens nothing."""
    token = session_token(connection)
    if not token:
        raise NotAllowed(NO_SESSION)
    moment = _now(connection)
    db: Database = connection.app.state.db
    async with db.transaction() as conn:
        found = await _live_visit(conn, token, moment)
        if found is None:
            raise NotAllowed(NO_SESSION)
        if connection.scope.get("method") not in origin.SAFE:
            require_own_page(connection)
        memberships = await unscoped_memberships(conn, found.person.id)
    return Session(found, memberships)


async def _live_visit(conn: Connection, token: str, moment: datetime) -> Visit | None:
    found = await visit_by_token(conn, digest(token))
    if found is None or not found.session.live_at(moment):
        return None
    if moment - found.session.seen_at >= SEEN_EVERY:
        await touch_session(conn, found.session.id, moment)
    return found


def _member(connection: ASGIConnection, found: Session) -> Caller:
    """What the person may do in the workspace that the request is for."""
    wanted = connection.headers.get(WORKSPACE)
    chosen = _workspace_id(wanted) if wanted else found.visit.session.chosen
    person_id = found.visit.person.id
    mine = {one.workspace_id: one for one in found.memberships}
    # Where one was removed from the workspace switched to, the first of the others is meant.
    member = mine.get(chosen) if chosen is not None else None
    if member is None and wanted is None:
        member = next(iter(found.memberships), None)
    if member is None:
        raise Forbidden("You do not belong to this workspace, or not any more.", "not_a_member")
    scopes = MEMBER_ROLES[member.role]
    return Caller(member.workspace_id, person_id, member.role, scopes, person_id)


def _workspace_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise BadInput("The header Openbook-Workspace holds the id of a workspace.") from None


def _lacking(found: Caller, scope: str) -> str:
    if found.user_id is not None:
        return f"Your role here, {found.role}, lacks the scope {scope}."
    if scope in PERSONAL_SCOPES:
        return f"{ONLY_PEOPLE} The scope is {scope}."
    return f"This API token lacks the scope {scope}."


def _now(connection: ASGIConnection) -> datetime:
    return connection.app.state.clock()
