"""The map and the figures in a browser: by mouse, by keyboard, and from each to the list."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.dashboard.conftest import House

pytestmark = pytest.mark.browser
ROWS = "#root [role=rowgroup] [role=row]:not([aria-hidden])"
MAP = re.compile("^Map of contacts")


def rows_of(page: Page) -> int:
    page.wait_for_selector(ROWS)
    return page.locator(ROWS).count()


def number_in(text: str | None) -> int:
    found = re.search(r"[\d,]+", text or "")
    assert found, text
    return int(found.group().replace(",", ""))


def test_a_circle_opens_the_list_of_its_contacts(
    page: Page, house: House, errors: list[str]
) -> None:
    page.goto(f"{house.url}/map")
    spots = page.get_by_role("group", name=MAP).get_by_role("link")
    expect(spots.first).to_be_visible()
    said = spots.last.get_attribute("aria-label")
    assert "km" in (said or "")
    spots.last.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/contacts"))
    assert rows_of(page) == min(number_in(said), rows_of(page))
    expect(page.get_by_text(f"{number_in(said)} contacts", exact=True)).to_be_visible()
    page.go_back()
    expect(spots.first).to_be_visible()
    assert errors == []


def test_the_map_moves_by_keyboard_and_its_view_is_in_the_address(
    page: Page, house: House, errors: list[str]
) -> None:
    page.goto(f"{house.url}/map")
    surface = page.get_by_role("group", name=MAP)
    expect(surface.get_by_role("link").first).to_be_visible()
    surface.focus()
    for _ in range(4):
        page.keyboard.press("+")
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile("at="))
    expect(page.get_by_role("heading", name="Places in and around the view")).to_be_visible()
    at = parse_qs(urlsplit(page.url).query)["at"][0]
    page.reload()
    expect(surface).to_be_visible()
    page.wait_for_timeout(400)
    assert parse_qs(urlsplit(page.url).query)["at"][0] == at
    page.keyboard.press("Escape")
    expect(page).not_to_have_url(re.compile("at="))
    expect(page.get_by_role("heading", name="Places", exact=True)).to_be_visible()
    assert errors == []


def test_the_map_is_dragged_without_opening_what_is_under_the_finger(
    page: Page, house: House, errors: list[str]
) -> None:
    page.goto(f"{house.url}/map?at=50,5,6")
    spot = page.get_by_role("group", name=MAP).get_by_role("link").first
    expect(spot).to_be_visible()
    box = spot.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y + 40, steps=4)
    page.mouse.up()
    expect(page).not_to_have_url(re.compile("at=50,5,6|at=50%2C5%2C6"))
    expect(page).to_have_url(re.compile("/map"))
    assert errors == []


def test_the_table_beside_the_map_has_the_same_contacts(page: Page, house: House) -> None:
    found = house.api.post("/api/contacts/map", json={}).json()
    page.goto(f"{house.url}/map")
    table = page.get_by_role("region", name="Places", exact=True)
    first = found["places"][0]
    row = table.get_by_role("row").filter(has_text=f"near {first['city']}").first
    expect(row.get_by_role("cell")).to_have_text(str(first["count"]))
    expect(table.get_by_role("row").filter(has_text="Not known")).to_contain_text(
        str(found["unknown"])
    )
    row.get_by_role("link").click()
    expect(page.get_by_text(f"{first['count']} contacts", exact=True)).to_be_visible()


def test_a_country_of_the_figures_opens_as_a_list(
    page: Page, house: House, errors: list[str]
) -> None:
    page.goto(f"{house.url}/contacts")
    page.wait_for_selector(ROWS)
    page.keyboard.press("g")
    page.keyboard.press("i")
    expect(page.get_by_role("heading", level=1, name="Insight")).to_be_visible()
    # What a server tells is no visit, so nobody was seen; but they were new.
    page.get_by_role("radiogroup", name=re.compile("^Whom")).get_by_text("New").click()
    expect(page).to_have_url(re.compile("measure=new"))
    countries = page.get_by_role("region", name="Country")
    row = countries.get_by_role("row").filter(has_text="United Kingdom")
    count = number_in(row.get_by_role("cell").first.inner_text())
    row.get_by_role("link", name="United Kingdom").click()
    expect(page).to_have_url(re.compile("/contacts.*country_code"))
    expect(page.get_by_text(f"{count} contacts", exact=True)).to_be_visible()
    assert errors == []


def test_a_day_is_reached_by_arrow_keys_and_opens_as_a_list(
    page: Page, house: House, errors: list[str]
) -> None:
    page.goto(f"{house.url}/insight?period=7d")
    bars = page.get_by_role("group", name=re.compile("^Contacts over time")).get_by_role("link")
    expect(bars).to_have_count(7)
    bars.last.focus()
    said = bars.last.get_attribute("aria-label") or ""
    page.keyboard.press("ArrowLeft")
    expect(bars.nth(5)).to_be_focused()
    page.keyboard.press("End")
    expect(bars.last).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/contacts.*first_seen_at"))
    count = number_in(said.rpartition(": ")[2])
    expect(page.get_by_text(f"{count} contacts", exact=True)).to_be_visible()
    page.go_back()
    page.get_by_role("button", name="As a table").click()
    expect(page.get_by_role("row")).not_to_have_count(0)
    expect(page.get_by_role("link", name=re.compile("last seen")).first).to_be_visible()
    assert errors == []


def test_period_and_filter_of_the_figures_stand_in_the_address(page: Page, house: House) -> None:
    page.goto(f"{house.url}/insight?q=person")
    page.get_by_role("radiogroup", name="Period").get_by_text("All", exact=True).click()
    expect(page).to_have_url(re.compile("period=all"))
    expect(page.get_by_text(re.compile("^(39|40) contacts$"))).to_be_visible()
    page.reload()
    expect(page.get_by_role("radio", name="All", exact=True)).to_be_checked()
    page.get_by_role("button", name="Remove: words: person").click()
    expect(page.get_by_text(re.compile("^2[0-9]{2} contacts$"))).to_be_visible()


NEEDLE = '"><img src=x onerror=alert(1)><script>alert(2)</script>'


def test_the_name_of_a_campaign_never_becomes_markup(
    page: Page, house: House, errors: list[str]
) -> None:
    house.api.patch("/api/settings", json={"collect.utms": True}).raise_for_status()
    try:
        house.visit("campaign", campaign={"source": NEEDLE, "name": NEEDLE})
        page.goto(f"{house.url}/insight?period=all")
        link = page.get_by_role("region", name="Campaign").get_by_role("link", name=NEEDLE)
        expect(link).to_be_visible()
        assert page.locator("img[src=x]").count() == 0
        link.click()
        expect(page.get_by_text("1 contact", exact=True)).to_be_visible()
        assert page.locator("img[src=x]").count() == 0
        for path in ("/map", "/start"):
            page.goto(house.url + path)
            expect(page.get_by_role("heading", level=1)).to_be_visible()
            page.wait_for_load_state("networkidle")
            assert page.locator("img[src=x]").count() == 0
        assert errors == []
    finally:
        house.api.patch("/api/settings", json={"collect.utms": None}).raise_for_status()
