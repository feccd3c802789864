"""Every statement about who is whom at the provider."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from openbook.db import Connection, row, run
from openbook.tables.people import provider_subjects


async def person_of_subject(conn: Connection, issuer: str, subject: str) -> UUID | None:
    """Whom this subject was bound to when it came first."""
    statement = select(provider_subjects.c.user_id).where(
        provider_subjects.c.issuer == issuer, provider_subjects.c.subject == subject
    )
    found = await row(conn, statement)
    return found["user_id"] if found else None


async def bind_subject(
    conn: Connection, issuer: str, subject: str, user_id: UUID, moment: datetime
) -> bool:
    """False if the subject is somebody's already, or the person has another one there."""
    values = {"issuer": issuer, "subject": subject, "user_id": user_id}
    times = {"created_at": moment, "used_at": moment}
    statement = insert(provider_subjects).values(**values, **times)
    return await run(conn, statement.on_conflict_do_nothing()) == 1


async def note_subject(conn: Connection, issuer: str, subject: str, moment: datetime) -> None:
    statement = update(provider_subjects).where(
        provider_subjects.c.issuer == issuer, provider_subjects.c.subject == subject
    )
    await run(conn, statement.values(used_at=moment))


async def unbind_subjects(conn: Connection, user_id: UUID) -> bool:
    """Forget who a person is at the provider; their address counts anew. False: nothing to."""
    statement = delete(provider_subjects).where(provider_subjects.c.user_id == user_id)
    return await run(conn, statement) > 0
