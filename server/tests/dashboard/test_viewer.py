"""A viewer's walk: every screen opens, nothing is offered that the role may not do, no dead end."""

import re

import pytest
from playwright.sync_api import Page, Response, expect

from tests.dashboard.conftest import House, listen
from tests.dashboard.test_screens import screens

pytestmark = pytest.mark.browser
LEFT_ALONE = re.compile(r"Sign out|^Sign out everywhere|Ctrl K|Copy|Theme|Language|Italiano")
"""What ends the walk, or is of the browser alone."""


@pytest.fixture
def refusals() -> list[str]:
    return []


@pytest.fixture
def page(looking: Page, errors: list[str], refusals: list[str]) -> Page:
    """A viewer's browser, watched."""

    def note(answer: Response) -> None:
        if "/api/" in answer.url and answer.status in (401, 403):
            refusals.append(f"{answer.status} {answer.request.method} {answer.url}")

    looking.on("response", note)
    listen(looking, errors)
    return looking


def test_every_screen_opens_and_nothing_that_can_be_pressed_is_refused(
    page: Page, house: House, errors: list[str], refusals: list[str]
) -> None:
    pressed: set[str] = set()
    found: list[str] = []

    def look(what: str) -> None:
        found.extend(f"{what}: {one}" for one in refusals)
        refusals.clear()

    for name, path in screens(house).items():
        page.goto(house.url + path)
        # A dead end is a screen that says nothing, or from which nothing leads on.
        expect(page.locator("main").get_by_role("heading").first).to_be_visible()
        page.wait_for_load_state("networkidle")
        assert page.get_by_role("link").count() > 0, name
        look(name)
        for button in page.locator("main button:enabled, main [role=switch]:enabled").all():
            if not button.is_visible():
                continue
            label = button.get_attribute("aria-label") or button.inner_text()
            if label in pressed or LEFT_ALONE.search(label):
                continue
            pressed.add(label)
            button.click(timeout=2_000)
            page.wait_for_timeout(60)
            look(f"{name}: {label}")
            page.keyboard.press("Escape")
            if page.url != house.url + path:
                break
    assert found == []
    assert len(pressed) > 10
    # A contact that is not there, and a view that is gone, are answered 404: that is what they say.
    assert [one for one in errors if "404" not in one and "409" not in one] == []


def test_what_the_role_may_not_do_is_not_there(page: Page, house: House) -> None:
    page.goto(f"{house.url}/contacts")
    expect(page.get_by_role("row").nth(1)).to_be_visible()
    for path, names in {
        "/contacts": ("Import", "Delete", "Mark as spam"),
        "/settings/workspace": ("Save", "Take this browser's"),
        "/settings/team": ("Invite",),
        "/settings/collection": ("Delete them",),
        "/settings/mail": ("Send",),
        "/settings/keys": ("Make another key", "Revoke"),
        "/settings/tokens": ("Make a token",),
    }.items():
        page.goto(house.url + path)
        expect(page.get_by_role("heading").first).to_be_visible()
        page.wait_for_load_state("networkidle")
        for name in names:
            assert page.get_by_role("button", name=name).count() == 0, f"{path}: {name}"
    page.goto(f"{house.url}/settings/collection")
    expect(page.get_by_role("switch", name="City", exact=True)).to_be_disabled()
    page.goto(f"{house.url}/settings")
    page.wait_for_load_state("networkidle")
    for part in ("Write keys", "API tokens", "History"):
        assert page.get_by_role("link", name=part).count() == 0, part
