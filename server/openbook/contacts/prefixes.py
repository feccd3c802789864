"""Beginnings of texts, as SQL: by a range that an index answers, or by LIKE."""

from typing import Any

from sqlalchemy import ColumnElement, and_, literal
from sqlalchemy.types import Text

FIRST_SURROGATE, AFTER_SURROGATES, LAST_POINT = 0xD800, 0xE000, 0x10FFFF


def begins_with(column: ColumnElement[Any], text: str) -> ColumnElement[bool]:
    """A prefix as a range of bytes, which the index on a column answers.

    LIKE would not do: row-level security keeps every operator out of an index that is not
    leakproof, and these are.
    """
    least = column.op("~>=~", is_comparison=True)(literal(text, Text))
    after = next_text(text)
    if after is None:
        return least
    return and_(least, column.op("~<~", is_comparison=True)(literal(after, Text)))


def next_text(text: str) -> str | None:
    """The least text that is greater than every text beginning so; None where there is none."""
    while text:
        point = ord(text[-1]) + 1
        if point == FIRST_SURROGATE:
            point = AFTER_SURROGATES
        if point <= LAST_POINT:
            return text[:-1] + chr(point)
        text = text[:-1]
    return None


def escaped(text: str) -> str:
    """A text as LIKE takes it literally."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
