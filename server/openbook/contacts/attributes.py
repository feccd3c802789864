"""A value of an attribute the operator declared, read as its type."""

from typing import Any

from openbook.catalogue.policy import AttributeType
from openbook.contacts.moments import read_time
from openbook.contacts.values import clean_text

MAX_TEXT = 4096
MAX_NUMBER = 1e300
SHAPES: dict[AttributeType, str] = {
    "text": "a text",
    "number": "a number",
    "flag": "true or false",
    "time": "a time such as 2026-06-30T12:00:00Z, or UNIX seconds",
}


def read_attribute(type: AttributeType, value: Any) -> Any | None:
    """The value as it is stored: text to 4,096 characters, a finite number, a flag, or a time as
    ISO 8601 in UTC. None where it is none of its type.
    """
    match type:
        case "text":
            return clean_text(value, MAX_TEXT)
        case "flag":
            return value if isinstance(value, bool) else None
        case "number":
            fits = isinstance(value, int | float) and not isinstance(value, bool)
            return value if fits and abs(value) < MAX_NUMBER else None
    moment = read_time(value)
    return None if moment is None else moment.isoformat()
