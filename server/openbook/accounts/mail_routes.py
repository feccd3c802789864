"""Mail over REST: whether it is set up, and a mail to oneself to see that it arrives."""

from typing import Any, Literal

import msgspec
from litestar import Request, get, post
from litestar.datastructures import State

from openbook.accounts.guards import confirmed, requires, visit
from openbook.accounts.sign_in import limits
from openbook.accounts.sign_in.trying import count
from openbook.mailer import Mail, Server
from openbook.settings import Settings

TAGS = ["Mail"]
TEXT = """\
This is the mail that you asked for, to see whether openbook can send any. It can.

Links in mails lead to {address}
"""
Asking = Request[Any, Any, Any]


class MailServer(msgspec.Struct, frozen=True):
    """Where mail is handed in."""

    host: str
    port: int
    security: Literal["tls", "starttls", "none"]
    """TLS from the first byte, TLS before anything is said, or in the clear."""
    user: str | None


class Variable(msgspec.Struct, frozen=True):
    """A variable of the environment that openbook runs in."""

    name: str
    set: bool


class MailState(msgspec.Struct, frozen=True):
    """How mail is set up. The password of the mail server is told nobody."""

    ready: bool
    sender: str | None
    address: str
    """Where links lead (OPENBOOK_PUBLIC_URL)."""
    server: MailServer | None
    variables: list[Variable]
    """What mail is set up by, and which of it is set."""


class MailSent(msgspec.Struct, frozen=True):
    """To whom the mail went."""

    to: str


@get("/api/mail", guards=[requires("settings:read")], tags=TAGS, operation_id="showMail")
async def show_mail(state: State) -> MailState:
    """Whether mail is set up: OPENBOOK_SMTP_URL and OPENBOOK_MAIL_FROM."""
    settings: Settings = state.settings
    found: Server | None = state.mailer.server
    shown = None
    if found is not None:
        shown = msgspec.convert(found, MailServer, from_attributes=True)
    variables = [
        Variable("OPENBOOK_SMTP_URL", settings.smtp_url is not None),
        Variable("OPENBOOK_MAIL_FROM", settings.mail_from is not None),
        Variable("OPENBOOK_PUBLIC_URL", settings.public_url is not None),
    ]
    return MailState(state.mailer.ready, settings.mail_from, settings.address, shown, variables)


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
