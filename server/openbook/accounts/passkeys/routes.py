"""Passkeys over REST: a person's own, and signing in with one."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, delete, get, patch, post
from litestar.datastructures import Cookie, State

from openbook.accounts.guards import (
    confirmed,
    plain_cookies,
    require_own_page,
    signed_in,
    visit,
)
from openbook.accounts.passkeys import actions, queries
from openbook.accounts.passkeys.asking import attempt_of, begin_attempt, place_of
from openbook.accounts.passkeys.schemas import (
    MadePasskey,
    NewPasskey,
    PasskeyAnswer,
    PasskeyAsked,
    PasskeyCreation,
    PasskeyList,
    PasskeyTry,
    RenamePasskey,
)
from openbook.accounts.passkeys.verifying import BAD_PASSKEY
from openbook.accounts.people import queries as people
from openbook.accounts.sessions.actions import confirm_session
from openbook.accounts.sessions.cookies import session_cookie
from openbook.accounts.sessions.queries import delete_sessions
from openbook.accounts.sign_in import limits
from openbook.accounts.sign_in.actions import waiting_person
from openbook.accounts.sign_in.entering import PRIVATE, enter_person
from openbook.accounts.sign_in.mails import tell_changed
from openbook.accounts.sign_in.queries import delete_one_time_tokens
from openbook.accounts.sign_in.schemas import SignedIn
from openbook.accounts.sign_in.trying import address_try, count, forgive
from openbook.errors import NotAllowed

SURE = [signed_in, confirmed]
ME, DOOR = ["Me"], ["Signing in"]
Asking = Request[Any, Any, Any]


@get(
    "/api/me/passkeys",
    guards=[signed_in],
    tags=ME,
    operation_id="listPasskeys",
    response_headers=PRIVATE,
)
async def list_passkeys(request: Asking, state: State) -> PasskeyList:
    """Your passkeys: their names, since when, and when each was used last."""
    async with state.db.transaction() as conn:
        kept = await queries.passkeys_of(conn, visit(request).person.id)
    return PasskeyList([actions.shown(key) for key in kept])


@post(
    "/api/me/passkeys/creation",
    guards=SURE,
    tags=ME,
    operation_id="beginPasskey",
    response_headers=PRIVATE,
)
async def begin_passkey(request: Asking, state: State) -> PasskeyCreation:
    """What the browser needs to make a passkey. Nothing is kept before `addPasskey`."""
    found = visit(request)
    async with state.db.transaction() as conn:
        return await actions.ask_creation(
            conn, found.person, found.session, place_of(request), state.clock()
        )


@post("/api/me/passkeys", guards=SURE, tags=ME, operation_id="addPasskey")
async def add_passkey(request: Asking, state: State, data: NewPasskey) -> Response[MadePasskey]:
    """Keep the passkey that the browser has made. Every other browser is signed out.

    It is asked for at sign-in beside the password or the link, and opens by itself where the device
    asks for a finger, a face or a PIN. If it is the first second factor the answer has ten recovery
    codes, shown this once.
    """
    moment, found = state.clock(), visit(request)
    person, session = found.person, found.session
    async with state.db.transaction() as conn:
        challenge = await actions.take_challenge(
            conn, data.client_data, "make", person.id, str(session.id), moment
        )
    async with state.db.transaction() as conn:
        made = await actions.keep_passkey(conn, person, data, challenge, place_of(request), moment)
        await delete_sessions(conn, person.id, but=session.id)
        await delete_one_time_tokens(conn, person.id)
        token = await confirm_session(conn, session, True, moment)
    tell_changed(state, person, "list of passkeys")
    cookies: list[Cookie] = [session_cookie(token, plain_cookies(request))]
    return Response(made, status_code=201, cookies=cookies, headers=PRIVATE)


@patch(
    "/api/me/passkeys/{passkey_id:uuid}",
    guards=[signed_in],
    tags=ME,
    operation_id="renamePasskey",
    response_headers=PRIVATE,
)
async def rename_passkey(
    request: Asking, state: State, passkey_id: UUID, data: RenamePasskey
) -> PasskeyList:
    """Call a passkey something else. What it opens does not change."""
    person = visit(request).person
    async with state.db.transaction() as conn:
        return await actions.rename_passkey(conn, person, passkey_id, data.name)


@delete("/api/me/passkeys/{passkey_id:uuid}", guards=SURE, tags=ME, operation_id="removePasskey")
async def remove_passkey(request: Asking, state: State, passkey_id: UUID) -> None:
    """It opens nothing any more. Every other browser is signed out."""
    found = visit(request)
    async with state.db.transaction() as conn:
        await actions.remove_passkey(conn, found.person, passkey_id)
        await delete_sessions(conn, found.person.id, but=found.session.id)
        await delete_one_time_tokens(conn, found.person.id)
    tell_changed(state, found.person, "list of passkeys")


@post(
    "/api/me/confirm/passkey",
    guards=[signed_in],
    tags=ME,
    operation_id="askToConfirm",
    status_code=200,
    response_headers=PRIVATE,
)
async def ask_to_confirm(request: Asking, state: State) -> PasskeyAsked:
    """What the browser needs for a passkey's answer to `confirmMe`."""
    found = visit(request)
    async with state.db.transaction() as conn:
        return await actions.ask_answer(
            conn,
            "confirm",
            found.person.id,
            str(found.session.id),
            place_of(request),
            state.clock(),
        )


@post("/api/sign-in/passkey/challenge", tags=DOOR, operation_id="askForPasskey", status_code=200)
async def ask_for_passkey(request: Asking, state: State) -> Response[PasskeyAsked]:
    """What the browser needs to sign in with a passkey and nothing else.

    The answer sets a cookie: `signInByPasskey` takes the answer from this browser alone.
    """
    require_own_page(request)
    moment = state.clock()
    await count(request, moment, address_try(request, limits.LINK_ADDRESS))
    attempt, cookie = begin_attempt(request)
    async with state.db.transaction() as conn:
        asked = await actions.ask_answer(conn, "sign in", None, attempt, place_of(request), moment)
    return Response(asked, status_code=200, cookies=[cookie], headers=PRIVATE)


@post("/api/sign-in/passkey", tags=DOOR, operation_id="signInByPasskey", status_code=200)
async def sign_in_by_passkey(
    request: Asking, state: State, data: PasskeyAnswer
) -> Response[SignedIn]:
    """Sign in with a passkey. The device must have asked for a finger, a face or a PIN.

    Whoever has the device and unlocks it has given both proofs: no code is asked besides.
    """
    require_own_page(request)
    moment, here = state.clock(), address_try(request, limits.LINK_ADDRESS)
    await count(request, moment, here)
    async with state.db.transaction() as conn:
        challenge = await actions.take_challenge(
            conn, data.client_data, "sign in", None, attempt_of(request), moment
        )
    async with state.db.transaction() as conn:
        whose = await actions.take_answer(conn, data, challenge, place_of(request), moment, of=None)
        person = await people.person(conn, whose)
        if person is None:
            raise NotAllowed(BAD_PASSKEY, "bad_passkey")
        await forgive(conn, here)
        return await enter_person(conn, request, person, "passkey", True, moment)


@post(
    "/api/sign-in/second/passkey",
    tags=DOOR,
    operation_id="askForSecondPasskey",
    status_code=200,
    response_headers=PRIVATE,
)
async def ask_for_second_passkey(request: Asking, state: State, data: PasskeyTry) -> PasskeyAsked:
    """What the browser needs for a passkey's answer to `giveSecondFactor`."""
    require_own_page(request)
    moment = state.clock()
    await count(request, moment, address_try(request, limits.LINK_ADDRESS))
    async with state.db.transaction() as conn:
        person, _ = await waiting_person(conn, data.token, moment)
        return await actions.ask_answer(
            conn, "second", person.id, data.token, place_of(request), moment
        )


handlers = [
    list_passkeys,
    begin_passkey,
    add_passkey,
    rename_passkey,
    remove_passkey,
    ask_to_confirm,
    ask_for_passkey,
    sign_in_by_passkey,
    ask_for_second_passkey,
]
