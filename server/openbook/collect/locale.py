"""Languages and time zones, as browsers and devices name them."""

import re
from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?(-[A-Za-z0-9]{4,8})*")
# From the first subtag of one letter on stand extensions (`-u-ca-gregory`, `-x-ours`): how to
# write dates, not which language. Phones without a region write `en-`.
_REST = re.compile(r"-(?:[A-Za-z0-9]-.*|#.*|POSIX)?$", re.IGNORECASE)
# What Java called languages until the codes were changed; Android still says `in` for Indonesian.
_FORMER = {"iw": "he", "in": "id", "ji": "yi"}
_NO_LANGUAGE = frozenset({"und", "mul", "zxx", "mis"})


def read_language(value: Any) -> str | None:
    """A BCP 47 tag in canonical case (`pt-BR`), from a tag, a locale or an Accept-Language."""
    return _language(value) if isinstance(value, str) and len(value) <= 512 else None


@lru_cache(maxsize=4096)
def _language(value: str) -> str | None:
    first = value.split(",")[0].split(";")[0]
    # A POSIX locale (`pt_BR.UTF-8`) or one with a keyword (`de_DE@euro`) says the same.
    tag = _REST.sub("", re.split(r"[.@]", first)[0].strip().replace("_", "-"), count=1)
    if not _TAG.fullmatch(tag) or len(tag) > 35:
        return None
    language, *rest = tag.split("-")
    language = language.lower()
    if language in _NO_LANGUAGE:
        return None
    parts = [_FORMER.get(language, language)]
    for part in rest:
        if len(part) == 4 and part.isalpha():
            parts.append(part.title())
        elif len(part) == 2:
            parts.append(part.upper())
        else:
            parts.append(part.lower())
    return "-".join(parts)


def read_zone(value: Any) -> str | None:
    """An IANA time zone name; None for anything else, abbreviations and offsets included."""
    return value if isinstance(value, str) and value in _zones() else None


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(
        zone
        for zone in available_timezones()
        if "/" in zone and not zone.startswith(("posix/", "right/", "SystemV/"))
    ) | {"UTC", "GMT"}
