"""What a request says of the browser that is asked for a passkey."""

import secrets

from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie

from openbook.accounts.guards import plain_cookies
from openbook.accounts.passkeys.schemas import CHALLENGE_LIFE, Place
from openbook.accounts.passkeys.verifying import host_of
from openbook.accounts.sessions.cookies import cookie_name, set_cookie

ATTEMPT = "openbook-passkey"


def place_of(connection: ASGIConnection) -> Place:
    public_url = connection.app.state.settings.public_url
    return Place(connection.headers.get("host", ""), public_url)


def takes_passkeys(connection: ASGIConnection) -> bool:
    """Whether browsers keep passkeys for the name under which this openbook was opened."""
    return host_of(place_of(connection)) is not None


def begin_attempt(connection: ASGIConnection) -> tuple[str, Cookie]:
    """(what this browser must show again, the cookie in which it keeps it)."""
    attempt = secrets.token_urlsafe(32)
    return attempt, set_cookie(ATTEMPT, attempt, CHALLENGE_LIFE, plain_cookies(connection))


def attempt_of(connection: ASGIConnection) -> str:
    """What the browser of this request was given; empty if nothing."""
    return connection.cookies.get(cookie_name(ATTEMPT, plain_cookies(connection)), "")
