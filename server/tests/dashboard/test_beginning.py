"""How the first screen begins: what it needs is asked for early, once, and only a help."""

import re
from collections import Counter
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from tests.dashboard.conftest import House
from tests.dashboard.test_lists import ROWS

pytestmark = pytest.mark.browser
FIRST = ("/api/me", "/api/fields", "/api/contacts/search")


def counting(page: Page) -> Counter[str]:
    asked: Counter[str] = Counter()

    def note(request: Request) -> None:
        # What is live may look again by itself, without a cursor.
        if not (request.url.endswith("/search") and '"cursor"' not in (request.post_data or "")):
            asked[urlsplit(request.url).path] += 1

    page.on("request", note)
    return asked


@pytest.mark.parametrize("search", ["", "?q=person+3"])
def test_what_the_first_rows_need_is_asked_for_once(
    page: Page, house: House, errors: list[str], search: str
) -> None:
    asked = counting(page)
    page.goto(f"{house.url}/contacts{search}")
    page.wait_for_selector(ROWS)
    assert {path: asked[path] for path in FIRST} == dict.fromkeys(FIRST, 1)
    assert errors == []


def test_it_is_asked_for_before_the_other_scripts_are_there(page: Page, house: House) -> None:
    page.route("**/static/index-*.js", lambda route: None)  # never answered
    with page.expect_response("**/api/contacts/search") as found:
        page.goto(f"{house.url}/contacts", wait_until="commit")
    assert found.value.ok


def test_the_list_is_there_without_it(page: Page, house: House) -> None:
    page.route("**/static/early-*.js", lambda route: route.abort())
    page.goto(f"{house.url}/contacts")
    page.wait_for_selector(ROWS)


def test_an_early_answer_that_fails_is_asked_for_again(page: Page, house: House) -> None:
    tries = 0

    def fail_once(route: Any) -> None:
        nonlocal tries
        tries += 1
        if tries == 1:
            route.abort()
        else:
            route.continue_()

    page.route("**/api/contacts/search", fail_once)
    page.goto(f"{house.url}/contacts")
    page.wait_for_selector(ROWS)
    assert tries >= 2


def test_a_stranger_is_sent_to_the_door(browser: Browser, house: House) -> None:
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    page.goto(f"{house.url}/contacts")
    expect(page).to_have_url(f"{house.url}/sign-in?next=%2Fcontacts")
    context.close()


def test_only_rows_that_changed_are_drawn_anew(page: Page, house: House) -> None:
    [found] = house.api.get("/api/contacts", params={"user_id": "u3"}).json()["items"]
    page.goto(f"{house.url}/contacts?q=person3")
    page.wait_for_selector(ROWS)
    page.locator("[data-state=live]").wait_for()
    page.evaluate(
        """() => {
          window.touched = new Set();
          new MutationObserver((changes) => {
            for (const { target } of changes) {
              const row = (target.closest ? target : target.parentElement).closest('[role=row]');
              window.touched.add(row?.querySelector('a')?.getAttribute('href'));
            }
          }).observe(document.querySelector('[role=rowgroup]'),
            { subtree: true, childList: true, characterData: true, attributes: true });
        }"""
    )
    house.api.patch(f"/api/contacts/{found['id']}", json={"name": "Person Three"})
    expect(page.locator(ROWS).get_by_text("Person Three")).to_be_visible()
    assert page.evaluate("[...window.touched]") == [f"/contacts/{found['id']}"]
    house.api.patch(f"/api/contacts/{found['id']}", json={"name": "Person 3"})


def test_one_notice_says_what_a_value_means(page: Page, house: House) -> None:
    columns = '["contact","first_seen_at"]'
    page.add_init_script(f"localStorage.setItem('openbook.columns', '{columns}')")
    page.goto(f"{house.url}/contacts")
    page.locator(f"{ROWS} time").first.hover()
    expect(page.get_by_role("tooltip")).to_have_text(re.compile(r"\d{4}.*\d\d:\d\d"))
    page.mouse.move(0, 0)
    expect(page.get_by_role("tooltip")).to_have_count(0)


def test_a_contact_that_is_spam_says_so_in_its_row(page: Page, house: House) -> None:
    [found] = house.api.get("/api/contacts", params={"user_id": "u11"}).json()["items"]
    house.api.patch(f"/api/contacts/{found['id']}", json={"spam": True})
    page.goto(f"{house.url}/contacts?q=person11")
    expect(page.locator(ROWS).get_by_text("Spam", exact=True)).to_be_visible()
    house.api.patch(f"/api/contacts/{found['id']}", json={"spam": False})
    expect(page.locator(ROWS).get_by_text("Spam", exact=True)).to_have_count(0)
