"""What stands around this server, over REST: the geolocation data in use, the proxies in front."""

from typing import Any, Literal

import msgspec
from litestar import Request, get
from litestar.datastructures import State

from openbook.accounts.guards import requires
from openbook.collect.address import Hop, client_address, hops
from openbook.geo import describe

PRIVATE = {"Cache-Control": "no-store"}
COUNTED = "x-forwarded-for"
OTHERS = ("forwarded", "x-real-ip", "true-client-ip", "cf-connecting-ip", "x-client-ip")
"""Headers in which proxies name an address too; none of them counts here."""


class GeoData(msgspec.Struct, frozen=True):
    """A set of geolocation data."""

    what: str
    """`operator's database` or `built in`."""
    label: str
    built: str | None
    """When it was made, or its version."""
    licence: str | None
    attribution: str | None
    link: str | None


class ShownHop(msgspec.Struct, frozen=True):
    """One address on the way of a request."""

    text: str
    """As it was written."""
    trusted: bool
    taken: bool
    """Whether it is the one that the request is taken to come from."""


class RequestWay(msgspec.Struct, frozen=True):
    """How this very request came."""

    address: str | None
    """Where it is taken to come from; null where that cannot be known."""
    verdict: Literal["direct", "trusted", "untrusted", "unreadable"]
    """By no proxy; by trusted ones; past a header that counts for nothing, since who sent it is not
    trusted; with something that is no address where one should be."""
    hops: list[ShownHop]
    """The nearest first; the rest is not looked at after the one that is taken."""
    ignored: list[str]
    """Headers of the request that name an address and do not count."""


class Surroundings(msgspec.Struct, frozen=True):
    """Geolocation data and proxies."""

    data: list[GeoData]
    """In the order in which it is asked; empty where none is installed."""
    trusted_proxies: list[str]
    way: RequestWay


@get(
    "/api/surroundings",
    guards=[requires("settings:read")],
    tags=["Settings"],
    operation_id="showSurroundings",
    response_headers=PRIVATE,
)
async def show_surroundings(request: Request[Any, Any, Any], state: State) -> Surroundings:
    """Which geolocation data is in use, which proxies are trusted, and how this request came."""
    peer = request.client.host if request.client else ""
    forwarded = request.headers.getall(COUNTED, [])
    trusted = state.settings.trusted_proxies
    found = hops(peer, forwarded or [], trusted)
    way = RequestWay(
        client_address(peer, forwarded or [], trusted),
        verdict(found, bool(forwarded)),
        _shown(found),
        [name for name in OTHERS if name in request.headers],
    )
    data = [
        GeoData(one.what, one.label, one.built, one.licence, one.attribution, one.link)
        for one in describe(state.places)
    ]
    return Surroundings(data, [str(network) for network in trusted], way)


def verdict(
    found: list[Hop], is_forwarded: bool
) -> Literal["direct", "trusted", "untrusted", "unreadable"]:
    """What is to be said of a request that came by these hops, the nearest first."""
    if not is_forwarded:
        return "direct"
    if not found[0].trusted:
        return "untrusted"
    taken = next((hop for hop in found if not hop.trusted), found[-1])
    return "trusted" if taken.address is not None else "unreadable"


def _shown(found: list[Hop]) -> list[ShownHop]:
    taken = next((at for at, hop in enumerate(found) if not hop.trusted), len(found) - 1)
    return [ShownHop(hop.text, hop.trusted, at == taken) for at, hop in enumerate(found)]


handlers = [show_surroundings]
