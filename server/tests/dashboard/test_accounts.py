"""What visitors read, beside the switches; the workspace's time zone; when a key was used."""

import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.dashboard.conftest import House
from tests.dashboard.test_settings import saved

pytestmark = pytest.mark.browser


@pytest.fixture
def untouched(house: House) -> Iterator[None]:
    yield
    house.api.patch("/api/settings", json={"collect.city": None, "timezone": None})


def test_the_public_page_stands_beside_the_switches_and_follows_them(
    page: Page, house: House, errors: list[str], untouched: None
) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{house.url}/settings/collection")
    inset = page.frame_locator("iframe[title='What your visitors read']")
    expect(inset.get_by_role("heading", level=1)).to_contain_text("collects about you")
    city = inset.locator("#field-city")
    expect(city).to_contain_text("collected")
    expect(city).not_to_contain_text("not collected")
    with saved(page, "/api/settings"):
        page.get_by_role("switch", name="City", exact=True).dispatch_event("click")
    expect(city).to_contain_text("not collected")
    expect(city).to_be_in_viewport()
    link = page.get_by_role("link", name="Open it").get_attribute("href") or ""
    shown = httpx.get(house.url + link)
    assert "frame-ancestors 'self'" in shown.headers["content-security-policy"]
    assert "x-frame-options" not in shown.headers
    assert errors == []


def test_nothing_else_of_ours_may_be_put_into_a_frame(house: House) -> None:
    for path in ("/", "/settings/collection", "/sign-in", "/demo/"):
        policy = httpx.get(house.url + path).headers["content-security-policy"]
        assert "frame-ancestors 'none'" in policy, path
    policy = httpx.get(f"{house.url}/settings/collection").headers["content-security-policy"]
    assert "frame-src 'self'" in policy


def test_days_are_those_of_the_time_zone_that_was_chosen(
    page: Page, house: House, untouched: None
) -> None:
    page.goto(f"{house.url}/settings/workspace")
    zone = page.get_by_role("combobox", name="Time zone")
    zone.click()
    zone.fill("tokyo")
    with saved(page, "/api/settings"):
        page.get_by_role("option", name="Asia/Tokyo").click()
    expect(page.get_by_text(re.compile("Days begin at midnight in Asia/Tokyo"))).to_be_visible()
    page.goto(f"{house.url}/insight")
    expect(page.get_by_text(re.compile("Days begin at midnight in Asia/Tokyo"))).to_be_visible()


def test_a_write_key_says_when_it_was_used_last(page: Page, house: House) -> None:
    key = house.api.get("/api/installation").json()["key"]
    message = {"type": "page", "anonymousId": "with-the-key"}
    assert httpx.post(f"{house.url}/v1/page", json=message, auth=(key, "")).status_code == 200
    page.goto(f"{house.url}/settings/keys")
    line = page.get_by_role("main").get_by_role("listitem").first
    for _ in range(20):
        expect(line).to_be_visible()
        if "last used" in line.inner_text():
            break
        page.wait_for_timeout(500)
        page.reload()
    expect(line).to_contain_text("last used")
