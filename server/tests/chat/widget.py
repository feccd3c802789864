"""The chat on a customer's page: a strict policy, and a style sheet that hits everything."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
from playwright.sync_api import BrowserContext, Locator, Page, expect

from openbook.collect.script import snippet
from tests.chat.talking import new_cid
from tests.conftest import Workspace
from tests.journeys.browsing import Site

AXE = Path(__file__).parents[3] / "web" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
NONCE = "c2l4IGdvb2QgdGhpbmdz"
HOSTILE = """
*{font-size:40px!important;color:red!important;line-height:3!important;text-transform:uppercase;
direction:ltr;letter-spacing:.5em}
div,section,button,textarea{display:none!important;position:static!important;opacity:0!important}
body{transform:scale(.5);filter:blur(4px)}
"""
WATCH = """
window.refused = [];
addEventListener('securitypolicyviolation', ({violatedDirective: what, blockedURI: which}) =>
  refused.push(what + ' ' + which));
"""


def policy(workspace: Workspace, sockets: bool = True) -> str:
    """The line of the documentation, and nothing else but the page's own style sheet."""
    host = workspace.url
    socket = host.replace("http", "ws") if sockets else ""
    return (
        f"default-src 'none'; script-src 'nonce-{NONCE}' {host}; style-src 'nonce-{NONCE}'; "
        f"connect-src {host} {socket}; base-uri 'none'"
    )


def publish(
    site: Site, workspace: Workspace, path: str = "/", *, head: str = "", sockets: bool = True
) -> str:
    """Put a page with the snippet on the site; its address."""
    page = (
        f"<!doctype html><html lang=en><title>Shop</title><style nonce={NONCE}>{HOSTILE}</style>"
        f"{head}{snippet(workspace.url, workspace.write_key, NONCE)}<main><h1>Shop</h1>"
        "<a href=/other>Other</a></main>"
    )
    site.put(path, page, Content_Security_Policy=policy(workspace, sockets))
    return site.address(path)


class Chat(msgspec.Struct):
    """The widget in one tab."""

    page: Page
    errors: list[str]

    @property
    def button(self) -> Locator:
        return self.page.locator("button.l")

    @property
    def panel(self) -> Locator:
        return self.page.locator(".panel")

    @property
    def field(self) -> Locator:
        return self.panel.locator("textarea")

    @property
    def log(self) -> Locator:
        return self.panel.get_by_role("log")

    def open(self) -> "Chat":
        self.button.click()
        expect(self.panel).to_be_visible()
        return self

    def say(self, text: str) -> None:
        self.field.fill(text)
        self.field.press("Enter")

    def call(self, *given: Any) -> None:
        self.page.evaluate("(given) => openbook(...given)", list(given))

    def bubbles(self) -> list[str]:
        return [text.strip() for text in self.log.locator(".bubble .text").all_inner_texts()]

    def kept(self) -> list[str]:
        """Names of what the chat keeps on the device."""
        names = self.page.evaluate("Object.keys(localStorage)")
        return [name for name in names if name.startswith("ob_h.")]

    def refused(self) -> list[str]:
        return self.page.evaluate("window.refused")

    def faults(self) -> list[str]:
        """What axe-core finds in the chat. It is asked past the policy of the page."""
        session = self.page.context.new_cdp_session(self.page)
        # By the debugger: what a page's policy refuses is not refused to it.
        session.send("Runtime.evaluate", {"expression": AXE.read_text()})
        asked = f"axe.run(document, {{runOnly: {json.dumps(RULES)}}}).then(JSON.stringify)"
        answer = session.send(
            "Runtime.evaluate",
            {"expression": asked, "awaitPromise": True, "returnByValue": True},
        )
        found = json.loads(answer["result"]["value"])
        return [
            f"{fault['id']}: {node['html'][:120]} {node['failureSummary'][:200]}"
            for fault in found["violations"]
            for node in fault["nodes"]
        ]


def visit(context: BrowserContext, address: str) -> Chat:
    """A tab on the customer's page."""
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("dialog", lambda dialog: errors.append(f"dialog: {dialog.message}"))
    page.add_init_script(WATCH)
    page.goto(address)
    return Chat(page, errors)


def newest(workspace: Workspace, until: Callable[[Callable[[], object]], Any]) -> dict[str, Any]:
    """The conversation that came in last, as the team sees it."""

    def look() -> object:
        answer = workspace.api.get("/api/conversations", params={"view": "all"})
        return answer.json()["conversations"]

    return until(look)[0]


def reply(workspace: Workspace, conversation_id: str, text: str) -> None:
    body = {"cid": new_cid(), "text": text, "kind": "message"}
    answer = workspace.api.post(f"/api/conversations/{conversation_id}/messages", json=body)
    assert answer.status_code == 201, answer.text


def texts(workspace: Workspace, conversation_id: str) -> list[str]:
    """What was said, as it is stored."""
    answer = workspace.api.get(f"/api/conversations/{conversation_id}/messages")
    return [one["text"] for one in answer.json()["messages"] if one["kind"] == "message"]


def set_chat(workspace: Workspace, **changes: Any) -> None:
    """Change settings of the chat."""
    shown = workspace.api.get("/api/chat/settings").json()
    kept = {
        name: value
        for name, value in shown.items()
        if name not in ("avatar", "changed_at", "mail_ready", "open", "opens_at", "preview")
    }
    answer = workspace.api.put("/api/chat/settings", json=kept | changes)
    assert answer.status_code == 200, answer.text


CLOSED = {"zone": "Europe/Rome", "weekly": []}
"""Hours in which nobody ever is there."""


def words(language: str) -> dict[str, str]:
    folder = Path(__file__).parents[3] / "web" / "widget" / "src" / "words"
    return json.loads((folder / f"{language}.json").read_text())
