"""Debian's Chromium, and a customer's site that it visits."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from openbook.collect.script import snippet
from tests.conftest import Workspace
from tests.journeys.browsing import Site, Wire, publishing

PATIENCE = 30.0
"""Seconds that something may take which usually takes none: the machine may be busy elsewhere."""
expect.set_options(timeout=PATIENCE * 1000)
AGENT = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/156.0.0.0 Safari/537.36"
)
"""Headless Chromium calls itself a bot, which makes no contact. Given to the whole browser: what
Playwright sets for a context does not reach the beacons of a page that goes away."""


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Debian's Chromium. The shop's host names are this machine; no name is asked for outside."""
    names = ("*.shop.test", "*.shop.co.uk", "a-blog.test")
    rules = ", ".join(f"MAP {name} 127.0.0.1" for name in names)
    return {
        "executable_path": "/usr/bin/chromium",
        "args": [
            "--no-sandbox",
            "--disable-background-networking",
            "--no-first-run",
            f"--user-agent={AGENT}",
            f"--host-resolver-rules={rules}",
        ],
        # Playwright switches the memory of left pages off; visitors have it.
        "ignore_default_args": ["--disable-back-forward-cache"],
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {
        **browser_context_args,
        "locale": "it-IT",
        "timezone_id": "Europe/Rome",
    }


@pytest.fixture
def site() -> Iterator[Site]:
    with publishing() as site:
        yield site


@pytest.fixture
def shop(workspace: Workspace, site: Site) -> Site:
    """The site with the snippet of the workspace on its pages."""
    head = snippet(workspace.url, workspace.write_key)
    for path in ("/", "/tea", "/oats", "/cart"):
        site.put(path, f"<!doctype html><title>{path}</title>{head}<h1>{path}</h1>")
    return site


@pytest.fixture
def wire(context: BrowserContext) -> Wire:
    return Wire(context)


@pytest.fixture
def until(page: Page) -> Callable[[Callable[[], object]], Any]:
    """Waits, while the browser goes on, until something is so; gives back what it was."""

    def wait(ask: Callable[[], object]) -> Any:
        late = time.monotonic() + PATIENCE
        while time.monotonic() < late:
            found = ask()
            if found:
                return found
            page.wait_for_timeout(50)
        raise AssertionError(f"waited {PATIENCE:.0f} seconds for nothing")

    return wait
