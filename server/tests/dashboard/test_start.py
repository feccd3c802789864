"""From an empty workspace to the first visitor: what is pasted, what arrives, and what does not."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.dashboard.conftest import House, become_owner, listen

pytestmark = pytest.mark.browser


def test_the_first_page_view_turns_the_light_green(
    empty_house: House, browser: Browser, errors: list[str]
) -> None:
    context = browser.new_context(locale="en-GB", permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    listen(page, errors)
    become_owner(page, empty_house)
    expect(page).to_have_url(re.compile("/start$"))
    arrivals = page.get_by_role("region", name="Waiting for the first page view")
    expect(arrivals).to_be_visible()
    page.get_by_role("button", name="Copy: Before </head> of every page").click()
    expect(page.get_by_role("button", name=re.compile("^Copied"))).to_be_visible()
    key = empty_house.api.get("/api/installation").json()["key"]
    pasted = page.evaluate("navigator.clipboard.readText()")
    assert f'src="{empty_house.url}/o/{key}.js"' in pasted

    wrong = empty_house.api.post(
        "/v1/page", json={"anonymousId": "x"}, headers={"Authorization": "Basic b2I6"}
    )
    assert wrong.status_code == 401
    expect(arrivals.get_by_text("1 request with an unknown write key")).to_be_visible()

    # Whoever pastes it into a page sees themselves arrive.
    empty_house.visit("first")
    here = page.get_by_role("region", name="Page views arrive")
    expect(here).to_be_visible()
    here.get_by_role("listitem").get_by_role("link").filter(has_text="/tea").click()
    expect(page).to_have_url(re.compile("/contacts/[0-9a-f-]{36}$"))
    page.goto(empty_house.url)  # now there is somebody to look at
    expect(page).to_have_url(re.compile("/contacts$"))
    assert [error for error in errors if "401" not in error] == []
    context.close()


def test_the_snippet_of_a_page_is_shown_as_text_and_its_way_is_in_the_address(
    page: Page, house: House, errors: list[str]
) -> None:
    page.goto(f"{house.url}/start")
    expect(page.get_by_text("window.openbook=window.openbook||")).to_be_visible()
    page.get_by_role("tab", name="HTML").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="React")).to_be_focused()
    expect(page).to_have_url(re.compile("way=react"))
    expect(page.get_by_text("document.head.append(script)")).to_be_visible()
    page.reload()
    expect(page.get_by_role("tab", name="React")).to_have_attribute("aria-selected", "true")
    page.get_by_role("tab", name="Android").click()
    expect(page.get_by_text("Openbook.setup(this,")).to_be_visible()
    assert errors == []
