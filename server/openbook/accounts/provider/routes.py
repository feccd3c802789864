"""Signing in at the provider over REST: the way there, the way back, and in."""

import secrets
from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response, get, post
from litestar.datastructures import State

from openbook.accounts.guards import plain_cookies, require_own_page
from openbook.accounts.provider import actions
from openbook.accounts.provider.attempts import COOKIE
from openbook.accounts.provider.provider import RETURN, Provider
from openbook.accounts.provider.schemas import (
    ATTEMPT_LIFE,
    LONGEST_CODE,
    ProviderAnswer,
    ProviderAsked,
)
from openbook.accounts.sessions.cookies import cookie_name, set_cookie
from openbook.accounts.sign_in import limits
from openbook.accounts.sign_in.entering import PRIVATE, first_proof
from openbook.accounts.sign_in.schemas import SignedIn
from openbook.accounts.sign_in.trying import address_try, count, forgive
from openbook.errors import NotAllowed, NotFound

TAGS = ["Signing in"]
SCREEN = "/sign-in#provider?"
NONE = "Nobody signs in at another service here. Take one of the ways that /api/sign-in names."
CANCELLED = "You were not signed in there, or you went back. Try again, or take another way in."
REFUSED = (
    "The sign-in service refused. Try again; if it stays so, tell whoever runs this openbook: the "
    "addresses registered there may not fit."
)
Asking = Request[Any, Any, Any]


@post(
    "/api/sign-in/provider/start",
    tags=TAGS,
    operation_id="askProvider",
    status_code=200,
)
async def ask_provider(request: Asking, state: State) -> Response[ProviderAsked]:
    """Where to go to sign in at the provider that this openbook is set up with.

    The answer sets a cookie: `signInByProvider` takes the answer from this browser alone.
    """
    require_own_page(request)
    provider, moment = _provider(state), state.clock()
    await count(request, moment, address_try(request, limits.LINK_ADDRESS))
    await provider.metadata()  # before anything is written
    attempt = secrets.token_urlsafe(32)
    async with state.db.transaction() as conn:
        known = await actions.begin(conn, attempt, moment)
    url = await provider.begin(known, attempt, state.secret)
    cookie = set_cookie(COOKIE, attempt, ATTEMPT_LIFE, plain_cookies(request))
    return Response(ProviderAsked(url), status_code=200, cookies=[cookie], headers=PRIVATE)


@get(RETURN, include_in_schema=False, status_code=303)
async def return_from_provider(request: Asking) -> Response[None]:
    """Where the provider sends the browser: on to the sign-in screen, which sends what it holds.

    What came along is put behind the `#`: it reaches no other log and no Referer.
    """
    names = ("state", "code", "iss", "error")
    given = {name: str(request.query_params.get(name, "")) for name in names}
    kept = {name: value[:LONGEST_CODE] for name, value in given.items() if value}
    headers = {"Location": SCREEN + urlencode(kept), **PRIVATE}
    return Response(None, status_code=303, headers=headers)


@post("/api/sign-in/provider", tags=TAGS, operation_id="signInByProvider", status_code=200)
async def sign_in_by_provider(
    request: Asking, state: State, data: ProviderAnswer
) -> Response[SignedIn]:
    """Sign in with what the provider sent along. It works once, in the browser that began.

    Whoever has a second factor here is asked for it besides: the provider's word is one proof.
    """
    require_own_page(request)
    provider, moment = _provider(state), state.clock()
    here = address_try(request, limits.LINK_ADDRESS)
    await count(request, moment, here)
    attempt = request.cookies.get(cookie_name(COOKIE, plain_cookies(request)), "")
    async with state.db.transaction() as conn:
        await actions.take_attempt(conn, data.state, attempt, moment)
    if data.error is not None or not data.code:
        cancelled = data.error == "access_denied"
        raise NotAllowed(CANCELLED if cancelled else REFUSED, "provider_refused")
    proved = await provider.proved(data.code, data.iss, attempt, state.secret, moment)
    async with state.db.transaction() as conn:
        person = await actions.let_in(conn, provider.client, proved, moment)
        await forgive(conn, here)
        return await first_proof(conn, request, person, "oidc", moment)


def _provider(state: State) -> Provider:
    if state.provider is None:
        raise NotFound(NONE, "no_provider")
    return state.provider


handlers = [ask_provider, return_from_provider, sign_in_by_provider]
