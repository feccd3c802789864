"""Text of an IP address -> a public address as a number, or nothing."""

from bisect import bisect_right
from ipaddress import ip_network
from socket import AF_INET, AF_INET6, inet_ntop, inet_pton

import msgspec

# The special-purpose registries of IANA (RFC 6890 and its successors), less what is globally
# reachable, plus multicast and class E: no one on the web comes from these.
_SPECIAL_V4 = (
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/3",
)
_SPECIAL_V6 = ("2001::/23", "2001:db8::/32", "3fff::/20")
_MAPPED = bytes(10) + b"\xff\xff"  # ::ffff:0:0/96, an IPv4 address written as IPv6


def _edges(networks: tuple[str, ...]) -> list[int]:
    """First and one-past-last address of each network: odd positions are inside."""
    edges: list[int] = []
    for text in networks:
        network = ip_network(text)
        edges.append(int(network.network_address))
        edges.append(int(network.broadcast_address) + 1)
    return edges


_EDGES_V4 = _edges(_SPECIAL_V4)
_EDGES_V6 = _edges(_SPECIAL_V6)


class PublicAddress(msgspec.Struct, frozen=True, gc=False):
    """A globally reachable address: its plain text, its number, and 4 or 6."""

    text: str
    number: int
    version: int


def read_address(text: str) -> PublicAddress | None:
    """Read IPv4, IPv6 (a zone is dropped) or IPv4-mapped IPv6; None for anything not public."""
    try:
        if ":" not in text:
            number = int.from_bytes(inet_pton(AF_INET, text))
            return None if bisect_right(_EDGES_V4, number) & 1 else PublicAddress(text, number, 4)
        text = text.partition("%")[0]
        packed = inet_pton(AF_INET6, text)
    except (OSError, ValueError):  # ValueError: a NUL or a surrogate in the text
        return None
    if packed.startswith(_MAPPED):
        return read_address(inet_ntop(AF_INET, packed[12:]))
    number = int.from_bytes(packed)
    # Global unicast is 2000::/3 so far; the rest is loopback, local, multicast or unassigned.
    if number >> 125 != 1 or bisect_right(_EDGES_V6, number) & 1:
        return None
    return PublicAddress(text, number, 6)
