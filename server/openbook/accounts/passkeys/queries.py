"""Every statement about passkeys."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from openbook.accounts.passkeys.schemas import Passkey
from openbook.db import Connection, row, rows, run
from openbook.tables.people import passkeys, users

_PASSKEY = tuple(passkeys.c[name] for name in Passkey.__struct_fields__)


async def passkeys_of(conn: Connection, user_id: UUID) -> list[Passkey]:
    """A person's keys, the oldest first."""
    statement = select(*_PASSKEY).where(passkeys.c.user_id == user_id)
    found = await rows(conn, statement.order_by(passkeys.c.created_at, passkeys.c.id))
    return [Passkey(**one) for one in found]


async def passkey_by_credential(conn: Connection, credential_id: bytes) -> Passkey | None:
    statement = select(*_PASSKEY).where(passkeys.c.credential_id == credential_id)
    found = await row(conn, statement)
    return Passkey(**found) if found else None


async def lock_person(conn: Connection, user_id: UUID) -> None:
    """Nobody else adds to or takes from what this person signs in with, until commit."""
    await row(conn, select(users.c.id).where(users.c.id == user_id).with_for_update())


async def count_passkeys(conn: Connection, user_id: UUID) -> int:
    found = await row(conn, select(func.count().label("many")).where(passkeys.c.user_id == user_id))
    return found["many"] if found else 0


async def insert_passkey(conn: Connection, new: Passkey) -> bool:
    """False if somebody has this key already."""
    values = {name: getattr(new, name) for name in new.__struct_fields__}
    statement = insert(passkeys).values(**values)
    return await run(conn, statement.on_conflict_do_nothing(index_elements=["credential_id"])) == 1


async def note_use(conn: Connection, passkey_id: UUID, sign_count: int, moment: datetime) -> bool:
    """Keep the device's count. False if it does not go on: of two answers at once one counts."""
    goes_on = passkeys.c.sign_count < sign_count
    if sign_count == 0:  # devices that do not count say so each time
        goes_on = passkeys.c.sign_count == 0
    statement = update(passkeys).where(passkeys.c.id == passkey_id, goes_on)
    return await run(conn, statement.values(sign_count=sign_count, used_at=moment)) == 1


async def rename_passkey(conn: Connection, user_id: UUID, passkey_id: UUID, name: str) -> bool:
    """False if the person has no such key."""
    statement = update(passkeys).where(passkeys.c.user_id == user_id, passkeys.c.id == passkey_id)
    return await run(conn, statement.values(name=name)) == 1


async def delete_passkey(conn: Connection, user_id: UUID, passkey_id: UUID) -> bool:
    statement = delete(passkeys).where(passkeys.c.user_id == user_id, passkeys.c.id == passkey_id)
    return await run(conn, statement) == 1


async def delete_passkeys(conn: Connection, user_id: UUID) -> bool:
    """All of a person's. False if there were none."""
    return await run(conn, delete(passkeys).where(passkeys.c.user_id == user_id)) > 0
