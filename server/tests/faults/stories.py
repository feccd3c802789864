"""People on several devices and all that their browsers, apps and servers say about them.

Every kind of message that sets a field of a contact is there: pages, screens, tracks, campaigns,
claims, verified identities that join devices. What FIELDS calls the law holds for a given identity
map, so each device belongs to one person at most; and nothing hangs on the moment of storing, since
no message happened near an hour ago, where an observation counts as dated back.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

import msgspec

from tests.faults.crowd import written

Message = dict[str, Any]
AGENTS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/142.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 14.4; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
)
SITES = ("https://www.google.com/", "https://news.example.org/a", "https://blog.example.co.uk/b")
LANGUAGES = ("en-US", "pt-BR", "de")
ZONES = ("Europe/Rome", "America/Sao_Paulo", "Asia/Tokyo")
ANDROID = {"type": "android", "manufacturer": "OnePlus", "model": "IN2023", "name": "OnePlus8Pro"}
IOS = {"type": "ios", "model": "iPhone14,3"}
RECENT = timedelta(minutes=20)
OLD = (timedelta(hours=3), timedelta(days=5))
SETTINGS = {
    "collect.utms": "true",
    "attribute.plan": "text:1",
    "attribute.seats": "number:4",
    "attribute.track.colour": "text:1",
}
"""What a workspace must allow, so that all of it is kept."""


class Said(msgspec.Struct, frozen=True):
    """A message and who says it."""

    by_server: bool
    message: Message


def stories(people: int, now: datetime, random: Random) -> list[Said]:
    """What is said about so many people, in the order in which it happened."""
    said = [one for number in range(people) for one in _story(number, now, random)]
    return sorted(said, key=lambda one: one.message["timestamp"])


def _story(number: int, now: datetime, random: Random) -> Iterator[Said]:
    is_known = random.random() < 0.5
    for device in range(random.choice((1, 1, 2, 3))):
        anonymous_id = f"person-{number}-{device}"
        platform = random.choice(("web", "web", "web", "android", "ios"))
        moments = _moments(now, random)
        for place, at in enumerate(moments):
            # Ties: some things happen at the same instant, and their bytes decide.
            at = moments[place - 1] if place and random.random() < 0.1 else at
            base = {
                "messageId": f"{anonymous_id}-{place}",
                "anonymousId": anonymous_id,
                "timestamp": written(at),
            }
            if platform == "web":
                yield Said(False, base | _in_browser(number, random))
            else:
                yield Said(False, base | _in_app(platform, anonymous_id, random))
        if is_known:
            context = {"device": {"id": anonymous_id, "type": platform}}
            yield Said(
                True,
                {
                    "type": "identify",
                    "messageId": f"{anonymous_id}-known",
                    "anonymousId": anonymous_id,
                    "userId": f"user-{number}",
                    "timestamp": written(random.choice(moments)),
                    "traits": {
                        "email": f"person-{number}@nowhere.example",
                        "name": f"Person {number} on {device}",
                        "seats": random.randrange(9),
                    },
                    "context": {} if platform == "web" else context,
                },
            )


def _moments(now: datetime, random: Random) -> list[datetime]:
    """Some days of visits and the last minutes, to the millisecond."""
    times = []
    for _ in range(random.randrange(3, 16)):
        if random.random() < 0.3:
            ago = random.random() * RECENT
        else:
            ago = OLD[0] + random.random() * (OLD[1] - OLD[0])
        times.append(now - timedelta(milliseconds=ago // timedelta(milliseconds=1)))
    return sorted(times)


def _in_browser(number: int, random: Random) -> Message:
    page = f"https://shop.example/p/{random.randrange(30)}"
    if random.random() < 0.2:
        page += f"?utm_source=s{random.randrange(4)}&utm_campaign=c{random.randrange(4)}"
    context: dict[str, Any] = {"page": {"url": page}, "userAgent": random.choice(AGENTS)}
    if random.random() < 0.3:
        context["page"]["referrer"] = random.choice(SITES)
    if random.random() < 0.6:
        context |= {"locale": random.choice(LANGUAGES), "timezone": random.choice(ZONES)}
    chance = random.random()
    if chance < 0.7:
        return {"type": "page", "context": context}
    if chance < 0.85:
        colour = random.choice(("red", "blue"))
        return {"type": "track", "event": "e", "context": context, "properties": {"colour": colour}}
    return {
        "type": "identify",
        "context": context,
        "traits": {
            "email": f"claimed-{number}-{random.randrange(3)}@nowhere.example",
            "name": f"Claimed {random.randrange(3)}",
            "plan": random.choice(("free", "paid")),
        },
    }


def _in_app(platform: str, device_id: str, random: Random) -> Message:
    device = (ANDROID if platform == "android" else IOS) | {"id": device_id}
    context = {
        "app": {"name": "Shop", "version": f"1.{random.randrange(4)}"},
        "device": device,
        "os": {"name": platform, "version": str(random.randrange(12, 16))},
        "locale": random.choice(LANGUAGES),
        "timezone": random.choice(ZONES),
    }
    if random.random() < 0.7:
        return {"type": "screen", "name": f"Screen {random.randrange(9)}", "context": context}
    return {"type": "track", "event": "e", "context": context}
