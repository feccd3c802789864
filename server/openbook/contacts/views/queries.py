"""Every statement about saved views and layouts."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from openbook.contacts.views.schemas import Layout, ViewWrite
from openbook.db import Connection, Row, row, rows, run
from openbook.tables.lists import layouts, views


async def seen_by(conn: Connection, workspace_id: UUID, owner_id: UUID) -> list[Row]:
    """One's own views and the shared ones, by name."""
    statement = select(views).where(
        views.c.workspace_id == workspace_id,
        views.c.removed_at.is_(None),
        or_(views.c.owner_id == owner_id, views.c.shared),
    )
    return await rows(conn, statement.order_by(func.lower(views.c.name), views.c.id))


async def view(conn: Connection, workspace_id: UUID, view_id: UUID) -> Row | None:
    """A view, removed ones too, held against other writers."""
    statement = select(views).where(views.c.workspace_id == workspace_id, views.c.id == view_id)
    return await row(conn, statement.with_for_update())


async def how_many(conn: Connection, workspace_id: UUID, owner_id: UUID) -> int:
    """Views of one owner, those removed not counted."""
    found = await row(
        conn,
        select(func.count().label("number")).where(
            views.c.workspace_id == workspace_id,
            views.c.owner_id == owner_id,
            views.c.removed_at.is_(None),
        ),
    )
    return found["number"] if found else 0


async def insert_view(
    conn: Connection,
    workspace_id: UUID,
    view_id: UUID,
    owner_id: UUID,
    written: ViewWrite,
    moment: datetime,
) -> None:
    await run(
        conn,
        insert(views).values(
            workspace_id=workspace_id,
            id=view_id,
            owner_id=owner_id,
            made_at=moment,
            changed_at=moment,
            **values_of(written),
        ),
    )


async def update_view(conn: Connection, workspace_id: UUID, view_id: UUID, **values: Any) -> None:
    statement = update(views).where(views.c.workspace_id == workspace_id, views.c.id == view_id)
    await run(conn, statement.values(**values))


async def forget_removed(conn: Connection, workspace_id: UUID, before: datetime) -> None:
    """Delete what was removed before a moment."""
    await run(
        conn,
        delete(views).where(views.c.workspace_id == workspace_id, views.c.removed_at < before),
    )


async def layout(conn: Connection, workspace_id: UUID, owner_id: UUID) -> Layout | None:
    statement = select(layouts.c.columns, layouts.c.widths, layouts.c.density).where(
        layouts.c.workspace_id == workspace_id, layouts.c.owner_id == owner_id
    )
    found = await row(conn, statement)
    return Layout(**found) if found else None


async def put_layout(conn: Connection, workspace_id: UUID, owner_id: UUID, written: Layout) -> None:
    values = values_of(written)
    statement = upsert(layouts).values(workspace_id=workspace_id, owner_id=owner_id, **values)
    await run(
        conn,
        statement.on_conflict_do_update(index_elements=["workspace_id", "owner_id"], set_=values),
    )


def values_of(written: Layout) -> dict[str, Any]:
    return {name: getattr(written, name) for name in written.__struct_fields__}
