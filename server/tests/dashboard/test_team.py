"""Who is in the team: inviting somebody, and what they may do, in real browsers."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pyotp.totp import TOTP

from tests.dashboard.conftest import House

pytestmark = pytest.mark.browser
SECRET = "input[type=password]"
PASSWORD = "quiet-rivers-under-9-bridges"


@pytest.fixture
def elsewhere(browser: Browser) -> Iterator[BrowserContext]:
    """The browser of somebody who was never here."""
    context = browser.new_context(locale="en-GB")
    yield context
    context.close()


def invite(page: Page, house: House, email: str, role: str = "Agent") -> str:
    """Invite somebody from the settings; the link that is shown where no mail is set up."""
    page.goto(f"{house.url}/settings/team")
    page.get_by_role("button", name="Invite", exact=True).click()
    dialog = page.get_by_role("dialog", name="Invite somebody")
    dialog.get_by_label("E-mail").fill(email)
    dialog.get_by_role("radio", name=re.compile(f"^{role}")).check()
    dialog.get_by_role("button", name="Make an invitation").click()
    link = dialog.get_by_label("Link of the invitation").input_value()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    return link


def join(page: Page, link: str, name: str, password: str = PASSWORD) -> None:
    page.goto(link)
    expect(page).not_to_have_url(re.compile("#"))  # the token leaves the address
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Join").click()
    expect(page.get_by_role("heading", level=1, name="Choose a password")).to_be_visible()
    page.locator(SECRET).fill(password)
    page.get_by_role("button", name="Set the password").click()
    page.wait_for_url("**/contacts")


def sign_out(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click()
    page.get_by_role("menuitem", name="Sign out").click()
    expect(page.get_by_role("heading", level=1, name="Sign in")).to_be_visible()


def test_the_invited_join_set_up_an_app_and_sign_in_with_it(
    page: Page, house: House, elsewhere: BrowserContext
) -> None:
    link = invite(page, house, "anna@shop.test")
    expect(page.get_by_role("listitem").filter(has_text="anna@shop.test")).to_be_visible()
    theirs = elsewhere.new_page()
    theirs.goto(link)
    expect(theirs.get_by_role("heading", level=1, name=re.compile("^Join "))).to_be_visible()
    join(theirs, link, "Anna Agent")

    theirs.goto(f"{house.url}/account")
    theirs.get_by_role("button", name="Set up an authenticator app").click()
    secret = theirs.locator("code").inner_text()
    theirs.get_by_label("Code of the app").fill(TOTP(secret).now())
    theirs.get_by_role("button", name="Switch on").click()
    expect(theirs.get_by_text("Recovery codes, each for one sign-in")).to_be_visible()
    recovery = theirs.locator("pre").inner_text().split()[0]
    sign_out(theirs, "Anna Agent")

    theirs.get_by_label("E-mail").fill("anna@shop.test")
    theirs.locator(SECRET).fill(PASSWORD)
    theirs.get_by_role("button", name="Sign in").click()
    expect(theirs.get_by_role("heading", name="One more proof")).to_be_visible()
    theirs.get_by_label("Code").fill("000000")
    theirs.get_by_role("button", name="Sign in").click()
    expect(theirs.get_by_text("This code is not right")).to_be_visible()
    # The code that switched it on is spent; the next step's is within the clock's drift.
    theirs.get_by_label("Code").fill(TOTP(secret).at(theirs.evaluate("Date.now() / 1000 + 30")))
    theirs.get_by_role("button", name="Sign in").click()
    theirs.wait_for_url("**/contacts")
    sign_out(theirs, "Anna Agent")

    theirs.get_by_label("E-mail").fill("anna@shop.test")
    theirs.locator(SECRET).fill(PASSWORD)
    theirs.get_by_role("button", name="Sign in").click()
    theirs.get_by_label("Code").fill(recovery)
    theirs.get_by_role("button", name="Sign in").click()
    theirs.wait_for_url("**/contacts")

    theirs.goto(link)
    expect(theirs.get_by_text("This invitation is not good any more")).to_be_visible()


def test_whoever_has_an_account_signs_in_first_and_the_invitation_waits(
    page: Page, house: House, elsewhere: BrowserContext
) -> None:
    theirs = elsewhere.new_page()
    join(theirs, invite(page, house, "carl@shop.test"), "Carl")
    sign_out(theirs, "Carl")
    # Removed and invited again, as something else: the account stays, and asks for its password.
    member = page.get_by_role("listitem").filter(has_text="carl@shop.test")
    page.goto(f"{house.url}/settings/team")
    member.get_by_role("button", name="Remove").click()
    page.get_by_role("dialog", name="Remove Carl?").get_by_role("button", name="Remove").click()
    expect(page.get_by_text("Carl is not in the team any more.")).to_be_visible()
    expect(member).to_have_count(0)

    theirs.goto(invite(page, house, "carl@shop.test", "Viewer"))
    theirs.get_by_label("Name").fill("Somebody else")
    theirs.get_by_role("button", name="Join").click()
    expect(theirs.get_by_text("There is an account with this address")).to_be_visible()
    theirs.get_by_role("link", name="Sign in").click()
    theirs.get_by_label("E-mail").fill("carl@shop.test")
    theirs.locator(SECRET).fill(PASSWORD)
    theirs.get_by_role("button", name="Sign in").click()
    expect(theirs.get_by_role("heading", level=1, name=re.compile("^Join "))).to_be_visible()
    theirs.get_by_role("button", name="Join").click()
    theirs.wait_for_url("**/contacts")
    theirs.goto(f"{house.url}/settings/team")
    expect(theirs.get_by_text("Your role here is Viewer")).to_be_visible()
    expect(theirs.get_by_role("button", name="Invite", exact=True)).to_have_count(0)


def test_the_only_owner_stays_and_another_role_is_in_force_at_once(
    page: Page, house: House, elsewhere: BrowserContext
) -> None:
    theirs = elsewhere.new_page()
    join(theirs, invite(page, house, "dora@shop.test", "Viewer"), "Dora")
    page.goto(f"{house.url}/settings/team")
    expect(page.get_by_text("The only owner: make another one first")).to_be_visible()
    page.get_by_role("combobox", name="Role of Dora").click()
    page.get_by_role("option", name="Admin").click()
    expect(page.get_by_text("Dora has the role Admin from now on.")).to_be_visible()
    theirs.goto(f"{house.url}/settings/team")
    expect(theirs.get_by_role("button", name="Invite", exact=True)).to_be_visible()
    expect(theirs.get_by_text("Only an owner changes an owner.")).to_be_visible()


def test_an_invitation_that_was_taken_back_opens_nothing(
    page: Page, house: House, elsewhere: BrowserContext
) -> None:
    link = invite(page, house, "eve@shop.test")
    waiting = page.get_by_role("listitem").filter(has_text="eve@shop.test")
    waiting.get_by_role("button", name="Take back").click()
    expect(waiting).to_have_count(0)
    theirs = elsewhere.new_page()
    theirs.goto(link)
    expect(theirs.get_by_text("This invitation is not good any more")).to_be_visible()
