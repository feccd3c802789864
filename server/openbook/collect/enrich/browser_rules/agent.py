"""Reads browser and operating system from a user agent alone."""

import re

import msgspec

from openbook.collect.enrich.browser_rules.browsers import find_browser
from openbook.collect.enrich.browser_rules.systems import find_system

_is_mobile = re.compile(
    r"(?i)mobi|android|phone|ipad|ipod|tablet|opera mini|blackberry|bb10|symbian|midp"
).search
_is_webview = re.compile(r"; wv\)|\bWebView\b").search


class Reading(msgspec.Struct, frozen=True):
    """What was read so far; None where nothing was said."""

    name: str | None = None
    version: str | None = None
    os: str | None = None
    os_version: str | None = None
    variant: str | None = None


def read_agent(agent: str) -> Reading:
    """Reads a tidied user agent (see ``tidy``)."""
    name, version, variant = find_browser(agent)
    os, os_version = find_system(agent)
    if name == "Chrome" and _is_webview(agent):
        variant = "webview"
    elif variant is None:
        variant = "mobile" if _is_mobile(agent) else "desktop"
    return Reading(name, version, os, os_version, variant)
