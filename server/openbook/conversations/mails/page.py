"""The chat on a page of its own, where the link of a mail leads: it loads nothing from outside."""

from base64 import b64encode
from hashlib import sha256
from html import escape
from pathlib import Path

from msgspec import Struct

from openbook.assets import asset
from openbook.conversations.appearance.languages import Language
from openbook.conversations.mails.texts import RIGHT_TO_LEFT, TEXTS

CSS = Path(__file__).with_name("page.css").read_text()
SCRIPT = Path(__file__).with_name("page.js").read_text()
PART = "widget-page.js"


class ChatPage(Struct, frozen=True):
    """A page, ready to send, with the policy under which it works."""

    html: str
    security_policy: str


def render(key: str, host: str, name: str, language: Language, colour: str, on: str) -> ChatPage:
    """`host`: the address this page was asked at, scheme and host; colours as `#rrggbb`."""
    texts = TEXTS[language]
    style = f":root{{--colour:{colour};--on:{on}}}\n{CSS}"
    direction = "rtl" if language in RIGHT_TO_LEFT else "ltr"
    file = asset(PART)

    def said(text: str) -> str:
        return escape(text.format(name=name))

    page = "".join(
        (
            f'<!doctype html><html lang="{language}" dir="{direction}"><head>',
            '<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="robots" content="noindex"><meta name="referrer" content="no-referrer">',
            f'<link rel="icon" href="data:,"><title>{escape(name)}</title>',
            f"<style>{style}</style></head><body>",
            f'<main hidden data-key="{escape(key)}" data-over="{said(texts.over)}" '
            f'data-failed="{said(texts.failed)}" data-chat="{said(texts.chat)}">',
            f"<h1>{said(texts.title)}</h1>",
            f'<p id="said" role="status">{said(texts.about)}</p>',
            f'<button id="go" type="button">{said(texts.button)}</button></main>',
            f"<noscript><p>{said(texts.no_script)}</p></noscript>",
            f'<script src="/static/{escape(file.file)}" integrity="{file.integrity}" '
            f'data-key="{escape(key)}" data-host="{escape(host)}" data-lang="{language}" '
            "data-wait defer></script>",
            f"<script>{SCRIPT}</script></body></html>",
        )
    )
    return ChatPage(page, _policy(host, style))


def _policy(host: str, style: str) -> str:
    sockets = "ws" + host.removeprefix("http")
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' '{_hash(SCRIPT)}'",
            f"style-src '{_hash(style)}'",
            f"connect-src 'self' {sockets}",
            "img-src 'self' blob: data:",
            "media-src 'self' blob:",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"
