"""Batches as stock clients send them: from phones and from servers.

Keys, headers and compression are those of the clients' sources: analytics-kotlin 1.19 (always
gzip), analytics-swift 1.8 (plain), segment-analytics-python 2.4 with `gzip=True`.
"""

import base64
import gzip
import json
import uuid
from collections.abc import Sequence
from random import Random
from typing import Any

import msgspec
from crowd import PAGES, PEOPLE, SITE, Visitor, moment

from openbook.demo.visitors import Phone, networks, phones

MESSAGES = 100
SIGNED_IN = 0.25
RELEASES = (("4.8.2", "40802"), ("4.9.0", "40900"), ("4.9.1", "40901"))
SCREENS = ("Home", "Search", "Product", "Basket", "Checkout", "Orders", "Account", "Help")
EVENTS = ("Product Viewed", "Product Added", "Products Searched", "Promotion Clicked")
METADATA = {"bundled": [], "unbundled": [], "bundledIds": []}


class Installation(msgspec.Struct, frozen=True):
    """One app on one phone."""

    anonymous_id: str
    context: dict[str, Any]
    address: str
    on_android: bool


def installations(count: int) -> list[Installation]:
    """The same ones at every call."""
    chance = Random(PEOPLE)
    made = []
    for _ in range(count):
        phone, network = chance.choice(phones()), chance.choice(networks())
        address = str(network.block[chance.randrange(1, 255)])
        context = _context(phone, chance.choice(network.languages), network.timezone, chance)
        on_android = phone.platform == "android"
        made.append(Installation(_uuid(chance), context, address, on_android))
    return made


def phone_batch(write_key: str, app: Installation, chance: Random) -> bytes:
    """What one phone has gathered: a start, then screens and events."""
    messages = [_phone_message(app, number, chance) for number in range(MESSAGES)]
    text = msgspec.json.encode({"batch": messages, "sentAt": moment(), "writeKey": write_key})
    if app.on_android:
        headers = {
            "User-Agent": "analytics-kotlin/1.19.2",
            "Content-Type": "text/plain",
            "Content-Encoding": "gzip",
        }
        return _post("/v1/b", gzip.compress(text, 6), app.address, headers)
    headers = {
        "User-Agent": "analytics-ios/1.8.1",
        "Content-Type": "application/json; charset=utf-8",
    }
    return _post("/v1/b", text, app.address, headers)


def server_batch(token: str, people: Sequence[Visitor], chance: Random) -> bytes:
    """What a shop's server tells of a hundred of its visitors."""
    messages = [_server_message(person, chance) for person in people]
    # Python's json, as the client: spaces after the separators.
    text = json.dumps({"batch": messages, "sentAt": moment(), "writeKey": token}).encode()
    credentials = base64.b64encode(f"{token}:".encode()).decode()
    headers = {
        "User-Agent": "analytics-python/2.4.0",
        "Content-Type": "application/json",
        "Content-Encoding": "gzip",
        "Authorization": f"Basic {credentials}",
    }
    return _post("/v1/batch", gzip.compress(text, 9), "198.51.100.7", headers)


def _phone_message(app: Installation, number: int, chance: Random) -> dict[str, Any]:
    common = {
        "messageId": _uuid(chance),
        "anonymousId": app.anonymous_id,
        "context": app.context,
        "integrations": {},
        "userId": "",
        "timestamp": moment(),
        "_metadata": METADATA,
    }
    if number == 0:
        app_version = app.context["app"]
        properties = {"from_background": True, **{k: app_version[k] for k in ("version", "build")}}
        return {"event": "Application Opened", "properties": properties, "type": "track", **common}
    if chance.random() < 0.6:
        name = chance.choice(SCREENS)
        return {"name": name, "category": "", "properties": {}, "type": "screen", **common}
    properties = {"product_id": str(chance.randrange(10_000)), "price": 14.5, "currency": "EUR"}
    event = chance.choice(EVENTS)
    return {"event": event, "properties": properties, "type": "track", **common}


def _server_message(person: Visitor, chance: Random) -> dict[str, Any]:
    url = chance.choice(PAGES)
    # The same people each time: the share is taken from the id.
    signed_in = int(person.anonymous_id, 36) % 100 < 100 * SIGNED_IN
    return {
        "integrations": {},
        "anonymousId": person.anonymous_id,
        "properties": {"url": url, "title": "Tea"},
        "timestamp": moment(),
        "category": None,
        "context": {
            "ip": person.address,
            "userAgent": person.agent,
            "locale": person.language,
            "timezone": person.timezone,
            "page": {"url": url, "path": url.removeprefix(SITE)},
            "library": {"name": "analytics-python", "version": "2.4.0"},
        },
        "userId": f"customer-{person.anonymous_id}" if signed_in else None,
        "type": "page",
        "name": "Product",
        "messageId": _uuid(chance),
    }


def _context(phone: Phone, language: str, timezone: str, chance: Random) -> dict[str, Any]:
    on_android = phone.platform == "android"
    version, build = chance.choice(RELEASES)
    system = chance.choice(phone.systems)
    name = "iPadOS" if phone.device == "iPad" else "iOS"
    agent = f"Dalvik/2.1.0 (Linux; U; Android {system}; {phone.model} Build/UP1A.231005.007)"
    apple = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, "
    apple += "like Gecko) Mobile/15E148"
    return {
        "app": {
            "name": "Tea Shop", "version": version, "namespace": "example.shop.tea", "build": build,
        },
        "device": {
            "id": f"{chance.getrandbits(64):016x}" if on_android else _uuid(chance).upper(),
            "manufacturer": phone.manufacturer, "model": phone.model, "name": phone.device,
            "type": phone.platform,
        },
        "os": {"name": "Android" if on_android else name, "version": system},
        "screen": {"density": 2.75, "height": 2340, "width": 1080},
        "network": {"wifi": True, "bluetooth": False, "cellular": False},
        "locale": language,
        "userAgent": agent if on_android else apple,
        "timezone": timezone,
        "library": {
            "name": "analytics-kotlin" if on_android else "analytics-swift",
            "version": "1.19.2" if on_android else "1.8.1",
        },
        "instanceId": _uuid(chance),
    }  # fmt: skip


def _post(path: str, body: bytes, address: str, headers: dict[str, str]) -> bytes:
    lines = [
        f"POST {path} HTTP/1.1",
        "Host: chat.example.com",
        f"Content-Length: {len(body)}",
        *(f"{name}: {value}" for name, value in headers.items()),
        "Accept-Encoding: gzip",
        f"X-Forwarded-For: {address}",
        "X-Forwarded-Proto: https",
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


def _uuid(chance: Random) -> str:
    return str(uuid.UUID(int=chance.getrandbits(128), version=4))
