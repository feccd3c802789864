"""A running openbook with contacts, and a browser in which its owner is signed in."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, StorageState

from tests.accounts.visiting import join
from tests.chat.talking import Visitor
from tests.conftest import Server, Workspace, serving
from tests.journeys.conftest import browser_type_launch_args  # noqa: F401

AXE = Path(__file__).parents[3] / "web" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CITIES = ("212.78.1.", "81.2.69.", "2.125.160.", "89.160.20.")


class House(msgspec.Struct):
    """An installation of its own: its first workspace, and the owner's session."""

    server: Server
    api: httpx.Client
    state: StorageState | None = None

    @property
    def url(self) -> str:
        return self.server.url

    def visit(self, anonymous_id: str, **context: Any) -> None:
        """A page view as a browser sends it."""
        page = {"url": "https://shop.test/tea?needle=1"}
        message = {
            "type": "page",
            "anonymousId": anonymous_id,
            "context": {"page": page, **context},
        }
        answer = self.api.post("/v1/batch", json={"batch": [message]})
        assert answer.status_code == 200, answer.text

    def owner_link(self) -> str:
        made = self.server.command("owner-link", "--url", self.url, "--json")
        assert made.returncode == 0, made.stderr
        return json.loads(made.stdout)["url"]


@contextmanager
def installation(data: Path) -> Iterator[House]:
    """openbook on an empty data folder, before its owner came."""
    with serving(data, None) as server:
        made = server.command("token", "create", "--name", "test", "--role", "admin", "--json")
        headers = {"Authorization": f"Bearer {json.loads(made.stdout)['token']}"}
        with httpx.Client(base_url=server.url, headers=headers, timeout=30) as api:
            yield House(server, api)


@pytest.fixture
def empty_house(tmp_path: Path) -> Iterator[House]:
    with installation(tmp_path / "data") as house:
        yield house


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[House]:
    """With an owner who is signed in, and 240 contacts."""
    with installation(tmp_path_factory.mktemp("house") / "data") as house:
        context = browser.new_context()
        page = context.new_page()
        become_owner(page, house)
        page.wait_for_url("**/start")  # nobody has come by yet
        house.state = context.storage_state()
        context.close()
        _fill(house)
        yield house


def become_owner(page: Page, house: House) -> None:
    page.goto(house.owner_link())
    page.get_by_label("E-mail").fill("owner@shop.test")
    page.get_by_label("Name").fill("Olga Owner")
    page.get_by_role("button", name="Begin").click()


def _fill(house: House) -> None:
    rows = [
        {"user_id": f"u{number}", "email": f"person{number}@shop.test", "name": f"Person {number}"}
        for number in range(40)
    ]
    lines = "\n".join(json.dumps(row) for row in rows)
    imported = house.api.post(
        "/api/contacts/import", content=lines, headers={"Content-Type": "application/x-ndjson"}
    )
    assert imported.json()["created"] == 40, imported.text
    for number in range(200):
        house.visit(f"visitor-{number}", ip=f"{CITIES[number % 4]}{number % 250 + 1}")


@pytest.fixture(scope="session")
def shop(house: House) -> Workspace:
    """The house's workspace, as those know it who come by its write key."""
    shown = json.loads(house.server.command("workspace", "show", "--json").stdout)
    known = UUID(shown["id"]), house.url, shown["write_key"]
    return Workspace(*known, token="", api=house.api, server=house.server)


@pytest.fixture
def visitor(shop: Workspace) -> Visitor:
    """Somebody who has not said anything yet."""
    return Visitor(shop)


@pytest.fixture
def looking(browser: Browser, house: House, shop: Workspace) -> Iterator[Page]:
    """The browser of somebody who may only look, signed in."""
    viewer = join(shop, "viewer")
    context = browser.new_context(locale="en-GB", viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(f"{house.url}/sign-in#{viewer.link()}")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/contacts")
    yield page
    context.close()


@pytest.fixture
def errors() -> list[str]:
    """What the browser complained about: exceptions, refused styles and scripts, failed loads."""
    return []


@pytest.fixture
def context(
    browser: Browser, house: House, browser_context_args: dict[str, Any]
) -> Iterator[BrowserContext]:
    """The owner's browser."""
    context = browser.new_context(
        **{**browser_context_args, "locale": "en-GB"}, storage_state=house.state
    )
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, errors: list[str]) -> Page:
    page = context.new_page()
    listen(page, errors)
    return page


def listen(page: Page, errors: list[str]) -> None:
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("dialog", lambda dialog: errors.append(f"dialog: {dialog.message}"))
    page.on(
        "console",
        lambda said: errors.append(said.text) if said.type in ("error", "warning") else None,
    )


@pytest.fixture
def faults_of() -> Callable[[Page], list[str]]:
    """What axe-core finds wrong with the screen in front."""

    def ask(page: Page) -> list[str]:
        if not page.evaluate("'axe' in window"):
            page.evaluate(AXE.read_text())
        asked = {"runOnly": RULES, "resultTypes": ["violations"]}
        found = page.evaluate(f"axe.run(document, {json.dumps(asked)})")
        return [
            f"{fault['id']}: {node['html'][:120]} {node['failureSummary'][:200]}"
            for fault in found["violations"]
            for node in fault["nodes"]
        ]

    return ask
