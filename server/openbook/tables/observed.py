"""Columns made from the catalogue: the groups of fields that devices and contacts share."""

from sqlalchemy import (
    TIMESTAMP,
    BigInteger,
    Boolean,
    Column,
    Double,
    Integer,
    SmallInteger,
    Text,
)
from sqlalchemy.dialects.postgresql import INET, JSONB
from sqlalchemy.types import TypeEngine

from openbook.catalogue.field import Field
from openbook.catalogue.fields import GROUPS

TIME = TIMESTAMP(timezone=True)
SQL_TYPES: dict[str, TypeEngine | type[TypeEngine]] = {
    "text": Text, "email": Text, "url": Text, "zone": Text, "choice": Text,
    "time": TIME, "ip": INET, "number": Double, "integer": Integer, "flag": Boolean, "map": JSONB,
}  # fmt: skip


def field_column(field: Field) -> Column:
    """The column of one field of the catalogue."""
    return Column(field.id, SQL_TYPES[field.type], info={"field": field.id})


def clock_columns(name: str) -> list[Column]:
    """What orders a register and says where its values came from.

    `at`: the time that decides; `tie`: a digest of the canonical bytes of the values, which decides
    between equal times; `from`: source and trust, packed (see `contacts/fold.py`).
    """
    return [
        Column(f"{name}_at", TIME),
        Column(f"{name}_tie", BigInteger),
        Column(f"{name}_from", SmallInteger),
    ]


def group_columns() -> list[Column]:
    """Every register: its clock, then its values."""
    columns: list[Column] = []
    for group, fields in GROUPS.items():
        # A group of one field may bear its name: the clock columns end in _at, _tie and _from.
        columns += clock_columns(group)
        columns += [field_column(field) for field in fields]
    return columns


def bound_columns() -> list[Column]:
    """Minima and maxima; `firm` ones without what an anonymous sender dated back over an hour."""
    return [
        Column("first_seen_at", TIME, info={"field": "first_seen_at"}),
        Column("first_firm_at", TIME, info={"field": "first_seen_at"}),
        Column("first_utms", JSONB, info={"field": "first_utms"}),
        Column("first_utms_at", TIME),
        Column("first_utms_tie", BigInteger),
        Column("firm_utms", JSONB, info={"field": "first_utms"}),
        Column("firm_utms_at", TIME),
        Column("firm_utms_tie", BigInteger),
        Column("last_seen_at", TIME, info={"field": "last_seen_at"}),
    ]
