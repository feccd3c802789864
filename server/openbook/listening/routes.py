"""Watching over HTTP: a ticket for the socket, and the same news where no socket gets through."""

from typing import Annotated, Any

from litestar import Request, get, post
from litestar.datastructures import State
from litestar.params import Parameter

from openbook.accounts.guards import caller, requires
from openbook.accounts.sign_in.tickets import issue_ticket
from openbook.errors import Forbidden
from openbook.listening.schemas import News, Seat, Ticket
from openbook.listening.socket import live_socket

PRIVATE = {"Cache-Control": "no-store"}
TAGS = ["Live"]
LONGEST_WAIT = 20.0
ONLY_PEOPLE = "Only a person who is signed in watches live; an API token asks for what it needs."
Asking = Request[Any, Any, Any]


@post(
    "/api/live/ticket",
    guards=[requires("contacts:read")],
    tags=TAGS,
    operation_id="liveTicket",
    response_headers=PRIVATE,
)
async def live_ticket(request: Asking, state: State) -> Ticket:
    """A ticket that opens one socket.

    Good once and for 30 seconds, as the second subprotocol of a WebSocket to `/api/live`, the first
    of which is `openbook.live`. What the socket sends is what `liveNews` answers.
    """
    seat = _seat(request)
    state.hub.require_on()
    async with state.db.transaction(seat.workspace_id) as conn:
        ticket = await issue_ticket(conn, caller(request), seat.session_id, state.clock())
    return Ticket(ticket)


@get(
    "/api/live/news",
    guards=[requires("contacts:read")],
    tags=TAGS,
    operation_id="liveNews",
    response_headers=PRIVATE,
)
async def live_news(
    request: Asking,
    state: State,
    after: Annotated[
        str | None, Parameter(description="The `version` of the answer before.")
    ] = None,
) -> News:
    """What changed since a version: waits until something has, 20 seconds at most.

    Without `after`, or with a version that is too old, at once and with `anew`: read what you show
    once more, and go on from the version that comes with it.
    """
    async with state.hub.follow(_seat(request), after) as follower:
        if not follower.is_behind():
            await follower.wait(LONGEST_WAIT)
        return follower.news()


def _seat(request: Asking) -> Seat:
    who = caller(request)
    visit = getattr(request.state, "visit", None)
    if visit is None or who.user_id is None:
        raise Forbidden(ONLY_PEOPLE)
    return Seat(who.workspace_id, who.user_id, visit.session.id, who.role)


handlers = [live_ticket, live_news, live_socket]
