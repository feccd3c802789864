"""Delivered again, in another order, by other ways, or cut short: the same contacts."""

import random
import signal
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.conftest import Server, Workspace, _workspace, serving

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/142.0.0.0 Safari/537.36"
)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PEOPLE = ("anna", "ben", "cleo")
DELIVERY = {"id", "display_name", "contact_id", "created_at", "updated_at", "connection_at"}
"""What differs by nature: who is who inside, and when things came in."""


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory, database_url: str | None) -> Iterator[Server]:
    """A server of two processes."""
    with serving(
        tmp_path_factory.mktemp("two") / "data", database_url, "--workers", "2"
    ) as running:
        yield running


@pytest.fixture
def places(two: Server) -> Iterator[list[Workspace]]:
    """Two workspaces, for two histories of the same messages."""
    makings = [_workspace(two) for _ in range(2)]
    yield [next(making) for making in makings]
    for making in makings:
        making.close()


def history() -> list[dict[str, Any]]:
    """Three people on browsers and phones over three days, said in order."""
    began, said = datetime.now(UTC) - timedelta(days=3), []
    for number in range(60):
        who, moment = (
            PEOPLE[number % 3],
            began + timedelta(minutes=47 * number, milliseconds=number),
        )
        phone = number % 4 == 3
        context: dict[str, Any] = {
            "locale": f"{('it', 'de')[number % 2]}-CH",
            "timezone": "Europe/Rome",
        }
        if phone:
            context |= {"device": {"id": f"d{number % 2}", "type": "ios", "model": "iPhone14,3"},
                        "app": {"name": "Shop", "version": f"2.{number}"},
                        "os": {"name": "iOS", "version": f"17.{number % 5}"}}  # fmt: skip
        else:
            url = f"https://shop.example/{number}?utm_source=s{number}"
            context |= {"userAgent": (CHROME, FIREFOX)[number % 2],
                        "page": {"url": url, "referrer": f"https://r{number}.test/"}}  # fmt: skip
        said.append({
            "type": ("page", "identify", "track")[number % 3] if not phone else "screen",
            "name": f"n{number}", "messageId": f"m{number}", "anonymousId": who, "context": context,
            "timestamp": moment.isoformat(),
            "traits": {"name": f"{who} {number}", "email": f"{who}{number}@example.org"},
        })  # fmt: skip
    return said


def deliver(place: Workspace, messages: list[dict[str, Any]], sizes: random.Random) -> None:
    """Send them in batches of any size, each by a connection of its own, so by either process."""
    rest = list(messages)
    while rest:
        size = sizes.randint(1, 12)
        batch, rest = rest[:size], rest[size:]
        answer = place.post("/v1/batch", {"batch": batch})
        assert answer.status_code == 200, answer.text


def told(place: Workspace) -> list[Any]:
    """All that is known in the workspace, but for what differs by nature."""
    found = [place.api.get(f"/api/contacts/{it['id']}").json() for it in place.contacts(limit=200)]
    for contact in found:
        del contact["provenance"]["ip"]["at"]  # the connection is the delivery's own
    return timeless(found)


def timeless(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: timeless(it) for key, it in value.items() if key not in DELIVERY}
    if isinstance(value, list):
        return sorted((timeless(it) for it in value), key=str)
    return value


def test_five_deliveries_in_any_order_and_split_make_the_same_contacts(
    places: list[Workspace],
) -> None:
    once, often = places
    messages = history()
    for place in places:
        place.set(collect__utms="true")
    once.batch(*messages)
    chance = random.Random(7)
    crowd = []
    for _ in range(5):
        mixed = chance.sample(messages, len(messages))
        sender = threading.Thread(
            target=deliver, args=(often, mixed, random.Random(chance.random()))
        )
        crowd.append(sender)
        sender.start()
    for sender in crowd:
        sender.join()
    assert told(often) == told(once)
    assert len(often.contacts()) == 6  # each in a browser and on one phone
    deliver(often, messages, chance)
    assert told(often) == told(once)


def test_what_an_attacker_said_first_suppresses_nobody(workspace: Workspace) -> None:
    """A message id is no key: whoever guesses it takes nothing away."""
    mine = {"type": "page", "messageId": "guessed", "anonymousId": "victim"}
    page = {"page": {"url": "https://shop.example/mine"}}
    workspace.batch({"type": "track", "messageId": "guessed", "anonymousId": "attacker"})
    workspace.batch(mine | {"context": page})
    assert workspace.contact(anonymous_id="victim")["last_page_viewed"] == page["page"]["url"]


def test_what_was_answered_before_the_server_stopped_is_stored(
    tmp_path: Path, database_url: str | None
) -> None:
    stored: list[str] = []
    with serving(tmp_path / "data", database_url, "--workers", "2") as running:
        making = _workspace(running)
        place = next(making)
        place.set(budget__address_per_hour="1000000")
        senders = [threading.Thread(target=load, args=(place, n, stored)) for n in range(4)]
        for sender in senders:
            sender.start()
        while len(stored) <= 50:  # however slow the machine is
            time.sleep(0.1)
        running.process.send_signal(signal.SIGTERM)
        assert running.process.wait(30) is not None
        for sender in senders:
            sender.join()
        making.close()
    with serving(tmp_path / "data", database_url) as again:
        address = f"{again.url}/api/contacts"
        for name in stored:
            query, headers = {"anonymous_id": name}, place.api.headers
            answer = httpx.get(address, params=query, headers=headers, timeout=30)
            assert len(answer.json()["items"]) == 1, name


def load(place: Workspace, number: int, stored: list[str]) -> None:
    """Send until the server is gone; note what it answered."""
    for count in range(100_000):
        name = f"v{number}-{count}"
        try:
            answer = place.post("/v1/batch", {"batch": [{"type": "track", "anonymousId": name}]})
        except httpx.TransportError:
            return
        if answer.status_code == 200:
            stored.append(name)
