"""Every statement about the settings of the chat."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from openbook.conversations.appearance.schemas import ChatSettings, Kept
from openbook.db import Connection, row, rows, run
from openbook.tables.conversations import chat_settings as table
from openbook.tables.people import memberships, users

DEFAULTS = ChatSettings()


async def chat_settings(conn: Connection, workspace_id: UUID, *, lock: bool = False) -> Kept:
    """The settings in force; defaults where nobody has changed any."""
    columns = (table.c.settings, table.c.version, table.c.changed_at, table.c.avatar)
    statement = select(*columns).where(table.c.workspace_id == workspace_id)
    found = await row(conn, statement.with_for_update() if lock else statement)
    if found is None:
        return Kept(DEFAULTS, 0, None, None)
    settings = msgspec.convert(found["settings"], ChatSettings)
    avatar = picture_name(found["avatar"]) if found["avatar"] else None
    return Kept(settings, found["version"], found["changed_at"], avatar)


async def put_chat_settings(
    conn: Connection, workspace_id: UUID, settings: ChatSettings, version: int, moment: datetime
) -> bool:
    """Keep what differs from the default over a version that was read; False if another is there.

    Version 0 is the one before anybody changed anything.
    """
    values = {"settings": stored(settings), "version": version + 1, "changed_at": moment}
    if version == 0:
        fresh = insert(table).values(workspace_id=workspace_id, **values)
        return await run(conn, fresh.on_conflict_do_nothing()) == 1
    statement = update(table).where(
        table.c.workspace_id == workspace_id, table.c.version == version
    )
    return await run(conn, statement.values(**values)) == 1


async def put_avatar(
    conn: Connection, workspace_id: UUID, picture: bytes | None, moment: datetime
) -> None:
    values = {"avatar": picture, "changed_at": moment}
    fresh = insert(table).values(workspace_id=workspace_id, settings={}, version=1, **values)
    counted = {**values, "version": table.c.version + 1}
    await run(conn, fresh.on_conflict_do_update(index_elements=["workspace_id"], set_=counted))


async def avatar(conn: Connection, workspace_id: UUID) -> bytes | None:
    found = await row(conn, select(table.c.avatar).where(table.c.workspace_id == workspace_id))
    return found["avatar"] if found else None


async def names_of(
    conn: Connection, workspace_id: UUID, ids: Sequence[UUID]
) -> list[tuple[UUID, str]]:
    """(id, name) of those of them who are members, in the order given."""
    if not ids:
        return []
    joined = users.join(memberships, memberships.c.user_id == users.c.id)
    statement = (
        select(users.c.id, users.c.name)
        .select_from(joined)
        .where(memberships.c.workspace_id == workspace_id, users.c.id.in_(ids))
    )
    found = {one["id"]: one["name"] for one in await rows(conn, statement)}
    return [(one, found[one]) for one in ids if one in found]


def stored(settings: ChatSettings) -> dict[str, Any]:
    """Only what differs from the default, so that a better default reaches whoever kept it."""
    return {
        name: msgspec.to_builtins(value)
        for name in ChatSettings.__struct_fields__
        if (value := getattr(settings, name)) != getattr(DEFAULTS, name)
    }


def picture_name(picture: bytes) -> str:
    """A picture's hash: its address changes with it, so that it may be kept for a year."""
    return sha256(picture).hexdigest()[:24]
