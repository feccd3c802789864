"""Passkeys on the screens: made, asked for after the password, a way in of their own, removed."""

import json
from collections.abc import Callable, Iterator

import psycopg
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.dashboard.conftest import House, listen

PASSWORD = "velvet otter on the tram"


@pytest.fixture
def door(browser: Browser, empty_house: House, errors: list[str]) -> Iterator[Page]:
    """The owner's browser, whose device keeps passkeys and knows its owner's finger."""
    context = browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 900})
    page = context.new_page()
    listen(page, errors)
    talk = context.new_cdp_session(page)
    talk.send("WebAuthn.enable")
    device = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    talk.send("WebAuthn.addVirtualAuthenticator", {"options": device})
    url = empty_house.url.replace("127.0.0.1", "localhost")
    made = empty_house.server.command("owner-link", "--url", url, "--json")
    page.goto(json.loads(made.stdout)["url"])
    page.get_by_label("E-mail").fill("owner@shop.test")
    page.get_by_label("Name").fill("Olga Owner")
    page.get_by_role("button", name="Begin").click()
    page.wait_for_url("**/start")
    page.goto(f"{url}/account")
    yield page
    context.close()


def test_a_passkey_is_made_and_signs_in_alone_and_after_the_password(
    door: Page,
    empty_house: House,
    errors: list[str],
    faults_of: Callable[[Page], list[str]],
):
    page = door
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_role("button", name="Set password").click()
    expect(page.get_by_text("The password is set")).to_be_visible()
    page.reload()
    page.get_by_label("Name of the new passkey").fill("Olga's laptop")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_text("Recovery codes, each for one sign-in")).to_be_visible()
    expect(page.get_by_text("Olga's laptop", exact=True)).to_be_visible()
    assert faults_of(page) == []
    # It is called something else: Escape leaves the name, Enter keeps it.
    for before, after in (("Olga's laptop", "Olga's desk"), ("Olga's desk", "Olga's laptop")):
        rename = page.get_by_role("button", name=f"Rename {before}")
        rename.click()
        page.get_by_label("Name of the passkey").fill("nothing")
        page.keyboard.press("Escape")
        expect(page.get_by_text(before, exact=True)).to_be_visible()
        rename.click()
        assert faults_of(page) == []
        page.get_by_label("Name of the passkey").fill(after)
        page.keyboard.press("Enter")
        expect(page.get_by_text(after, exact=True)).to_be_visible()
    # A device that has one says so and makes no second.
    page.get_by_label("Name of the new passkey").fill("again")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_text("This device has a passkey for you already.")).to_be_visible()

    at = page.url.rsplit("/", 1)[0]
    page.goto("about:blank")  # what the page still asks would be refused
    page.context.clear_cookies()
    page.goto(f"{at}/sign-in")
    page.get_by_role("button", name="Sign in with a passkey").focus()
    assert faults_of(page) == []
    page.keyboard.press("Enter")
    page.wait_for_url(lambda at: "/sign-in" not in at)

    page.goto("about:blank")
    page.context.clear_cookies()
    page.goto(f"{at}/sign-in")
    page.get_by_label("E-mail").fill("owner@shop.test")
    page.get_by_role("textbox", name="Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    second = page.get_by_role("button", name="Use a passkey")
    expect(second).to_be_focused()
    assert faults_of(page) == []
    page.keyboard.press("Enter")
    page.wait_for_url(lambda at: "/sign-in" not in at)

    page.goto(f"{'/'.join(page.url.split('/')[:3])}/account")
    expect(page.get_by_text("last used")).to_be_visible()
    with psycopg.connect(empty_house.server.conninfo) as conn:
        conn.execute("UPDATE sessions SET confirmed_at = now() - interval '16 minutes'")
    page.get_by_role("button", name="Remove Olga's laptop").click()
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_text("The passkey is removed.")).to_be_visible()
    expect(page.get_by_text("Off: whoever has your password")).to_be_visible()
    # The browser itself says that a confirmation was asked for, and of a socket that was about to
    # open when the cookies were taken away.
    expected = ("403 (Forbidden)", "HTTP Authentication failed")
    assert [said for said in errors if not any(one in said for one in expected)] == []
