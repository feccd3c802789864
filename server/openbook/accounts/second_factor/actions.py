"""What sets up, asks for and takes away a second factor. The caller holds the transaction."""

from datetime import datetime

from openbook.accounts.keys import digest
from openbook.accounts.people import queries as people
from openbook.accounts.people.schemas import Person
from openbook.accounts.second_factor import queries, totp
from openbook.accounts.second_factor.schemas import NewTotp
from openbook.accounts.sessions import queries as sessions
from openbook.accounts.sessions.schemas import Session
from openbook.db import Connection
from openbook.errors import BadInput, Conflict, NotAllowed

# One sentence for a wrong code, an old one and one that was used.
BAD_CODE = "This code is not right, or was used already. Take the one that the app shows now."


async def begin_totp(conn: Connection, person: Person, secret: bytes, moment: datetime) -> NewTotp:
    """A new secret for the app. It is asked for only once a code of it was given."""
    made = totp.new_secret()
    if not await queries.put_unconfirmed_totp(conn, person.id, made, secret, moment):
        raise Conflict(
            "There is a second factor in force. Take it away first to set up another.",
            "factor_in_force",
        )
    return NewTotp(made, totp.app_uri(made, person.email, "openbook"))


async def confirm_totp(
    conn: Connection, person: Person, session: Session, code: str, secret: bytes, moment: datetime
) -> list[str]:
    """The app has it: from now on it is asked. Its recovery codes; other sessions end."""
    waiting = await queries.totp_secret(conn, person.id, secret)
    if waiting is None or waiting.confirmed_at is not None:
        raise Conflict("There is no second factor to confirm. Set one up first.", "no_factor")
    step = totp.step_of(code, waiting.secret, waiting.last_step, moment)
    if step is None or not await queries.use_step(conn, person.id, step):
        raise BadInput(BAD_CODE, "bad_code")
    if not await queries.confirm_totp(conn, person.id, moment):
        raise Conflict("There is no second factor to confirm. Set one up first.", "no_factor")
    # Who signed in by one proof alone has not given the second.
    await sessions.delete_sessions(conn, person.id, but=session.id)
    return await make_recovery_codes(conn, person, moment)


async def make_recovery_codes(conn: Connection, person: Person, moment: datetime) -> list[str]:
    """New ones; the former ones are good for nothing any more."""
    codes = totp.new_recovery_codes()
    await queries.put_recovery_codes(conn, person.id, [digest(code) for code in codes], moment)
    return codes


async def take_code(
    conn: Connection, person: Person, code: str, secret: bytes, moment: datetime
) -> None:
    """Take a code of the app or a recovery code, once. NotAllowed if it is neither."""
    known = await queries.totp_secret(conn, person.id, secret)
    if known is not None and known.confirmed_at is not None:
        step = totp.step_of(code, known.secret, known.last_step, moment)
        if step is not None and await queries.use_step(conn, person.id, step):
            return
    recovery = totp.plain_recovery_code(code)
    if recovery is None or not await queries.use_recovery_code(conn, person.id, digest(recovery)):
        raise NotAllowed(BAD_CODE, "bad_code")


async def remove_totp(conn: Connection, person: Person) -> None:
    """It is not asked any more. Without another second factor its recovery codes go too."""
    if not await queries.delete_totp(conn, person.id):
        raise Conflict("There is no second factor.", "no_factor")
    await forget_needless_codes(conn, person)


async def forget_needless_codes(conn: Connection, person: Person) -> None:
    """Recovery codes are good for nothing where nothing is asked for."""
    if not await people.second_factors(conn, person.id):
        await queries.delete_recovery_codes(conn, person.id)
