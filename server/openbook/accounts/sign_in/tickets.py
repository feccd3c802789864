"""Tickets for WebSockets: fetched over HTTPS by whoever is signed in, good once, for half a minute.

A browser opens a WebSocket to any site and sends the cookies along, and asks nobody (cross-site
WebSocket hijacking, ASVS 4.4.2). So a cookie opens none: a ticket does, from a page of ours alone,
for one workspace; and it is worth what the session is worth at that moment.
"""

from datetime import datetime, timedelta
from uuid import UUID

from openbook.accounts.keys import digest
from openbook.accounts.people.queries import membership_role
from openbook.accounts.schemas import MEMBER_ROLES, Caller
from openbook.accounts.sessions.origin import is_own
from openbook.accounts.sessions.queries import live_sessions
from openbook.accounts.sign_in.actions import make_one_time_token
from openbook.accounts.sign_in.queries import take_one_time_token
from openbook.db import Connection, enter
from openbook.errors import Forbidden, NotAllowed

TICKET_LIFE = timedelta(seconds=30)
# One sentence for a ticket that never was, was used, is over, or whose session is.
BAD_TICKET = "This ticket is not good any more. Fetch another one."
ELSEWHERE = "A socket is opened by a page of this openbook and by no other."


async def issue_ticket(conn: Connection, caller: Caller, session_id: UUID, moment: datetime) -> str:
    """A ticket for the workspace in which `caller` is signed in by this session."""
    if caller.user_id is None:
        raise Forbidden("Only a person who is signed in opens a socket.")
    about = {"session": str(session_id), "workspace": str(caller.workspace_id)}
    return await make_one_time_token(conn, "socket", caller.user_id, TICKET_LIFE, moment, about)


async def take_ticket(
    conn: Connection,
    ticket: str,
    origin: str | None,
    host: str,
    public_url: str | None,
    moment: datetime,
) -> tuple[Caller, UUID]:
    """(who opens the socket and what they may do, by which session), once.

    `origin` and `host` are the handshake's headers. The transaction is then for the workspace.
    """
    if not is_own(origin, host, public_url):
        raise Forbidden(ELSEWHERE, "not_from_here")
    found = await take_one_time_token(conn, digest(ticket), "socket", moment)
    if found is None or found.user_id is None or found.about is None:
        raise NotAllowed(BAD_TICKET, "bad_ticket")
    session_id, workspace_id = UUID(found.about["session"]), UUID(found.about["workspace"])
    await enter(conn, (workspace_id,))
    role = await membership_role(conn, workspace_id, found.user_id)
    live = await live_sessions(conn, found.user_id, moment)
    if role is None or all(session.id != session_id for session in live):
        raise NotAllowed(BAD_TICKET, "bad_ticket")
    scopes = MEMBER_ROLES[role]
    return Caller(workspace_id, found.user_id, role, scopes, found.user_id), session_id
