"""How often anybody may try. Pure: what is counted, by which name.

Each try takes one from an allowance that fills up again with time. Of an account: few, for all who
try from a browser that never signed in to it; so ten thousand guesses from five hundred addresses
are ten and one more each six minutes. The browser that did sign in has an allowance of its own: no
stranger can use it up. And where both are used up there is the link by mail, which strangers can
only cause to be sent.
"""

import hashlib
import hmac
from datetime import timedelta
from ipaddress import IPv6Address, ip_address

import msgspec

from openbook.accounts.sealing import derived_key

UNKNOWN = "unknown"
"""What those are counted by whose address is not known."""


class Limit(msgspec.Struct, frozen=True):
    """`burst` tries at once, and one more each `every`."""

    name: str
    burst: int
    every: timedelta


ADDRESS = Limit("address", 30, timedelta(minutes=1))
ACCOUNT = Limit("account", 10, timedelta(minutes=6))
DEVICE = Limit("device", 10, timedelta(minutes=3))
MAIL_ADDRESS = Limit("mail address", 10, timedelta(minutes=3))
MAIL_ACCOUNT = Limit("mail account", 3, timedelta(minutes=10))
CODE = Limit("code", 6, timedelta(minutes=6))
CODE_DEVICE = Limit("code device", 6, timedelta(minutes=3))
MAIL_TEST = Limit("mail test", 5, timedelta(minutes=1))
PROVIDER_TEST = Limit("provider test", 5, timedelta(minutes=1))
LINK_ADDRESS = Limit("link address", 60, timedelta(seconds=30))


class Try(msgspec.Struct, frozen=True):
    """One try of one thing: which allowance it takes from."""

    key: bytes
    limit: Limit


def a_try(limit: Limit, of: str, secret: bytes) -> Try:
    """A try counted under a digest: who reads the table learns no address of anybody."""
    name = f"{limit.name}\x1f{of}".encode("utf-8", "surrogatepass")
    return Try(hmac.digest(_key(secret), name, hashlib.sha256)[:16], limit)


def network(address: str | None) -> str:
    """What tries are counted by: the IPv4 address, or the /64 that one IPv6 customer holds."""
    try:
        found = ip_address(address or "")
    except ValueError:
        return UNKNOWN
    if isinstance(found, IPv6Address):
        return str(IPv6Address(int(found) >> 64 << 64))
    return str(found)


def _key(secret: bytes) -> bytes:
    return derived_key(b"openbook attempts", secret)
