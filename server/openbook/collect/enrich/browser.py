"""Names the browser and the operating system behind a user agent and its client hints."""

from collections.abc import Mapping
from functools import lru_cache

import msgspec

from openbook.collect.enrich.bots import is_bot
from openbook.collect.enrich.browser_rules.agent import Reading, read_agent
from openbook.collect.enrich.browser_rules.hints import apply_hints
from openbook.collect.enrich.browser_rules.text import LONGEST, printable, tidy

HINT_HEADERS = (
    "sec-ch-ua",
    "sec-ch-ua-full-version-list",
    "sec-ch-ua-full-version",
    "sec-ch-ua-platform",
    "sec-ch-ua-platform-version",
    "sec-ch-ua-mobile",
    "sec-ch-ua-model",
    "x-requested-with",  # sent by Android's web views: the package of the app around them
)
CACHED_AGENTS = 8192


class Browser(msgspec.Struct, frozen=True, gc=False):
    """What a browser says of itself; None where it says nothing that can be believed.

    ``browser_name`` and ``os`` are the names people use (``Chrome``, ``macOS``), versions are
    dotted numbers or, for Windows, the version people say (``11``, ``8.1``, ``XP``).
    ``variant`` is ``desktop``, ``mobile``, ``webview`` or ``in-app``.
    """

    browser_name: str | None = None
    browser_version: str | None = None
    os: str | None = None
    os_version: str | None = None
    variant: str | None = None
    bot: bool = False


def read_browser(user_agent: str | None, hints: Mapping[str, str]) -> Browser:
    """Reads one user agent and the client hints sent with it.

    ``hints`` maps lower-case header names (``sec-ch-ua`` ...) to their raw values; other
    headers are ignored. Never raises, whatever the strings hold, and takes a bounded time:
    the agent and each hint are cut at 512 characters.
    """
    sent = tuple(printable(hints.get(name, "")[:LONGEST]) for name in HINT_HEADERS) if hints else ()
    return _read(tidy(user_agent), sent)


@lru_cache(maxsize=CACHED_AGENTS)
def _read(agent: str, sent: tuple[str, ...]) -> Browser:
    hints = {name: value for name, value in zip(HINT_HEADERS, sent, strict=False) if value}
    reading = read_agent(agent) if agent else Reading()
    if hints:
        reading = apply_hints(reading, hints)
    return Browser(
        browser_name=reading.name,
        browser_version=reading.version,
        os=reading.os,
        os_version=reading.os_version,
        variant=reading.variant,
        bot=is_bot(agent, hints),
    )
