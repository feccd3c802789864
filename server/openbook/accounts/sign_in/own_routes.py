"""How the person who is signed in signs in: proving it once more, password, second factor."""

import asyncio
from typing import Any

from litestar import Request, Response, delete, post, put
from litestar.datastructures import Cookie, State

from openbook.accounts.guards import confirmed, plain_cookies, signed_in, visit
from openbook.accounts.passkeys import actions as passkeys
from openbook.accounts.passkeys.asking import place_of
from openbook.accounts.people import queries as people
from openbook.accounts.people.schemas import Person
from openbook.accounts.second_factor import actions as second
from openbook.accounts.second_factor.schemas import NewTotp, RecoveryCodes, TotpCode
from openbook.accounts.sessions.actions import confirm_session
from openbook.accounts.sessions.cookies import session_cookie
from openbook.accounts.sessions.queries import delete_sessions
from openbook.accounts.sign_in import limits
from openbook.accounts.sign_in.entering import PRIVATE
from openbook.accounts.sign_in.mails import tell_changed
from openbook.accounts.sign_in.passwords import check_password
from openbook.accounts.sign_in.queries import delete_one_time_tokens
from openbook.accounts.sign_in.schemas import NewPassword, Proof
from openbook.accounts.sign_in.trying import account_try, count, forgive
from openbook.db import Connection
from openbook.errors import BadInput, NotAllowed

SURE = [signed_in, confirmed]
TAGS = ["Me"]
Asking = Request[Any, Any, Any]


@post("/api/me/confirm", guards=[signed_in], tags=TAGS, operation_id="confirmMe", status_code=204)
async def confirm_me(request: Asking, state: State, data: Proof) -> Response[None]:
    """Prove once more that it is you, for what cannot be undone: good for 15 minutes.

    With a second factor in force its code or a passkey's answer (`askToConfirm`) is asked for, else
    the password. Without either, sign in again by a link.
    """
    moment, found = state.clock(), visit(request)
    person = found.person
    one = account_try(request, person.email_key, limits.CODE, limits.CODE_DEVICE, moment)
    await count(request, moment, one)
    async with state.db.transaction() as conn:
        factors = await people.second_factors(conn, person.id)
    if not factors and not await state.passwords.match(person.password_hash, data.password or ""):
        raise NotAllowed(
            "The password is not right. Without one, sign in again by a link.", "bad_password"
        )
    challenge = await _challenge(request, state, data) if factors else None
    async with state.db.transaction() as conn:
        if data.passkey and challenge:
            place = place_of(request)
            await passkeys.take_answer(conn, data.passkey, challenge, place, moment, of=person.id)
        elif factors:
            await second.take_code(conn, person, data.code or "", state.secret, moment)
        await forgive(conn, one)
        token = await confirm_session(conn, found.session, bool(factors), moment)
    return _renewed(request, token)


@put("/api/me/password", guards=SURE, tags=TAGS, operation_id="setPassword", status_code=204)
async def set_password(request: Asking, state: State, data: NewPassword) -> Response[None]:
    """Set the password, or another one. Every other browser is signed out."""
    moment, found = state.clock(), visit(request)
    person = found.person
    await asyncio.to_thread(check_password, data.password, person.email, person.name)
    kept = await state.passwords.hashed(data.password)
    async with state.db.transaction() as conn:
        await people.update_person(conn, person.id, password_hash=kept, password_at=moment)
        await delete_sessions(conn, person.id, but=found.session.id)
        await delete_one_time_tokens(conn, person.id)
        token = await confirm_session(conn, found.session, False, moment)
    tell_changed(state, person, "password")
    return _renewed(request, token)


@post("/api/me/totp", guards=SURE, tags=TAGS, operation_id="beginTotp", response_headers=PRIVATE)
async def begin_totp(request: Asking, state: State) -> NewTotp:
    """What to put into an authenticator app. Nothing is asked at sign-in before `confirmTotp`."""
    async with state.db.transaction() as conn:
        return await second.begin_totp(conn, visit(request).person, state.secret, state.clock())


@put("/api/me/totp", guards=SURE, tags=TAGS, operation_id="confirmTotp")
async def confirm_totp(request: Asking, state: State, data: TotpCode) -> Response[RecoveryCodes]:
    """A code shows that the app has it: from now on one is asked at sign-in.

    The answer has ten recovery codes, shown this once. Every other browser is signed out.
    """
    moment, found = state.clock(), visit(request)
    person = found.person
    one = account_try(request, person.email_key, limits.CODE, limits.CODE_DEVICE, moment)
    await count(request, moment, one)
    async with state.db.transaction() as conn:
        codes = await second.confirm_totp(
            conn, person, found.session, data.code, state.secret, moment
        )
        await delete_one_time_tokens(conn, person.id)
        token = await confirm_session(conn, found.session, True, moment)
    tell_changed(state, person, "second factor")
    cookies = [session_cookie(token, plain_cookies(request))]
    return Response(RecoveryCodes(codes), status_code=200, cookies=cookies, headers=PRIVATE)


@delete("/api/me/totp", guards=SURE, tags=TAGS, operation_id="removeTotp")
async def remove_totp(request: Asking, state: State) -> None:
    """Ask for no codes of the app any more. Every other browser is signed out."""
    found = visit(request)
    person = found.person
    async with state.db.transaction() as conn:
        await second.remove_totp(conn, person)
        await delete_sessions(conn, person.id, but=found.session.id)
    tell_changed(state, person, "second factor")


@post(
    "/api/me/recovery-codes",
    guards=SURE,
    tags=TAGS,
    operation_id="newRecoveryCodes",
    response_headers=PRIVATE,
)
async def new_recovery_codes(request: Asking, state: State) -> RecoveryCodes:
    """Ten new recovery codes, shown this once. The former ones are good for nothing any more."""
    person = visit(request).person
    async with state.db.transaction() as conn:
        await _require_factor(conn, person)
        return RecoveryCodes(await second.make_recovery_codes(conn, person, state.clock()))


def _renewed(request: Asking, token: str) -> Response[None]:
    cookies: list[Cookie] = [session_cookie(token, plain_cookies(request))]
    return Response(None, status_code=204, cookies=cookies, headers=PRIVATE)


async def _challenge(request: Asking, state: State, data: Proof) -> str | None:
    """The challenge that a passkey has answered; it is gone, whatever the answer is."""
    found = visit(request)
    if data.passkey is None:
        return None
    async with state.db.transaction() as conn:
        return await passkeys.take_challenge(
            conn,
            data.passkey.client_data,
            "confirm",
            found.person.id,
            str(found.session.id),
            state.clock(),
        )


async def _require_factor(conn: Connection, person: Person) -> None:
    if not await people.second_factors(conn, person.id):
        raise BadInput("Recovery codes belong to a second factor. Set one up first.", "no_factor")


handlers = [
    confirm_me,
    set_password,
    begin_totp,
    confirm_totp,
    remove_totp,
    new_recovery_codes,
]
