"""What a team does with the dashboard, in a real browser on a real server."""

import re
import time

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.dashboard.conftest import House, become_owner, listen

pytestmark = pytest.mark.browser
ROWS = "#root [role=rowgroup] [role=row]:not([aria-hidden])"


def first_rows(page: Page) -> list[str]:
    page.wait_for_selector(ROWS)
    return page.locator(f"{ROWS} a").all_inner_texts()


def test_the_first_start_leads_to_the_first_contact(
    empty_house: House, browser: Browser, errors: list[str]
) -> None:
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    listen(page, errors)
    page.goto(empty_house.url)
    expect(page).to_have_url(re.compile("/sign-in"))
    expect(page.get_by_text("Nobody owns this openbook yet")).to_be_visible()
    become_owner(page, empty_house)
    expect(page).not_to_have_url(re.compile("#"))  # the token leaves the address
    expect(page).to_have_url(re.compile("/start$"))
    expect(page.get_by_role("heading", name="Waiting for the first page view")).to_be_visible()

    with context.expect_page() as opened:
        page.get_by_role("link", name="Visit the demo shop").click()
    opened.value.get_by_role("link", name="Brass pen").click()
    expect(page.get_by_role("heading", name="Page views arrive")).to_be_visible(timeout=20_000)
    page.get_by_role("link", name="Go to the contacts").click()
    expect(page.locator(ROWS)).to_have_count(1, timeout=20_000)
    assert errors == [
        "Failed to load resource: the server responded with a status of 401 (Unauthorized)"
    ]
    context.close()


def test_words_and_conditions_narrow_the_list_and_stand_in_the_address(
    page: Page, house: House, errors: list[str]
) -> None:
    page.goto(f"{house.url}/contacts")
    first_rows(page)
    page.keyboard.press("/")
    page.keyboard.type("person 17")
    expect(page.get_by_text("1 contact", exact=True)).to_be_visible()
    expect(page).to_have_url(re.compile("q=person"))
    expect(page.locator(ROWS)).to_have_count(1)
    assert "Person 17" in first_rows(page)[0]
    page.keyboard.press("Escape")

    page.get_by_role("button", name="Filter").click()
    page.get_by_role("combobox", name="Field").fill("E-mail")
    page.get_by_role("option", name="E-mail", exact=True).click()
    page.get_by_role("combobox", name="Comparison").click()
    page.get_by_role("option", name="begins with").click()
    page.get_by_role("textbox", name="Value").fill("person3")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_text("11 contacts", exact=True)).to_be_visible()
    page.reload()
    expect(page.get_by_text("11 contacts", exact=True)).to_be_visible()
    page.get_by_role("button", name=re.compile("Remove: E-mail")).click()
    expect(page.get_by_text(re.compile("^2[0-9]{2} contacts"))).to_be_visible()
    assert errors == []


def test_the_list_scrolls_to_its_end_with_few_rows_in_the_page(page: Page, house: House) -> None:
    page.goto(f"{house.url}/contacts")
    page.wait_for_selector(ROWS)
    table = page.get_by_role("table")
    for _ in range(60):
        table.evaluate("table => table.scrollTo(0, table.scrollHeight)")
        page.wait_for_timeout(150)
        if table.get_attribute("aria-rowcount") != "-1":
            break
    assert int(table.get_attribute("aria-rowcount") or 0) > 240
    assert page.locator(ROWS).count() < 80


def test_a_contact_is_opened_marked_and_the_mark_undone(
    page: Page, house: House, errors: list[str]
) -> None:
    page.goto(f"{house.url}/contacts?q=person+5")
    page.wait_for_selector(ROWS)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="Person 5")).to_be_visible()
    mark = page.get_by_role("button", name=re.compile("Where E-mail is from: Verified"))
    mark.hover()
    expect(page.get_by_text("Told by an import, with proof.")).to_be_visible()

    page.get_by_role("button", name="Mark as spam").click()
    expect(page.get_by_text("Marked as spam.")).to_be_visible()
    [found] = house.api.get("/api/contacts", params={"user_id": "u5"}).json()["items"]
    assert found["spam"] is True and found["spam_by"] is not None
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Mark as spam")).to_be_visible()
    for _ in range(50):
        [found] = house.api.get("/api/contacts", params={"user_id": "u5"}).json()["items"]
        if not found["spam"]:
            break
        time.sleep(0.1)
    assert found["spam"] is False
    assert errors == []


def test_a_contact_is_deleted_only_after_it_was_said_what_goes_along(
    page: Page, house: House
) -> None:
    [found] = house.api.get("/api/contacts", params={"user_id": "u7"}).json()["items"]
    page.goto(f"{house.url}/contacts/{found['id']}")
    page.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Delete").click()
    dialog = page.get_by_role("dialog", name="Delete Person 7?")
    expect(dialog.get_by_text("2 verified identities")).to_be_visible()
    dialog.get_by_role("button", name="Keep").click()
    expect(dialog).to_be_hidden()
    page.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Delete").click()
    act = dialog.get_by_role("button", name="Delete for good")
    expect(act).to_be_disabled()
    dialog.get_by_role("textbox", name="To confirm, type delete").fill("delete")
    act.click()
    expect(page.get_by_text("Person 7 is deleted.")).to_be_visible()
    assert house.api.get(f"/api/contacts/{found['id']}").status_code == 404


def test_a_field_that_is_switched_off_is_stored_no_more(page: Page, house: House) -> None:
    page.goto(f"{house.url}/collection")
    switch = page.get_by_role("switch", name="City", exact=True)
    expect(switch).to_be_checked()
    try:
        # The track of a switch lies over its input.
        with page.expect_response(
            lambda got: got.url.endswith("/api/settings") and got.request.method == "PATCH"
        ):
            switch.dispatch_event("click")
        expect(switch).not_to_be_checked()
        house.visit("no-city", ip="81.2.69.160")
        [found] = house.api.get("/api/contacts", params={"anonymous_id": "no-city"}).json()["items"]
        assert found["ip"] == "81.2.69.160" and found["city"] is None
        page.goto(f"{house.url}/what-we-collect.json")
        assert '"collect.city"' in page.content()
    finally:
        house.api.patch("/api/settings", json={"collect.city": None})


def test_the_palette_finds_people_and_the_sheet_shows_the_keys(
    page: Page, house: House, errors: list[str]
) -> None:
    page.goto(f"{house.url}/collection")
    expect(page.get_by_role("heading", level=1, name="Collection")).to_be_visible()
    page.keyboard.press("Control+k")
    field = page.get_by_role("textbox", name="Find a contact or an action")
    expect(field).to_be_focused()
    page.keyboard.type("person 21")
    page.get_by_role("button", name=re.compile("Person 21")).click()
    expect(page.get_by_role("heading", level=1, name="Person 21")).to_be_visible()
    expect(field).to_be_hidden()  # until then the keys are the palette's
    page.wait_for_timeout(300)
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(sheet.get_by_text("Go to the contacts")).to_be_visible()
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    page.keyboard.press("g")
    page.keyboard.press("c")
    expect(page).to_have_url(re.compile("/contacts$"))
    assert errors == []


def _signed_in(browser: Browser, house: House) -> tuple[BrowserContext, Page]:
    """A browser of its own, by the owner's link: its session may end without ending others'."""
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    page.goto(house.owner_link())
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_selector(ROWS)
    return context, page


def test_whoever_signs_out_sees_nothing_more(
    browser: Browser, house: House, errors: list[str]
) -> None:
    context, page = _signed_in(browser, house)
    other = context.new_page()
    other.goto(f"{house.url}/contacts?q=person")
    other.wait_for_selector(ROWS)
    page.get_by_role("button", name=re.compile("Olga Owner")).click()
    page.get_by_role("menuitem", name="Sign out").click()
    expect(page).to_have_url(re.compile("/sign-in"))
    # So is every other tab, which comes back to where it was.
    expect(other).to_have_url(re.compile(r"/sign-in\?next=%2Fcontacts"))
    assert "Person" not in other.content()
    page.goto(f"{house.url}/contacts?q=person")
    expect(page).to_have_url(re.compile("/sign-in"))
    assert "Person" not in page.content()
    context.close()


def test_a_session_that_ended_elsewhere_leads_to_the_door_and_back(
    browser: Browser, house: House
) -> None:
    context, page = _signed_in(browser, house)
    context.clear_cookies()
    page.get_by_role("link", name="Insight").click()
    expect(page.get_by_text("your session has ended")).to_be_visible()
    page.get_by_role("link", name="Sign in").click()
    expect(page).to_have_url(re.compile(r"/sign-in\?next=%2Finsight$"))
    context.close()


def test_the_screens_speak_italian_to_whom_reads_it(browser: Browser, house: House) -> None:
    context = browser.new_context(locale="it-IT", storage_state=house.state)
    page = context.new_page()
    page.goto(f"{house.url}/contacts")
    expect(page.get_by_role("heading", level=1, name="Contatti")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "it")
    # So does the server: a refusal is told by its code.
    page.goto(f"{house.url}/contacts/019a0000-0000-7000-8000-000000000000")
    expect(page.get_by_role("alert")).to_contain_text("Questo contatto non c'è, o non c'è più.")
    context.close()
