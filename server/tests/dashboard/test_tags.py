"""Tags in a browser: given by keyboard, asked for, given to many, renamed and removed."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.dashboard.conftest import House, listen
from tests.dashboard.test_lists import ROWS, open_list

pytestmark = pytest.mark.browser


def make(house: House, name: str, **more: Any) -> str:
    answer = house.api.post("/api/tags", json={"name": name, **more})
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def forget(house: House) -> None:
    for tag in house.api.get("/api/tags").json()["items"]:
        assert house.api.delete(f"/api/tags/{tag['id']}").status_code == 204


def contact(house: House, user_id: str) -> dict[str, Any]:
    [found] = house.api.get("/api/contacts", params={"user_id": user_id}).json()["items"]
    return found


def named(house: House, user_id: str) -> list[str]:
    return [tag["name"] for tag in contact(house, user_id)["tags"]]


def test_a_contact_is_tagged_by_keyboard_and_another_screen_shows_it(
    page: Page, house: House, errors: list[str], faults_of: Callable[[Page], list[str]]
) -> None:
    forget(house)
    make(house, "Press", colour="teal")
    found = contact(house, "u27")
    other = page.context.new_page()
    listen(other, errors)
    for tab in (page, other):
        tab.goto(f"{house.url}/contacts/{found['id']}")
        expect(tab.get_by_role("button", name="Add a tag")).to_be_visible()
    page.keyboard.press("t")
    field = page.get_by_role("dialog").get_by_role("textbox", name="Add a tag")
    expect(field).to_be_focused()
    page.keyboard.type("pre")
    expect(page.get_by_role("option", name="Press")).to_be_visible()
    page.keyboard.press("Enter")
    tags = page.get_by_role("group", name="Tags")
    expect(tags.get_by_text("Press", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Add a tag")).to_be_focused()
    # Live: whoever has the same contact in front sees it.
    expect(other.get_by_role("group", name="Tags").get_by_text("Press", exact=True)).to_be_visible()

    page.keyboard.press("Enter")
    expect(field).to_be_focused()
    page.keyboard.type("Trade fair")
    page.get_by_role("option", name="New tag “Trade fair”").wait_for()
    page.keyboard.press("Enter")
    expect(tags.get_by_text("Trade fair", exact=True)).to_be_visible()
    expect(page.get_by_text("Tagged Trade fair.")).to_be_visible()
    assert named(house, "u27") == ["Press", "Trade fair"]
    expect(page.get_by_text("Tagged Trade fair", exact=True)).to_be_visible()  # in its history

    page.get_by_role("button", name="Take the tag Press away").click()
    expect(tags.get_by_text("Press", exact=True)).to_have_count(0)
    notice = page.get_by_role("alert").filter(has_text="Press taken away.")
    notice.get_by_role("button", name="Undo").click()
    expect(tags.get_by_text("Press", exact=True)).to_be_visible()
    assert named(house, "u27") == ["Press", "Trade fair"]

    page.keyboard.press("t")
    expect(field).to_be_focused()
    page.keyboard.type("a,b")
    expect(page.get_by_role("dialog").get_by_text("no comma")).to_be_visible()
    page.keyboard.press("Escape")
    expect(field).to_have_value("")
    page.keyboard.press("Escape")
    expect(field).to_have_count(0)
    assert errors == []


def test_many_are_tagged_asked_for_and_untagged(
    page: Page, house: House, errors: list[str]
) -> None:
    forget(house)
    open_list(page, house, "?q=person+3")
    page.get_by_role("checkbox", name="Select all that match").click()
    expect(page.get_by_text("11 selected")).to_be_visible()
    page.keyboard.press("t")
    page.get_by_role("dialog").get_by_role("textbox", name="Tag").fill("Thirties")
    page.get_by_role("option", name="New tag “Thirties”").click()
    expect(page.get_by_text("11 contacts tagged.")).to_be_visible()
    [tag] = house.api.get("/api/tags").json()["items"]

    open_list(page, house)
    page.keyboard.press("f")
    form = page.get_by_role("dialog")
    form.get_by_role("combobox", name="Field").fill("Tags")
    page.get_by_role("option", name="Tags", exact=True).click()
    form.get_by_role("combobox", name="Value").click()
    page.get_by_role("option", name="Thirties").click()
    form.get_by_role("button", name="Apply").click()
    expect(page.get_by_text("11 contacts", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Tags is Thirties", exact=True)).to_be_visible()
    expect(page).to_have_url(re.compile(tag["id"]))

    page.get_by_role("button", name="Columns").click()
    page.get_by_role("checkbox", name="Tags").check()
    page.keyboard.press("Escape")
    expect(page.locator(ROWS).first.get_by_text("Thirties")).to_be_visible()
    house.api.patch(f"/api/tags/{tag['id']}", json={"name": "Older"})
    expect(page.locator(ROWS).first.get_by_text("Older")).to_be_visible()

    page.get_by_role("checkbox", name="Select all that match").click()
    page.get_by_role("button", name="More for the selected").click()
    page.get_by_role("menuitem", name="Take a tag away").click()
    page.get_by_role("dialog").get_by_role("option", name="Older").click()
    expect(page.get_by_text("11 contacts lost the tag.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("11 changes taken back.")).to_be_visible()
    assert named(house, "u31") == ["Older"]
    assert errors == []


def test_tags_are_made_changed_and_removed_in_the_settings(
    page: Page, house: House, errors: list[str]
) -> None:
    forget(house)
    page.goto(f"{house.url}/settings/tags")
    expect(page.get_by_text("No tag yet.")).to_be_visible()
    page.get_by_role("button", name="New tag").click()
    page.get_by_role("dialog").get_by_label("Name").fill("VIP")
    page.get_by_role("radio", name="Violet").check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("link", name="0 contacts")).to_be_visible()
    [tag] = house.api.get("/api/tags").json()["items"]
    assert (tag["name"], tag["colour"]) == ("VIP", "violet")
    for user_id in ("u1", "u2"):
        house.api.put(f"/api/contacts/{contact(house, user_id)['id']}/tags/{tag['id']}")

    page.reload()
    page.get_by_role("button", name="Change VIP").click()
    page.get_by_role("dialog").get_by_label("Name").fill("Regulars")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Regulars is changed wherever it was given.")).to_be_visible()
    assert named(house, "u1") == ["Regulars"]
    page.get_by_role("button", name="Remove Regulars").click()
    expect(page.get_by_text("2 contacts and 0 conversations lose it.")).to_be_visible()
    page.get_by_role("button", name="Remove the tag").click()
    expect(page.get_by_text("No tag yet.")).to_be_visible()
    assert named(house, "u1") == []
    assert errors == []


def test_who_only_looks_sees_tags_and_changes_none(looking: Page, house: House) -> None:
    forget(house)
    tag, found = make(house, "Seen"), contact(house, "u9")
    house.api.put(f"/api/contacts/{found['id']}/tags/{tag}")
    looking.goto(f"{house.url}/contacts/{found['id']}")
    tags = looking.get_by_role("group", name="Tags")
    expect(tags.get_by_text("Seen")).to_be_visible()
    expect(looking.get_by_role("button", name="Add a tag")).to_have_count(0)
    expect(looking.get_by_role("button", name="Take the tag")).to_have_count(0)
    looking.goto(f"{house.url}/settings/tags")
    expect(looking.get_by_text("Seen")).to_be_visible()
    expect(looking.get_by_role("button", name="New tag")).to_have_count(0)
    expect(looking.get_by_role("button", name="Change Seen")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_tags_have_no_fault_that_axe_knows(
    browser: Browser, house: House, faults_of: Callable[[Page], list[str]], scheme: Any, width: int
) -> None:
    forget(house)
    colours = ("grey", "red", "orange", "green", "teal", "blue", "violet", "pink")
    found = contact(house, "u5")
    for colour in colours:
        tag = make(house, f"A tag in {colour}", colour=colour)
        house.api.put(f"/api/contacts/{found['id']}/tags/{tag}")
    context = browser.new_context(
        locale="en-GB",
        storage_state=house.state,
        color_scheme=scheme,
        viewport={"width": width, "height": 900},
        bypass_csp=True,  # axe is put into the page
    )
    page = context.new_page()
    page.add_init_script("localStorage.setItem('openbook.columns', '[\"contact\",\"tags\"]')")
    page.goto(f"{house.url}/contacts/{found['id']}")
    page.get_by_role("button", name="Add a tag").click()
    page.get_by_role("dialog").get_by_role("textbox").fill("New one")
    page.get_by_role("option").wait_for()
    assert faults_of(page) == []
    page.goto(f"{house.url}/contacts?q=person5")
    expect(page.get_by_text("A tag in blue")).to_be_visible()
    assert faults_of(page) == []
    page.goto(f"{house.url}/settings/tags")
    expect(page.get_by_text("A tag in pink")).to_be_visible()
    assert faults_of(page) == []
    page.get_by_role("button", name="Change A tag in red").click()
    expect(page.get_by_role("dialog").get_by_label("Name")).to_be_focused()
    page.wait_for_timeout(200)  # the dialog is there whole
    assert faults_of(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()
    forget(house)
