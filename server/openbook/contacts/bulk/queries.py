"""Every statement about actions on many contacts: whom they are about, and how far they are."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb
from sqlalchemy import ColumnElement, Integer, cast, delete, func, insert, literal, select, update
from sqlalchemy.dialects.postgresql import aggregate_order_by

from openbook.db import Connection, Row, row, rows, run
from openbook.tables.contacts import contacts
from openbook.tables.jobs import jobs
from openbook.tables.lists import bulk_parts, bulks

_SHOWN = (*bulks.c, jobs.c.id.label("job_id"), jobs.c.status, jobs.c.done, jobs.c.total)


async def freeze(
    conn: Connection,
    workspace_id: UUID,
    bulk_id: UUID,
    conditions: Sequence[ColumnElement[bool]],
    size: int,
) -> int:
    """Note the ids of all contacts that match, `size` in a part; how many there are.

    One statement, so that they are those of one moment.
    """
    place = func.row_number().over(order_by=contacts.c.id) - 1
    numbered = (
        select(contacts.c.id, cast(place // size, Integer).label("number"))
        .where(contacts.c.workspace_id == workspace_id, *conditions)
        .subquery()
    )
    parts = select(
        literal(workspace_id),
        literal(bulk_id),
        numbered.c.number,
        func.array_agg(aggregate_order_by(numbered.c.id, numbered.c.id)),
        literal(False),
    ).group_by(numbered.c.number)
    names = ["workspace_id", "bulk_id", "number", "contact_ids", "worked"]
    await run(conn, insert(bulk_parts).from_select(names, parts))
    found = await row(
        conn,
        select(
            func.coalesce(func.sum(func.cardinality(bulk_parts.c.contact_ids)), 0).label("number")
        ).where(bulk_parts.c.workspace_id == workspace_id, bulk_parts.c.bulk_id == bulk_id),
    )
    return int(found["number"]) if found else 0


async def insert_bulk(conn: Connection, **values: Any) -> None:
    await run(conn, insert(bulks).values(**values))


async def update_bulk(conn: Connection, workspace_id: UUID, bulk_id: UUID, **values: Any) -> None:
    statement = update(bulks).where(bulks.c.workspace_id == workspace_id, bulks.c.id == bulk_id)
    await run(conn, statement.values(**values))


async def count_changed(conn: Connection, workspace_id: UUID, bulk_id: UUID, more: int) -> None:
    """Add to how many were changed."""
    await update_bulk(conn, workspace_id, bulk_id, changed=bulks.c.changed + more)


async def bulk(conn: Connection, workspace_id: UUID, bulk_id: UUID) -> Row | None:
    """An action with the job that does it."""
    return await row(conn, _with_jobs(workspace_id).where(bulks.c.id == bulk_id))


async def bulks_since(conn: Connection, workspace_id: UUID, moment: datetime) -> list[Row]:
    """The latest 50 actions since a moment, the latest first."""
    recent = _with_jobs(workspace_id).where(bulks.c.made_at >= moment)
    return await rows(conn, recent.order_by(bulks.c.made_at.desc(), bulks.c.id).limit(50))


def _with_jobs(workspace_id: UUID) -> Any:
    of_it = (
        (jobs.c.workspace_id == bulks.c.workspace_id)
        & (jobs.c.subject_id == bulks.c.id)
        & (jobs.c.kind == "bulk")
    )
    return (
        select(*_SHOWN)
        .select_from(bulks.outerjoin(jobs, of_it))
        .where(bulks.c.workspace_id == workspace_id)
    )


async def next_part(
    conn: Connection, workspace_id: UUID, bulk_id: UUID, *, undoing: bool
) -> Row | None:
    """The next part to be worked, or of those that changed something to be taken back."""
    waits = bulk_parts.c.before.is_not(None) if undoing else bulk_parts.c.worked.is_(False)
    statement = select(bulk_parts).where(
        bulk_parts.c.workspace_id == workspace_id, bulk_parts.c.bulk_id == bulk_id, waits
    )
    return await row(conn, statement.order_by(bulk_parts.c.number).limit(1))


async def part(conn: Connection, workspace_id: UUID, bulk_id: UUID, number: int) -> list[UUID]:
    """The contacts of one part; none behind the last."""
    found = await row(
        conn,
        select(bulk_parts.c.contact_ids).where(
            bulk_parts.c.workspace_id == workspace_id,
            bulk_parts.c.bulk_id == bulk_id,
            bulk_parts.c.number == number,
        ),
    )
    return found["contact_ids"] if found else []


async def note_part(
    conn: Connection, workspace_id: UUID, bulk_id: UUID, number: int, before: list[Any] | None
) -> None:
    """Note that a part is worked, and what it has changed, as it was before."""
    statement = update(bulk_parts).where(
        bulk_parts.c.workspace_id == workspace_id,
        bulk_parts.c.bulk_id == bulk_id,
        bulk_parts.c.number == number,
    )
    kept = None if before is None else Jsonb(before)
    await run(conn, statement.values(worked=True, before=kept))


async def to_take_back(conn: Connection, workspace_id: UUID, bulk_id: UUID) -> int:
    """How many changes can be taken back."""
    found = await row(
        conn,
        select(
            func.coalesce(func.sum(func.jsonb_array_length(bulk_parts.c.before)), 0).label("number")
        ).where(
            bulk_parts.c.workspace_id == workspace_id,
            bulk_parts.c.bulk_id == bulk_id,
            bulk_parts.c.before.is_not(None),
        ),
    )
    return int(found["number"]) if found else 0


async def forget(conn: Connection, workspace_id: UUID, bulk_id: UUID) -> None:
    """Delete an action and its parts: after a day nobody can take it back."""
    for table, column in ((bulk_parts, bulk_parts.c.bulk_id), (bulks, bulks.c.id)):
        await run(
            conn, delete(table).where(table.c.workspace_id == workspace_id, column == bulk_id)
        )
