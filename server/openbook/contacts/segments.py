"""A filter as SQL: for every field of the catalogue, the questions its type can answer.

Text is compared without regard to case, except a user id, which is the customer's own and exact.
A comparison with an unknown value is never true, and `not` and `ne` turn that around: `not` of a
condition holds for exactly the contacts for which the condition does not.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    and_,
    any_,
    case,
    cast,
    exists,
    func,
    literal,
    not_,
    or_,
)
from sqlalchemy.dialects.postgresql import INET
from sqlalchemy.types import Double, Numeric, Text

from openbook.catalogue.fields import BY_ID, FIELDS
from openbook.catalogue.policy import Attribute
from openbook.contacts.asked import Asked, storable
from openbook.contacts.filters import Condition, Filter
from openbook.contacts.prefixes import begins_with, escaped
from openbook.contacts.schemas import KINDS
from openbook.contacts.seen_as import seen_as
from openbook.contacts.shown import SHOWN_AS
from openbook.contacts.spellings import Spelled, of_condition
from openbook.contacts.values import email_key
from openbook.errors import BadInput
from openbook.tables.contacts import contacts, devices
from openbook.tags.queries import has_tag

TEXT = ("eq", "ne", "in", "contains", "starts_with", "exists")
NUMBER = ("eq", "ne", "gt", "gte", "lt", "lte", "between", "exists")
TIME = (*NUMBER[:-1], "within", "exists")
FLAG = ("eq", "ne")
CHOICE = ("eq", "ne", "in")
EXISTS = ("exists",)
ADDRESS = ("eq", "in", "exists")
EXACT = ("eq", "in")
TAGS = ("eq", "ne", "in", "exists")
OPERATORS: dict[str, tuple[str, ...]] = {
    "text": TEXT, "email": TEXT, "url": TEXT, "zone": TEXT, "time": TIME, "number": NUMBER,
    "integer": NUMBER, "flag": FLAG, "choice": CHOICE, "map": EXISTS, "ip": ADDRESS,
}  # fmt: skip
"""Type of a field -> the operators it allows."""
BESIDE: dict[str, tuple[str, ...]] = {
    "kind": CHOICE,
    "id": EXACT,
    "anonymous_id": EXACT,
    "tags": TAGS,
}
"""What can be asked beside the catalogue."""

MAX_KEY = 255
_STORED_TIME = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d"
_TO_THE_SECOND = len("2026-06-30T12:00:00")

Attributes = Mapping[str, Attribute]
Expression = ColumnElement[bool]
_NONE: Spelled = {}


def expression(filter: Filter, attributes: Attributes, spelled: Spelled = _NONE) -> Expression:
    """The condition over `contacts` that a filter means; refuses what a field cannot answer.

    `attributes`: the declared ones, by name. `spelled`: what is known of spellings; where they
    are, an index answers.
    """
    if isinstance(filter, Condition):
        known = of_condition(filter, spelled)
        asked = _condition(filter, attributes)
        return asked if known is None else _spelled(filter.field, known)
    parts = [expression(part, attributes, spelled) for part in filter.parts]
    if filter.join == "not":
        return parts[0].is_not(True)
    return and_(*parts) if filter.join == "and" else or_(*parts)


def _spelled(field: str, spellings: list[str]) -> Expression:
    return contacts.c[field] == any_(literal(spellings, ARRAY(Text)))


def operators_of(type: str) -> tuple[str, ...]:
    """The operators for a field of this type."""
    return OPERATORS[type]


def attribute_operators(type: str) -> tuple[str, ...]:
    """The operators for an attribute of this type; a flag of the operator's may be missing."""
    return (*OPERATORS[type], "exists") if type == "flag" else OPERATORS[type]


def _condition(condition: Condition, attributes: Attributes) -> Expression:
    name = condition.field
    if name in BESIDE:
        return _beside(Asked(condition, BESIDE[name]))
    if name in BY_ID:
        return _field(condition)
    head, _, key = name.partition(".")
    if key and len(key) <= MAX_KEY and storable(key):
        if head in BY_ID and BY_ID[head].type == "map":
            asked = Asked(condition, TEXT)
            return _text(asked, SHOWN_AS[head][key.removeprefix("utm_")].astext)
        if head == "attributes":
            return _attribute(condition, key, attributes)
    raise BadInput(
        f"There is no field {name[:64]!r} to filter on. A filter asks for one of "
        f"{', '.join((*BESIDE, *(field.id for field in FIELDS)))}, utms.KEY, first_utms.KEY or "
        "attributes.NAME.",
        "bad_filter",
    )


def _field(condition: Condition) -> Expression:
    field = BY_ID[condition.field]
    asked = Asked(condition, OPERATORS[field.type])
    shown = SHOWN_AS[field.id]
    match field.type:
        case "time":
            return _time(asked, shown)
        case "number" | "integer":
            return _number(asked, shown)
        case "flag":
            return _flag(asked, shown)
        case "choice":
            return _one_of(asked, shown, {choice: choice for choice in field.choices})
        case "ip":
            return _address(asked, shown)
        case "map":
            return _exists(asked, shown)
        case "email":
            return _email(asked)
    return _text(asked, shown, exact=field.id == "user_id")


def _attribute(condition: Condition, name: str, attributes: Attributes) -> Expression:
    if name not in attributes:
        declared = ", ".join(sorted(attributes)) or "none"
        raise BadInput(
            f"There is no attribute {name[:64]!r}. Declared here: {declared}.",
            "bad_filter",
        )
    type = attributes[name].type
    asked = Asked(condition, attribute_operators(type))
    json = contacts.c.attributes[name]
    text = json.astext
    # The declared type may have changed since a value was stored, so each type asks first.
    match type:
        case "number":
            is_number = func.jsonb_typeof(json) == "number"
            return _number(asked, case((is_number, cast(text, Numeric))))
        case "time":
            is_time = text.regexp_match(_STORED_TIME)
            # Compared as text to the second: a cast could meet a thirteenth month.
            return _stored_time(asked, case((is_time, func.left(text, _TO_THE_SECOND))))
        case "flag":
            return _flag(asked, case((text == "true", True), (text == "false", False)))
    return _text(asked, text)


def _beside(asked: Asked) -> Expression:
    if asked.field == "kind":
        return _one_of(asked, contacts.c.kind, {kind: number for number, kind in enumerate(KINDS)})
    if asked.field == "id":
        return contacts.c.id.in_([asked.uuid(value) for value in asked.values()])
    if asked.field == "tags":
        return _tags(asked)
    return exists().where(
        devices.c.workspace_id == contacts.c.workspace_id,
        devices.c.contact_id == contacts.c.id,
        seen_as([asked.text(value) for value in asked.values()]),
    )


def _text(asked: Asked, column: ColumnElement[Any], *, exact: bool = False) -> Expression:
    if asked.op == "exists":
        return _exists(asked, column)
    texts = [asked.text(value) for value in asked.values()]
    if exact:
        return _compare_text(asked.op, column, texts, lambda text: literal(text, Text))
    # Both sides are folded by the database: its idea of case depends on its locale.
    return _compare_text(
        asked.op,
        func.lower(column),
        texts,
        lambda text: func.lower(literal(text, Text)),
    )


def _tags(asked: Asked) -> Expression:
    """Which tags a contact has, each named or by its id."""
    if asked.op == "exists":
        some = has_tag(contacts.c.workspace_id, contacts.c.id, None)
        return some if asked.flag(asked.value) else not_(some)
    named = [asked.text(value) for value in asked.values()]
    found = has_tag(contacts.c.workspace_id, contacts.c.id, named)
    return not_(found) if asked.op == "ne" else found


def _email(asked: Asked) -> Expression:
    """An address is compared by its key, so that case and the spelling of its host do not count."""
    if asked.op == "exists":
        return _exists(asked, contacts.c.email)
    texts = [asked.text(value).strip() for value in asked.values()]
    keys = [email_key(text) or text.lower() for text in texts]
    return _compare_text(asked.op, contacts.c.email_key, keys, lambda text: literal(text, Text))


def _compare_text(
    op: str,
    column: ColumnElement[Any],
    texts: Sequence[str],
    folded: Callable[[str], ColumnElement[str]],
) -> Expression:
    match op:
        case "eq":
            return column == folded(texts[0])
        case "ne":
            return column.is_distinct_from(folded(texts[0]))
        case "in":
            return column.in_([folded(text) for text in texts])
        case "contains":
            return column.like(folded(f"%{escaped(texts[0])}%"))
    if isinstance(column, Column):
        return begins_with(column, texts[0])
    return column.like(folded(f"{escaped(texts[0])}%"))


def _number(asked: Asked, column: ColumnElement[Any]) -> Expression:
    if asked.op == "exists":
        return _exists(asked, column)
    numbers = [literal(asked.number(value), Double) for value in asked.values()]
    return _compare(asked.op, column, numbers)


def _compare(
    op: str, column: ColumnElement[Any], values: Sequence[ColumnElement[Any]]
) -> Expression:
    match op:
        case "eq":
            return column == values[0]
        case "ne":
            return column.is_distinct_from(values[0])
        case "gt":
            return column > values[0]
        case "gte":
            return column >= values[0]
        case "lt":
            return column < values[0]
        case "lte":
            return column <= values[0]
    return column.between(values[0], values[1])


def _time(asked: Asked, column: ColumnElement[Any]) -> Expression:
    """Times are shown in whole seconds, so they are compared as such: `eq` is the whole second."""
    if asked.op == "exists":
        return _exists(asked, column)
    if asked.op == "within":
        return column >= func.now() - asked.span(asked.value)
    seconds = [asked.seconds(value) for value in asked.values()]
    start = func.to_timestamp(literal(seconds[0], Double))
    after = func.to_timestamp(literal(seconds[-1] + 1, Double))
    within = and_(column >= start, column < after)
    match asked.op:
        case "gt":
            return column >= after
        case "gte":
            return column >= start
        case "lt":
            return column < start
        case "lte":
            return column < after
        case "ne":
            return within.is_not(True)
    return within


def _stored_time(asked: Asked, column: ColumnElement[Any]) -> Expression:
    """The times of attributes are ISO 8601 in UTC, whose order is that of their texts."""
    if asked.op == "exists":
        return _exists(asked, column)
    if asked.op == "within":
        since = func.timezone("UTC", func.now() - asked.span(asked.value))
        return column >= func.to_char(since, 'YYYY-MM-DD"T"HH24:MI:SS')
    texts = [
        literal(datetime.fromtimestamp(asked.seconds(value), UTC).isoformat()[:_TO_THE_SECOND])
        for value in asked.values()
    ]
    return _compare(asked.op, column, texts)


def _flag(asked: Asked, column: ColumnElement[Any]) -> Expression:
    if asked.op == "exists":
        return _exists(asked, column)
    value = asked.flag(asked.value)
    return column.is_distinct_from(value) if asked.op == "ne" else column.is_(value)


def _one_of(asked: Asked, column: ColumnElement[Any], stored: Mapping[str, Any]) -> Expression:
    values = [stored[asked.choice(value, stored)] for value in asked.values()]
    return column != values[0] if asked.op == "ne" else column.in_(values)


def _address(asked: Asked, column: ColumnElement[Any]) -> Expression:
    if asked.op == "exists":
        return _exists(asked, column)
    if asked.op == "eq":
        return func.host(column) == asked.address(asked.value)
    return or_(
        *(
            column.op("<<=", is_comparison=True)(cast(literal(asked.network(value)), INET))
            for value in asked.values()
        )
    )


def _exists(asked: Asked, column: ColumnElement[Any]) -> Expression:
    present = column.is_not(None)
    return present if asked.flag(asked.value) else not_(present)
