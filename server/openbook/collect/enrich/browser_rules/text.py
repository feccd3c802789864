"""Bounds and tidies header text before any rule sees it."""

import re
from urllib.parse import unquote_plus

LONGEST_AGENT = 512

# The model of an Android device stands between the system's version (and at times the language)
# and its build. People name phones "Edge", "Iris" and "Cubot": rules about browsers and machines
# must not see them.
_MODEL = re.compile(
    r"([Aa]ndr[o0]id[^;()]*; ?+(?:[a-z]{2}(?:[-_][A-Za-z]{2})?; ?+)?+)"
    r"(?!(?:Mobile|Tablet|Opera|wv|rv|U|K)\b)"
    r"[^;()]*?(?=[;()]| [Bb]uild/)"
).sub

# Products that are no browser: made-up ones at the end, which some browsers and ad blockers put
# there against tracking, and what toolbars add to Internet Explorer.
_DECOY = re.compile(
    r" (?:Agency|Config|GLS|Herring|LikeWise|OpenWave|Trailer|Unique|Viewer)/\d+\.[\d.]+$"
    r"|chromeframe/[\d.]+|; Zune \d[\d.]*|; ?MSN \d[\d.]*"
).sub


def tidy(user_agent: str | None) -> str:
    """Cuts at 512 characters, then makes each run of white space one space; "" for None.

    An agent that arrives percent-encoded is decoded first.
    """
    if not user_agent:
        return ""
    agent = user_agent[:LONGEST_AGENT]
    if " " not in agent and ("%2" in agent or "+(" in agent):
        agent = unquote_plus(agent)
    return " ".join(agent.split())


def without_names(agent: str) -> str:
    """The agent without the model's name of an Android device and without decoys."""
    return _MODEL(r"\1", _DECOY("", agent), count=1)
