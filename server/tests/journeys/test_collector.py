"""The collector in a real browser: what a visit sends, and what becomes of it."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import httpx
import pytest
from playwright.sync_api import BrowserContext, Page

from openbook.collect.script import pinned_snippet, snippet
from tests.conftest import Server, Workspace
from tests.journeys.browsing import Site, Wire

pytestmark = pytest.mark.browser

Until = Callable[[Callable[[], object]], Any]
Contact = Callable[[str], dict[str, Any]]
ID = "document.cookie.match(/ob_a=([^;]*)/)?.[1]"


@pytest.fixture
def contact(workspace: Workspace, until: Until) -> Contact:
    """The workspace's contact of an anonymous id, once there is one."""
    return partial(_contact, workspace.api, until)


@pytest.fixture
def demo_contact(server: Server, until: Until) -> Iterator[Contact]:
    """The same for the demo shop, which belongs to the installation's own workspace."""
    headers = {"Authorization": f"Bearer {server.token}"}
    with httpx.Client(base_url=server.url, headers=headers) as api:
        yield partial(_contact, api, until)


def change_settings(workspace: Workspace, values: dict[str, Any]) -> None:
    workspace.api.patch("/api/settings", json=values).raise_for_status()


def _contact(api: httpx.Client, until: Until, anonymous_id: str) -> dict[str, Any]:
    def ask() -> list[dict[str, Any]]:
        return api.get("/api/contacts", params={"anonymous_id": anonymous_id}).json()["items"]

    return until(ask)[0]


def test_a_visit_to_the_demo_shop_becomes_a_contact(
    server: Server, page: Page, wire: Wire, until: Until, demo_contact: Contact
) -> None:
    page.goto(f"{server.url}/demo/")
    page.get_by_role("link", name="Brass pen").click()
    until(lambda: len(wire.pages) == 2)
    anonymous_id = page.evaluate(ID)
    pen = f"{server.url}/demo/product/brass-pen"
    until(lambda: demo_contact(anonymous_id)["last_page_viewed"] == pen)
    found = demo_contact(anonymous_id)
    assert found["browser_name"] == "Chromium"
    assert found["browser_version"].startswith("156")
    assert found["browser_language"] == "it-IT"
    assert found["timezone"] == "Europe/Rome"
    assert found["os"] == "Linux"
    assert found["web_sessions"] == 1
    assert found["ip"] == "127.0.0.1"
    assert found["kind"] == "visitor"
    assert found["utms"] in (None, {}) and found["referrer"] is None
    assert wire.errors == []


def test_who_signs_in_at_the_demo_shop_is_known_by_what_they_said(
    server: Server, page: Page, until: Until, demo_contact: Contact
) -> None:
    page.goto(f"{server.url}/demo/")
    page.get_by_label("Name").fill("Ada Lovelace")
    page.get_by_label("E-mail").fill("ada@shop.test")
    page.get_by_role("button", name="Sign in").click()
    anonymous_id = until(lambda: page.evaluate(ID))
    until(lambda: demo_contact(anonymous_id)["email"] == "ada@shop.test")
    assert demo_contact(anonymous_id)["name"] == "Ada Lovelace"


def test_a_site_that_pins_the_script_by_its_hash_reports_its_visits(
    workspace: Workspace, site: Site, page: Page, until: Until, wire: Wire, contact: Contact
) -> None:
    head = pinned_snippet(workspace.url, workspace.write_key)
    csp = f"script-src 'unsafe-inline' {workspace.url}/static/; connect-src {workspace.url}"
    site.put("/", f"<!doctype html><title>Shop</title>{head}", Content_Security_Policy=csp)
    page.goto(site.address("/"))
    until(lambda: wire.pages == ["/"])
    assert contact(until(lambda: page.evaluate(ID)))["last_page_viewed"] == site.address("/")

    changed = head.replace('integrity="sha384-', 'integrity="sha384-AAAA')
    site.put("/other", f"<!doctype html><title>Shop</title>{changed}")
    page.goto(site.address("/other"))
    page.wait_for_timeout(500)
    assert wire.pages == ["/"], "a browser runs no script with another hash"


@pytest.mark.parametrize("interface", ["navigation", "history"])
def test_a_single_page_app_gives_one_view_for_each_address(
    server: Server, page: Page, wire: Wire, until: Until, interface: str
) -> None:
    if interface == "history":
        page.add_init_script("Object.defineProperty(window, 'navigation', {value: undefined})")
    page.goto(f"{server.url}/demo/spa")
    until(lambda: wire.pages == ["/demo/spa"])
    page.get_by_role("link", name="Desk", exact=True).click()
    until(lambda: len(wire.pages) == 2)
    page.get_by_role("link", name="Desk", exact=True).click()  # the same address: no view
    page.get_by_role("link", name="Kitchen").click()
    until(lambda: len(wire.pages) == 3)
    page.go_back()
    page.go_back()
    until(lambda: len(wire.pages) >= 4)
    page.evaluate("history.replaceState(null, '', '?color=red#size')")
    page.wait_for_timeout(300)
    assert wire.pages == [
        "/demo/spa",
        "/demo/spa/desk",
        "/demo/spa/kitchen",
        "/demo/spa/desk",
    ]


def test_a_page_that_comes_back_from_the_browsers_memory_is_viewed_again(
    shop: Site, page: Page, wire: Wire, until: Until
) -> None:
    page.goto(shop.address("/"))
    page.evaluate("window.marked = true")
    until(lambda: wire.pages == ["/"])
    page.goto(shop.address("/oats"))
    until(lambda: wire.pages == ["/", "/oats"])
    page.go_back(wait_until="commit")  # such a page does not load again
    assert page.evaluate("window.marked") is True, "the browser loaded the page anew"
    until(lambda: wire.pages == ["/", "/oats", "/"])


def test_what_happens_without_a_network_arrives_when_it_is_back(
    shop: Site,
    page: Page,
    context: BrowserContext,
    wire: Wire,
    until: Until,
    contact: Contact,
) -> None:
    page.goto(shop.address("/"))
    until(lambda: wire.pages == ["/"])
    context.set_offline(True)
    page.evaluate("openbook('identify', {name: 'Grace'}); history.pushState(null, '', '/cart')")
    page.wait_for_timeout(400)
    assert page.evaluate("Object.keys(localStorage).filter(k => k.startsWith('ob_q')).length") == 2
    context.set_offline(False)
    until(lambda: page.evaluate("!Object.keys(localStorage).some(k => k.startsWith('ob_q'))"))
    found = contact(page.evaluate(ID))
    assert (found["name"], found["last_page_viewed"]) == ("Grace", shop.address("/cart"))


def test_what_a_closed_tab_could_not_send_is_sent_by_the_next_visit(
    shop: Site,
    page: Page,
    context: BrowserContext,
    wire: Wire,
    until: Until,
    contact: Contact,
) -> None:
    tab = context.new_page()
    tab.goto(shop.address("/"))
    until(lambda: wire.pages == ["/"])
    context.set_offline(True)
    tab.evaluate("openbook('identify', {name: 'Mary'})")
    tab.wait_for_timeout(200)
    tab.close()
    context.set_offline(False)
    page.clock.install()
    page.goto(shop.address("/"))
    page.clock.run_for(20_000)  # other tabs get some seconds to send what is theirs
    until(lambda: page.evaluate("!Object.keys(localStorage).some(k => k.startsWith('ob_q'))"))
    assert contact(page.evaluate(ID))["name"] == "Mary"


def test_two_tabs_that_come_back_online_lose_nothing_and_send_nothing_endlessly(
    shop: Site, page: Page, context: BrowserContext, wire: Wire, until: Until
) -> None:
    tabs = [page, context.new_page()]
    for tab in tabs:
        tab.goto(shop.address("/"))
    until(lambda: wire.pages == ["/", "/"])
    context.set_offline(True)
    for number, tab in enumerate(tabs):
        tab.evaluate("n => { openbook('track', `a${n}`); openbook('track', `b${n}`) }", number)
    page.wait_for_timeout(300)
    before = len(wire.requests)
    context.set_offline(False)
    until(lambda: page.evaluate("!Object.keys(localStorage).some(k => k.startsWith('ob_q'))"))
    page.wait_for_timeout(1000)
    events = {message["event"] for message in wire.messages if message["type"] == "track"}
    assert events == {"a0", "b0", "a1", "b1"}
    assert len(wire.requests) - before <= 4


def test_what_happens_just_before_the_page_goes_is_not_lost(
    shop: Site,
    page: Page,
    wire: Wire,
    until: Until,
    contact: Contact,
) -> None:
    page.goto(shop.address("/"))
    until(lambda: wire.pages == ["/"])
    anonymous_id = page.evaluate(ID)
    page.evaluate("openbook('identify', {name: 'Hedy'}); location.href = 'about:blank'")
    until(lambda: contact(anonymous_id)["name"] == "Hedy")


def test_where_consent_is_required_nothing_is_stored_or_sent_before_it(
    workspace: Workspace,
    shop: Site,
    page: Page,
    context: BrowserContext,
    wire: Wire,
    until: Until,
    contact: Contact,
) -> None:
    change_settings(workspace, {"consent.mode": "required"})
    page.goto(shop.address("/"))
    page.evaluate("openbook('track', 'x'); openbook('identify', {name: 'Rosa'})")
    page.goto(shop.address("/tea"))
    page.wait_for_function("openbook.on")
    page.evaluate("openbook('identify', {name: 'Ida'})")
    page.wait_for_timeout(400)
    assert wire.requests == []
    assert context.cookies() == []
    assert page.evaluate("Object.keys(localStorage)") == []

    page.evaluate("openbook('consent', 'granted')")
    until(lambda: len(wire.messages) == 2)
    found = contact(page.evaluate(ID))
    assert (found["last_page_viewed"], found["name"]) == (shop.address("/tea"), "Ida")

    page.evaluate("openbook('consent', 'denied')")
    until(lambda: [cookie.get("name") for cookie in context.cookies()] == ["ob_c"])
    assert page.evaluate("Object.keys(localStorage)") == ["ob_c"]
    sent = len(wire.requests)
    page.goto(shop.address("/cart"))
    page.evaluate("openbook('identify', {name: 'Rosa'})")
    page.wait_for_timeout(400)
    assert len(wire.requests) == sent


def test_the_demo_shops_buttons_agree_and_refuse(
    server: Server, page: Page, context: BrowserContext, wire: Wire, until: Until
) -> None:
    page.goto(f"{server.url}/demo/")
    until(lambda: wire.pages == ["/demo/"])
    page.get_by_role("button", name="Refuse").click()
    until(lambda: [cookie.get("name") for cookie in context.cookies()] == ["ob_c"])
    page.get_by_role("button", name="Agree").click()
    until(lambda: wire.pages == ["/demo/", "/demo/"])
    one, two = wire.messages
    assert one["anonymousId"] != two["anonymousId"]


@pytest.mark.parametrize("switched_on", [True, False])
@pytest.mark.parametrize("signal", [True, False])
def test_campaign_and_referrer_respect_the_operator_and_the_visitors_signal(
    workspace: Workspace,
    shop: Site,
    page: Page,
    wire: Wire,
    until: Until,
    contact: Contact,
    switched_on: bool,
    signal: bool,
) -> None:
    change_settings(workspace, {"collect.utms": switched_on})
    if signal:
        page.add_init_script(
            "Object.defineProperty(navigator, 'globalPrivacyControl', {value: true})"
        )
    address = shop.address("/tea?utm_source=letter&utm_campaign=spring&gclid=1")
    shop.put("/story", f"<!doctype html><a href='{address}'>to the shop</a>")
    page.goto(shop.address("/story", host="a-blog.test"))
    page.get_by_role("link").click()
    until(lambda: wire.pages == ["/tea"])
    found = contact(page.evaluate(ID))
    sent = wire.requests[0].post_data or ""
    assert ("letter" in sent) == (switched_on and not signal)
    assert ("a-blog" in sent) == (not signal)
    assert "gclid" not in sent and "/story" not in sent
    expected = {"source": "letter", "campaign": "spring"} if switched_on and not signal else None
    assert (found["utms"] or None) == expected
    assert found["referrer"] == (None if signal else "a-blog.test")
    assert found["last_page_viewed"] == shop.address("/tea")


def test_reset_makes_the_next_person_another_contact(
    shop: Site, page: Page, wire: Wire, until: Until, contact: Contact
) -> None:
    page.goto(shop.address("/"))
    page.evaluate("openbook('identify', {name: 'First'})")
    until(lambda: len(wire.messages) == 2)
    first = page.evaluate(ID)
    page.evaluate("openbook('reset')")
    page.goto(shop.address("/tea"))
    until(lambda: len(wire.messages) == 3)
    second = page.evaluate(ID)
    until(lambda: contact(first)["name"] == "First")
    assert contact(second)["id"] != contact(first)["id"]
    assert contact(second)["name"] is None


@pytest.mark.parametrize(
    ("host", "domain"),
    [("www.shop.test", ".shop.test"), ("www.shop.co.uk", ".shop.co.uk")],
)
def test_the_id_is_shared_by_the_sites_subdomains_and_not_wider(
    shop: Site,
    page: Page,
    context: BrowserContext,
    wire: Wire,
    until: Until,
    host: str,
    domain: str,
) -> None:
    page.goto(shop.address("/", host=host))
    until(lambda: len(wire.pages) == 1)
    (cookie,) = [cookie for cookie in context.cookies() if cookie.get("name") == "ob_a"]
    assert (cookie.get("domain"), cookie.get("sameSite")) == (domain, "Lax")
    page.goto(shop.address("/tea", host=host.replace("www", "app")))
    until(lambda: len(wire.pages) == 2)
    one, two = wire.messages
    assert one["anonymousId"] == two["anonymousId"]


HOSTILE = """
Array.prototype.toJSON = function () { return 'broken'; };
Object.prototype.surprise = 1;
JSON.parse = JSON.stringify = () => { throw new Error('patched'); };
Storage.prototype.setItem = () => { throw new Error('full'); };
navigator.sendBeacon = () => { throw new Error('no'); };
window.fetch = () => { throw new Error('no'); };
"""


def test_a_hostile_page_gets_no_error_from_the_collector(
    shop: Site, page: Page, wire: Wire
) -> None:
    page.add_init_script(HOSTILE)
    page.goto(shop.address("/"))
    page.wait_for_function("openbook.on")
    page.evaluate("openbook('identify', Symbol('x')); openbook(); openbook('track', window)")
    page.evaluate("history.pushState({}, '', '/tea')")
    page.wait_for_timeout(300)
    page.goto("about:blank")
    assert wire.errors == []


def test_an_extension_that_replaces_the_hints_costs_no_view(
    shop: Site, page: Page, wire: Wire, until: Until
) -> None:
    page.add_init_script("Object.defineProperty(navigator, 'userAgentData', { value: {} })")
    page.goto(shop.address("/"))
    until(lambda: wire.pages == ["/"])
    assert wire.errors == []


def test_where_no_storage_is_allowed_the_view_still_arrives(
    shop: Site, page: Page, wire: Wire, until: Until, contact: Contact
) -> None:
    shop.put("/frame", "<!doctype html><iframe sandbox='allow-scripts' src='/tea'></iframe>")
    page.goto(shop.address("/frame"))
    until(lambda: wire.pages == ["/tea"])
    assert contact(wire.messages[0]["anonymousId"])["last_page_viewed"] == shop.address("/tea")
    assert wire.errors == []


def test_the_printed_policy_line_is_all_that_a_strict_site_has_to_allow(
    workspace: Workspace, site: Site, page: Page, wire: Wire, until: Until
) -> None:
    policy = (
        f"default-src 'none'; script-src 'nonce-n1' {workspace.url}; connect-src {workspace.url}"
    )
    head = snippet(workspace.url, workspace.write_key, "n1")
    site.put("/", f"<!doctype html>{head}<h1>x</h1>", Content_Security_Policy=policy)
    refused: list[str] = []
    page.on("console", lambda line: refused.append(line.text) if line.type == "error" else None)
    page.goto(site.address("/"))
    until(lambda: wire.pages == ["/"])
    assert [line for line in refused if "Content Security Policy" in line] == []


def test_messages_need_no_preflight(shop: Site, page: Page, wire: Wire, until: Until) -> None:
    page.goto(shop.address("/"))
    until(lambda: len(wire.requests) == 1)
    headers = wire.requests[0].all_headers()
    assert headers["content-type"].startswith("text/plain")
    assert not {"authorization", "x-requested-with"} & headers.keys()


def test_a_page_that_is_rendered_ahead_is_no_view_until_it_is_shown(
    shop: Site, page: Page, wire: Wire, until: Until
) -> None:
    rules = '{"prerender": [{"source": "list", "urls": ["/tea"], "eagerness": "immediate"}]}'
    shop.put(
        "/ahead",
        f"<!doctype html><script type=speculationrules>{rules}</script><a href=/tea>tea</a>",
    )
    page.goto(shop.address("/ahead"))
    page.wait_for_timeout(1500)
    assert wire.pages == []
    page.get_by_role("link").click()
    until(lambda: wire.pages == ["/tea"])
