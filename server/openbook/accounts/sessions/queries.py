"""Every statement about sessions."""

from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import delete, insert, select, update

from openbook.accounts.people.schemas import Person
from openbook.accounts.sessions.schemas import LONGEST_IDLE, Session, Visit
from openbook.db import Connection, rows, run
from openbook.tables.people import sessions

_COLUMNS = tuple(sessions.c[name] for name in Session.__struct_fields__)
# Plain text, not built anew for each request: every call of the dashboard runs it.
VISIT = """
SELECT s.id, s.user_id, s.method, s.second_factor, s.agent, s.chosen, s.created_at, s.seen_at,
  s.confirmed_at, s.expires_at, u.email, u.email_key, u.name, u.password_hash,
  u.created_at AS person_created_at
FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.token_hash = %s
"""


async def visit_by_token(conn: Connection, token_hash: bytes) -> Visit | None:
    """Who holds the session with this digest, live or not."""
    found = await (await conn.execute(VISIT, (token_hash,))).fetchone()
    if found is None:
        return None
    person = Person(
        found["user_id"],
        found["email"],
        found["email_key"],
        found["name"],
        found["password_hash"],
        found["person_created_at"],
    )
    return Visit(Session(**{name: found[name] for name in Session.__struct_fields__}), person)


async def insert_session(conn: Connection, new: Session, token_hash: bytes) -> None:
    await run(conn, insert(sessions).values(**msgspec.structs.asdict(new), token_hash=token_hash))


async def touch_session(conn: Connection, session_id: UUID, moment: datetime) -> None:
    """Note that it was used. Somebody else may hold the row: then they note it."""
    await conn.execute(
        "UPDATE sessions SET seen_at = %(at)s WHERE id IN (SELECT id FROM sessions"
        " WHERE id = %(id)s AND seen_at < %(at)s FOR UPDATE SKIP LOCKED)",
        {"id": session_id, "at": moment},
    )


async def renew_session(
    conn: Connection, session_id: UUID, token_hash: bytes, second_factor: bool, moment: datetime
) -> bool:
    """Put another token in the place of the former one; the person has just been proved."""
    values = {"token_hash": token_hash, "confirmed_at": moment, "second_factor": second_factor}
    return (
        await run(conn, update(sessions).where(sessions.c.id == session_id).values(**values)) == 1
    )


async def choose_workspace(conn: Connection, session_id: UUID, workspace_id: UUID) -> None:
    await run(conn, update(sessions).where(sessions.c.id == session_id).values(chosen=workspace_id))


async def live_sessions(conn: Connection, user_id: UUID, moment: datetime) -> list[Session]:
    """Where a person is signed in, the one seen last first."""
    statement = (
        select(*_COLUMNS)
        .where(
            sessions.c.user_id == user_id,
            sessions.c.expires_at > moment,
            sessions.c.seen_at > moment - LONGEST_IDLE,
        )
        .order_by(sessions.c.seen_at.desc(), sessions.c.id)
    )
    return [Session(**found) for found in await rows(conn, statement)]


async def delete_session(conn: Connection, user_id: UUID, session_id: UUID) -> bool:
    statement = delete(sessions).where(sessions.c.id == session_id, sessions.c.user_id == user_id)
    return await run(conn, statement) == 1


async def delete_sessions(conn: Connection, user_id: UUID, but: UUID | None = None) -> int:
    """End every session of a person, but one where it is named; how many."""
    statement = delete(sessions).where(sessions.c.user_id == user_id)
    if but is not None:
        statement = statement.where(sessions.c.id != but)
    return await run(conn, statement)


async def delete_dead_sessions(conn: Connection, user_id: UUID, moment: datetime) -> None:
    """Forget the sessions of a person that are over."""
    dead = (sessions.c.expires_at <= moment) | (sessions.c.seen_at <= moment - LONGEST_IDLE)
    await run(conn, delete(sessions).where(sessions.c.user_id == user_id, dead))
