"""Which network address a request came from, when proxies stand between."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address

import msgspec

from openbook.settings import Network

Address = IPv4Address | IPv6Address


class Hop(msgspec.Struct, frozen=True):
    """One address on the way, nearest first, as `openbook doctor` shows it."""

    text: str
    address: str | None
    trusted: bool


def client_address(peer: str, forwarded: Sequence[str], trusted: Sequence[Network]) -> str | None:
    """The client's address: text of an IPv4 or IPv6 address, or None where it cannot be known.

    `peer` is the other end of the connection, `forwarded` the lines of X-Forwarded-For in their
    order (no other header counts), `trusted` the proxies whose word is taken. From the right, past
    trusted proxies, the first that is not one; all trusted: the left-most.
    """
    last: str | None = None
    for hop in hops(peer, forwarded, trusted):
        last = hop.address
        if not hop.trusted:
            break
    return last


def hops(peer: str, forwarded: Sequence[str], trusted: Sequence[Network]) -> list[Hop]:
    """Every hop from the nearest to the farthest that the chain names."""
    chain = [peer]
    if trusted:
        chain += reversed([part.strip() for line in forwarded for part in line.split(",")])
    found = []
    for text in chain:
        address = read_address(text)
        is_trusted = address is not None and any(address in network for network in trusted)
        found.append(Hop(text, str(address) if address is not None else None, is_trusted))
    return found


def read_address(text: str) -> Address | None:
    """An address as proxies write it: with a port, in brackets, IPv4 inside IPv6; None if none."""
    text = text.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def mask_address(text: str, mode: str) -> str | None:
    """The address as the workspace's IP mode lets it be kept."""
    if mode == "full":
        return text
    if mode == "none":
        return None
    address = read_address(text)
    if address is None:
        return None
    kept = {"truncated": (24, 48), "anonymous": (16, 32)}[mode]
    bits, keep = (32, kept[0]) if isinstance(address, IPv4Address) else (128, kept[1])
    shortened = int(address) >> (bits - keep) << (bits - keep)
    return str(type(address)(shortened))


def budget_key(text: str | None) -> str:
    """What new contacts are counted by: the address, or the /64 that one IPv6 customer holds."""
    address = read_address(text) if text else None
    if address is None:
        return "unknown"
    if isinstance(address, IPv6Address):
        return str(IPv6Address(int(address) >> 64 << 64))
    return str(address)
