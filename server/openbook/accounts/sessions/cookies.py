"""Which cookies there are and how they are set. Pure.

`__Host-` makes the browser refuse the cookie unless it is Secure, has no Domain and the path `/`:
no other host of the same site, and nobody on the network, can plant one. A browser takes no Secure
cookie over plain http, so this machine's own addresses, which no network carries, have one without
it. No other host is ever asked for that one.
"""

from datetime import timedelta
from urllib.parse import urlsplit

from litestar.datastructures import Cookie

from openbook.accounts.sessions.schemas import LONGEST_LIFE

SESSION, DEVICE = "openbook", "openbook-device"
DEVICE_LIFE = timedelta(days=180)
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def is_loopback(authority: str) -> bool:
    """Whether `host` or `host:port` is this machine, as a browser on it says it."""
    try:
        return urlsplit(f"//{authority}").hostname in LOOPBACK
    except ValueError:
        return False


def is_plain(host: str, public_url: str | None) -> bool:
    """Whether a request to this Host has the cookies for plain http."""
    if public_url and public_url.startswith("https:"):
        return False
    return is_loopback(host)


def cookie_name(name: str, plain: bool) -> str:
    return name if plain else f"__Host-{name}"


def set_cookie(name: str, value: str, life: timedelta, plain: bool) -> Cookie:
    """A cookie that scripts cannot read and that other sites' requests do not carry."""
    return Cookie(
        key=cookie_name(name, plain),
        value=value,
        path="/",
        max_age=int(life.total_seconds()),
        secure=not plain,
        httponly=True,
        samesite="lax",
    )


def session_cookie(token: str, plain: bool) -> Cookie:
    return set_cookie(SESSION, token, LONGEST_LIFE, plain)


def no_session_cookie(plain: bool) -> Cookie:
    """Takes the cookie away."""
    return set_cookie(SESSION, "", timedelta(0), plain)
