"""How the first screen begins: what it needs is in the page, its first rows at once."""

import json
import re
from collections import Counter
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Request, Route, expect

from tests.dashboard.conftest import House
from tests.dashboard.test_lists import ROWS

pytestmark = pytest.mark.browser
FIRST = ("/api/me", "/api/fields", "/api/contacts/search")
EARLY = "body > div:not(#root) [role=rowgroup] [role=row]"
SEEN = """([early, rows]) => {
  window.without = 0;
  let begun = false;
  const look = () => {
    const all = document.querySelectorAll(`${early}, ${rows}`).length;
    if (begun && all === 0) window.without += 1;
    begun ||= all > 0;
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}"""
COMPARED = """(rows) => [...document.querySelectorAll(rows)].map((row) => {
  const { top, height } = row.getBoundingClientRect();
  const cells = [...row.children].map((cell) => cell.getBoundingClientRect().left);
  return [top, height, cells, row.className, row.style.cssText, row.innerHTML];
})"""


def counting(page: Page) -> Counter[str]:
    asked: Counter[str] = Counter()

    def note(request: Request) -> None:
        # What is live may look again by itself, without a cursor.
        if not (request.url.endswith("/search") and '"cursor"' not in (request.post_data or "")):
            asked[urlsplit(request.url).path] += 1

    page.on("request", note)
    return asked


@pytest.mark.parametrize(("search", "times"), [("", 0), ("?q=person+3", 1)])
def test_what_the_first_rows_need_is_in_the_page(
    page: Page, house: House, errors: list[str], search: str, times: int
) -> None:
    asked = counting(page)
    page.goto(f"{house.url}/contacts{search}")
    page.wait_for_selector(ROWS)
    assert {path: asked[path] for path in FIRST} == dict.fromkeys(FIRST, 0) | {FIRST[-1]: times}
    assert errors == []


@pytest.mark.parametrize(("width", "language"), [(360, "en"), (800, "it"), (1440, "en")])
def test_early_rows_are_those_that_come_to_stay(
    browser: Browser, house: House, width: int, language: str
) -> None:
    [someone] = house.api.get("/api/contacts", params={"user_id": "u3"}).json()["items"]
    house.api.patch(f"/api/contacts/{someone['id']}", json={"spam": True})
    context = browser.new_context(
        storage_state=house.state, viewport={"width": width, "height": 700}, locale=language
    )
    columns = ["contact", "seen", "first_seen_at", "last_page_viewed", "place", "web_sessions"]
    chosen = json.dumps([*columns, "kind", "unsubscribed", "attributes", "referrer", "email"])
    context.add_init_script(f"localStorage['openbook.columns'] = JSON.stringify({chosen})")
    context.add_init_script("localStorage['openbook.widths'] = '{\"seen\":111}'")
    page = context.new_page()
    waiting: list[Route] = []
    page.route("**/static/index-*.js", lambda route: waiting.append(route))
    page.route("**/static/parts-*.js", lambda route: None)  # who is online is told later
    page.goto(f"{house.url}/contacts", wait_until="commit")
    page.wait_for_selector(EARLY)
    early = page.evaluate(COMPARED, EARLY)
    page.evaluate(SEEN, [EARLY, ROWS])
    for route in waiting:
        route.continue_()
    page.wait_for_selector(ROWS)
    assert page.locator(EARLY).count() == 0
    assert page.evaluate("window.without") == 0
    stays = page.evaluate(COMPARED, ROWS)
    context.close()
    house.api.patch(f"/api/contacts/{someone['id']}", json={"spam": False})
    assert stays[: len(early)] == early[: len(stays)]


def test_a_page_without_its_beginning_asks(page: Page, house: House, errors: list[str]) -> None:
    def empty(route: Route) -> None:
        answer = route.fetch()
        body = re.sub(r'(id="beginning">).*?(</script>)', r"\1null\2", answer.text(), flags=re.S)
        route.fulfill(response=answer, body=body)

    page.route("**/contacts", empty)
    asked = counting(page)
    page.goto(f"{house.url}/contacts")
    page.wait_for_selector(ROWS)
    assert {path: asked[path] for path in FIRST} == dict.fromkeys(FIRST, 1)
    # Put in place of the server's, the page has no address: Chromium lets it open no socket.
    assert [said for said in errors if "LOCAL_NETWORK_ACCESS" not in said] == []


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
