"""Signing in at a provider, in a browser: there, back to where one was going, or told why not."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.accounts import id_provider
from tests.accounts.id_provider import CLIENT, SECRET, IdProvider
from tests.conftest import Server, serving
from tests.dashboard.conftest import House

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def provider() -> Iterator[IdProvider]:
    with id_provider.running() as found:
        yield found


@pytest.fixture(scope="module")
def opened(
    house: House, provider: IdProvider, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """Another server on the house's database, with the provider."""
    variables = {
        "OPENBOOK_OIDC_ISSUER": provider.url,
        "OPENBOOK_OIDC_CLIENT_ID": CLIENT,
        "OPENBOOK_OIDC_CLIENT_SECRET": SECRET,
        "OPENBOOK_OIDC_LABEL": "Acme",
        "OPENBOOK_SECRET_FILE": str(house.server.data / "secret"),
    }
    data = tmp_path_factory.mktemp("house-with-provider") / "data"
    with serving(data, house.server.conninfo, **variables) as running:
        yield running


@pytest.fixture
def page(browser: Browser, browser_context_args: dict[str, Any]) -> Iterator[Page]:
    """A browser in which nobody is signed in."""
    context = browser.new_context(**{**browser_context_args, "locale": "en-GB"})
    yield context.new_page()
    context.close()


def test_the_button_leads_there_and_back_to_where_one_was_going(
    page: Page, opened: Server, provider: IdProvider
) -> None:
    provider.is_now("owner@shop.test", "olga")
    page.goto(f"{opened.url}/contacts?q=person12")
    page.get_by_role("button", name="Sign in with Acme").click()
    page.wait_for_url(f"{opened.url}/contacts?q=person12")
    expect(page.get_by_role("link", name="Person 12")).to_be_visible()
    page.goto(f"{opened.url}/account")
    expect(page.get_by_text("by your company's sign-in")).to_be_visible()


def test_a_stranger_reads_why_not_and_has_the_other_ways(
    page: Page, opened: Server, provider: IdProvider, faults_of: Any
) -> None:
    provider.is_now("stranger@else.example")
    page.goto(f"{opened.url}/sign-in")
    page.get_by_role("button", name="Sign in with Acme").click()
    expect(page.get_by_role("alert")).to_contain_text("you are not in a team here")
    assert page.url == f"{opened.url}/sign-in"  # nothing of the answer is left in the address
    assert faults_of(page) == []
    page.get_by_role("button", name="Back to all ways in").click()
    expect(page.get_by_role("button", name="Sign in with Acme")).to_be_visible()
    provider.answer = lambda answer: {"state": answer["state"], "error": "access_denied"}
    page.get_by_role("button", name="Sign in with Acme").click()
    expect(page.get_by_role("alert")).to_contain_text("you went back")
    provider.reset()


def test_nobody_is_led_elsewhere_after_signing_in(
    page: Page, opened: Server, provider: IdProvider
) -> None:
    provider.is_now("owner@shop.test", "olga")
    page.goto(f"{opened.url}/sign-in?next=//evil.example/contacts")
    page.get_by_role("button", name="Sign in with Acme").click()
    page.wait_for_url(f"{opened.url}/contacts**")


def test_the_settings_show_how_it_is_set_up_and_try_it(
    page: Page, opened: Server, provider: IdProvider, faults_of: Any
) -> None:
    provider.is_now("owner@shop.test", "olga")
    page.goto(f"{opened.url}/settings/sign-in")
    page.get_by_role("button", name="Sign in with Acme").click()
    expect(page.get_by_text("has a button for Acme")).to_be_visible()
    expect(page.get_by_label("Address to register there")).to_have_value(
        f"{opened.url}/api/sign-in/provider/return"
    )
    page.get_by_role("button", name="Look whether it answers").click()
    expect(page.get_by_role("status").filter(has_text="It answers")).to_contain_text(provider.url)
    assert faults_of(page) == []
