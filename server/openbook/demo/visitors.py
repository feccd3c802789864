"""Makes up visitors: who they are, where, on what device, and when they came.

The same seed and the same moment give the same people.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from importlib.resources import files
from ipaddress import IPv4Network
from random import Random
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from openbook.demo.shop import APP_RELEASES

OLDEST_VISIT = timedelta(days=25)
LONGEST_VISIT = timedelta(minutes=25)
_DATA = files("openbook.demo") / "data"

# Shares of all visitors.
ON_ANDROID, ON_IOS = 0.12, 0.10
KNOWN_CUSTOMERS = 0.22
LEFT_AN_EMAIL = 0.10
HAVE_A_SECOND_DEVICE = 0.25  # of the known customers
HERE_RIGHT_NOW = 0.06
VISITS = ((46, 1), (22, 2), (13, 3), (8, 4), (6, 6), (3, 9), (2, 14))
"""Weights and numbers of visits: most people come once."""


class Network(msgspec.Struct, frozen=True):
    block: IPv4Network
    country: str
    languages: tuple[str, ...]
    timezone: str


class BrowserClient(msgspec.Struct, frozen=True):
    """A browser: its user agent and, from Chromium, ``navigator.userAgentData``."""

    weight: int
    agent: str
    data: dict[str, Any] | None


class Phone(msgspec.Struct, frozen=True):
    """A phone or tablet as ``android.os.Build`` or iOS tell it."""

    platform: str
    manufacturer: str
    model: str
    device: str
    systems: tuple[str, ...]


class AppClient(msgspec.Struct, frozen=True):
    """The shop's app on someone's phone; ``release`` is its version and build."""

    phone: Phone
    system: str
    release: tuple[str, str]
    device_id: str


class Person(msgspec.Struct, frozen=True):
    """Who a visitor turned out to be; without a user id a lead who left an e-mail address."""

    user_id: str | None
    name: str
    email: str


class Visitor(msgspec.Struct, frozen=True):
    """One anonymous id. ``visits`` are the moments each visit began, oldest first; from visit
    number ``known_from`` on it is known who the person is."""

    anonymous_id: str
    client: BrowserClient | AppClient
    addresses: tuple[str, ...]
    language: str
    timezone: str
    visits: tuple[datetime, ...]
    person: Person | None
    known_from: int


# Letters that Unicode does not take apart.
_WITHOUT_ACCENT = str.maketrans({"\u0131": "i", "ø": "o", "æ": "ae", "ß": "ss", "ł": "l"})


def make_visitors(count: int, random: Random, now: datetime) -> Iterator[Visitor]:
    """``count`` visitors; a customer's second device counts as one of them."""
    made = 0
    while made < count:
        visitor = _visitor(random, now)
        yield visitor
        made += 1
        person = visitor.person
        if person and person.user_id and made < count and random.random() < HAVE_A_SECOND_DEVICE:
            yield _second_device(visitor, random, now)
            made += 1


def _visitor(random: Random, now: datetime) -> Visitor:
    network = random.choice(networks())
    english = "en-US" if random.random() < 0.06 else None
    language = english or random.choice((network.languages[0], *network.languages))
    visits = _visits(random, now, network.timezone)
    return Visitor(
        anonymous_id=_uuid(random),
        client=_client(random),
        addresses=_addresses(network, random),
        language=language,
        timezone=network.timezone,
        visits=visits,
        person=_person(language, random),
        known_from=random.randrange(len(visits)),
    )


def _second_device(first: Visitor, random: Random, now: datetime) -> Visitor:
    visits = _visits(random, now, first.timezone)
    return msgspec.structs.replace(
        first,
        anonymous_id=_uuid(random),
        client=_client(random),
        addresses=first.addresses[:1] if random.random() < 0.5 else first.addresses,
        visits=visits,
        known_from=random.randrange(len(visits)),
    )


def _client(random: Random) -> BrowserClient | AppClient:
    share = random.random()
    if share >= ON_ANDROID + ON_IOS:
        agents = browsers()
        return random.choices(agents, [agent.weight for agent in agents])[0]
    platform = "android" if share < ON_ANDROID else "ios"
    phone = random.choice([phone for phone in phones() if phone.platform == platform])
    return AppClient(
        phone=phone,
        system=random.choice(phone.systems),
        release=random.choices(APP_RELEASES, (6, 3, 1))[0],
        device_id=f"{random.getrandbits(64):016x}"
        if platform == "android"
        else _uuid(random).upper(),
    )


def _visits(random: Random, now: datetime, timezone: str) -> tuple[datetime, ...]:
    """Moments of the last 25 days, more of them recent, few at night where the visitor lives."""
    weights, numbers = zip(*VISITS, strict=True)
    zone = ZoneInfo(timezone)
    last_age = random.expovariate(1 / 3.0)
    moments: list[datetime] = []
    if random.random() < HERE_RIGHT_NOW:
        moments.append(now - LONGEST_VISIT - timedelta(seconds=random.uniform(0, 900)))
        last_age += 1.0
    age = last_age
    for _ in range(random.choices(numbers, weights)[0]):
        moment = now - LONGEST_VISIT - timedelta(days=age)
        if moment.astimezone(zone).hour < 7 and random.random() < 0.9:
            moment -= timedelta(hours=8)
        if now - moment > OLDEST_VISIT:
            break
        moments.append(moment)
        age += random.uniform(0.1, 5.0)
    return tuple(sorted(moments)) or (now - LONGEST_VISIT - timedelta(days=1),)


def _person(language: str, random: Random) -> Person | None:
    share = random.random()
    if share >= KNOWN_CUSTOMERS + LEFT_AN_EMAIL:
        return None
    first_names, last_names = _names().get(language.partition("-")[0], _names()["en"])
    first, last = random.choice(first_names), random.choice(last_names)
    number = f"{random.getrandbits(40):010x}"  # another run must not meet these people by chance
    host = random.choice(("example.com", "example.com", "example.org", "example.net"))
    return Person(
        user_id=f"customer-{number}" if share < KNOWN_CUSTOMERS else None,
        name=f"{first} {last}",
        email=f"{_plain(first)}.{_plain(last)}.{number[-5:]}@{host}",
    )


def _addresses(network: Network, random: Random) -> tuple[str, ...]:
    """One address, or two of one network: providers change them."""
    hosts = random.sample(range(2, 255), 2 if random.random() < 0.3 else 1)
    return tuple(str(network.block[host]) for host in hosts)


def _plain(name: str) -> str:
    """``Álvaro`` -> ``alvaro``: what fits in an e-mail address."""
    letters = unicodedata.normalize("NFKD", name.lower().translate(_WITHOUT_ACCENT))
    return "".join(letter for letter in letters if letter.isascii() and letter.isalnum())


def _uuid(random: Random) -> str:
    return str(UUID(int=random.getrandbits(128), version=4))


def _rows(file: str) -> Iterator[list[str]]:
    for line in (_DATA / file).read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            yield line.split("\t")


@lru_cache(maxsize=1)
def networks() -> Sequence[Network]:
    return [
        Network(IPv4Network(block), country, tuple(languages.split()), timezone)
        for block, country, languages, timezone, _city, _provider in _rows("networks.tsv")
    ]


@lru_cache(maxsize=1)
def browsers() -> Sequence[BrowserClient]:
    decode = msgspec.json.Decoder(BrowserClient).decode
    return [decode(line) for line in (_DATA / "agents.jsonl").read_bytes().splitlines()]


@lru_cache(maxsize=1)
def phones() -> Sequence[Phone]:
    return [
        Phone(platform, manufacturer, model, device, tuple(systems.split()))
        for platform, manufacturer, model, device, systems in _rows("phones.tsv")
    ]


@lru_cache(maxsize=1)
def _names() -> dict[str, tuple[list[str], list[str]]]:
    return {language: (first.split(), last.split()) for language, first, last in _rows("names.tsv")}
