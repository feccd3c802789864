"""How a tag may be called: pure rules."""

import re
import unicodedata
from collections.abc import Iterable
from uuid import UUID

from openbook.errors import BadInput

LONGEST = 40
RULE = (
    f"A tag is called by 1 to {LONGEST} characters without a comma: lists of tags are written "
    "with commas."
)


def read_name(text: str) -> str | None:
    """The name as it is kept: blanks are single and inside; None for what cannot be one."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return None
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if not 1 <= len(name) <= LONGEST or "," in name or _reads_as_id(name):
        return None
    if any(unicodedata.category(char) in ("Cc", "Cn", "Cs") for char in name):
        return None
    return name


def require_name(text: str) -> str:
    """The same; refuses what cannot be one."""
    name = read_name(text)
    if name is None:
        raise BadInput(RULE, "bad_tag")
    return name


def key_of(name: str) -> str:
    """What names are compared by: without regard to case."""
    return unicodedata.normalize("NFC", name.casefold())


def split_names(text: str) -> list[str]:
    """The names in a text with commas; empty ones are left out."""
    return [part for part in (one.strip() for one in text.split(",")) if part]


def join_names(names: Iterable[str]) -> str:
    return ", ".join(names)


def read_id(text: str) -> UUID | None:
    """The id, where a text is one rather than a name."""
    return UUID(text) if _reads_as_id(text) else None


_ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", re.ASCII)


def _reads_as_id(text: str) -> bool:
    """A filter names a tag by its id or by its name, so a name may not look like an id."""
    return _ID.fullmatch(text) is not None
