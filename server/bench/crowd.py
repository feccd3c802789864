"""Made-up visitors, and the requests that the collector in their browsers sends.

Bodies and headers are those of a recorded visit (the collector of `web/sdk` in Chromium, through a
reverse proxy): the keys in their order, what is left out, ids as the collector makes them.
"""

import csv
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from ipaddress import ip_network
from pathlib import Path
from random import Random
from typing import Any

import msgspec

from openbook.demo.visitors import browsers, networks

PEOPLE = "the same people in every round"
SITE = "https://shop.example"
REFERRERS = ("https://www.google.com", "https://www.bing.com", "https://duckduckgo.com")
REFERRERS += ("https://news.example.org", "https://www.instagram.com", "https://www.youtube.com")
CAMPAIGN = {"medium": "cpc", "source": "google", "name": "autumn-harvest-2026"}
ON_IPV6 = 0.25
SORTS = ("oolong", "darjeeling-first-flush", "sencha-superior", "assam", "white-peony")
PAGES = tuple(
    f"{SITE}/collections/{sort}/products/{sort}-no-{number}"
    for number in range(20)
    for sort in SORTS
)
_encode = msgspec.json.Encoder().encode


class Visitor(msgspec.Struct, frozen=True):
    """One browser of one person, on one network."""

    anonymous_id: str
    agent: str
    hints: dict[str, Any] | None
    address: str
    language: str
    timezone: str


def random_id(chance: Random) -> str:
    """128 random bits as the collector writes them: four numbers in base 36."""
    return "".join(_base36(chance.getrandbits(32)) for _ in range(4))


def visitors(count: int) -> list[Visitor]:
    """The same visitors at every call: browsers by their share, addresses of fifty countries."""
    chance = Random(PEOPLE)
    clients = chance.choices(browsers(), [client.weight for client in browsers()], k=count)
    made = []
    for client in clients:
        network = chance.choice(networks())
        address = str(network.block[chance.randrange(1, 255)])
        if chance.random() < ON_IPV6:
            address = _inside(chance.choice(published_ipv6()), chance)
        made.append(
            Visitor(
                random_id(chance),
                client.agent,
                client.data,
                address,
                chance.choice(network.languages),
                network.timezone,
            )
        )
    return made


def requests(write_key: str, count: int, views: int, seed: int) -> list[bytes]:
    """`views` page views of `count` visitors. Seed 0: everybody's first, so at most one each."""
    people = visitors(count)
    chance = Random(seed)
    if seed == 0:
        return [first_view(write_key, person, chance) for person in people[:views]]
    made = []
    for _ in range(views):
        person = chance.choice(people)
        # A visit is three pages long on average; only its first one came from somewhere.
        begins = chance.random() < 1 / 3
        made.append(view(write_key, person, chance, came_from=begins and chance.random() < 0.6))
    return made


def first_view(write_key: str, person: Visitor, chance: Random) -> bytes:
    """A visitor's first page: referrer and campaign are there, so the rows get their full width."""
    return view(write_key, person, chance, came_from=True, campaign=CAMPAIGN)


def view(
    write_key: str,
    person: Visitor,
    chance: Random,
    *,
    came_from: bool = False,
    campaign: dict[str, str] | None = None,
) -> bytes:
    """One page view, as a whole HTTP request."""
    context: dict[str, Any] = {"page": {"url": chance.choice(PAGES)}}
    if came_from:
        context["page"]["referrer"] = chance.choice(REFERRERS)
    if campaign is not None:
        context["campaign"] = campaign
    context["locale"] = person.language
    context["timezone"] = person.timezone
    context["library"] = {"name": "openbook-web", "version": "0.1.0"}
    context["userAgent"] = person.agent
    if person.hints is not None:
        context["userAgentData"] = person.hints
    now = moment()
    message = {
        "context": context,
        "type": "page",
        "messageId": random_id(chance),
        "anonymousId": person.anonymous_id,
        "timestamp": now,
    }
    body = _encode({"writeKey": write_key, "sentAt": now, "batch": [message]})
    return _request(body, person)


def moment() -> str:
    """Now, as `Date.toISOString` writes it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def body_of(request: bytes) -> bytes:
    return request.partition(b"\r\n\r\n")[2]


def _request(body: bytes, person: Visitor) -> bytes:
    language = person.language
    hints = _hint_headers(person.hints) if person.hints is not None else ""
    head = (
        "POST /v1/b HTTP/1.1\r\nHost: chat.example.com\r\n"
        f"Content-Length: {len(body)}\r\n{hints}User-Agent: {person.agent}\r\n"
        "Content-Type: text/plain;charset=UTF-8\r\nAccept: */*\r\n"
        f"Origin: {SITE}\r\nSec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: cors\r\n"
        f"Sec-Fetch-Dest: empty\r\nReferer: {SITE}/\r\n"
        "Accept-Encoding: gzip, deflate, br, zstd\r\n"
        f"Accept-Language: {language},{language[:2]};q=0.9,en;q=0.8\r\n"
        f"X-Forwarded-For: {person.address}\r\nX-Forwarded-Proto: https\r\n\r\n"
    )
    return head.encode() + body


def _hint_headers(hints: dict[str, Any]) -> str:
    brands = ", ".join(f'"{one["brand"]}";v="{one["version"]}"' for one in hints["brands"])
    mobile = "?1" if hints["mobile"] else "?0"
    return (
        f'sec-ch-ua-platform: "{hints["platform"]}"\r\nsec-ch-ua: {brands}\r\n'
        f"sec-ch-ua-mobile: {mobile}\r\n"
    )


@lru_cache(maxsize=1)
def published_ipv6() -> Sequence[Any]:
    """IPv6 networks that operators publish, from `places.csv`."""
    with (Path(__file__).parent / "places.csv").open(newline="") as file:
        return [ip_network(row["prefix"]) for row in csv.DictReader(file) if ":" in row["prefix"]]


def _inside(network: Any, chance: Random) -> str:
    return str(network[chance.randrange(network.num_addresses)])


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return digits or "0"
