"""A moment, in every spelling that clients and files use."""

import re
from datetime import UTC, datetime
from typing import Any

_LONG_FRACTION = re.compile(r"(\.\d{6})\d+")


def read_time(value: Any) -> datetime | None:
    """An ISO 8601 text, or seconds or milliseconds since 1970; None for anything else."""
    if value is None:
        return None
    try:
        if isinstance(value, str):
            if len(value) > 40:
                return None
            if value.isdecimal() and value.isascii():
                return read_time(int(value))
            moment = datetime.fromisoformat(_plain(value))
            if moment.tzinfo is UTC:  # mostly, and comparing is cheaper than converting
                return moment
            return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        if isinstance(value, int | float) and not isinstance(value, bool):
            seconds = value / 1000 if abs(value) > 100_000_000_000 else value
            return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return None


def _plain(text: str) -> str:
    """Without what `fromisoformat` does not read: blanks around it, more than six decimals."""
    text = text.strip()
    # Mostly the decimals begin behind the seconds, and what follows the sixth is a zone.
    if len(text) <= 26 or (text[19] == "." and not text[26].isdigit()):
        return text
    return _LONG_FRACTION.sub(r"\1", text)
