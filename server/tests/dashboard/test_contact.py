"""One contact: its values changed, refused, merged, split and walked through by keyboard alone."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.dashboard.conftest import House

pytestmark = pytest.mark.browser
ROWS = "#root [role=rowgroup] [role=row]:not([aria-hidden])"


def make(house: House, **values: Any) -> dict[str, Any]:
    """A contact of the test's own: the house's are shared."""
    answer = house.api.post("/api/contacts", json=values)
    assert answer.status_code == 201, answer.text
    return answer.json()


def told(house: House, id: str) -> dict[str, Any]:
    answer = house.api.get(f"/api/contacts/{id}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def gone(house: House, *ids: str) -> None:
    for id in ids:
        house.api.delete(f"/api/contacts/{id}")


def entry(page: Page, name: str) -> Locator:
    return page.locator(f"[data-entry='{name}']")


def patched(got: Any) -> bool:
    return got.request.method == "PATCH"


def test_a_value_is_changed_in_place_says_who_changed_it_and_is_taken_back(
    page: Page, house: House, errors: list[str]
) -> None:
    contact = make(house, name="Ada Byron", email="edit@shop.test")
    page.goto(f"{house.url}/contacts/{contact['id']}")
    name = entry(page, "name")
    expect(name).to_contain_text("Ada Byron")
    name.hover()
    name.get_by_role("button", name="Change Name").click()
    field = name.get_by_role("textbox", name="Name")
    expect(field).to_be_focused()
    field.fill("Not this")
    page.keyboard.press("Escape")
    expect(name).to_contain_text("Ada Byron")
    expect(page).to_have_url(re.compile(contact["id"]))  # Escape left the field, not the screen

    name.get_by_role("button", name="Change Name").click()
    field.fill("Ada King")
    with page.expect_response(patched):
        field.press("Enter")
    expect(name).to_contain_text("Ada King")
    expect(page.get_by_role("heading", level=1, name="Ada King")).to_be_visible()
    assert told(house, contact["id"])["provenance"]["name"]["source"] == "agent"
    name.get_by_role("button", name="Where Name is from: Verified").hover()
    story = page.get_by_role("tooltip")
    expect(story).to_contain_text("Told by the team, with proof.")
    expect(story).to_contain_text("your server said: Ada Byron")
    expect(story).to_contain_text("Why we have this: to know whom we talk to")

    page.get_by_role("button", name="Undo", exact=True).click()
    expect(name).to_contain_text("Ada Byron")
    after = told(house, contact["id"])
    assert after["provenance"]["name"] == contact["provenance"]["name"]
    assert after["claims"] == []
    assert errors == []
    gone(house, contact["id"])


def test_what_the_team_wrote_gives_way_to_what_stood_before(page: Page, house: House) -> None:
    contact = make(house, name="Ada Byron")
    changed = house.api.patch(f"/api/contacts/{contact['id']}", json={"name": "Ada King"})
    assert changed.status_code == 200
    page.goto(f"{house.url}/contacts/{contact['id']}")
    expect(entry(page, "name")).to_contain_text("Ada King")
    page.keyboard.press("e")
    page.get_by_role("button", name="Back to Ada Byron (your server)").click()
    expect(entry(page, "name")).to_contain_text("Ada Byron")
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(entry(page, "name")).to_contain_text("Ada King")
    gone(house, contact["id"])


def test_a_refused_change_goes_back_and_says_why(
    page: Page, house: House, errors: list[str], faults_of: Callable[[Page], list[str]]
) -> None:
    first = make(house, user_id="taken-1", name="Grace")
    second = make(house, user_id="taken-2", name="Joan")
    page.goto(f"{house.url}/contacts/{second['id']}")
    id = entry(page, "user_id")
    id.hover()
    id.get_by_role("button", name="Change User id").click()
    id.get_by_role("textbox").fill("taken-1")
    page.keyboard.press("Enter")
    alert = id.get_by_role("alert")
    expect(alert).to_contain_text("Not changed. Another contact has this user_id.")
    expect(id).to_contain_text("taken-2")
    assert told(house, second["id"])["user_id"] == "taken-2"
    page.mouse.move(0, 0)
    page.evaluate("document.activeElement.blur()")
    expect(page.get_by_role("tooltip")).to_have_count(0)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        assert faults_of(page) == []
    alert.get_by_role("button", name="Edit again").click()
    expect(id.get_by_role("textbox")).to_have_value("taken-1")  # what was typed is not lost
    id.get_by_role("textbox").fill("undefined")
    page.keyboard.press("Enter")
    expect(alert).to_contain_text("is no accident")
    alert.get_by_role("button", name="Edit again").click()
    id.get_by_role("textbox").fill("taken-1")
    page.keyboard.press("Enter")
    alert.get_by_role("link", name="Merge with it").click()
    expect(page.get_by_role("heading", name="Merge Joan")).to_be_visible()
    expect(page).to_have_url(re.compile(f"merge\\?with={first['id']}"))
    assert all("status of 4" in error for error in errors), errors
    gone(house, first["id"], second["id"])


def test_attributes_are_written_as_what_they_are(
    page: Page, house: House, errors: list[str]
) -> None:
    declared = {"attribute.seats": "number", "attribute.paying": "flag"}
    assert house.api.patch("/api/settings", json=declared).status_code == 200
    contact = make(house, name="Attributed")
    try:
        page.goto(f"{house.url}/contacts/{contact['id']}")
        seats = entry(page, "attributes.seats")
        seats.hover()
        seats.get_by_role("button", name="Change seats").click()
        seats.get_by_role("spinbutton").fill("12")
        with page.expect_response(patched):
            page.keyboard.press("Enter")
        paying = entry(page, "attributes.paying")
        paying.hover()
        paying.get_by_role("button", name="Change paying").click()
        paying.get_by_role("combobox").select_option("Yes")
        with page.expect_response(patched):
            paying.get_by_role("button", name="Save").click()
        expect(paying).to_contain_text("Yes")
        assert told(house, contact["id"])["attributes"] == {"seats": 12, "paying": True}
        page.keyboard.press("z")
        expect(paying).to_contain_text("—")
        assert errors == []
    finally:
        house.api.patch("/api/settings", json=dict.fromkeys(declared))
        gone(house, contact["id"])


def test_two_contacts_are_merged_after_a_look_and_split_again(
    page: Page, house: House, errors: list[str]
) -> None:
    house.visit("merge-laptop", locale="it-IT")
    [anonymous] = house.api.get("/api/contacts", params={"anonymous_id": "merge-laptop"}).json()[
        "items"
    ]
    known = make(house, user_id="merge-1", email="merge@shop.test", name="Mary Merger")
    page.goto(f"{house.url}/contacts/{anonymous['id']}")
    page.get_by_role("link", name="Merge").click()
    page.get_by_role("textbox", name="The other contact").fill("mary mer")
    page.get_by_role("option", name=re.compile("Mary Merger")).click()
    expect(page).to_have_url(re.compile(f"with={known['id']}"))
    page.get_by_role("button", name="Keep Mary Merger instead").click()
    table = page.get_by_role("region", name="Both contacts, and what the merge makes of them")
    email = table.locator("[data-row=email]")
    expect(email.locator("[data-wins]")).to_have_text("merge@shop.test (wins)")
    expect(table.locator("[data-row=browser_language]")).to_contain_text("Only one has it.")
    assert "merged" not in str(house.api.get(f"/api/contacts/{known['id']}/merges").json())

    page.get_by_role("button", name="Merge into Mary Merger").click()
    expect(page).to_have_url(re.compile(f"/contacts/{known['id']}$"))
    expect(page.get_by_text("is merged into Mary Merger.")).to_be_visible()
    assert len(told(house, known["id"])["devices"]) == 1
    assert told(house, anonymous["id"])["id"] == known["id"]

    page.goto(f"{house.url}/contacts/{anonymous['id']}")  # an old link leads to what it became
    expect(page).to_have_url(re.compile(f"/contacts/{known['id']}$"))
    page.get_by_role("link", name="Split").click()
    expect(page.get_by_role("heading", name="Split Mary Merger")).to_be_visible()
    parts = page.get_by_role("region", name="The contact as it is, and the two")
    language = parts.locator("[data-row=browser_language] td")
    expect(language).to_have_text(["it-IT", "—", "it-IT"])
    page.get_by_role("button", name="Split into two").click()
    expect(page.get_by_text("are two contacts again.")).to_be_visible()
    assert told(house, anonymous["id"])["id"] == anonymous["id"]
    assert told(house, known["id"])["devices"] == []
    assert errors == []
    gone(house, known["id"], anonymous["id"])


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1440, "dark")])
def test_editing_merging_and_splitting_have_no_fault_that_axe_knows(
    browser: Browser,
    house: House,
    faults_of: Callable[[Page], list[str]],
    width: int,
    scheme: Any,
) -> None:
    first = make(house, user_id="axe-1", name="Axe One")
    second, third = make(house, user_id="axe-2"), make(house, email="axe@shop.test")
    merged = house.api.post(f"/api/contacts/{first['id']}/merge", json={"with": third["id"]}).json()
    screen = f"{house.url}/contacts/{first['id']}"
    context = browser.new_context(
        locale="en-GB",
        storage_state=house.state,
        color_scheme=scheme,
        viewport={"width": width, "height": 900},
        bypass_csp=True,  # axe is put into the page
    )
    page = context.new_page()
    found: dict[str, list[str]] = {}

    def look(name: str) -> None:
        page.wait_for_timeout(300)
        found[name] = faults_of(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name

    page.goto(screen)
    expect(page.get_by_role("heading", level=1, name="Axe One")).to_be_visible()
    if width == 360:  # each part once: what they are made of is the same at any width
        page.keyboard.press("e")
        expect(page.get_by_role("textbox", name="Name")).to_be_focused()
        look("edit")
        page.goto(f"{screen}/merge")
        page.get_by_role("textbox", name="The other contact").fill("person")
        expect(page.get_by_role("option").first).to_be_visible()
        look("search")
    else:
        page.get_by_role("button", name="What the marks mean").click()
        look("legend")
        page.goto(f"{screen}/split/{merged['merge']['id']}")
        expect(page.get_by_role("button", name="Split into two")).to_be_visible()
        look("split")
    page.goto(f"{screen}/merge?with={second['id']}")
    expect(page.get_by_text("These may be two people")).to_be_visible()
    look("merge")
    context.close()
    gone(house, first["id"], second["id"])
    assert {name: faults for name, faults in found.items() if faults} == {}


def test_a_merge_is_undone_by_its_toast(page: Page, house: House) -> None:
    first, second = make(house, name="Undo One"), make(house, name="Undo Two")
    page.goto(f"{house.url}/contacts/{first['id']}/merge?with={second['id']}")
    page.get_by_role("button", name="Merge into Undo One").click()
    with page.expect_response(re.compile("/split$")):
        page.get_by_role("button", name="Undo", exact=True).click()
    assert told(house, second["id"])["id"] == second["id"]
    gone(house, first["id"], second["id"])


def test_the_whole_walk_is_made_by_keyboard(page: Page, house: House, errors: list[str]) -> None:
    page.goto(f"{house.url}/contacts?q=person")
    page.wait_for_selector(ROWS)
    names = [text.split("\n")[1] for text in page.locator(f"{ROWS} a").all_inner_texts()[:3]]
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    title = page.get_by_role("heading", level=1)
    expect(title).to_have_text(names[1])
    expect(page.get_by_text(re.compile("^2 of"))).to_be_visible()
    page.keyboard.press("j")
    expect(title).to_have_text(names[2])
    page.keyboard.press("k")
    expect(title).to_have_text(names[1])

    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.dataset.standing"):
            break
    expect(page.get_by_role("tooltip")).to_have_count(1)  # those that were passed are gone
    expect(page.get_by_role("tooltip")).to_contain_text("Told by an import")
    page.keyboard.press("Escape")
    expect(page.get_by_role("tooltip")).to_be_hidden()
    expect(title).to_have_text(names[1])  # one step back, not two

    page.keyboard.press("e")
    expect(page.get_by_role("textbox", name="Name")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Change Name")).to_be_focused()
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(sheet.get_by_text("Next contact")).to_be_visible()
    expect(sheet.get_by_text("Undo the last change")).to_be_visible()
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    # The focus is where it was, and what is said about that is the next thing to go.
    expect(page.get_by_role("button", name="Change Name")).to_be_focused()
    expect(page.get_by_role("tooltip")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("tooltip")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page).to_have_url(re.compile(r"/contacts\?q=person$"))
    assert errors == []


def test_the_list_is_found_again_where_it_was_left(page: Page, house: House) -> None:
    page.goto(f"{house.url}/contacts")
    page.wait_for_selector(ROWS)
    table = page.get_by_role("table")
    table.evaluate("table => table.scrollTo(0, 1500)")
    page.wait_for_timeout(400)
    page.locator(f"{ROWS} a").nth(20).click()
    expect(page.get_by_role("button", name="Next contact")).to_be_visible()
    page.keyboard.press("j")
    page.wait_for_timeout(200)
    page.keyboard.press("Escape")
    page.wait_for_selector(ROWS)
    for _ in range(20):
        if table.evaluate("table => table.scrollTop") == 1500:
            break
        page.wait_for_timeout(100)
    assert table.evaluate("table => table.scrollTop") == 1500


def test_everybody_is_found_from_every_screen_by_name_address_and_id(
    page: Page, house: House, errors: list[str]
) -> None:
    contact = make(house, name="Findable Fay", email="fay@needle.test", user_id="hay-77")
    try:
        for typed in ("findable", "fay@needle", contact["id"]):
            page.goto(f"{house.url}/account")
            expect(page.get_by_role("heading", level=1)).to_be_visible()
            page.keyboard.press("/")
            field = page.get_by_role("textbox", name="Find a contact or an action")
            expect(field).to_be_focused()
            field.fill(typed)
            found = page.get_by_role("button", name=re.compile("Findable Fay"))
            expect(found).to_have_count(1)
            found.click()
            expect(page.get_by_role("heading", level=1, name="Findable Fay")).to_be_visible()
        assert all("404" in error for error in errors), errors
    finally:
        gone(house, contact["id"])


def test_the_place_is_drawn_and_said_to_be_approximate(
    page: Page, house: House, errors: list[str]
) -> None:
    house.visit("somewhere", ip="81.2.69.160")
    [found] = house.api.get("/api/contacts", params={"anonymous_id": "somewhere"}).json()["items"]
    page.goto(f"{house.url}/contacts/{found['id']}")
    frame = page.get_by_role("region", name="Place", exact=True)
    expect(frame.get_by_role("img", name=re.compile("^Map: approximately near"))).to_be_visible()
    expect(frame.get_by_text(re.compile("often wrong|within about"))).to_be_visible()
    mark = entry(page, "city").get_by_role("button", name="Where City is from: Approximate")
    mark.click()
    expect(page.get_by_role("tooltip")).to_contain_text("From: the network address")
    page.get_by_role("button", name="What the marks mean").click()
    expect(page.get_by_text("A city at best, never a street.")).to_be_visible()
    assert errors == []
    gone(house, found["id"])


def test_the_file_of_one_contact_has_that_contact(page: Page, house: House) -> None:
    contact = make(house, name="Exported", email="export@shop.test")
    page.goto(f"{house.url}/contacts/{contact['id']}")
    page.get_by_role("button", name="More").click()
    with page.expect_download() as saved:
        page.get_by_role("menuitem", name="Export as JSON").click()
    [line] = saved.value.path().read_text().splitlines()
    assert f'"id":"{contact["id"]}"' in line and '"provenance"' in line
    expect(page.get_by_text("Everything known about this contact")).to_be_visible()
    gone(house, contact["id"])


def test_a_change_that_never_arrives_is_taken_back(page: Page, house: House) -> None:
    contact = make(house, name="Steady")
    page.goto(f"{house.url}/contacts/{contact['id']}")
    expect(page.get_by_role("button", name="Mark as spam")).to_be_visible()
    page.route("**/api/contacts/*", lambda route: route.abort())
    page.get_by_role("button", name="Mark as spam").click()
    expect(page.get_by_text("That was not changed")).to_be_visible()
    expect(page.get_by_role("button", name="Mark as spam")).to_be_visible()
    assert told(house, contact["id"])["spam"] is False
    gone(house, contact["id"])
