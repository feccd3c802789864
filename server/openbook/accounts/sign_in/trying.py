"""Counts the tries of a request before any of them is looked at, and refuses one too many."""

from datetime import datetime
from math import ceil
from typing import Any

from litestar import Request
from litestar.connection import ASGIConnection

from openbook.accounts.guards import plain_cookies
from openbook.accounts.people.schemas import read_email
from openbook.accounts.sessions.cookies import DEVICE, cookie_name
from openbook.accounts.sign_in.devices import known_device
from openbook.accounts.sign_in.limits import Limit, Try, a_try, network
from openbook.accounts.sign_in.queries import count_try, forget_free_attempts, give_back
from openbook.db import Connection
from openbook.errors import BadInput, TooMany


def address_try(request: ASGIConnection, limit: Limit) -> Try:
    """A try by the network that the request comes from."""
    peer = request.client.host if request.client else ""
    forwarded = request.headers.getall("x-forwarded-for", [])
    state = request.app.state
    return a_try(limit, network(state.client_address(peer, forwarded)), state.secret)


def account_try(
    request: ASGIConnection, email_key: str, strangers: Limit, known: Limit, moment: datetime
) -> Try:
    """A try at an account: counted with all strangers' unless it signed in on this browser."""
    secret = request.app.state.secret
    cookie = request.cookies.get(cookie_name(DEVICE, plain_cookies(request)))
    device = known_device(cookie, email_key, moment, secret)
    if device is None:
        return a_try(strangers, email_key, secret)
    return a_try(known, f"{email_key}\x1f{device}", secret)


def key_of(email: str) -> str:
    """What an address is found by; of what is no address, the text, which finds nobody."""
    try:
        return read_email(email)[1]
    except BadInput:
        return f"\x1f{email}"


async def count(request: Request[Any, Any, Any], moment: datetime, *tries: Try) -> None:
    """Count each of the tries; TooMany if there was no allowance left for one of them.

    In a transaction of its own, which is over before anything is compared: tries at once all count.
    """
    waits = []
    async with request.app.state.db.transaction() as conn:
        await forget_free_attempts(conn, moment)
        for one in tries:
            free_at = await count_try(conn, one, moment)
            if free_at is not None:
                waits.append((free_at - moment).total_seconds())
                break
    if waits:
        seconds = max(1, ceil(max(waits)))
        raise TooMany(
            "Too many tries. A link by mail, or a browser that signed in before, still gets in.",
            "too_many_tries",
            free_after=seconds,
        )


async def forgive(conn: Connection, *tries: Try) -> None:
    """What was right counts for nothing."""
    for one in tries:
        await give_back(conn, one)
