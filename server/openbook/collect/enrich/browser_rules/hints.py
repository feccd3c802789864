"""Lets client hints complete or correct what the user agent says."""

import re
from collections.abc import Mapping

from openbook.collect.enrich.browser_rules.agent import Reading
from openbook.collect.enrich.browser_rules.patterns import rows

_BRANDS = {row[0]: row[1:] for row in rows("brands.txt")}
_APPS = {row[0]: row[1:] for row in rows("apps.txt")}
# Brands that others are built on; the later, the more one says.
_GENERIC = ("Chromium", "Android WebView", "Google Chrome")
_RANKS = (*_GENERIC, "Microsoft Edge", "Microsoft Edge WebView2")
_ENGINES = {None, "Chrome", "Chromium", "Safari", "Android Browser", "Internet Explorer"}
_PLATFORMS = {
    "Windows": "Windows",
    "macOS": "macOS",
    "Mac OS X": "macOS",
    "Android": "Android",
    "Chrome OS": "ChromeOS",
    "Chromium OS": "ChromeOS",
    "Linux": "Linux",
    "iOS": "iOS",
    "iPadOS": "iPadOS",
    "Fuchsia": "Fuchsia",
}
# Systems that are built on Android or Linux and pass for it in hints.
_PASS_FOR_ANDROID = {"HarmonyOS", "PICO OS", "Fire OS"}
_NOT_LINUX = {None, "Windows", "macOS", "iOS", "Linux"}
LONGEST_BRAND = 64
_BRAND = re.compile(r'"([^"]*)"\s*;\s*v="?([\d.]*)')


def apply_hints(reading: Reading, hints: Mapping[str, str]) -> Reading:
    """Returns the reading with what the hints say in place of what the agent froze.

    ``hints`` are raw header values by lower-case header name.
    """
    name, version, variant = _browser(reading, hints)
    app = _APPS.get(hints.get("x-requested-with", ""))
    if app and name in _ENGINES:
        name, version, variant = app[0], None, app[1] if len(app) > 1 else "in-app"
    os, os_version = _system(reading, hints)
    if variant not in ("webview", "in-app"):
        mobile = hints.get("sec-ch-ua-mobile", "").strip()
        variant = {"?1": "mobile", "?0": "desktop"}.get(mobile, variant)
    return Reading(name, version, os, os_version, variant)


def brands(header: str | None) -> dict[str, str | None]:
    """The brands of a ``Sec-CH-UA`` list with their versions, without the made-up ones."""
    found: dict[str, str | None] = {}
    # Some pass the list on without its outermost quotes.
    listed = '"' + (header or "").replace("\\", "").lstrip(' "')
    for brand, version in _BRAND.findall(listed):
        brand = brand.strip()
        letters = re.sub(r"[^a-z]", "", brand.lower())
        if 0 < len(brand) <= LONGEST_BRAND and not (
            "brand" in letters and ("not" in letters or letters == "abrand")
        ):
            found[brand] = _version(version)
    return found


def _browser(
    reading: Reading, hints: Mapping[str, str]
) -> tuple[str | None, str | None, str | None]:
    short = brands(hints.get("sec-ch-ua"))
    full = brands(hints.get("sec-ch-ua-full-version-list"))
    listed = full | {brand: full.get(brand) or version for brand, version in short.items()}
    if not listed:
        return reading.name, reading.version, reading.variant
    # The brand that says most; of several named ones the first.
    brand = max(listed, key=lambda b: _RANKS.index(b) if b in _RANKS else len(_RANKS))
    name, *variant = _BRANDS.get(brand, [brand])
    if brand in _GENERIC and reading.name not in _ENGINES:
        return reading.name, reading.version, reading.variant
    if brand == "Chromium" and reading.variant == "webview":
        return reading.name, reading.version, reading.variant
    version = _fuller(listed[brand] or _version(hints.get("sec-ch-ua-full-version")), reading, name)
    return name, version, variant[0] if variant else reading.variant


def _fuller(listed: str | None, reading: Reading, name: str) -> str | None:
    """The more telling of the version in the list and, for the same browser, in the agent."""
    said = reading.version
    same = reading.name == name or (name.startswith("Opera") and reading.name == "Opera")
    if not same or not said or not listed:
        return listed or (said if same else None)
    if name.startswith("Opera"):
        # Opera's list has carried Chromium's number, its agent never has.
        return listed if listed.split(".")[0] == said.split(".")[0] else said
    if listed.split(".")[0] == "99" != said.split(".")[0]:
        return said  # a company's policy lets the list stand still at 99
    frozen = said.split(".", 1)[-1] in ("0.0.0", "0")
    return said if said.startswith(f"{listed}.") and not frozen else listed


def _system(reading: Reading, hints: Mapping[str, str]) -> tuple[str | None, str | None]:
    platform = _PLATFORMS.get(_text(hints.get("sec-ch-ua-platform")))
    version = _version(_text(hints.get("sec-ch-ua-platform-version")))
    if platform is None or (platform == "Linux" and reading.os not in _NOT_LINUX):
        return reading.os, reading.os_version
    if platform == "Android" and reading.os in _PASS_FOR_ANDROID:
        return reading.os, reading.os_version
    if platform == "Windows":
        version = _windows(_text(hints.get("sec-ch-ua-platform-version")))
    same = platform == reading.os
    return platform, version or (reading.os_version if same else None)


def _windows(version: str) -> str | None:
    """The Windows that people know for a platform version (documented at learn.microsoft.com)."""
    major, _, rest = version.partition(".")
    if not major.isdecimal():
        return None
    if int(major) == 0:
        return {"1": "7", "2": "8", "3": "8.1"}.get(rest.partition(".")[0])
    return "11" if int(major) >= 13 else "10"


def _text(header: str | None) -> str:
    return (header or "").replace("\\", "").strip(' "')


def _version(text: str | None) -> str | None:
    kept = (text or "").strip(' ".')
    if kept.startswith("99.1"):
        # A company's policy puts the version behind a 99 that stands still; a real 99 is 99.0.
        kept = kept.removeprefix("99.")
    return kept if kept[:1].isdigit() and kept.strip("0.") else None
