"""Bounds and tidies header text before any rule sees it."""

import re
from urllib.parse import unquote_plus

LONGEST = 512  # characters; real agents and brand lists are shorter

# The model of an Android device stands between the system's version (and at times the language)
# and its build. People name phones "Edge", "Iris" and "Cubot": rules about browsers and machines
# must not see them.
_MODEL = re.compile(
    r"([Aa]ndr[o0]id[^;()]*; ?+(?:[a-z]{2}(?:[-_][A-Za-z]{2})?; ?+)?+)"
    r"(?!(?:Mobile|Tablet|Opera|Silk|wv|rv|U|K)\b)"
    r"[^;()]*?(?=[;()]| [Bb]uild/)"
).sub

# Products that are no browser: made-up ones at the end, which some browsers and ad blockers put
# there against tracking, and what toolbars add to Internet Explorer.
_DECOY = re.compile(
    r" (?:Agency|Config|GLS|Herring|LikeWise|OpenWave|Trailer|Unique|Viewer)/\d+\.[\d.]+$"
    r"|chromeframe/[\d.]+|; Zune \d[\d.]*|; ?MSN \d[\d.]*"
).sub


def tidy(user_agent: str | None) -> str:
    """Cuts at 512 characters and makes each run of what cannot be printed or seen one space.

    Returns "" for None. An agent that arrives percent-encoded is decoded first.
    """
    agent = (user_agent or "")[:LONGEST]
    if " " not in agent and ("%2" in agent or "+(" in agent):
        agent = unquote_plus(agent)
    return " ".join(printable(agent).split())


def printable(text: str) -> str:
    """The text with a space for each character that no screen shows and no database stores."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else " " for char in text)


def without_names(agent: str) -> str:
    """The agent without the model's name of an Android device and without decoys."""
    return _MODEL(r"\1", _DECOY("", agent), count=1)
