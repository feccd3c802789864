"""Signing in over REST. Anybody may ask these; each asks for a proof, and for a page of ours."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import State

from openbook.accounts.guards import require_own_page
from openbook.accounts.passkeys import actions as passkeys
from openbook.accounts.passkeys.asking import place_of, takes_passkeys
from openbook.accounts.people import queries as people
from openbook.accounts.people.schemas import Person
from openbook.accounts.second_factor.actions import take_code
from openbook.accounts.sign_in import actions, limits
from openbook.accounts.sign_in.entering import PRIVATE, enter_person, first_proof
from openbook.accounts.sign_in.mails import send_sign_in_link
from openbook.accounts.sign_in.schemas import (
    LinkTaken,
    MailAsked,
    PasswordGiven,
    SecondGiven,
    SignedIn,
    Ways,
)
from openbook.accounts.sign_in.trying import account_try, address_try, count, forgive, key_of
from openbook.errors import Conflict, NotAllowed

TAGS = ["Signing in"]
# One sentence, whether the address has an account, has no password, or has another one.
BAD_PASSWORD = "The e-mail address or the password is not right."
NO_MAIL = "This openbook sends no mail. Ask whoever runs it for a link: openbook person link EMAIL"
Asking = Request[Any, Any, Any]


@get("/api/sign-in", tags=TAGS, operation_id="waysToSignIn", response_headers=PRIVATE)
async def ways_to_sign_in(request: Asking, state: State) -> Ways:
    """How somebody can sign in here."""
    async with state.db.transaction() as conn:
        started = await actions.has_owner(conn)
    return Ways(
        started=started,
        mail=state.mailer.ready,
        passkeys=takes_passkeys(request),
        provider=state.provider.client.label if state.provider else None,
    )


@post("/api/sign-in/link", tags=TAGS, operation_id="signInByLink", status_code=200)
async def sign_in_by_link(request: Asking, state: State, data: LinkTaken) -> Response[SignedIn]:
    """Sign in with the token of a link. It works once.

    The link of the first start makes the owner: it asks for their `email` and takes a `name`. Send
    the header `X-Requested-With: openbook`. The answer has either `me`, and the session is in the
    cookie, or `asked`: the second proof that is asked for.
    """
    require_own_page(request)
    moment, one = state.clock(), address_try(request, limits.LINK_ADDRESS)
    await count(request, moment, one)
    async with state.db.transaction() as conn:
        person = await actions.take_link(conn, data, moment)
        await forgive(conn, one)
        return await first_proof(conn, request, person, "link", moment)


@post("/api/sign-in/password", tags=TAGS, operation_id="signInByPassword", status_code=200)
async def sign_in_by_password(
    request: Asking, state: State, data: PasswordGiven
) -> Response[SignedIn]:
    """Sign in with an e-mail address and its password."""
    require_own_page(request)
    moment, key = state.clock(), key_of(data.email)
    tries = (
        address_try(request, limits.ADDRESS),
        account_try(request, key, limits.ACCOUNT, limits.DEVICE, moment),
    )
    await count(request, moment, *tries)
    async with state.db.transaction() as conn:
        found = await people.person_by_email(conn, key)
    same = await state.passwords.match(found.password_hash if found else None, data.password)
    if found is None or not same:
        raise NotAllowed(BAD_PASSWORD, "bad_password")
    async with state.db.transaction() as conn:
        await _still(conn, found)
        await forgive(conn, *tries)
        return await first_proof(conn, request, found, "password", moment)


@post("/api/sign-in/mail", tags=TAGS, operation_id="mailSignInLink", status_code=202)
async def mail_sign_in_link(request: Asking, state: State, data: MailAsked) -> None:
    """Send a link that signs in, if the address has an account. The answer is the same if not.

    Also the way in for whoever forgot the password: signed in by the link, they set another.
    """
    require_own_page(request)
    if not state.mailer.ready:
        raise Conflict(NO_MAIL, "no_mail")
    moment, key = state.clock(), key_of(data.email)
    secret = state.secret
    await count(
        request,
        moment,
        address_try(request, limits.MAIL_ADDRESS),
        limits.a_try(limits.MAIL_ACCOUNT, key, secret),
    )
    # After the answer: whether there is anything to do must not show in how long it takes.
    state.background.start(send_sign_in_link(state.db, state.mailer, state.settings, key, moment))


@post("/api/sign-in/second", tags=TAGS, operation_id="giveSecondFactor", status_code=200)
async def give_second_factor(
    request: Asking, state: State, data: SecondGiven
) -> Response[SignedIn]:
    """The second proof: a code of the authenticator app, a recovery code, which is then used, or a
    passkey's answer (`askForSecondPasskey`).
    """
    require_own_page(request)
    moment, here = state.clock(), address_try(request, limits.LINK_ADDRESS)
    await count(request, moment, here)
    async with state.db.transaction() as conn:
        person, method = await actions.waiting_person(conn, data.token, moment)
    one = account_try(request, person.email_key, limits.CODE, limits.CODE_DEVICE, moment)
    await count(request, moment, one)
    challenge = None
    if data.passkey is not None:
        async with state.db.transaction() as conn:
            challenge = await passkeys.take_challenge(
                conn, data.passkey.client_data, "second", person.id, data.token, moment
            )
    async with state.db.transaction() as conn:
        if data.passkey is not None and challenge is not None:
            place = place_of(request)
            await passkeys.take_answer(conn, data.passkey, challenge, place, moment, of=person.id)
        else:
            await take_code(conn, person, data.code or "", state.secret, moment)
        await actions.take(conn, data.token, "second factor", moment)
        await forgive(conn, here, one)
        return await enter_person(conn, request, person, method, True, moment)


async def _still(conn: Any, found: Person) -> None:
    """Refuse where the password was changed while it was compared."""
    now = await people.person(conn, found.id)
    if now is None or now.password_hash != found.password_hash:
        raise NotAllowed(BAD_PASSWORD, "bad_password")


handlers = [
    ways_to_sign_in,
    sign_in_by_link,
    sign_in_by_password,
    mail_sign_in_link,
    give_second_factor,
]
