"""What begins, renews and ends a session. The caller holds the transaction."""

import secrets
from datetime import datetime
from uuid import UUID

from openbook.accounts.keys import digest
from openbook.accounts.sessions import queries
from openbook.accounts.sessions.schemas import LONGEST_AGENT, LONGEST_LIFE, Session
from openbook.db import Connection
from openbook.errors import NotFound
from openbook.ids import new_id

SESSION = "obs_"


def new_session_token() -> str:
    """`obs_` and 43 characters, 256 random bits."""
    return SESSION + secrets.token_urlsafe(32)


async def begin_session(
    conn: Connection,
    user_id: UUID,
    method: str,
    second_factor: bool,
    agent: str,
    moment: datetime,
) -> tuple[Session, str]:
    """(the session, what goes into the cookie). Always a new token: none is ever taken over."""
    await queries.delete_dead_sessions(conn, user_id, moment)
    kept = "".join(letter if letter.isprintable() else " " for letter in agent[:LONGEST_AGENT])
    new = Session(
        id=new_id(moment),
        user_id=user_id,
        method=method,
        second_factor=second_factor,
        agent=kept,
        chosen=None,
        created_at=moment,
        seen_at=moment,
        confirmed_at=moment,
        expires_at=moment + LONGEST_LIFE,
    )
    token = new_session_token()
    await queries.insert_session(conn, new, digest(token))
    return new, token


async def confirm_session(
    conn: Connection, session: Session, second_factor: bool, moment: datetime
) -> str:
    """The person has proved once more to be it: what goes into the cookie from now on.

    What may do more gets another token, so that a former one that somebody saw opens nothing.
    """
    token = new_session_token()
    given = second_factor or session.second_factor
    if not await queries.renew_session(conn, session.id, digest(token), given, moment):
        raise NotFound("That session is over. Sign in again.")
    return token


async def end_session(conn: Connection, user_id: UUID, session_id: UUID) -> None:
    """The cookie opens nothing any more, from the commit on."""
    if not await queries.delete_session(conn, user_id, session_id):
        raise NotFound("There is no such session. It may have ended already.")
