"""Working with many contacts in a browser: views, brackets, actions on all that match, imports."""

import csv
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.dashboard.conftest import House, listen

pytestmark = pytest.mark.browser
ROWS = "#root [role=rowgroup] [role=row]:not([aria-hidden])"


def open_list(page: Page, house: House, address: str = "") -> None:
    page.goto(f"{house.url}/contacts{address}")
    page.wait_for_selector(ROWS)
    # What is fetched behind the first rows is there.
    expect(page.get_by_role("button", name="Columns")).to_be_visible()


def ask(page: Page, field: str, operator: str, value: str, verb: str = "Apply") -> None:
    """Fill in the form of a condition that is open."""
    form = page.get_by_role("dialog")
    form.get_by_role("combobox", name="Field").fill(field)
    page.get_by_role("option", name=field, exact=True).click()
    form.get_by_role("combobox", name="Comparison").click()
    page.get_by_role("option", name=operator, exact=True).click()
    form.get_by_role("textbox", name="Value").fill(value)
    form.get_by_role("button", name=verb).click()


def spam(house: House) -> int:
    query = {"filter": "spam:eq:true"}
    return house.api.get("/api/contacts/count", params=query).json()["count"]


def test_a_filter_becomes_a_view_an_action_and_its_undoing(
    page: Page, house: House, errors: list[str]
) -> None:
    open_list(page, house)
    page.keyboard.press("f")
    field = page.get_by_role("combobox", name="Field")
    expect(field).to_be_focused()
    page.keyboard.type("e-mail")
    page.keyboard.press("Enter")  # the first that is offered
    expect(field).to_have_value("E-mail")
    page.get_by_role("combobox", name="Comparison").click()
    page.get_by_role("option", name="contains", exact=True).click()
    page.get_by_role("textbox", name="Value").fill("person2")
    page.keyboard.press("Enter")
    expect(page.get_by_text("11 contacts", exact=True)).to_be_visible()

    page.get_by_role("button", name="Save as a view").click()
    page.get_by_role("dialog").get_by_label("Name").fill("The twenties")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="The twenties")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/contacts\?view=[0-9a-f-]{36}$"))
    page.reload()
    expect(page.get_by_text("11 contacts", exact=True)).to_be_visible()
    page.get_by_role("heading", name="The twenties").get_by_role("button").click()
    entry = page.get_by_role("menuitem", name="The twenties")
    expect(entry).to_contain_text("11")  # counted when the menu opens
    page.keyboard.press("Escape")

    before = spam(house)
    page.get_by_role("checkbox", name="Select all that match").click()
    expect(page.get_by_text("11 selected")).to_be_visible()
    page.get_by_role("button", name="Mark as spam").click()
    expect(page.get_by_text("11 contacts marked as spam.")).to_be_visible()
    assert spam(house) == before + 11
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    page.keyboard.press("z")
    expect(page.get_by_text("11 changes taken back.")).to_be_visible()
    assert spam(house) == before
    assert errors == []


def test_a_view_is_changed_renamed_removed_and_brought_back(
    page: Page, house: House, errors: list[str]
) -> None:
    open_list(page, house, "?q=person+3")
    page.get_by_role("button", name="Save as a view").click()
    page.get_by_role("dialog").get_by_label("Name").fill("Thirties")
    page.get_by_role("switch", name="Everybody in the workspace sees it").check()
    page.get_by_role("button", name="Save", exact=True).click()
    heading = page.get_by_role("heading", name="Thirties")
    expect(heading).to_be_visible()
    expect(page.get_by_text("11 contacts", exact=True)).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)  # while it leaves, keys are still its own

    page.keyboard.press("f")
    ask(page, "E-mail", "begins with", "person31")
    expect(page.get_by_text("1 contact", exact=True)).to_be_visible()
    page.get_by_role("button", name="Save changes").click()
    expect(page).to_have_url(re.compile(r"\?view=[0-9a-f-]{36}$"))
    [stored] = [
        view for view in house.api.get("/api/views").json()["items"] if view["name"] == "Thirties"
    ]
    condition = {"field": "email", "op": "starts_with", "value": "person31"}
    assert (stored["q"], stored["filter"]) == ("person 3", {"and": [condition]})

    heading.get_by_role("button").click()
    page.get_by_role("menuitem", name="Rename or share").click()
    page.get_by_role("dialog").get_by_label("Name").fill("Only one")
    page.get_by_role("button", name="Rename").click()
    heading = page.get_by_role("heading", name="Only one")
    expect(heading).to_be_visible()

    heading.get_by_role("button").click()
    page.get_by_role("menuitem", name="Remove this view").click()
    expect(page.get_by_role("heading", name="Contacts")).to_be_visible()
    notice = page.get_by_role("alert").filter(has_text="was removed")
    notice.get_by_role("button", name="Undo").click()
    expect(heading).to_be_visible()
    expect(page.get_by_text("1 contact", exact=True)).to_be_visible()
    assert errors == []


def test_conditions_are_put_in_brackets_and_stand_in_the_address(
    page: Page, house: House, errors: list[str]
) -> None:
    open_list(page, house)
    page.get_by_role("button", name="Filter").click()
    ask(page, "E-mail", "begins with", "person1")
    expect(page.get_by_text("11 contacts", exact=True)).to_be_visible()
    page.get_by_role("button", name="E-mail begins with person1", exact=True).click()
    page.get_by_role("button", name="Or another").click()
    ask(page, "E-mail", "begins with", "person2")
    expect(page.get_by_text("22 contacts", exact=True)).to_be_visible()
    bracket = page.get_by_role("group", name="Any of these")
    expect(bracket).to_contain_text("or")
    page.get_by_role("button", name="Filter").click()
    ask(page, "Name", "contains", "9")
    expect(page.get_by_text("2 contacts", exact=True)).to_be_visible()
    page.reload()
    expect(page.get_by_text("2 contacts", exact=True)).to_be_visible()
    bracket.get_by_role("button", name="Remove: E-mail begins with person2").click()
    expect(page.get_by_text("1 contact", exact=True)).to_be_visible()
    expect(bracket).to_have_count(0)  # one condition needs none
    assert errors == []


def test_rows_are_picked_by_keyboard_and_become_a_file(
    page: Page, house: House, errors: list[str]
) -> None:
    open_list(page, house, "?q=person")
    for key in ("j", "x", "j", "j", "X"):
        page.keyboard.press(key)
    expect(page.get_by_text("3 selected")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text("3 selected")).to_have_count(0)
    first = page.locator(ROWS).first
    name = first.get_by_role("link").inner_text().split("\n")[-2]
    page.get_by_role("checkbox", name="Select all that match").click()
    first.get_by_role("checkbox").click()  # all but one
    left = house.api.get("/api/contacts/count", params={"q": "person"}).json()["count"] - 1
    expect(page.get_by_text(f"{left} selected")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Export", exact=True).click()
    with Path(download.value.path()).open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == left > 30
    assert name not in {row["display_name"] for row in rows}
    assert {"id", "email", "city", "last_seen_at", "browser_name"} <= rows[0].keys()
    assert "isp" not in rows[0]  # not a column of the list
    # A dialog that a menu opened gives the focus back to the menu's button.
    more = page.get_by_role("button", name="More for the selected")
    more.click()
    page.get_by_role("menuitem", name="Delete").click()
    expect(page.get_by_role("dialog").get_by_role("textbox")).to_be_focused()
    page.keyboard.press("Escape")
    expect(more).to_be_focused()
    assert errors == []


def test_how_the_list_looks_is_kept_in_every_browser(
    page: Page, house: House, browser: Browser, errors: list[str]
) -> None:
    open_list(page, house)
    edge = page.get_by_role("separator", name="Width of E-mail")
    edge.focus()
    usual = int(edge.get_attribute("aria-valuenow") or 0)
    # Kept when the keys have rested; on a busy machine also between two of them.
    wanted = {"email": usual + 48}
    with page.expect_response(
        lambda kept: kept.url.endswith("/api/views/layout") and kept.json()["widths"] == wanted
    ):
        for _ in range(3):
            page.keyboard.press("ArrowRight")
    context = browser.new_context(locale="en-GB", storage_state=house.state)
    other = context.new_page()
    listen(other, errors)
    open_list(other, house)
    wide = other.get_by_role("separator", name="Width of E-mail")
    expect(wide).to_have_attribute("aria-valuenow", str(usual + 48))
    with other.expect_response("**/api/views/layout"):
        wide.focus()
        other.keyboard.press("Home")
    expect(wide).to_have_attribute("aria-valuenow", str(usual))
    context.close()
    assert errors == []


def test_a_width_changed_before_the_views_have_come_is_kept(
    page: Page, house: House, errors: list[str]
) -> None:
    held: list[Route] = []
    page.route("**/api/views", lambda route: held.append(route))
    open_list(page, house)
    edge = page.get_by_role("separator", name="Width of E-mail")
    edge.focus()
    wanted = int(edge.get_attribute("aria-valuenow") or 0) + 16
    page.keyboard.press("ArrowRight")
    expect(edge).to_have_attribute("aria-valuenow", str(wanted))
    with page.expect_response("**/api/views/layout") as kept:
        for route in held:
            route.continue_()
    assert kept.value.json()["widths"] == {"email": wanted}
    expect(edge).to_have_attribute("aria-valuenow", str(wanted))
    with page.expect_response("**/api/views/layout"):
        page.keyboard.press("Home")
    assert errors == []


def test_a_file_is_mapped_tried_brought_and_its_refused_rows_given_back(
    page: Page, house: House, errors: list[str], tmp_path: Path
) -> None:
    file = tmp_path / "people.csv"
    file.write_text(
        "Customer ID;E-Mail Address;Nome;Shoe size\n"
        "i1;import1@import.test;Ilse;43\n"
        "i2;no address;Igor;44\n"
        'i3;import3@import.test;"Ida\nof two lines";45\n'
        ";;Nobody;46\n"
    )
    page.goto(f"{house.url}/contacts/import")
    page.set_input_files("input[type=file]", file)
    for column, field in (
        ("Customer ID", "User id"),
        ("E-Mail Address", "E-mail"),
        ("Nome", "Name"),
        ("Shoe size", "Leave it out"),
    ):
        chosen = page.get_by_role("combobox", name=f"What {column} becomes")
        expect(chosen).to_have_value(field)
    page.get_by_role("button", name="Check what would happen").click()
    expect(page.get_by_text("Nothing has changed yet")).to_be_visible()
    assert counts(page) == {
        "New": 2,
        "Changed": 0,
        "The same already": 0,
        "Refused": 2,
        "Rows in all": 4,
    }
    assert house.api.get("/api/contacts", params={"user_id": "i1"}).json()["items"] == []
    with page.expect_download() as download:
        page.get_by_role("button", name="Download 2 refused rows").click()
    assert download.value.suggested_filename == "people-refused.csv"
    with Path(download.value.path()).open(newline="") as refused:
        rows = list(csv.reader(refused))
    assert [(row[0], row[-1]) for row in rows] == [
        ("Customer ID", "Refused because"),
        ("i2", "E-Mail Address is not an e-mail address"),
        ("", "It has neither a user id nor an e-mail to find the contact by"),
    ]
    page.get_by_role("button", name="Language").click()
    page.get_by_role("menuitem", name="Italiano").click()
    told = page.get_by_role("cell", name="E-Mail Address non è un indirizzo e-mail")
    expect(told).to_be_visible()
    page.get_by_role("button", name="Lingua").click()
    page.get_by_role("menuitem", name="English").click()
    page.get_by_role("button", name="Import 2 contacts").click()
    expect(page.get_by_text("Done.")).to_be_visible()
    assert counts(page)["New"] == 2
    [found] = house.api.get("/api/contacts", params={"user_id": "i3"}).json()["items"]
    assert (found["email"], found["name"]) == ("import3@import.test", "Ida of two lines")
    assert found["provenance"]["name"]["source"] == "import"
    page.get_by_role("link", name="To the contacts").click()
    expect(page.locator(ROWS).first).to_be_visible()
    assert errors == []


def counts(page: Page) -> dict[str, int]:
    pairs: Any = page.locator("dl > div").all()
    return {pair.locator("dt").inner_text(): int(pair.locator("dd").inner_text()) for pair in pairs}
