"""Tells crawlers, checkers and other machines from people's browsers."""

import re
from collections.abc import Mapping

import re2  # pyright: ignore[reportMissingTypeStubs]

from openbook.collect.enrich.browser_rules.patterns import rows
from openbook.collect.enrich.browser_rules.text import without_names

_ROWS = [*rows("bots.txt"), *rows("bot_rules.txt")]
_LISTS = [row[0] for row in _ROWS]

# Names of devices and parts of browsers that have "bot", "cron", "http" ... in them.
_NO_EVIDENCE = re.compile(
    r"Build/[^;()]*|Android \([^()]*\)|[Cc][Uu][Bb][Oo][Tt]|[Cc]ronet|GoodReader|VictorReader"
    r"|eReader|BOTECH|HTTPS? PGDL|\(HTTPS?\)|HTTPS\)|http://(?:www\.)?bsalsa\.com"
).sub


def _automaton() -> re2.Set:
    options = re2.Options()
    options.case_sensitive = False
    options.never_capture = True
    options.log_errors = False
    options.max_mem = 128 << 20
    automaton = re2.Set.SearchSet(options)
    for row in _ROWS:
        automaton.Add(row[1])
    automaton.Compile()
    return automaton


_match = _automaton().Match


def is_bot(user_agent: str | None, hints: Mapping[str, str]) -> bool:
    """True where the agent or its client hints show a machine without a person.

    ``user_agent`` is tidied (see ``tidy``), ``hints`` are raw values by lower-case header name.
    An agent that says nothing is not taken for a machine: that would lose a real person.
    """
    if "headless" in hints.get("sec-ch-ua", "").lower():
        return True
    if "headless" in hints.get("sec-ch-ua-full-version-list", "").lower():
        return True
    if not user_agent:
        return False
    marks = _match(_NO_EVIDENCE(" ", without_names(user_agent)))
    if not marks:
        return False
    lists = {_LISTS[mark] for mark in marks}
    return "*" in lists or len(lists) > 1
