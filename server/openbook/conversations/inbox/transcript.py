"""A conversation to keep, as plain text or as a page to print. Pure: messages in, text out.

Everything that somebody typed is text: in the page it is escaped, and the page's own policy lets
nothing run or load.
"""

from base64 import b64encode
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from html import escape

from openbook.conversations.inbox.schemas import ConversationHead, InboxMessage

STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 44em; margin: 2em auto; padding: 0 1em;
  color: #1a1a1a; background: #fff; }
h1 { font-size: 1.3em; margin: 0; }
header p { color: #555; margin: .2em 0 2em; }
article { margin: 0 0 1.2em; break-inside: avoid; }
article p { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }
.who { font-weight: 600; }
time { color: #555; font-size: .85em; }
.note { border-inline-start: 3px solid #b58900; padding-inline-start: .8em; }
.file { color: #555; font-size: .9em; }
"""
POLICY = (
    f"default-src 'none'; style-src 'sha256-{b64encode(sha256(STYLE.encode()).digest()).decode()}'"
    "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""The Content-Security-Policy of the page: its own style and nothing else."""


def text_head(head: ConversationHead) -> str:
    """How the plain text begins."""
    return f"Conversation with {_one_line(head.contact.display_name)}\n{_span(head)}\n"


def text_lines(head: ConversationHead, messages: Iterable[InboxMessage]) -> Iterator[str]:
    """Each message as plain text. A line that was typed cannot pass for one of ours: it is set in.

    Events are left out.
    """
    for one in messages:
        if one.kind == "event":
            continue
        note = " (note)" if one.kind == "note" else ""
        yield f"\n[{moment(one.created_at)}] {_one_line(who(head, one))}{note}:\n"
        for line in one.text.splitlines():
            yield f"    {line}\n"
        for file in one.files:
            yield f"    [file] {_one_line(file.name)}\n"


def page_head(head: ConversationHead) -> str:
    """How the page begins."""
    name = escape(head.contact.display_name)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Conversation with {name}</title><style>{STYLE}</style></head><body>"
        f"<header><h1>Conversation with <bdi>{name}</bdi></h1><p>{escape(_span(head))}</p></header>"
        "<main>\n"
    )


def page_articles(head: ConversationHead, messages: Iterable[InboxMessage]) -> Iterator[str]:
    """Each message as an article. Events are left out."""
    for one in messages:
        if one.kind == "event":
            continue
        kind = ' class="note"' if one.kind == "note" else ""
        note = " (note)" if one.kind == "note" else ""
        at = moment(one.created_at)
        files = "".join(f'<p class="file"><bdi>{escape(file.name)}</bdi></p>' for file in one.files)
        yield (
            f'<article{kind}><p><span class="who"><bdi>{escape(who(head, one))}</bdi>{note}</span> '
            f'<time>{at}</time></p><p dir="auto">{escape(one.text)}</p>{files}</article>\n'
        )


PAGE_END = "</main></body></html>\n"


def who(head: ConversationHead, message: InboxMessage) -> str:
    """Whose words they are."""
    if message.author == "contact":
        return head.contact.display_name
    return (message.by.name if message.by else None) or "Team"


def moment(seconds: int) -> str:
    """As in `2026-06-30 12:00 UTC`."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")


def _span(head: ConversationHead) -> str:
    return f"{moment(head.created_at)} to {moment(head.last_at)}"


def _one_line(text: str) -> str:
    return " ".join(text.split())
