"""The names of place databases, as they are kept: the same long ones would stand in every row."""

import re
from functools import lru_cache

KNOWN = {
    "d": "DB-IP Lite",
    "r": "AS organisation DB-IP and RouteViews",
    "c": "GeoLite2 City",
    "n": "AS organisation GeoLite2 ASN",
}
"""Letter -> name. A letter keeps its meaning for as long as rows may hold it."""
_LETTERS = {name: letter for letter, name in KNOWN.items()}
_MONTHLY = re.compile(r"(.+) 20(\d\d)-(\d\d)", re.DOTALL)


@lru_cache(256)
def kept_as(label: str | None) -> str | None:
    """`d2606` for `DB-IP Lite 2026-06`; a name that is not known stays as it is."""
    parts = _MONTHLY.fullmatch(label) if label else None
    letter = _LETTERS.get(parts[1]) if parts else None
    return f"{letter}{parts[2]}{parts[3]}" if parts and letter else label
