"""A filter as it is written, in JSON or in short, read into one tree of conditions.

JSON:  {"and": [{"field": "country_code", "op": "eq", "value": "IT"}, {"not": {...}}]}
Short: country_code:eq:IT   web_sessions:between:2,9   email:exists

What a field may be asked is decided in `segments.py`; here only the shape and its bounds.
"""

from typing import Any, Literal

import msgspec
from msgspec import Struct

from openbook.errors import BadInput

MAX_DEPTH = 5
MAX_CONDITIONS = 50
MAX_TEXT = 20_000
LIST_OPERATORS = frozenset({"in", "between"})


class Condition(Struct, frozen=True):
    """One question about one field."""

    field: str
    op: str
    value: Any = True


class Group(Struct, frozen=True):
    """Conditions joined by `and` or `or`, or one of them turned around by `not`."""

    join: Literal["and", "or", "not"]
    parts: tuple["Condition | Group", ...]


Filter = Condition | Group


def read_filters(texts: list[str]) -> Filter | None:
    """The `filter` parameters of an address, each JSON or short; all of them must hold."""
    parts = tuple(_read_text(text) for text in texts if text)
    if not parts:
        return None
    whole = parts[0] if len(parts) == 1 else Group("and", parts)
    _check_bounds(whole)
    return whole


def read_filter(tree: Any) -> Filter:
    """A filter from decoded JSON."""
    whole = _read_tree(tree, 1)
    _check_bounds(whole)
    return whole


def _read_text(text: str) -> Filter:
    if len(text) > MAX_TEXT:
        raise BadInput(f"A filter is at most {MAX_TEXT:,} characters long.", "bad_filter")
    if not text.lstrip().startswith("{"):
        return _read_short(text)
    try:
        tree = msgspec.json.decode(text.encode())
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise BadInput(
            "The filter begins with { but is not JSON. Write "
            '{"and": [{"field": "country_code", "op": "eq", "value": "IT"}]} '
            "or, in short, country_code:eq:IT.",
            "bad_filter",
        ) from None
    return _read_tree(tree, 1)


def _read_short(text: str) -> Condition:
    field, _, rest = text.partition(":")
    op, colon, value = rest.partition(":")
    if not field or not op:
        raise BadInput(
            "A short filter is written FIELD:OPERATOR:VALUE, as in country_code:eq:IT.",
            "bad_filter",
        )
    if not colon:
        return Condition(field, op)
    return Condition(field, op, value.split(",") if op in LIST_OPERATORS else value)


def _read_tree(tree: Any, depth: int) -> Filter:
    if depth > MAX_DEPTH:
        raise BadInput(f"A filter nests at most {MAX_DEPTH} levels deep.", "bad_filter")
    if not isinstance(tree, dict):
        raise _shape()
    if len(tree) == 1:
        ((key, inner),) = tree.items()
        if key == "not":
            return Group("not", (_read_tree(inner, depth + 1),))
        if key in ("and", "or") and isinstance(inner, list) and inner:
            return Group(key, tuple(_read_tree(part, depth + 1) for part in inner))
    if not tree.keys() <= {"field", "op", "value"} or "op" not in tree:
        raise _shape()
    field, op = tree.get("field"), tree["op"]
    if not isinstance(field, str) or not isinstance(op, str):
        raise _shape()
    return Condition(field, op, tree.get("value", True))


def _shape() -> BadInput:
    return BadInput(
        'A filter is {"field": ..., "op": ..., "value": ...}, or {"and": [filters]}, '
        '{"or": [filters]} or {"not": filter}.',
        "bad_filter",
    )


def _check_bounds(whole: Filter) -> None:
    count, waiting = 0, [whole]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Group):
            waiting.extend(part.parts)
        else:
            count += 1
    if count > MAX_CONDITIONS:
        raise BadInput(f"A filter has at most {MAX_CONDITIONS} conditions.", "bad_filter")
