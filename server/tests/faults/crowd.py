"""Made-up visitors whose every message leaves a trace of its own in the database.

The fold keeps what is newest, so most messages leave nothing that could be found later. Three kinds
of message do, and each is numbered from 0:

- `new`: an anonymous id that nobody else has. Trace: its device, and the contact of that device
  with this very page or screen.
- `back`: a visitor comes again. Sessions are a union, and no two views of one visitor lie within
  the half hour of a session: each is a range of its own in the device's row, for good.
- `known`: a server names who is behind an anonymous id. Trace: the device belongs to the contact
  that has this user id. Four devices share a user, so contacts are merged under fire.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Literal

import msgspec

from tests.faults.loading import Request

Kind = Literal["new", "back", "known"]
KINDS: tuple[Kind, ...] = ("new", "back", "known")
Name = tuple[Kind, int]
"""A message: its kind and its number."""

VISITORS = 250
VISITS = 40
"""Views of a returning visitor. 40 of them span less than a day, far from what is late."""
APART = timedelta(minutes=31)
PRIME = 17
"""Shares no factor with VISITS: visits come in a mixed order, each of them once."""
DEVICES = 4
"""Of a known user."""
MOST = 100
"""Messages in one batch."""
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/142.0.0.0 Safari/537.36"
)
ROUTES = {"page": "/v1/page", "screen": "/v1/screen", "identify": "/v1/identify"}


class Crowd(msgspec.Struct, frozen=True):
    """Everybody who could come. `began` should be a whole second, so that times stay exact."""

    began: datetime
    write_key: str
    token: str

    def message(self, name: Name) -> dict[str, Any]:
        """The message, always the same."""
        kind, number = name
        if kind == "new":
            return self._newcomer(number)
        if kind == "back":
            return self._visit(number)
        return {
            "type": "identify",
            "messageId": f"known-{number}",
            "anonymousId": anonymous_id(name),
            "userId": user_id(number),
            "timestamp": written(self.began),
            "traits": {"name": f"User {number // DEVICES}"},
        }

    def _newcomer(self, number: int) -> dict[str, Any]:
        message: dict[str, Any] = {
            "messageId": f"new-{number}",
            "anonymousId": anonymous_id(("new", number)),
            "timestamp": written(self.began - timedelta(seconds=number % 600)),
        }
        if is_mobile(number):
            context = {
                "app": {"name": "Shop", "version": "1.2.3"},
                "device": {"type": "android", "manufacturer": "OnePlus", "model": "IN2023"},
                "os": {"name": "Android", "version": "14"},
            }
            return message | {"type": "screen", "name": f"Screen {number}", "context": context}
        return message | {"type": "page", "context": web_context(f"new/{number}")}

    def _visit(self, number: int) -> dict[str, Any]:
        return {
            "type": "page",
            "messageId": f"back-{number}",
            "anonymousId": anonymous_id(("back", number)),
            "timestamp": written(self.visited_at(number)),
            "context": web_context(f"back/{slot(number)}"),
        }

    def visited_at(self, number: int) -> datetime:
        """When the view of that number happened: unique among its visitor's."""
        return self.began - slot(number) * APART

    def requests(self, random: Random) -> Iterator[Request]:
        """An endless stream: single messages and batches, browsers and a server."""
        upcoming = dict.fromkeys(KINDS, 0)
        while True:
            chance = random.random()
            kinds: tuple[Kind, ...] = ("known",) if chance < 0.08 else ("new", "back", "back")
            many = random.randrange(2, MOST + 1) if random.random() < 0.15 else 1
            names: list[Name] = []
            for _ in range(many):
                kind = random.choice(kinds)
                names.append((kind, upcoming[kind]))
                upcoming[kind] += 1
            key = self.token if kinds == ("known",) else self.write_key
            yield request(key, names, [self.message(name) for name in names])


def request(
    credential: str,
    names: Sequence[Any],
    messages: list[dict[str, Any]],
    *,
    always_batch: bool = False,
    repeat: int = 0,
) -> Request:
    """One message by its own route, several as a batch."""
    single = messages[0] if len(messages) == 1 and not always_batch else None
    path = "/v1/batch" if single is None else ROUTES[single["type"]]
    return Request(path, credential, tuple(names), _body(single, messages), repeat)


def _body(single: dict[str, Any] | None, messages: list[dict[str, Any]]) -> Callable[[], bytes]:
    def body() -> bytes:
        sent = {"sentAt": written(datetime.now(UTC))}
        return msgspec.json.encode({"batch": messages} | sent if single is None else single | sent)

    return body


def web_context(path: str) -> dict[str, Any]:
    return {
        "page": {"url": page_url(path), "referrer": "https://www.google.com/"},
        "userAgent": CHROME,
        "locale": "en-US",
        "timezone": "Europe/Rome",
    }


def page_url(path: str) -> str:
    return f"https://shop.example/{path}"


def is_mobile(number: int) -> bool:
    return number % 4 == 3


def anonymous_id(name: Name) -> str:
    kind, number = name
    return f"back-{visitor(number)}" if kind == "back" else f"{kind}-{number}"


def user_id(number: int) -> str:
    return f"user-{number // DEVICES}"


def visitor(number: int) -> int:
    """Which returning visitor: some hundreds take turns, then others come."""
    window, place = divmod(number, VISITORS * VISITS)
    return window * VISITORS + place % VISITORS


def slot(number: int) -> int:
    """Which of a visitor's views: 0 is the latest."""
    return number % (VISITORS * VISITS) // VISITORS * PRIME % VISITS


def number_of(visitor: int, slot: int) -> int:
    """The number of a visitor's view."""
    window, place = divmod(visitor, VISITORS)
    turn = slot * pow(PRIME, -1, VISITS) % VISITS
    return (window * VISITS + turn) * VISITORS + place


def written(at: datetime) -> str:
    return at.isoformat()
