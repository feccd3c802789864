"""Where one gets to while the server is away, and at an address that leads nowhere or elsewhere."""

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.dashboard.conftest import House

MINUTE = 60_000


def test_a_screen_that_was_never_opened_comes_by_itself_when_the_server_is_back(
    page: Page, house: House
) -> None:
    page.goto(f"{house.url}/settings/mail")
    expect(page.get_by_role("heading", level=1, name="Mail")).to_be_visible(timeout=MINUTE)
    page.wait_for_load_state("networkidle")
    page.evaluate("window.stays = true")
    page.context.set_offline(True)
    page.keyboard.press("g")
    page.keyboard.press("m")
    away = page.get_by_role("heading", name="The server did not answer")
    expect(away).to_be_visible(timeout=MINUTE)
    expect(page).to_have_url(re.compile("/map"))
    page.context.set_offline(False)
    expect(page.get_by_role("heading", level=1, name="Map")).to_be_visible(timeout=MINUTE)
    expect(away).to_have_count(0)
    assert page.evaluate("window.stays"), "the page was loaded anew"


def test_a_key_pressed_while_the_server_is_away_costs_no_page(page: Page, house: House) -> None:
    page.goto(f"{house.url}/contacts")
    rows = page.locator("[role=rowgroup] [role=row]")
    expect(rows.first).to_be_visible(timeout=MINUTE)
    page.wait_for_load_state("networkidle")
    page.evaluate("window.stays = true")
    page.context.set_offline(True)
    page.keyboard.press("?")
    page.wait_for_timeout(1_000)  # the sheet of the keys was not fetched before
    expect(rows.first).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_role("dialog")).to_be_visible(timeout=MINUTE)
    assert page.evaluate("window.stays"), "the page was loaded anew"


def test_an_address_that_is_none_leads_back(page: Page, house: House) -> None:
    answer = page.goto(f"{house.url}/setings")
    assert answer is not None and answer.status == 404
    page.get_by_role("link", name="contacts").click()
    expect(page).to_have_url(re.compile("/contacts"))
    for path in ("/setings", "/api/setings"):
        plain = house.api.get(path)
        assert (plain.status_code, plain.json()["code"]) == (404, "not_found")
    asked = house.api.get("/api/setings", headers={"Accept": "text/html"})
    assert asked.json()["code"] == "not_found"


def test_an_address_that_was_cut_short_shows_the_list(page: Page, house: House) -> None:
    page.goto(f"{house.url}/contacts?where=%5B%7B%22field&q=7")
    expect(page.locator("[role=rowgroup] [role=row]").first).to_be_visible(timeout=MINUTE)


@pytest.mark.parametrize("elsewhere", ["https://elsewhere.test/contacts", "//elsewhere.test"])
def test_who_signs_in_is_sent_to_no_address_from_outside(
    browser: Browser, house: House, elsewhere: str
) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.route("**://elsewhere.test/**", lambda route: route.fulfill(body="elsewhere"))
    token = house.owner_link().partition("#")[2]
    page.goto(f"{house.url}/sign-in?next={quote(elsewhere, safe='')}#{token}")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("navigation", name="Main")).to_be_visible(timeout=MINUTE)
    assert page.url.startswith(f"{house.url}/")
    context.close()
