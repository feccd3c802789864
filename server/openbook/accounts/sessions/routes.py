"""The person who is signed in, over REST: who it is, where else they are signed in, signing out."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, delete, get, patch, post
from litestar.datastructures import State

from openbook.accounts.guards import plain_cookies, signed_in, visit
from openbook.accounts.people.actions import rename_person
from openbook.accounts.people.queries import person
from openbook.accounts.sessions import queries
from openbook.accounts.sessions.actions import end_session
from openbook.accounts.sessions.cookies import no_session_cookie
from openbook.accounts.sessions.schemas import Me, Rename, SessionList
from openbook.accounts.sessions.showing import me_of, shown_session
from openbook.errors import NotAllowed

PRIVATE = {"Cache-Control": "no-store"}
GUARDS = [signed_in]


@get("/api/me", guards=GUARDS, tags=["Me"], operation_id="showMe", response_headers=PRIVATE)
async def show_me(request: Request[Any, Any, Any], state: State) -> Me:
    """The person who is signed in, the workspaces they belong to and what they may do in each."""
    found = visit(request)
    async with state.db.transaction() as conn:
        return await me_of(conn, found.session, found.person)


@patch("/api/me", guards=GUARDS, tags=["Me"], operation_id="renameMe", response_headers=PRIVATE)
async def rename_me(request: Request[Any, Any, Any], state: State, data: Rename) -> Me:
    """Change the name that the others in the team see."""
    found = visit(request)
    async with state.db.transaction() as conn:
        await rename_person(conn, found.person.id, data.name)
        renamed = await person(conn, found.person.id)
        if renamed is None:
            raise NotAllowed("You are not signed in any more.")
        return await me_of(conn, found.session, renamed)


@post("/api/sign-out", guards=GUARDS, tags=["Me"], operation_id="signOut", status_code=204)
async def sign_out(request: Request[Any, Any, Any], state: State) -> Response[None]:
    """End this session. The cookie opens nothing any more, whoever has it."""
    found = visit(request)
    async with state.db.transaction() as conn:
        await queries.delete_session(conn, found.person.id, found.session.id)
    cookies = [no_session_cookie(plain_cookies(request))]
    # What the browser keeps of pages and answers goes too: on a shared computer it is another's.
    headers = {"Clear-Site-Data": '"cache"', **PRIVATE}
    return Response(None, status_code=204, cookies=cookies, headers=headers)


@get(
    "/api/me/sessions",
    guards=GUARDS,
    tags=["Me"],
    operation_id="listSessions",
    response_headers=PRIVATE,
)
async def list_sessions(request: Request[Any, Any, Any], state: State) -> SessionList:
    """Where the person is signed in, the session seen last first."""
    found = visit(request)
    async with state.db.transaction() as conn:
        live = await queries.live_sessions(conn, found.person.id, state.clock())
    return SessionList([shown_session(session, found.session.id) for session in live])


@delete("/api/me/sessions", guards=GUARDS, tags=["Me"], operation_id="endOtherSessions")
async def end_other_sessions(request: Request[Any, Any, Any], state: State) -> None:
    """End every session of the person but this one."""
    found = visit(request)
    async with state.db.transaction() as conn:
        await queries.delete_sessions(conn, found.person.id, but=found.session.id)


@delete("/api/me/sessions/{session_id:uuid}", guards=GUARDS, tags=["Me"], operation_id="endSession")
async def end_one_session(request: Request[Any, Any, Any], state: State, session_id: UUID) -> None:
    """End one session of the person: what is signed in there must sign in anew."""
    async with state.db.transaction() as conn:
        await end_session(conn, visit(request).person.id, session_id)


handlers = [show_me, rename_me, sign_out, list_sessions, end_other_sessions, end_one_session]
