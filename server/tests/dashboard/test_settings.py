"""The settings, in a real browser: keys, tokens, mail, proxies, and what is collected."""

import json
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.conftest import serving
from tests.dashboard.conftest import House, become_owner, installation

pytestmark = pytest.mark.browser
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"


def saved(page: Page, path: str) -> AbstractContextManager[Any]:
    """Waits until the server has answered a change."""
    return page.expect_response(
        lambda got: got.url.endswith(path) and got.request.method != "GET" and got.ok
    )


def test_a_field_is_switched_off_and_what_is_stored_of_it_goes_everywhere(
    page: Page, house: House, errors: list[str]
) -> None:
    for number in range(3):
        house.visit(f"tongue-{number}", locale="mi-NZ", ip=f"81.2.69.{number + 1}")
    [found] = house.api.get("/api/contacts", params={"anonymous_id": "tongue-1"}).json()["items"]
    assert found["browser_language"] == "mi-NZ"
    try:
        page.goto(f"{house.url}/collection")  # where it was before there were other settings
        expect(page).to_have_url(re.compile("/settings/collection$"))
        row = page.get_by_role("switch", name="Browser language", exact=True)
        expect(row).to_be_checked()
        with saved(page, "/api/settings"):
            row.dispatch_event("click")  # the track of a switch lies over its input
        expect(row).not_to_be_checked()
        offer = page.get_by_text(re.compile("^3 contacts still have a value: 6 stored in all"))
        expect(offer).to_be_visible()
        page.get_by_role("button", name="Delete them: Browser language").click()
        dialog = page.get_by_role("dialog", name="Delete every stored Browser language?")
        expect(dialog.get_by_text("3 contacts lose this value")).to_be_visible()
        dialog.get_by_role("button", name="Keep").click()
        expect(dialog).to_be_hidden()
        page.get_by_role("button", name="Delete them: Browser language").click()
        dialog.get_by_role("button", name="Delete for good").click()
        expect(page.get_by_text("Browser language: nothing is stored any more.")).to_be_visible()
        expect(offer).to_have_count(0)

        fresh = house.api.get(f"/api/contacts/{found['id']}").json()
        assert fresh["browser_language"] is None
        assert "mi-NZ" not in house.api.get("/api/contacts", params={"limit": 200}).text
        dumped = house.api.get("/api/contacts/export", params={"format": "ndjson"})
        assert dumped.status_code == 200 and "mi-NZ" not in dumped.text
        public = httpx.get(f"{house.url}/what-we-collect.json").json()
        [told] = [one for one in public["fields"] if one["id"] == "browser_language"]
        assert told["on"] is False
        page.goto(f"{house.url}/contacts/{found['id']}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.get_by_text("mi-NZ")).to_have_count(0)
        assert errors == []
    finally:
        house.api.patch("/api/settings", json={"collect.browser_language": None})


def test_a_token_is_shown_once_replaced_and_revoked(page: Page, house: House) -> None:
    page.goto(f"{house.url}/settings/tokens")
    page.get_by_role("button", name="Make a token").click()
    dialog = page.get_by_role("dialog", name="A new API token")
    dialog.get_by_label("What it is for").fill("Shop backend")
    dialog.get_by_role("checkbox", name="Export contacts").check()
    dialog.get_by_role("button", name="Make a token").click()
    first = dialog.get_by_label("The token").input_value()
    dialog.get_by_role("button", name="Done").click()
    line = page.get_by_role("listitem").filter(has_text="Shop backend")
    expect(line.get_by_text("See contacts · Export contacts")).to_be_visible()
    expect(line.get_by_text("never used")).to_be_visible()

    def answer(token: str) -> int:
        headers = {"Authorization": f"Bearer {token}"}
        return httpx.get(f"{house.url}/api/contacts", headers=headers).status_code

    assert answer(first) == 200
    line.get_by_role("button", name="Replace").click()
    dialog = page.get_by_role("dialog", name="Replace Shop backend?")
    dialog.get_by_role("button", name="Replace").click()
    second = dialog.get_by_label("The token").input_value()
    page.keyboard.press("Escape")
    assert second != first and answer(second) == 200 and answer(first) == 200
    expect(line).to_have_count(2)
    line.last.get_by_role("button", name="Revoke").click()
    page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    expect(page.get_by_text("Shop backend opens nothing any more.")).to_be_visible()
    assert answer(first) == 401 and answer(second) == 200
    assert first not in page.content() and second not in page.content()


def test_a_write_key_is_bound_to_sites_and_given_up_for_another(page: Page, house: House) -> None:
    page.goto(f"{house.url}/settings/keys")
    key = page.get_by_label("Write key", exact=True).input_value()
    expect(page.get_by_text("The only key: make another one first")).to_be_visible()
    page.get_by_role("button", name="Make another key").click()
    expect(page.get_by_label("Write key", exact=True)).to_have_count(2)
    former = page.get_by_role("listitem").filter(has=page.locator(f"input[value='{key}']"))
    sites = former.get_by_label("Sites that may send with it")
    sites.fill("https://shop.test")
    with saved(page, f"/api/write-keys/{key}"):
        sites.press("Enter")

    def send(origin: str) -> int:
        message = {"type": "page", "anonymousId": "bound", "context": {}}
        return httpx.post(
            f"{house.url}/v1/batch", json={"batch": [message]}, auth=(key, ""),
            headers={"Origin": origin, "User-Agent": FIREFOX},
        ).status_code  # fmt: skip

    send("https://shop.test")  # the change is in force from the second message on
    assert send("https://shop.test") == 200
    assert send("https://other.test") == 403
    sites.fill("no site")
    sites.press("Enter")
    expect(former.get_by_text("is no site")).to_be_visible()
    former.get_by_role("button", name="Revoke").click()
    page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    expect(page.get_by_label("Write key", exact=True)).to_have_count(1)
    send("https://shop.test")
    assert send("https://shop.test") == 401


def test_a_workspace_is_renamed_made_and_entered(page: Page, house: House) -> None:
    page.goto(f"{house.url}/settings")
    expect(page).to_have_url(re.compile("/settings/workspace$"))
    name = page.get_by_role("textbox", name="Name")
    before = name.input_value()
    name.fill("Tea and pens")
    page.get_by_role("button", name="Save").first.click()
    expect(page.get_by_text("The workspace is called Tea and pens")).to_be_visible()
    page.get_by_label("Make another workspace").fill("Second shop")
    page.get_by_role("button", name="Create").click()
    expect(page.get_by_text("Second shop is made, and you are in it.")).to_be_visible()
    page.goto(f"{house.url}/contacts")
    expect(page.get_by_role("heading", name="Nobody has come by yet")).to_be_visible()
    page.goto(f"{house.url}/settings/workspace")
    first = page.get_by_role("listitem").filter(has_text="Tea and pens")
    first.get_by_role("button", name="Go there").click()
    expect(first.get_by_text("you are here")).to_be_visible()
    house.api.patch("/api/settings", json={})  # the token is the first workspace's
    page.get_by_role("textbox", name="Name").fill(before)
    page.get_by_role("button", name="Save").first.click()
    expect(page.get_by_text(f"The workspace is called {before}")).to_be_visible()


def test_what_cannot_be_undone_asks_once_more_who_it_is(browser: Browser, tmp_path: Path) -> None:
    with installation(tmp_path / "data") as house:
        context = browser.new_context(locale="en-GB")
        page = context.new_page()
        become_owner(page, house)
        page.wait_for_url("**/start")
        page.goto(f"{house.url}/account")
        page.get_by_label("New password").fill("quiet-rivers-under-9-bridges")
        page.get_by_role("button", name="Set password").click()
        expect(page.get_by_text(re.compile("password is set", re.IGNORECASE))).to_be_visible()
        age_sessions(house)
        page.goto(f"{house.url}/settings/tokens")
        page.get_by_role("button", name="Make a token").click()
        page.get_by_label("What it is for").fill("Backend")
        page.get_by_role("dialog").get_by_role("button", name="Make a token").click()
        proof = page.get_by_role("dialog", name="Is it you?")
        proof.locator("input[type=password]").fill("quiet-rivers-under-9-bridges")
        proof.get_by_role("button").last.click()
        expect(page.get_by_label("The token")).to_have_value(re.compile("^obt_"))
        context.close()


def age_sessions(house: House) -> None:
    """As if everybody had signed in half an hour ago."""
    with psycopg.connect(house.server.conninfo) as conn:
        conn.execute("UPDATE sessions SET confirmed_at = now() - interval '30 minutes'")


@pytest.fixture
def behind(tmp_path: Path, browser: Browser) -> Iterator[tuple[str, BrowserContext]]:
    """An openbook that trusts this machine as its proxy."""
    with serving(tmp_path / "data", None, OPENBOOK_TRUSTED_PROXY="127.0.0.1") as server:
        made = server.command("owner-link", "--url", server.url, "--json")
        context = browser.new_context(
            locale="en-GB", extra_http_headers={"X-Forwarded-For": "198.51.100.9, 203.0.113.7"}
        )
        page = context.new_page()
        page.goto(json.loads(made.stdout)["url"])
        page.get_by_label("E-mail").fill("owner@shop.test")
        page.get_by_label("Name").fill("Olga Owner")
        page.get_by_role("button", name="Begin").click()
        page.wait_for_url("**/start")
        yield server.url, context
        context.close()


def test_the_self_test_says_which_address_was_seen_and_why(
    behind: tuple[str, BrowserContext], page: Page, house: House
) -> None:
    url, context = behind
    trusted = context.new_page()
    trusted.goto(f"{url}/settings/places")
    expect(trusted.get_by_text("by proxies that you trust")).to_be_visible()
    expect(trusted.get_by_text("openbook takes it as coming from 203.0.113.7.")).to_be_visible()
    hops = trusted.get_by_role("list", name="The way it came").get_by_role("listitem")
    expect(hops).to_have_text(
        [re.compile("127.0.0.1trusted"), re.compile("203.0.113.7taken"), re.compile("not looked")]
    )
    page.goto(f"{house.url}/settings/places")
    expect(page.get_by_text("It came straight to openbook, by no proxy.")).to_be_visible()
    page.set_extra_http_headers({"X-Forwarded-For": "203.0.113.7", "X-Real-IP": "203.0.113.7"})
    page.get_by_role("button", name="Test again").click()
    expect(page.get_by_text("but from an address that is no trusted proxy")).to_be_visible()
    expect(page.get_by_text("never count here: x-real-ip")).to_be_visible()
    expect(page.get_by_text("openbook takes it as coming from 127.0.0.1.")).to_be_visible()


def test_history_says_who_switched_what_and_a_contact_who_changed_it(
    page: Page, house: House, errors: list[str]
) -> None:
    [found] = house.api.get("/api/contacts", params={"user_id": "u11"}).json()["items"]
    page.goto(f"{house.url}/contacts/{found['id']}")
    page.get_by_role("button", name="Mark as spam").click()
    changes = page.get_by_role("region", name="Last changes")
    expect(changes.get_by_text("Changed Spam").first).to_be_visible()
    expect(changes.get_by_text("Olga Owner")).to_be_visible()
    try:
        page.goto(f"{house.url}/settings/collection")
        switch = page.get_by_role("switch", name="City", exact=True)
        with saved(page, "/api/settings"):
            switch.dispatch_event("click")
        page.get_by_role("link", name="History").click()
        newest = page.get_by_role("listitem").filter(has_text="City is collected no more")
        expect(newest.first).to_contain_text("Olga Owner")
        expect(page.get_by_role("link", name="Changed Spam").first).to_be_visible()
        assert errors == []
    finally:
        house.api.patch("/api/settings", json={"collect.city": None})
        house.api.patch(f"/api/contacts/{found['id']}", json={"spam": False})


def test_mail_says_what_is_set_and_what_is_not(page: Page, house: House) -> None:
    page.goto(f"{house.url}/settings/mail")
    expect(page.get_by_text("No mail is set up", exact=True)).to_be_visible()
    line = page.get_by_role("listitem").filter(has_text="OPENBOOK_SMTP_URL")
    expect(line.get_by_text("not set")).to_be_visible()
    expect(page.get_by_role("button", name="Send yourself a mail")).to_have_count(0)


def test_the_settings_are_reached_by_keys_and_on_a_narrow_screen_one_after_the_other(
    page: Page, house: House
) -> None:
    page.goto(f"{house.url}/contacts")
    page.wait_for_selector("#root [role=rowgroup] [role=row] a")
    page.keyboard.type("gs")
    expect(page).to_have_url(re.compile("/settings/workspace$"))
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(f"{house.url}/settings")
    page.get_by_role("link", name="Who may sign in").click()
    expect(page.get_by_role("heading", level=1, name="Team")).to_be_visible()
    page.get_by_role("link", name="Settings").click()
    expect(page).to_have_url(re.compile("/settings$"))
