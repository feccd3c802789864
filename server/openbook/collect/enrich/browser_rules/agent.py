"""Reads browser and operating system from a user agent alone."""

import re

import msgspec

from openbook.collect.enrich.browser_rules.patterns import finder, rows
from openbook.collect.enrich.browser_rules.text import without_names

_BROWSERS = rows("browsers.txt")
_PLAIN = rows("browsers_plain.txt")
_BROWSER_NAMES = {row[0]: row[1:] for row in rows("browser_names.txt")}
_SYSTEMS = rows("systems.txt")
_SYSTEM_NAMES = {row[0]: row[1] for row in rows("system_names.txt")}

_find_browser = finder([(row[1], "$1") for row in _BROWSERS], known=0)
_find_plain = finder([(row[1], "$1") for row in _PLAIN])
_FIXED = {"-": "", "frozen": ""}  # what the third column of a system says instead of a version
_find_system = finder([(row[1], _FIXED.get(row[-1], row[-1]) if row[2:] else "$1") for row in _SYSTEMS], known=1)
_find_known_system = finder([], known=1)
_IS_MOBILE = re.compile(
    r"Mobi|Android|iPhone|iPad|iPod|Phone|Opera Mini|Black[Bb]erry|BB10|Symbian|Tablet|MIDP"
).search
_VERSION = re.compile(r"Version/(\d[\d.]*)").search
_WINDOWS = {
    "4.0": "NT 4.0",
    "4.1": "98",
    "4.10": "98",
    "4.90": "ME",
    "5.0": "2000",
    "5.01": "2000",
    "5.1": "XP",
    "5.2": "XP",
    "6.0": "Vista",
    "6.1": "7",
    "6.2": "8",
    "6.3": "8.1",
    "6.4": "10",
    "10.0": None,
    "NT": None,
}

_ANDROID_API = {
    **{"21": "5.0", "22": "5.1", "23": "6.0", "24": "7.0", "25": "7.1", "26": "8.0", "27": "8.1"},
    **{"28": "9", "29": "10", "30": "11", "31": "12", "32": "12", "33": "13", "34": "14"},
    **{"35": "15", "36": "16"},
}


class Reading(msgspec.Struct, frozen=True):
    """What was read so far; None where nothing was said."""

    name: str | None = None
    version: str | None = None
    os: str | None = None
    os_version: str | None = None
    variant: str | None = None


def read_agent(agent: str) -> Reading:
    """Reads a tidied user agent (see ``tidy``)."""
    name, version, variant = _browser(without_names(agent))
    os, os_version = _system(agent)
    if not variant:
        variant = "mobile" if _IS_MOBILE(agent) else "desktop"
    return Reading(name, version, os, os_version, variant)


def _browser(agent: str) -> tuple[str | None, str | None, str]:
    found = _find_browser(agent)
    if found is not None and found[0] == "HbbTV":
        # A television says so beside the browser in it, which is what people mean.
        found = _find_browser(agent.replace("HbbTV", "")) or found
    listed = _BROWSERS
    if found is None:
        found, listed = _find_plain(agent), _PLAIN
    if found is None:
        return None, None, ""
    rule, version = found
    if isinstance(rule, int):
        name, _pattern, *variant = listed[rule]
    else:
        name, *variant = _BROWSER_NAMES.get(rule, (rule,))
    if name == "Android Browser" and (said := _VERSION(agent)):
        version = said[1]  # ua-parser gives the system's
    return name, version and version.rstrip("."), variant[0] if variant else ""


def _system(agent: str) -> tuple[str | None, str | None]:
    found = _find_system(agent)
    if found is None:
        return None, None
    rule, version = found
    if isinstance(rule, int):
        name = _SYSTEMS[rule][0]
        if not version and _SYSTEMS[rule][-1] != "frozen" and (known := _find_known_system(agent)):
            version = known[1] if _SYSTEM_NAMES.get(known[0], known[0]) == name else None
    else:
        name = _SYSTEM_NAMES.get(rule, rule)
    version = version and version.replace("_", ".").strip(".")
    if name == "Windows":
        return name, _WINDOWS.get(version, version) if version else None
    if name == "Android":
        return name, _ANDROID_API.get(version, version) if version else None
    return name, version or None
