"""Every statement about second factors."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from openbook.accounts.sealing import open_bytes, seal_bytes
from openbook.accounts.second_factor.schemas import TotpSecret
from openbook.db import Connection, row, run
from openbook.errors import Misconfigured
from openbook.tables.people import recovery_codes, totp_secrets

PURPOSE = b"openbook totp secrets"


async def totp_secret(conn: Connection, user_id: UUID, secret: bytes) -> TotpSecret | None:
    """What the person's app has, opened with the instance's secret; in force or not."""
    statement = select(
        totp_secrets.c.sealed, totp_secrets.c.confirmed_at, totp_secrets.c.last_step
    ).where(totp_secrets.c.user_id == user_id)
    found = await row(conn, statement)
    if found is None:
        return None
    opened = open_bytes(found["sealed"], PURPOSE, user_id.bytes, secret)
    if opened is None:
        raise Misconfigured(
            "A second factor was sealed with another secret. Put the instance's former secret back "
            "(OPENBOOK_SECRET_FILE, or `secret` in the data folder), or take the person's second "
            "factor away: openbook person reset-second-factor EMAIL"
        )
    return TotpSecret(opened.decode(), found["confirmed_at"], found["last_step"])


async def put_unconfirmed_totp(
    conn: Connection, user_id: UUID, totp: str, secret: bytes, moment: datetime
) -> bool:
    """Keep what the app is to have. False if one is in force: that one stays."""
    values = {
        "sealed": seal_bytes(totp.encode(), PURPOSE, user_id.bytes, secret),
        "created_at": moment,
        "last_step": 0,
    }
    statement = upsert(totp_secrets).values(user_id=user_id, **values)
    statement = statement.on_conflict_do_update(
        index_elements=["user_id"], set_=values, where=totp_secrets.c.confirmed_at.is_(None)
    )
    return await run(conn, statement) == 1


async def confirm_totp(conn: Connection, user_id: UUID, moment: datetime) -> bool:
    statement = (
        update(totp_secrets)
        .where(totp_secrets.c.user_id == user_id, totp_secrets.c.confirmed_at.is_(None))
        .values(confirmed_at=moment)
    )
    return await run(conn, statement) == 1


async def use_step(conn: Connection, user_id: UUID, step: int) -> bool:
    """Take the code of a time step. Of many who have it at once, one gets through."""
    statement = (
        update(totp_secrets)
        .where(totp_secrets.c.user_id == user_id, totp_secrets.c.last_step < step)
        .values(last_step=step)
    )
    return await run(conn, statement) == 1


async def delete_totp(conn: Connection, user_id: UUID) -> bool:
    return await run(conn, delete(totp_secrets).where(totp_secrets.c.user_id == user_id)) == 1


async def put_recovery_codes(
    conn: Connection, user_id: UUID, hashes: Sequence[bytes], moment: datetime
) -> None:
    """These and no others are good from now on."""
    await run(conn, delete(recovery_codes).where(recovery_codes.c.user_id == user_id))
    values = [{"user_id": user_id, "code_hash": one, "created_at": moment} for one in hashes]
    await run(conn, insert(recovery_codes).values(values))


async def delete_recovery_codes(conn: Connection, user_id: UUID) -> None:
    await run(conn, delete(recovery_codes).where(recovery_codes.c.user_id == user_id))


async def use_recovery_code(conn: Connection, user_id: UUID, code_hash: bytes) -> bool:
    """Take a code: it is gone. Of many who have it at once, one gets through."""
    statement = delete(recovery_codes).where(
        recovery_codes.c.user_id == user_id, recovery_codes.c.code_hash == code_hash
    )
    return await run(conn, statement) == 1
