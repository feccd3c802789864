"""The socket by which a page hears what changes: who may open it, what it says, when it ends."""

import signal
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
import psycopg
import pytest

from tests.accounts.visiting import Browser, change, join
from tests.conftest import Workspace, _workspace, serving
from tests.live.speaking import Closed, Refused, Socket

QUIET = 1.0
"""Seconds within which what happens would be told."""


def ticket(browser: Browser) -> str:
    answer = browser.post("/api/live/ticket")
    assert answer.status_code == 201, answer.text
    return answer.json()["ticket"]


def opened(workspace: Workspace, browser: Browser, after: str | None = None) -> Socket:
    return Socket(workspace.url, ticket(browser), after)


def visit(workspace: Workspace, who: str, **context: Any) -> None:
    page = {"url": f"https://shop.test/{who}"}
    message = {"type": "page", "anonymousId": who, "context": {"page": page, **context}}
    workspace.batch(message)


def test_it_tells_who_comes_and_who_is_online(workspace: Workspace):
    browser = join(workspace, "viewer").browser()
    socket = opened(workspace, browser)
    hello = socket.hear()
    assert hello["anew"] and hello["online"] == 0
    visit(workspace, "a")
    news = socket.hear()
    (contact,) = workspace.contacts()
    assert news["made"] == [contact["id"]] and not news["anew"] and news["online"] == 1
    visit(workspace, "a")
    assert socket.hear()["seen"] == [contact["id"]]
    workspace.api.patch(f"/api/contacts/{contact['id']}", json={"name": "Ada"})
    assert socket.hear()["changed"] == [contact["id"]]
    workspace.api.delete(f"/api/contacts/{contact['id']}")
    news = socket.hear()
    assert news["gone"] == [contact["id"]] and news["online"] == 0


def test_a_ticket_opens_one_socket(workspace: Workspace):
    browser = join(workspace, "agent").browser()
    once = ticket(browser)
    Socket(workspace.url, once).hear()
    with pytest.raises(Refused) as refused:
        Socket(workspace.url, once)
    assert refused.value.status == 401


def test_pages_that_leave_during_the_handshake_bring_no_process_down(workspace: Workspace):
    browser = join(workspace, "agent").browser()
    socket = opened(workspace, browser)
    socket.hear()
    for _ in range(60):
        Socket(workspace.url, ticket(browser), leave=True)
    visit(workspace, "still here")
    assert socket.hear()["made"], "the line of before is open: its process lives"


@pytest.mark.parametrize("origin", [None, "null", "https://evil.example", "http://127.0.0.1"])
def test_no_page_of_another_site_opens_one(workspace: Workspace, origin: str | None):
    once = ticket(join(workspace, "agent").browser())
    with pytest.raises(Refused) as refused:
        Socket(workspace.url, once, origin=origin)
    assert refused.value.status == 403
    Socket(workspace.url, once).hear()  # which did not spend it


@pytest.mark.parametrize("protocols", [(), ("openbook.live",), ("chat", "{}"), ("{}",)])
def test_a_socket_of_another_kind_is_refused(workspace: Workspace, protocols: tuple[str, ...]):
    once = ticket(join(workspace, "agent").browser())
    with pytest.raises(Refused) as refused:
        named = [one.format(once) for one in protocols]
        Socket(workspace.url, once, protocols=named)
    assert refused.value.status == 401


def test_a_ticket_is_over_after_half_a_minute(workspace: Workspace):
    once = ticket(join(workspace, "agent").browser())
    change(workspace.server, "UPDATE one_time_tokens SET expires_at = now() - interval '1s'")
    with pytest.raises(Refused) as refused:
        Socket(workspace.url, once)
    assert refused.value.status == 401


def test_nothing_is_told_of_another_workspace(workspace: Workspace, other: Workspace):
    here = opened(workspace, join(workspace, "owner").browser())
    there = opened(other, join(other, "owner").browser())
    here.hear(), there.hear()
    visit(other, "stranger")
    assert there.hear()["made"]
    with pytest.raises(TimeoutError):
        here.hear(QUIET)


def test_a_token_of_the_interface_opens_none(workspace: Workspace):
    for answer in (
        workspace.api.post("/api/live/ticket"),
        workspace.api.get("/api/live/news"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


def test_it_goes_on_from_the_version_it_knows(workspace: Workspace):
    browser = join(workspace, "viewer").browser()
    socket = opened(workspace, browser)
    version = socket.hear()["version"]
    socket.close()
    for name in ("a", "b", "a"):
        visit(workspace, name)
    news = opened(workspace, browser, version).hear()
    assert not news["anew"]
    assert sorted(news["made"]) == sorted(one["id"] for one in workspace.contacts())
    again = opened(workspace, browser, news["version"]).hear()
    assert not again["anew"] and not again["made"] and not again["seen"]


@pytest.mark.parametrize("version", ["", "nonsense", "261123120102003004.x", "." * 500])
def test_a_version_that_is_not_known_begins_anew(workspace: Workspace, version: str):
    assert opened(workspace, join(workspace, "viewer").browser(), version).hear()["anew"]


def test_it_closes_when_the_session_is_over(workspace: Workspace):
    browser = join(workspace, "agent").browser()
    socket = opened(workspace, browser)
    socket.hear()
    browser.post("/api/sign-out")
    with pytest.raises(Closed) as closed:
        socket.hear(3)
    assert closed.value.code == 4401


def test_it_closes_when_the_role_is_another_one_or_none(workspace: Workspace):
    owner = join(workspace, "owner").browser()
    for turn in (
        lambda member: owner.patch(f"/api/team/{member.id}", {"role": "viewer"}),
        lambda member: owner.delete(f"/api/team/{member.id}"),
    ):
        member = join(workspace, "agent")
        socket = opened(workspace, member.browser())
        socket.hear()
        assert turn(member).status_code in (200, 204)
        with pytest.raises(Closed) as closed:
            socket.hear(3)
        assert closed.value.code == 4401


def test_what_a_page_may_say_is_short(workspace: Workspace):
    socket = opened(workspace, join(workspace, "agent").browser())
    socket.hear()
    socket.say(".")
    socket.say("x" * 65)
    with pytest.raises(Closed) as closed:
        socket.hear(3)
    assert closed.value.code == 1009


def test_one_person_has_only_so_many(workspace: Workspace):
    browser = join(workspace, "agent").browser()
    sockets = [opened(workspace, browser) for _ in range(40)]
    for socket in sockets:
        socket.hear()
    with pytest.raises(Refused) as refused:
        opened(workspace, browser)
    assert refused.value.status == 429 and b"too_many" in refused.value.body
    assert browser.get("/api/live/news").status_code == 429
    opened(workspace, join(workspace, "agent").browser()).hear()


def test_much_at_once_is_told_as_much(workspace: Workspace):
    socket = opened(workspace, join(workspace, "agent").browser())
    socket.hear()
    people = [{"type": "page", "anonymousId": uuid4().hex} for _ in range(300)]
    workspace.batch(*people)
    news = socket.hear()
    assert news["anew"] and not news["made"]


def test_the_same_is_told_where_no_socket_gets_through(workspace: Workspace):
    browser = join(workspace, "viewer").browser()
    hello = browser.get("/api/live/news").json()
    assert hello["anew"]
    visit(workspace, "a")
    news = browser.get("/api/live/news", params={"after": hello["version"]}).json()
    (contact,) = workspace.contacts()
    assert news["made"] == [contact["id"]] and not news["anew"] and news["online"] == 1


def test_nobody_is_told_what_nobody_watches(workspace: Workspace, other: Workspace):
    """What is stored where nobody watches costs no notice."""
    with psycopg.connect(workspace.server.conninfo, autocommit=True) as conn:
        conn.execute("LISTEN openbook_live")
        opened(other, join(other, "viewer").browser()).hear()
        visit(workspace, "unseen")
        visit(other, "seen")
        heard = [notice.payload for notice in conn.notifies(timeout=QUIET)]
    assert any(other.id.hex in payload for payload in heard)
    assert not any(workspace.id.hex in payload for payload in heard)


def test_a_server_that_stops_sends_pages_away_at_once_and_the_next_one_begins_anew(tmp_path: Path):
    data = tmp_path / "data"
    with serving(data, None) as server:
        making = _workspace(server)
        workspace = next(making)
        browser = join(workspace, "viewer").browser()
        socket = opened(workspace, browser)
        version = socket.hear()["version"]
        began = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        with pytest.raises(Closed):
            while True:
                socket.hear()
        assert server.process.wait(20) == 0
        assert time.monotonic() - began < 5
    with serving(data, None) as server:
        visit(msgspec.structs.replace(workspace, url=server.url), "later")
        again = Browser(server.url)
        again.http.cookies = browser.http.cookies
        assert Socket(server.url, ticket(again), version).hear()["anew"]


def test_where_it_is_switched_off_nobody_waits_for_it(tmp_path: Path):
    with serving(tmp_path / "data", None, OPENBOOK_LIVE_PAGES="0") as server:
        making = _workspace(server)
        browser = join(next(making), "owner").browser()
        for answer in (browser.post("/api/live/ticket"), browser.get("/api/live/news")):
            assert (answer.status_code, answer.json()["code"]) == (403, "live_off")
