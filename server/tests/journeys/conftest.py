"""A browser, and a customer's site that it visits."""

import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, Request

AGENT = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/156.0.0.0 Safari/537.36"
)
"""Headless Chromium calls itself a bot, which makes no contact."""


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
            f"--host-resolver-rules={rules}",
        ],
        # Playwright switches the memory of left pages off; visitors have it.
        "ignore_default_args": ["--disable-back-forward-cache"],
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {
        **browser_context_args,
        "user_agent": AGENT,
        "locale": "it-IT",
        "timezone_id": "Europe/Rome",
    }


class Site:
    """A customer's web site: any path under any of its host names gives the page put there."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.pages: dict[str, tuple[str, dict[str, str]]] = {}

    def put(self, path: str, page: str, **headers: str) -> None:
        """Publish a page. Underscores in header names stand for hyphens."""
        self.pages[path] = (page, {name.replace("_", "-"): it for name, it in headers.items()})

    def address(self, path: str, host: str = "www.shop.test") -> str:
        return f"http://{host}:{self.port}{path}"


@pytest.fixture
def site() -> Iterator[Site]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page, headers = site.pages.get(urlsplit(self.path).path, ("", {}))
            body = page.encode()
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site = Site(httpd.server_port)
    Thread(target=httpd.serve_forever, daemon=True).start()
    yield site
    httpd.shutdown()
    httpd.server_close()


class Wire:
    """What the pages of one browser sent to openbook."""

    def __init__(self, context: BrowserContext) -> None:
        self.requests: list[Request] = []
        self.errors: list[str] = []
        context.on("request", self._note)
        context.on("weberror", lambda error: self.errors.append(str(error.error)))

    def _note(self, request: Request) -> None:
        if urlsplit(request.url).path == "/v1/b":
            self.requests.append(request)

    @property
    def messages(self) -> list[dict[str, Any]]:
        """Each message once, in the order of sending, although it may be sent again."""
        found: dict[str, dict[str, Any]] = {}
        for request in self.requests:
            for message in json.loads(request.post_data or '{"batch":[]}')["batch"]:
                found.setdefault(message["messageId"], message)
        return list(found.values())

    @property
    def pages(self) -> list[str]:
        """Paths of the page views, in their order."""
        views = [message for message in self.messages if message["type"] == "page"]
        return [urlsplit(view["context"]["page"]["url"]).path for view in views]


@pytest.fixture
def wire(context: BrowserContext) -> Wire:
    return Wire(context)


@pytest.fixture
def until(page: Page) -> Callable[[Callable[[], object]], Any]:
    """Waits, while the browser goes on, until something is so; gives back what it was."""

    def wait(ask: Callable[[], object]) -> Any:
        for _ in range(200):
            found = ask()
            if found:
                return found
            page.wait_for_timeout(50)
        raise AssertionError("waited ten seconds for nothing")

    return wait
