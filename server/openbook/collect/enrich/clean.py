"""Makes text from outside fit to store and to show: no control characters, trimmed, bounded."""

import re

# C0 and C1 controls (PostgreSQL refuses NUL), bidirectional overrides (they disguise text) and
# lone surrogates (not encodable as UTF-8).
_UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
# How much longer than its limit a text may be before cleaning; bounds the work on hostile input.
_SLACK = 4


def clean(text: str, limit: int) -> str:
    """At most ``limit`` characters without unfit ones and without blanks at the ends."""
    text = text[: limit * _SLACK].strip()
    if not text.isprintable():
        text = _UNFIT.sub("", text).strip()
    return text if len(text) <= limit else text[:limit].rstrip()
