"""Tells crawlers, checkers and other machines from people's browsers."""

import re
from collections.abc import Mapping

import re2  # pyright: ignore[reportMissingTypeStubs]

from openbook.collect.enrich.browser_rules.browsers import find_browser
from openbook.collect.enrich.browser_rules.patterns import rows
from openbook.collect.enrich.browser_rules.systems import find_system
from openbook.collect.enrich.browser_rules.text import tidy, without_names

_ROWS = [*rows("bots.txt"), *rows("bot_rules.txt")]
_LISTS = [row[0] for row in _ROWS]

# Names of devices and parts of browsers that have "bot", "cron", "http" ... in them.
_NO_EVIDENCE = re.compile(
    r"Build/[^;()]*|Android \([^()]*\)|[Cc][Uu][Bb][Oo][Tt]|[Cc]ronet|GoodReader|VictorReader"
    r"|^YahooJ?Mobile|eReader|BOTECH|HTTPS? PGDL|\(HTTPS?\)|HTTPS\)|Ant\.com|Caboto|\(Bottle\)"
    r"|http://(?:www\.)?(?:bsalsa\.com|QtWeb\.net|avantbrowser\.com)"
).sub

# One product, or "compatible" with what is no browser.
_bare = re.compile(
    r"[A-Za-z][A-Za-z_.-]*(?:/v?\d+(?:\.\d+)*)?|Mozilla/5\.0 \(compatible[^()]*\)"
).fullmatch


def _automaton() -> re2.Set:
    options = re2.Options()
    options.case_sensitive = False
    options.never_capture = True
    options.log_errors = False
    options.max_mem = 32 << 20
    automaton = re2.Set.SearchSet(options)
    for row in _ROWS:
        automaton.Add(row[1])
    automaton.Compile()
    return automaton


_match = _automaton().Match


def is_bot(user_agent: str | None, hints: Mapping[str, str]) -> bool:
    """True where the agent or its client hints show a machine without a person.

    ``hints`` are raw header values by lower-case header name. An agent that is not sent at all
    is not taken for a machine's: that would lose a real person.
    """
    listed = hints.get("sec-ch-ua-full-version-list", "") + hints.get("sec-ch-ua", "")
    if "headless" in listed.lower():
        return True
    agent = tidy(user_agent)
    if not agent:
        return False
    marks = _match(_NO_EVIDENCE(" ", without_names(agent)))
    if marks:
        lists = {_LISTS[mark] for mark in marks}
        if "*" in lists or len(lists) > 1:
            return True
    return _bare(agent) is not None and _says_nothing(agent)


def _says_nothing(agent: str) -> bool:
    """True where neither a browser nor a system is in it: no page is read with such a program."""
    return find_browser(agent)[0] is None and find_system(agent)[0] is None
