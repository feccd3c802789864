"""Finds the browser that a user agent names, its version and variant."""

import re

from openbook.collect.enrich.browser_rules.patterns import finder, rows
from openbook.collect.enrich.browser_rules.text import without_names

_OWN = rows("browsers.txt")
_PLAIN = rows("browsers_plain.txt")
_NAMES = {row[0]: row[1:] for row in rows("browser_names.txt")}


def _version(row: list[str]) -> str:
    if len(row) > 3:
        return row[3]
    return "$2" if "$" in row[0] else "$1"


_find = finder([(row[0], row[1], _version(row)) for row in _OWN], known=0)
_find_plain = finder([(row[0], row[1], _version(row)) for row in _PLAIN])
# An app that is no browser names itself first and its system in brackets; ua-parser reads only
# the system there. Phones of old put their model where the app would be.
_app = re.compile(
    r"(?!Mozilla|Opera|Dalvik|AppleCoreMedia|Nokia|LG|Linux)([A-Za-z][^/()\[\]]{1,39}?)[/ ]v?"
    r"(\d[\d.]*+)[^()]*+\((?=[^()]*\b(?:Android|iOS|iPhone|iPad|iPod|macOS)\b)"
).match
_SYSTEMS_BROWSERS = {"Android", "Mobile Safari", "Mobile Safari UI/WKWebView", "Safari"}
_stated_version = re.compile(r"Version/(\d[\d.]*)").search


def find_browser(agent: str) -> tuple[str | None, str | None, str | None]:
    """Name, version and variant; the variant is None where the name alone does not settle it."""
    agent = without_names(agent)
    found, listed = _find(agent), _OWN
    if found is not None and found[0] == "HbbTV":
        # A television says so beside the browser in it, which is what people mean.
        found = _find(agent.replace("HbbTV", "")) or found
    if found is None:
        found, listed = _find_plain(agent), _PLAIN
    unnamed = found is None or found[0] in _SYSTEMS_BROWSERS
    if unnamed and "AppleWebKit" not in agent and (app := _app(agent)):
        return app[1].replace("_", " "), app[2].rstrip(".") or None, "in-app"
    if found is None:
        return None, None, None
    rule, version = found
    if isinstance(rule, int):
        name, _pattern, *variant = listed[rule][:3]
    else:
        name, *variant = _NAMES.get(rule, (rule,))
    if name == "Android Browser" and (stated := _stated_version(agent)):
        version = stated[1]  # ua-parser gives the system's
    return name, version, variant[0] if variant else None
