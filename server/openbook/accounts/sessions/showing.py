"""What a person who is signed in is told of themselves and of their sessions."""

from uuid import UUID

from openbook.accounts.people import queries as people
from openbook.accounts.people.schemas import (
    Person,
    ShownMembership,
    ShownPerson,
    read_member_role,
)
from openbook.accounts.schemas import ALL_SCOPES, MEMBER_ROLES
from openbook.accounts.sessions.schemas import CONFIRMED_FOR, Me, Session, ShownSession
from openbook.db import Connection


async def me_of(conn: Connection, session: Session, person: Person) -> Me:
    """The person, where they belong, and what the session may do."""
    memberships = await people.unscoped_memberships(conn, person.id)
    mine = [one.workspace_id for one in memberships]
    chosen = session.chosen if session.chosen in mine else None
    return Me(
        ShownPerson(person.id, person.email, person.name, person.password_hash is not None),
        [
            ShownMembership(
                one.workspace_id,
                one.workspace,
                read_member_role(one.role),
                [scope for scope in ALL_SCOPES if scope in MEMBER_ROLES[one.role]],
            )
            for one in memberships
        ],
        chosen or next(iter(mine), None),
        await people.second_factors(conn, person.id),
        int((session.confirmed_at + CONFIRMED_FOR).timestamp()),
    )


def shown_session(session: Session, current: UUID) -> ShownSession:
    return ShownSession(
        session.id,
        session.agent,
        session.method,
        int(session.created_at.timestamp()),
        int(session.seen_at.timestamp()),
        session.id == current,
    )
