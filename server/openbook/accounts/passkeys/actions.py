"""What makes, asks for, takes and removes passkeys. The caller holds the transaction."""

import hmac
from datetime import datetime
from uuid import UUID

from openbook.accounts.keys import digest
from openbook.accounts.passkeys import queries
from openbook.accounts.passkeys.schemas import (
    CHALLENGE_LIFE,
    MOST_PASSKEYS,
    MadePasskey,
    NewPasskey,
    Passkey,
    PasskeyAnswer,
    PasskeyAsked,
    PasskeyCreation,
    PasskeyList,
    Place,
    ShownPasskey,
    Use,
)
from openbook.accounts.passkeys.verifying import (
    BAD_PASSKEY,
    as_bytes,
    as_challenge,
    as_text,
    challenge_of,
    check_answer,
    read_made,
    rp_id,
)
from openbook.accounts.people import queries as people
from openbook.accounts.people.schemas import Person, read_name
from openbook.accounts.second_factor.actions import forget_needless_codes, make_recovery_codes
from openbook.accounts.sessions.schemas import Session
from openbook.accounts.sign_in.actions import make_one_time_token
from openbook.accounts.sign_in.queries import take_one_time_token
from openbook.db import Connection
from openbook.errors import Conflict, NotAllowed, NotFound
from openbook.ids import new_id

NO_PASSKEY = "There is no such passkey. It may have been removed already."


async def ask_creation(
    conn: Connection, person: Person, session: Session, place: Place, moment: datetime
) -> PasskeyCreation:
    """What the browser makes a key of, in this session and no other."""
    host = rp_id(place)
    kept = await queries.passkeys_of(conn, person.id)
    _require_room(len(kept))
    token = await _challenge(conn, "make", person.id, str(session.id), moment)
    return PasskeyCreation(
        as_challenge(token),
        host,
        as_text(person.id.bytes),
        person.email,
        person.name,
        [as_text(key.credential_id) for key in kept],
    )


async def ask_answer(
    conn: Connection, use: Use, user_id: UUID | None, bound: str, place: Place, moment: datetime
) -> PasskeyAsked:
    """A challenge for a person's keys, or for any key of this host.

    `bound` is what must be shown again along with the answer: the session, the first proof's
    answer, or this browser's cookie.
    """
    host = rp_id(place)
    kept = await queries.passkeys_of(conn, user_id) if user_id else []
    if user_id and not kept:
        raise Conflict("There is no passkey. Take another way.", "no_passkey")
    token = await _challenge(conn, use, user_id, bound, moment)
    return PasskeyAsked(as_challenge(token), host, [as_text(key.credential_id) for key in kept])


async def take_challenge(
    conn: Connection,
    client_data: str,
    use: Use,
    user_id: UUID | None,
    bound: str,
    moment: datetime,
) -> str:
    """The challenge that was answered, this once; whatever is wrong with the answer, it is gone.

    To be committed before the answer is looked at.
    """
    token = challenge_of(client_data)
    found = await take_one_time_token(conn, digest(token), "passkey", moment) if token else None
    about = (found.about if found else None) or {}
    same = hmac.compare_digest(str(about.get("bound", "")), digest(bound).hex())
    if found is None or not token or about.get("use") != use or found.user_id != user_id:
        raise NotAllowed(BAD_PASSKEY, "bad_passkey")
    if not same:
        raise NotAllowed(BAD_PASSKEY, "bad_passkey")
    return token


async def keep_passkey(
    conn: Connection,
    person: Person,
    given: NewPasskey,
    challenge: str,
    place: Place,
    moment: datetime,
) -> MadePasskey:
    """From now on it is asked for; the first second factor comes with recovery codes."""
    made = read_made(given, challenge, place)
    await queries.lock_person(conn, person.id)
    _require_room(await queries.count_passkeys(conn, person.id))
    before = await people.second_factors(conn, person.id)
    new = Passkey(
        id=new_id(moment),
        user_id=person.id,
        credential_id=made.credential_id,
        public_key=made.public_key,
        sign_count=made.sign_count,
        name=read_name(given.name),
        created_at=moment,
        used_at=None,
    )
    if not await queries.insert_passkey(conn, new):
        raise Conflict("This passkey is known here already.", "passkey_known")
    if before:
        return MadePasskey(shown(new), None)
    return MadePasskey(shown(new), await make_recovery_codes(conn, person, moment))


async def take_answer(
    conn: Connection,
    given: PasskeyAnswer,
    challenge: str,
    place: Place,
    moment: datetime,
    *,
    of: UUID | None,
) -> UUID:
    """Whose key has answered. `of` is whose it must be; None: anybody's, whom the device verified.

    A device whose count does not go on was copied, or its answer was sent twice: NotAllowed.
    """
    wanted = as_bytes(given.id)
    key = await queries.passkey_by_credential(conn, wanted) if wanted else None
    if key is None or (of is not None and key.user_id != of):
        raise NotAllowed(BAD_PASSKEY, "bad_passkey")
    # The device says whose key it is; without a first proof it must say so.
    handle = as_bytes(given.user_handle) if given.user_handle else None
    if handle != key.user_id.bytes and (of is None or handle is not None):
        raise NotAllowed(BAD_PASSKEY, "bad_passkey")
    proved = check_answer(given, key, challenge, place, must_verify=of is None)
    if not await queries.note_use(conn, key.id, proved.sign_count, moment):
        raise NotAllowed(BAD_PASSKEY, "bad_passkey")
    return key.user_id


async def rename_passkey(
    conn: Connection, person: Person, passkey_id: UUID, name: str
) -> PasskeyList:
    """Call it something else; the person's keys as they are then."""
    if not await queries.rename_passkey(conn, person.id, passkey_id, read_name(name)):
        raise NotFound(NO_PASSKEY)
    return PasskeyList([shown(key) for key in await queries.passkeys_of(conn, person.id)])


async def remove_passkey(conn: Connection, person: Person, passkey_id: UUID) -> None:
    """It opens nothing any more. With the last second factor the recovery codes go too."""
    await queries.lock_person(conn, person.id)
    if not await queries.delete_passkey(conn, person.id, passkey_id):
        raise NotFound(NO_PASSKEY)
    await forget_needless_codes(conn, person)


def shown(key: Passkey) -> ShownPasskey:
    used = int(key.used_at.timestamp()) if key.used_at else None
    return ShownPasskey(key.id, key.name, int(key.created_at.timestamp()), used)


def _require_room(kept: int) -> None:
    if kept >= MOST_PASSKEYS:
        raise Conflict(
            f"There are {MOST_PASSKEYS} passkeys already. Remove one first.", "too_many_passkeys"
        )


async def _challenge(
    conn: Connection, use: Use, user_id: UUID | None, bound: str, moment: datetime
) -> str:
    about = {"use": use, "bound": digest(bound).hex()}
    return await make_one_time_token(conn, "passkey", user_id, CHALLENGE_LIFE, moment, about)
