"""Mail over REST: whether it is set up, and a mail to oneself to see that it arrives."""

from typing import Any

import msgspec
from litestar import Request, get, post
from litestar.datastructures import State

from openbook.accounts.guards import confirmed, requires, visit
from openbook.accounts.sign_in import limits
from openbook.accounts.sign_in.trying import count
from openbook.mailer import Mail

TAGS = ["Mail"]
TEXT = """\
This is the mail that you asked for, to see whether openbook can send any. It can.

Links in mails lead to {address}
"""
Asking = Request[Any, Any, Any]


class MailState(msgspec.Struct, frozen=True):
    """How mail is set up. The password of the mail server is told nobody."""

    ready: bool
    sender: str | None
    address: str
    """Where links lead (OPENBOOK_PUBLIC_URL)."""


class MailSent(msgspec.Struct, frozen=True):
    """To whom the mail went."""

    to: str


@get("/api/mail", guards=[requires("settings:read")], tags=TAGS, operation_id="showMail")
async def show_mail(state: State) -> MailState:
    """Whether mail is set up: OPENBOOK_SMTP_URL and OPENBOOK_MAIL_FROM."""
    return MailState(state.mailer.ready, state.settings.mail_from, state.settings.address)


@post(
    "/api/mail/test",
    guards=[requires("team:write"), confirmed],
    tags=TAGS,
    operation_id="testMail",
    status_code=200,
)
async def test_mail(request: Asking, state: State) -> MailSent:
    """Send a mail to yourself. If the mail server refuses it, the answer says how."""
    moment, email = state.clock(), visit(request).person.email
    await count(request, moment, limits.a_try(limits.MAIL_TEST, email, state.secret))
    text = TEXT.format(address=state.settings.address)
    await state.mailer.send(Mail(email, "A test of mail from openbook", text), moment)
    return MailSent(email)


handlers = [show_mail, test_mail]
