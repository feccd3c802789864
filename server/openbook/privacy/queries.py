"""How much of each field is held: statements over the tables of contacts."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from openbook.catalogue.fields import FIELDS
from openbook.contacts.shown import SHOWN_AS
from openbook.db import Connection, row
from openbook.tables.contacts import contacts


async def held(conn: Connection, workspace_id: UUID) -> dict[str, int]:
    """How many contacts there are (`contacts`), and in how many each field has a value.

    A flag counts where it is true, a number of sessions where it is not zero.
    """
    counts = [func.count().filter(_has(field.id, field.type)).label(field.id) for field in FIELDS]
    statement = select(func.count().label("contacts"), *counts).where(
        contacts.c.workspace_id == workspace_id
    )
    found = await row(conn, statement)
    return {name: int(value) for name, value in (found or {}).items()}


def _has(field_id: str, type: str) -> ColumnElement[Any]:
    column = SHOWN_AS[field_id]
    match type:
        case "flag":
            return column.is_(True)
        case "integer":
            return column > 0
        case "choice":
            return column != "none"
        case _:
            return column.is_not(None)
