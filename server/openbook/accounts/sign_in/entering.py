"""From a proof of who somebody is to a session in a cookie: how every way to sign in ends."""

from datetime import datetime
from typing import Any

from litestar import Request, Response
from litestar.datastructures import Cookie

from openbook.accounts.guards import plain_cookies, session_token
from openbook.accounts.keys import digest
from openbook.accounts.people.queries import second_factors
from openbook.accounts.people.schemas import Person
from openbook.accounts.sessions.actions import begin_session
from openbook.accounts.sessions.cookies import DEVICE, DEVICE_LIFE, session_cookie, set_cookie
from openbook.accounts.sessions.queries import delete_session, visit_by_token
from openbook.accounts.sessions.showing import me_of
from openbook.accounts.sign_in.actions import make_one_time_token
from openbook.accounts.sign_in.devices import device_cookie
from openbook.accounts.sign_in.schemas import SECOND_LIFE, Asked, SignedIn
from openbook.db import Connection

PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


async def first_proof(
    conn: Connection, request: Request[Any, Any, Any], person: Person, method: str, moment: datetime
) -> Response[SignedIn]:
    """The person is in, or is asked for the second proof."""
    factors = await second_factors(conn, person.id)
    if not factors:
        return await enter_person(conn, request, person, method, False, moment)
    token = await make_one_time_token(
        conn, "second factor", person.id, SECOND_LIFE, moment, {"method": method}
    )
    return Response(SignedIn(asked=Asked(token, factors)), status_code=200, headers=PRIVATE)


async def enter_person(
    conn: Connection,
    request: Request[Any, Any, Any],
    person: Person,
    method: str,
    second_factor: bool,
    moment: datetime,
) -> Response[SignedIn]:
    """Sign a person in; whoever was signed in on this browser is not any more."""
    former = session_token(request)
    if former and (before := await visit_by_token(conn, digest(former))):
        await delete_session(conn, before.person.id, before.session.id)
    agent = request.headers.get("user-agent", "")
    session, token = await begin_session(conn, person.id, method, second_factor, agent, moment)
    plain, secret = plain_cookies(request), request.app.state.secret
    known = device_cookie(person.email_key, moment, secret)
    cookies: list[Cookie] = [
        session_cookie(token, plain),
        set_cookie(DEVICE, known, DEVICE_LIFE, plain),
    ]
    me = await me_of(conn, session, person)
    return Response(SignedIn(me=me), status_code=200, cookies=cookies, headers=PRIVATE)
