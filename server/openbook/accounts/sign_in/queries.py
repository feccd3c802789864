"""Every statement about one-time tokens and about how often somebody tried."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select, update

from openbook.accounts.sign_in.limits import Try
from openbook.accounts.sign_in.schemas import OneTimeToken, Purpose
from openbook.db import Connection, row, run
from openbook.tables.people import attempts, one_time_tokens

FORGOTTEN_AT_ONCE = 100
# `free_at` is when the whole allowance is there again. A try moves it on by what one costs, unless
# that were further ahead than the allowance holds: one statement, so that tries at once count as
# many (the generic cell rate algorithm).
COUNT = """
INSERT INTO attempts AS a (key, free_at) VALUES (%(key)s, %(now)s + %(every)s)
ON CONFLICT (key) DO UPDATE SET free_at = greatest(a.free_at, %(now)s) + %(every)s
WHERE greatest(a.free_at, %(now)s) + %(every)s <= %(now)s + %(whole)s
RETURNING free_at
"""


async def insert_one_time_token(
    conn: Connection,
    token_hash: bytes,
    purpose: Purpose,
    user_id: UUID | None,
    about: dict[str, Any] | None,
    moment: datetime,
    expires_at: datetime,
) -> None:
    values = {"user_id": user_id, "about": about, "created_at": moment, "expires_at": expires_at}
    statement = insert(one_time_tokens)
    await run(conn, statement.values(token_hash=token_hash, purpose=purpose, **values))


async def take_one_time_token(
    conn: Connection, token_hash: bytes, purpose: Purpose, moment: datetime
) -> OneTimeToken | None:
    """What a live token is good for. Of many who take it at once, one gets it."""
    statement = (
        delete(one_time_tokens)
        .where(
            one_time_tokens.c.token_hash == token_hash,
            one_time_tokens.c.purpose == purpose,
            one_time_tokens.c.expires_at > moment,
        )
        .returning(one_time_tokens.c.user_id, one_time_tokens.c.about, one_time_tokens.c.expires_at)
    )
    found = await row(conn, statement)
    return OneTimeToken(**found) if found else None


async def find_one_time_token(
    conn: Connection, token_hash: bytes, purpose: Purpose, moment: datetime
) -> OneTimeToken | None:
    """What a live token is good for; it stays."""
    statement = select(
        one_time_tokens.c.user_id, one_time_tokens.c.about, one_time_tokens.c.expires_at
    ).where(
        one_time_tokens.c.token_hash == token_hash,
        one_time_tokens.c.purpose == purpose,
        one_time_tokens.c.expires_at > moment,
    )
    found = await row(conn, statement)
    return OneTimeToken(**found) if found else None


async def delete_one_time_tokens(conn: Connection, user_id: UUID | None) -> None:
    """What was made for a person, or for whoever comes first, is good for nothing any more."""
    of_theirs = (
        one_time_tokens.c.user_id.is_(None)
        if user_id is None
        else one_time_tokens.c.user_id == user_id
    )
    await run(conn, delete(one_time_tokens).where(of_theirs))


async def forget_expired_tokens(conn: Connection, moment: datetime) -> None:
    """Delete some of what is over; whoever makes a token does it, so they never pile up."""
    await conn.execute(
        "DELETE FROM one_time_tokens WHERE token_hash IN (SELECT token_hash FROM one_time_tokens"
        " WHERE expires_at <= %s ORDER BY expires_at LIMIT %s FOR UPDATE SKIP LOCKED)",
        (moment, FORGOTTEN_AT_ONCE),
    )


# Tries ----------------------------------------------------------------------------------------


async def count_try(conn: Connection, one: Try, moment: datetime) -> datetime | None:
    """Take one from an allowance. None if there was one; else when there will be one."""
    every = one.limit.every
    values = {"key": one.key, "now": moment, "every": every, "whole": every * one.limit.burst}
    if await (await conn.execute(COUNT, values)).fetchone() is not None:
        return None
    found = await row(conn, select(attempts.c.free_at).where(attempts.c.key == one.key))
    free_at = found["free_at"] if found else moment
    return free_at + every - every * one.limit.burst


async def give_back(conn: Connection, one: Try) -> None:
    """A try that was right counts for nothing."""
    statement = update(attempts).where(attempts.c.key == one.key)
    await run(conn, statement.values(free_at=attempts.c.free_at - one.limit.every))


async def forget_free_attempts(conn: Connection, moment: datetime) -> None:
    """Delete some of what says nothing any more; whoever tries does it, so it never piles up."""
    await conn.execute(
        "DELETE FROM attempts WHERE key IN (SELECT key FROM attempts"
        " WHERE free_at <= %s ORDER BY free_at LIMIT %s FOR UPDATE SKIP LOCKED)",
        (moment, FORGOTTEN_AT_ONCE),
    )
