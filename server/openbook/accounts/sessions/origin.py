"""Whether a request that changes something comes from our own pages. Pure.

A browser sends cookies along with what another site makes it send. Three things tell the two apart,
and all that are there must agree: `Origin`, `Sec-Fetch-Site`, and a header of ours that no form can
send and that another site's script may send only if we allowed it, which we never do.
"""

from urllib.parse import urlsplit

import msgspec

from openbook.accounts.sessions.cookies import is_loopback

HEADER, VALUE = "x-requested-with", "openbook"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
ELSEWHERE = (
    "This request did not come from a page of this openbook. Where a proxy stands in front, set "
    "OPENBOOK_PUBLIC_URL to the address that people open."
)
UNMARKED = "Send the header X-Requested-With: openbook, as the pages of this openbook do."
IN_THE_CLEAR = (
    "A password would cross the network in the clear here. Open openbook by https, or by localhost "
    "on its own machine."
)


class Sent(msgspec.Struct, frozen=True):
    """What the browser says of a request, as the headers hold it; None for what is not there."""

    host: str
    origin: str | None
    fetch_site: str | None
    marker: str | None


def fault(sent: Sent, public_url: str | None) -> str | None:
    """What is wrong with an unsafe request that a cookie lets in, or that gives one; None: nothing.

    `public_url` is where people open this openbook, None where the Host header is believed: what it
    is compared with, the Origin, no other site can choose either.
    """
    if sent.marker != VALUE:
        return UNMARKED
    if sent.fetch_site is not None and sent.fetch_site != "same-origin":
        return ELSEWHERE
    if sent.origin is None:
        # Every browser of today sends one of the two with what is not a GET.
        return None if sent.fetch_site is not None else ELSEWHERE
    if not is_own(sent.origin, sent.host, public_url):
        return ELSEWHERE
    scheme, authority = _split(sent.origin)
    if scheme == "http" and not is_loopback(authority):
        return IN_THE_CLEAR
    return None


def is_own(origin: str | None, host: str, public_url: str | None) -> bool:
    """Whether the Origin of a request is this openbook itself; one without Origin is not."""
    scheme, authority = _split(origin or "")
    if scheme not in ("http", "https"):
        return False
    public = _split(public_url) if public_url else None
    return (scheme, authority) == public or authority == host.lower()


def authority_of(url: str) -> str:
    """Host and port of an address, in lower case, without the port that goes without saying."""
    return _split(url)[1]


def _split(url: str) -> tuple[str, str]:
    """(scheme, host and port without the port that goes without saying), in lower case."""
    try:
        parts = urlsplit(url.lower())
        port = parts.port
    except ValueError:
        return "", ""
    if parts.path not in ("", "/") or parts.query or parts.fragment or "@" in parts.netloc:
        return "", ""
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
    return parts.scheme, host if port in (None, usual) else f"{host}:{port}"
