"""Who may come in by the provider's word. The caller holds the transaction."""

import hmac
from datetime import datetime

from openbook.accounts.keys import digest
from openbook.accounts.people import queries as people
from openbook.accounts.people.actions import create_person
from openbook.accounts.people.schemas import LONGEST_NAME, Person, read_email
from openbook.accounts.provider import queries
from openbook.accounts.provider.schemas import ATTEMPT_LIFE, Client, Proved
from openbook.accounts.sign_in.actions import make_one_time_token, take
from openbook.accounts.team.actions import join
from openbook.accounts.team.queries import unscoped_invitations_to
from openbook.db import Connection, enter
from openbook.errors import BadInput, NotAllowed

OVER = "That took too long, or began in another browser. Start to sign in anew."
# One sentence for an address that nobody has here, for a member who was removed and for somebody
# else's account at the provider with a member's address: it tells nothing about who is a member.
STRANGER = (
    "The sign-in service knows you, but you are not in a team here. Ask for an invitation to the "
    "address that you have there."
)
UNVERIFIED = "The sign-in service has not verified your e-mail address, so it counts for nothing."
ELSEWHERE = "Only addresses of certain domains may sign in this way, and yours is of none of them."


async def begin(conn: Connection, attempt: str, moment: datetime) -> str:
    """The state of a new attempt, which the provider brings back: good once."""
    about = {"bound": digest(attempt).hex()}
    return await make_one_time_token(conn, "provider", None, ATTEMPT_LIFE, moment, about)


async def take_attempt(conn: Connection, state: str, attempt: str, moment: datetime) -> None:
    """Spend the state. NotAllowed unless this browser began with it a short while ago."""
    try:
        found = await take(conn, state, "provider", moment)
    except NotAllowed:
        raise NotAllowed(OVER, "bad_state") from None
    bound = str((found.about or {}).get("bound", ""))
    if not hmac.compare_digest(bound, digest(attempt).hex()):
        raise NotAllowed(OVER, "bad_state")


async def let_in(conn: Connection, client: Client, given: Proved, moment: datetime) -> Person:
    """The person whom the provider has signed in.

    At first use by the address, which must be verified, of a member or of somebody invited; from
    then on by the subject alone, whatever the address is by then.
    """
    key = _allowed_key(client, given)
    known = await queries.person_of_subject(conn, given.issuer, given.subject)
    if known is not None:
        person = await people.person(conn, known)
        if person is None:
            raise NotAllowed(STRANGER, "not_invited")
        await queries.note_subject(conn, given.issuer, given.subject, moment)
        return await _belonging(conn, person, person.email_key, person.email, "", moment)
    if given.email is None or key is None:
        raise NotAllowed(UNVERIFIED, "unverified_address")
    person = await people.person_by_email(conn, key)
    name = "".join(letter for letter in given.name or "" if letter.isprintable()).strip()
    found = await _belonging(conn, person, key, given.email, name[:LONGEST_NAME], moment)
    if not await queries.bind_subject(conn, given.issuer, given.subject, found.id, moment):
        raise NotAllowed(STRANGER, "not_invited")
    return found


def _allowed_key(client: Client, given: Proved) -> str | None:
    """What the address is found by, where it is verified; refused where it is of no good domain."""
    key = None
    if given.email is not None and given.email_verified:
        try:
            key = read_email(given.email)[1]
        except BadInput:
            key = None
    if client.domains:
        if key is None:
            raise NotAllowed(UNVERIFIED, "unverified_address")
        if key.rpartition("@")[2] not in client.domains:
            raise NotAllowed(ELSEWHERE, "other_domain")
    return key


async def _belonging(
    conn: Connection, person: Person | None, key: str, email: str, name: str, moment: datetime
) -> Person:
    """The person, who is in a team: already, or by the invitations that wait for the address."""
    if person is not None and await people.unscoped_memberships(conn, person.id):
        return person
    waiting = await unscoped_invitations_to(conn, key, moment)
    if not waiting:
        raise NotAllowed(STRANGER, "not_invited")
    if person is None:
        person = await create_person(conn, email, name, moment)
    for one in waiting:
        await enter(conn, (one.workspace_id,))
        await join(conn, one, person, moment)
    return person
