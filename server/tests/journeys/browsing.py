"""A customer's site that the browser visits, and what the browser sent to openbook."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Request


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


@contextmanager
def publishing() -> Iterator[Site]:
    """A site on a free port, for the time of the block."""

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
