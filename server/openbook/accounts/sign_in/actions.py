"""What one-time tokens are made for and what taking one does. The caller holds the transaction."""

import secrets
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from openbook.accounts.keys import digest
from openbook.accounts.people import queries as people
from openbook.accounts.people.actions import create_person
from openbook.accounts.people.schemas import Person, read_email
from openbook.accounts.queries import lock_first_start, unscoped_first_workspace
from openbook.accounts.sign_in import queries
from openbook.accounts.sign_in.schemas import (
    OWNER_LINK_LIFE,
    LinkTaken,
    OneTimeToken,
    Purpose,
)
from openbook.db import Connection, enter
from openbook.errors import BadInput, Conflict, NotAllowed

ONE_TIME = "obl_"
LINK_PATH = "/sign-in"
# One sentence for a link that never was, was used or is over: it tells a guesser nothing.
BAD_LINK = "This link is not good any more: it works once, and not for long. Ask for another one."


def link_url(address: str, token: str) -> str:
    """What a person opens. The token stands behind the #: it reaches no server log and no Referer,
    and a mail scanner that fetches the link spends nothing."""
    return f"{address}{LINK_PATH}#{token}"


async def make_one_time_token(
    conn: Connection,
    purpose: Purpose,
    user_id: UUID | None,
    life: timedelta,
    moment: datetime,
    about: dict[str, Any] | None = None,
) -> str:
    """`obl_` and 43 characters, 256 random bits; kept as their digest only."""
    await queries.forget_expired_tokens(conn, moment)
    token = ONE_TIME + secrets.token_urlsafe(32)
    await queries.insert_one_time_token(
        conn, digest(token), purpose, user_id, about, moment, moment + life
    )
    return token


async def take(conn: Connection, token: str, purpose: Purpose, moment: datetime) -> OneTimeToken:
    """What the token is good for, this once. NotAllowed if it is none, was used, or is over."""
    found = await queries.take_one_time_token(conn, digest(token), purpose, moment)
    if found is None:
        raise NotAllowed(BAD_LINK, "bad_link")
    return found


async def make_owner_link(conn: Connection, workspace_id: UUID, moment: datetime) -> str:
    """The token of a link for the owner of a workspace; before there is one, for whoever is first.

    A former link for whoever is first is good for nothing any more.
    """
    owners = await people.owners(conn, workspace_id)
    owner = owners[0] if owners else None
    if owner is None:
        await queries.delete_one_time_tokens(conn, None)
    return await make_one_time_token(conn, "link", owner, OWNER_LINK_LIFE, moment)


async def has_owner(conn: Connection) -> bool:
    """Whether the installation's first workspace has an owner."""
    first = await unscoped_first_workspace(conn)
    if first is None:
        return False
    await enter(conn, (first.id,))
    return bool(await people.owners(conn, first.id))


async def take_link(conn: Connection, given: LinkTaken, moment: datetime) -> Person:
    """Whom the link signs in. The first owner is made of what they say of themselves."""
    found = await take(conn, given.token, "link", moment)
    if found.user_id is None:
        return await _first_owner(conn, given, moment)
    person = await people.person(conn, found.user_id)
    if person is None:
        raise NotAllowed(BAD_LINK, "bad_link")
    return person


async def _first_owner(conn: Connection, given: LinkTaken, moment: datetime) -> Person:
    if given.email is None:
        raise BadInput("This link is for the first owner: say your e-mail address.", "email_needed")
    await lock_first_start(conn)
    if await has_owner(conn):
        raise Conflict(
            "There is an owner already. `openbook owner-link` makes a link for them.", "has_owner"
        )
    first = await unscoped_first_workspace(conn)
    if first is None:
        raise Conflict(
            "There is no workspace yet. Start the server once: openbook serve", "no_workspace"
        )
    _, key = read_email(given.email)
    person = await people.person_by_email(conn, key)
    if person is None:
        person = await create_person(conn, given.email, given.name or "", moment)
    await enter(conn, (first.id,))
    await people.insert_membership(conn, first.id, person.id, "owner", moment)
    return person


async def waiting_person(conn: Connection, token: str, moment: datetime) -> tuple[Person, str]:
    """(who gave the first proof and is asked for the second, by which way). The token stays."""
    found = await queries.find_one_time_token(conn, digest(token), "second factor", moment)
    person = await people.person(conn, found.user_id) if found and found.user_id else None
    if found is None or person is None:
        raise NotAllowed("That took too long. Start to sign in anew.", "bad_link")
    return person, str((found.about or {}).get("method", "link"))
