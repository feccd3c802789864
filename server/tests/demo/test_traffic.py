"""The demo's visitors: plausible, reproducible, and sent as Segment's clients send."""

import asyncio
import base64
import json
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from rich.console import Console

from openbook.collect.enrich.browser import read_browser
from openbook.collect.enrich.device import android_name, apple_name
from openbook.demo.shop import PAGES
from openbook.demo.traffic import Batch, make_batches, send_demo
from openbook.demo.visitors import (
    AppClient,
    BrowserClient,
    browsers,
    make_visitors,
    networks,
    phones,
)
from openbook.errors import Misconfigured, Unavailable

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SITE = "http://127.0.0.1:8000"


def batches(visitors: int = 300, seed: int = 1) -> list[Batch]:
    return list(make_batches(visitors, SITE, Random(seed), NOW))


def messages(visitors: int = 300, seed: int = 1) -> list[dict[str, Any]]:
    return [message for batch in batches(visitors, seed) for message in batch.messages]


def test_a_seed_gives_the_same_messages_again_and_another_seed_others() -> None:
    assert messages(50, seed=7) == messages(50, seed=7)
    first = {message["messageId"] for message in messages(50, seed=7)}
    assert not first & {message["messageId"] for message in messages(50, seed=8)}


@pytest.mark.parametrize("count", [1, 2, 37])
def test_as_many_visitors_as_asked_for(count: int) -> None:
    made = batches(count)
    assert sum(len(batch.finished) for batch in made) == count
    assert len({message["anonymousId"] for message in messages(count)}) == count
    assert all(1 <= len(batch.messages) <= 100 for batch in made)


def test_every_message_has_what_segments_clients_send() -> None:
    sent = messages()
    assert len({message["messageId"] for message in sent}) == len(sent)
    for message in sent:
        assert message["type"] in ("page", "track", "screen", "identify")
        context = message["context"]
        assert ip_address(context["ip"]).is_global
        assert ZoneInfo(context["timezone"]) and context["library"]["name"]
        if message["type"] == "page":
            page = context["page"]
            assert page["url"] == SITE + page["path"] + page["search"]
            assert page["path"] in {page.path for page in PAGES}
    assert len(json.dumps(sent[:100])) < 500_000


def test_times_lie_in_the_last_26_days_and_never_ahead() -> None:
    times = [datetime.fromisoformat(message["timestamp"]) for message in messages()]
    assert max(times) <= NOW
    assert min(times) >= NOW - timedelta(days=26)


def test_each_visitors_messages_are_in_order_and_in_few_requests() -> None:
    last: dict[str, str] = {}
    for message in messages():
        assert last.get(message["anonymousId"], "") <= message["timestamp"]
        last[message["anonymousId"]] = message["timestamp"]


def test_the_mix_is_plausible() -> None:
    visitors = list(make_visitors(2000, Random(3), NOW))
    in_browsers = [visitor for visitor in visitors if isinstance(visitor.client, BrowserClient)]
    in_apps = Counter(v.client.phone.platform for v in visitors if isinstance(v.client, AppClient))
    assert 0.7 < len(in_browsers) / 2000 < 0.85
    assert in_apps["android"] > 150 and in_apps["ios"] > 120
    assert 0.4 < sum(len(visitor.visits) > 1 for visitor in visitors) / 2000 < 0.7
    assert 0.25 < sum(visitor.person is not None for visitor in visitors) / 2000 < 0.45
    assert len({visitor.timezone for visitor in visitors}) > 40
    people = Counter(v.person.user_id for v in visitors if v.person and v.person.user_id)
    assert set(people.values()) == {1, 2}
    landings = messages(500)
    assert 20 < sum("campaign" in message["context"] for message in landings) < 300


def test_a_campaign_stands_in_the_address_and_in_the_context() -> None:
    for message in messages():
        campaign = message["context"].get("campaign")
        if campaign:
            search = message["context"]["page"]["search"]
            assert f"utm_source={campaign['source']}" in search and "utm_campaign=" in search


def test_identities_use_reserved_domains_and_last_once_known() -> None:
    known: set[str] = set()
    for message in messages(600):
        if message["type"] == "identify":
            host = message["traits"]["email"].partition("@")[2]
            assert host in ("example.com", "example.org", "example.net")
            assert message["traits"]["email"].isascii() and message["traits"]["name"]
        if "userId" in message:
            known.add(message["anonymousId"])
        else:
            assert message["anonymousId"] not in known


def test_every_agent_is_a_browser_with_a_name_and_no_bot() -> None:
    agents = browsers()
    assert len(agents) >= 60
    for client in agents:
        browser = read_browser(client.agent, {})
        assert browser.browser_name and browser.os and not browser.bot


def test_every_phone_has_a_name() -> None:
    for phone in phones():
        if phone.platform == "ios":
            assert apple_name(phone.model) != phone.model
        else:
            assert android_name(phone.manufacturer, phone.model, phone.device)


def test_the_networks_are_public_and_of_many_countries() -> None:
    blocks = networks()
    assert len(blocks) >= 150
    assert len({network.country for network in blocks}) >= 45
    for network in blocks:
        assert network.block.is_global and network.block.prefixlen == 24
        assert ZoneInfo(network.timezone) and network.languages


class Endpoint:
    """Stands where a server would: answers with the statuses given, then with 200."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.bodies: list[dict[str, Any]] = []
        self.tokens: set[str] = set()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                status = outer.statuses.pop(0) if outer.statuses else 200
                scheme, _, token = self.headers["authorization"].partition(" ")
                outer.tokens.add(base64.b64decode(token).decode() if scheme == "Basic" else "")
                if status == 200:
                    outer.bodies.append(json.loads(body))
                answer = b'{"detail": "Said the server."}'
                self.send_response(status)
                self.send_header("content-length", str(len(answer)))
                self.send_header("retry-after", "0")
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def endpoint(request: pytest.FixtureRequest) -> Iterator[Endpoint]:
    server = Endpoint(*request.param)
    yield server
    server.close()


def send(endpoint: Endpoint, visitors: int = 40) -> Any:
    console = Console(quiet=True)
    return asyncio.run(send_demo(endpoint.url, "secret", visitors, 5, console))


@pytest.mark.parametrize("endpoint", [(), (429, 503)], indirect=True)
def test_everything_arrives_even_from_a_busy_server(endpoint: Endpoint) -> None:
    busy = len(endpoint.statuses)
    summary = send(endpoint)
    arrived = [message for body in endpoint.bodies for message in body["batch"]]
    assert summary.messages == summary.accepted == len(arrived) > 40
    assert (summary.visitors, summary.refused, summary.retries) == (40, 0, busy)
    assert 0 < summary.contacts <= 40
    assert endpoint.tokens == {"secret:"}
    assert all(message["sentAt"] for message in arrived)
    urls = {message["context"].get("page", {}).get("url", "") for message in arrived}
    assert any(url.startswith(f"{endpoint.url}demo/") for url in urls)


@pytest.mark.parametrize("endpoint", [()], indirect=True)
def test_with_the_write_key_visits_come_from_clients_between_the_servers_words(
    endpoint: Endpoint,
) -> None:
    console = Console(quiet=True)
    asyncio.run(send_demo(endpoint.url, "secret", 5, 5, console, write_key="wk"))
    whole, visits, last = endpoint.bodies[:3]
    assert endpoint.tokens == {"secret:", "wk:"}
    assert all("ip" in message["context"] for message in whole["batch"] + last["batch"])
    for message in visits["batch"]:
        assert message["type"] != "identify"
        assert "userId" not in message and "ip" not in message["context"]
    assert {message["anonymousId"] for message in whole["batch"]} == {
        message["anonymousId"] for message in last["batch"]
    }
    assert len(last["batch"]) == len({message["anonymousId"] for message in last["batch"]})


@pytest.mark.parametrize("endpoint", [(400,)], indirect=True)
def test_a_refused_request_is_counted_with_its_reason(endpoint: Endpoint) -> None:
    summary = send(endpoint)
    assert summary.refused > 0 and summary.accepted == summary.messages - summary.refused
    assert summary.first_refusal == "Said the server. (HTTP 400)"


@pytest.mark.parametrize("endpoint", [(401,) * 20], indirect=True)
def test_a_wrong_token_ends_it_with_one_sentence(endpoint: Endpoint) -> None:
    with pytest.raises(Misconfigured, match="openbook token create"):
        send(endpoint)


def test_no_server_is_said_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("openbook.demo.traffic.ATTEMPTS", 1)
    with pytest.raises(Unavailable, match="No openbook answers at"):
        asyncio.run(send_demo("http://127.0.0.1:9", "x", 3, 1, Console(quiet=True)))
