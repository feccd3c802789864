"""Every screen, light and dark, narrow and wide: nothing axe-core finds, no markup from a value."""

from collections.abc import Callable
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from openbook.catalogue.fields import FIELDS
from tests.dashboard.conftest import House, listen

pytestmark = pytest.mark.browser
NEEDLES = (
    '"><img src=x onerror=alert(1)>',
    "<script>alert(2)</script>",
    "javascript:alert(3)",
    "{{constructor.constructor('alert(4)')()}}",
    "'-alert(5)-'",
)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
SETTLED = """Promise.all(document.getAnimations()
    .filter((one) => one.effect.getComputedTiming().endTime !== Infinity)
    .map((one) => one.finished.catch(() => {})))"""
"""Colours change by transitions: a promise that those under way are through."""


def screens(house: House) -> dict[str, str]:
    [found] = house.api.get("/api/contacts", params={"user_id": "u3"}).json()["items"]
    [other] = house.api.get("/api/contacts", params={"user_id": "u4"}).json()["items"]
    return {
        "contacts": "/contacts",
        "a contact": f"/contacts/{found['id']}",
        "a merge": f"/contacts/{found['id']}/merge?with={other['id']}",
        "a filtered list": '/contacts?where=[{"field":"city","op":"exists","value":"true"},'
        '{"field":"web_sessions","op":"gte","value":"1"}]',
        "a list with brackets": '/contacts?where=[{"any":true,"where":[{"field":"email","op":'
        '"contains","value":"shop"},{"field":"last_seen_at","op":"within","value":"7d"}]}]',
        "a view that is gone": "/contacts?view=00000000-0000-7000-8000-000000000000",
        "import": "/contacts/import",
        "nobody found": "/contacts?q=nobody-has-this-name",
        "settings": "/settings",
        "workspace": "/settings/workspace",
        "team": "/settings/team",
        "collection": "/settings/collection",
        "tags": "/settings/tags",
        "write keys": "/settings/keys",
        "tokens": "/settings/tokens",
        "mail": "/settings/mail",
        "signing in": "/settings/sign-in",
        "places and proxies": "/settings/places",
        "history": "/settings/history",
        "an invitation that is none": "/invitation",
        "start": "/start",
        "start, with segment": "/start?way=segment",
        "map": "/map",
        "map, close": "/map?at=51.5,-0.1,16",
        "map of nobody": '/map?where=[{"field":"city","op":"eq","value":"Atlantis"}]',
        "insight": "/insight",
        "insight, all": "/insight?period=all&measure=new",
        "account": "/account",
        "inbox": "/inbox",
        "inbox, nothing found": "/inbox?view=closed&q=nobody-said-this",
        "a conversation that is none": "/inbox/00000000-0000-7000-8000-000000000000",
        "visitors": "/visitors",
        "chat": "/settings/chat",
        "canned replies": "/settings/replies",
        "lost": "/contacts/00000000-0000-7000-8000-000000000000",
    }


@pytest.mark.timeout(300)
@pytest.mark.parametrize("width", [360, 1440])
def test_no_screen_has_a_fault_that_axe_knows(
    browser: Browser, house: House, faults_of: Callable[[Page], list[str]], width: int
) -> None:
    context = browser.new_context(
        locale="en-GB",
        storage_state=house.state,
        viewport={"width": width, "height": 900},
        bypass_csp=True,  # axe is put into the page
    )
    page = context.new_page()
    found = {}
    for name, path in screens(house).items():
        page.goto(house.url + path)
        expect(page.get_by_role("heading").first).to_be_visible()
        page.wait_for_load_state("networkidle")
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", scheme)
            page.evaluate(SETTLED)
            found[name, scheme] = faults_of(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
    context.close()
    assert {name: faults for name, faults in found.items() if faults} == {}


@pytest.mark.parametrize("needle", NEEDLES)
def test_no_value_becomes_markup(house: House, page: Page, errors: list[str], needle: str) -> None:
    anonymous_id = f"hostile {needle}"
    traits = {"name": needle, "email": "x@shop.test", "plan": needle}
    context = {
        "page": {"url": f"https://shop.test/{needle}", "referrer": f"https://a.test/{needle}"},
        "campaign": {"source": needle, "name": needle},
        "locale": needle, "timezone": needle, "userAgent": f"Mozilla/5.0 {needle}",
        "app": {"name": needle, "version": needle},
        "device": {"type": "android", "manufacturer": needle, "model": needle, "id": needle},
        "os": {"name": "Android", "version": needle},
        "traits": traits,
    }  # fmt: skip
    message = {"anonymousId": anonymous_id, "context": context}
    batch = [
        {**message, "type": "page"},
        {**message, "type": "screen", "name": needle},
        {**message, "type": "identify", "userId": f"id {needle}", "traits": traits},
    ]
    answer = house.api.post("/v1/batch", json={"batch": batch})
    assert answer.status_code == 200, answer.text
    [found] = house.api.get("/api/contacts", params={"user_id": f"id {needle}"}).json()["items"]
    assert needle in found["name"]
    everything = ",".join(f'"{field.id}"' for field in FIELDS)
    page.add_init_script(f"localStorage.setItem('openbook.columns', '[\"contact\",{everything}]')")
    for path in (f"/contacts/{found['id']}", "/contacts", f"/contacts?q={needle[:3]}"):
        page.goto(house.url + path)
        expect(page.get_by_role("heading").first).to_be_visible()
        page.wait_for_load_state("networkidle")
        assert page.locator("img[src=x]").count() == 0
    for mark in page.locator("button[data-standing]").all()[:5]:
        mark.hover()
    assert errors == [], errors
    house.api.delete(f"/api/contacts/{found['id']}")


def test_a_refusal_says_what_happened_and_the_screen_comes_back(page: Page, house: House) -> None:
    refused = True

    def answer(route: Any) -> None:
        if refused:
            route.fulfill(
                status=503,
                content_type="application/problem+json",
                body='{"code": "unavailable", "detail": "The database does not answer."}',
            )
        else:
            route.continue_()

    page.route("**/api/contacts/search", answer)
    # The list of everybody comes with the page; one that is asked for can be refused.
    page.goto(f"{house.url}/contacts?q=person")
    expect(page.get_by_text("The database does not answer.")).to_be_visible(timeout=15_000)
    refused = False
    page.get_by_role("button", name="Try again").click()
    page.wait_for_selector("#root [role=rowgroup] [role=row]:not([aria-hidden])")
    listen(page, [])
