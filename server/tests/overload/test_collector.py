"""The collector keeps what a server without its database refuses, and delivers it afterwards."""

import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, Response

from openbook.collect.script import snippet
from tests.conftest import Server, Workspace, _workspace, serving
from tests.journeys.browsing import Site, Wire, publishing
from tests.journeys.conftest import browser_context_args, browser_type_launch_args
from tests.overload.running import FULL, frozen

__all__ = ["browser_context_args", "browser_type_launch_args"]
pytestmark = pytest.mark.browser
SECONDS = 60 if FULL else 15
QUEUED = "Object.keys(localStorage).filter(key => key.startsWith('ob_q')).length"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("kept") / "data", None) as running:
        yield running


@pytest.fixture
def workspace(server: Server) -> Iterator[Workspace]:
    yield from _workspace(server)


@pytest.fixture
def site() -> Iterator[Site]:
    with publishing() as site:
        yield site


@pytest.mark.timeout(240)
def test_what_is_refused_while_the_database_is_away_is_delivered_when_it_is_back(
    server: Server, workspace: Workspace, site: Site, page: Page, context: BrowserContext
) -> None:
    head = snippet(workspace.url, workspace.write_key)
    site.put("/", f"<!doctype html><title>Shop</title>{head}<h1>Shop</h1>")
    wire, answers = Wire(context), list[Response]()
    context.on("response", lambda it: answers.append(it) if it.url.endswith("/v1/b") else None)
    page.goto(site.address("/"))
    wait_until(page, lambda: page.evaluate(QUEUED) == 0 and bool(answers), 20)
    with frozen(server):
        gone = time.monotonic()
        for number in range(40):
            page.evaluate("number => openbook('track', `event ${number}`)", number)
            page.wait_for_timeout(1000 * SECONDS / 60)
        page.evaluate("openbook('identify', {name: 'Grace'})")
        page.evaluate("history.pushState(null, '', '/cart')")
        page.wait_for_timeout(max(0, 1000 * (SECONDS - (time.monotonic() - gone))))
        assert page.evaluate(QUEUED) == 42
        assert {it.status for it in answers[1:]} <= {503}
        assert len(answers) > 1, "nothing was refused"
    # At most what Retry-After said, and the collector's own patience on top.
    wait_until(page, lambda: page.evaluate(QUEUED) == 0, 90)
    assert answers[-1].status == 200
    events = {it["event"] for it in wire.messages if it["type"] == "track"}
    assert events == {f"event {number}" for number in range(40)}
    found = workspace.contact()
    assert (found["name"], found["last_page_viewed"]) == ("Grace", site.address("/cart"))


def wait_until(page: Page, ask: Callable[[], bool], seconds: float) -> None:
    """Let the browser go on until something is so."""
    for _ in range(int(seconds * 10)):
        if ask():
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"waited {seconds} seconds for nothing")
