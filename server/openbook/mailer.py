"""Mail that openbook sends of itself: composed, checked once more as bytes, handed to a server.

A name or a workspace's title may stand in a mail, so a header could be smuggled in: `EmailMessage`
of Python before 3.11.10 writes an encoded word with a line break as a header of its own
(CVE-2024-6923). Therefore what is about to be sent is read again, and must have the headers that
were meant and no other.
"""

import email.policy
import logging
import ssl
from collections import Counter
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import format_datetime, make_msgid
from urllib.parse import parse_qs, unquote, urlsplit

import aiosmtplib
import msgspec

from openbook.errors import BadInput, Misconfigured, Unavailable

HEADERS = (
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
)
SECONDS = 20
LONGEST_SUBJECT = 150
LOOPBACK = ("localhost", "127.0.0.1", "::1")
log = logging.getLogger(__name__)


class Mail(msgspec.Struct, frozen=True):
    """A mail to one person, plain text."""

    to: str
    subject: str
    text: str

    def __repr__(self) -> str:  # personal: not for logs
        return "Mail(...)"


class Server(msgspec.Struct, frozen=True):
    """Where mail is handed in. `security`: tls from the first byte, starttls, or none."""

    host: str
    port: int
    security: str
    user: str | None
    password: str | None

    def __repr__(self) -> str:  # a secret must not get into a log by way of a struct's repr
        return f"Server(host={self.host!r}, port={self.port}, security={self.security!r})"


class Mailer:
    """Hands mail to the server of the settings; `ready` is false where there is none."""

    def __init__(self, smtp_url: str | None, sender: str | None):
        self._server = read_smtp_url(smtp_url) if smtp_url else None
        self._sender = read_sender(sender) if sender else None
        if self._server is not None and self._sender is None:
            raise Misconfigured(
                "OPENBOOK_SMTP_URL is set, but not from whom mail comes. Set OPENBOOK_MAIL_FROM, "
                "for example to: openbook <openbook@example.com>"
            )

    @property
    def ready(self) -> bool:
        return self._server is not None

    @property
    def server(self) -> Server | None:
        """Where mail is handed in."""
        return self._server

    async def send(self, mail: Mail, moment: datetime) -> None:
        """Hand a mail in. Unavailable if the server does not take it; says why in plain words."""
        if self._server is None or self._sender is None:
            raise Unavailable("No mail server is set up: OPENBOOK_SMTP_URL.", "no_mail")
        server = self._server
        message = compose(mail, self._sender, moment)
        try:
            await aiosmtplib.send(
                message,
                sender=self._sender.addr_spec,
                recipients=[mail.to],
                hostname=server.host,
                port=server.port,
                username=server.user,
                password=server.password,
                use_tls=server.security == "tls",
                start_tls=server.security == "starttls",
                tls_context=ssl.create_default_context(),
                timeout=SECONDS,
            )
        except (aiosmtplib.SMTPException, OSError, ssl.SSLError, ValueError) as error:
            # The server's own words may hold the address: the kind of failure and the code do not.
            code = getattr(error, "code", None)
            said = type(error).__name__ + (f" {code}" if isinstance(code, int) else "")
            log.warning("mail was not taken: %s", said)
            raise Unavailable(
                f"The mail server did not take the mail ({said}). Check OPENBOOK_SMTP_URL and "
                "OPENBOOK_MAIL_FROM.",
                "mail_failed",
            ) from None


def compose(mail: Mail, sender: Address, moment: datetime) -> bytes:
    """The mail as it goes over the wire. Refuses whatever would make other headers than meant."""
    subject = mail.subject[:LONGEST_SUBJECT].replace("=?", "= ?")
    if not (subject + mail.to).isprintable():
        raise BadInput("A mail's subject and address hold no control characters.", "bad_mail")
    message = EmailMessage(email.policy.SMTP)
    try:
        local, _, domain = mail.to.rpartition("@")
        message["From"] = sender
        message["To"] = Address(username=local, domain=domain)
    except (ValueError, IndexError, UnicodeError):
        raise BadInput("That is not an e-mail address.", "bad_mail") from None
    message["Subject"] = subject
    message["Date"] = format_datetime(moment)
    message["Message-ID"] = make_msgid(domain=sender.domain)
    # No out-of-office reply to this, please: RFC 3834, and what Exchange reads instead.
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(mail.text)
    composed = message.as_bytes()
    require_headers(composed)
    return composed


def require_headers(composed: bytes) -> None:
    """Refuse a mail that, read again, has other headers than ours, or one of them twice."""
    head = BytesParser(policy=email.policy.compat32).parsebytes(composed, headersonly=True)
    wanted = Counter(name.lower() for name in HEADERS)
    if Counter(name.lower() for name in head.keys()) != wanted or head.defects:  # noqa: SIM118
        raise BadInput("This mail would carry headers that nobody meant.", "bad_mail")


def read_smtp_url(url: str) -> Server:
    """`smtps://user:password@host:465` or `smtp://host:587`, which goes over to TLS.

    `?tls=none` sends in the clear; to this very machine it does so anyway.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        parts, host, port = urlsplit(""), None, None
    usual = {"smtp": 587, "smtps": 465}.get(parts.scheme)
    if usual is None or not host or parts.path not in ("", "/"):
        raise Misconfigured(
            "OPENBOOK_SMTP_URL is written like smtps://user:password@mail.example.com:465 or "
            "smtp://user:password@mail.example.com:587."
        )
    clear = parse_qs(parts.query).get("tls") == ["none"] or host in LOOPBACK
    security = "tls" if parts.scheme == "smtps" else "none" if clear else "starttls"
    user = unquote(parts.username) if parts.username else None
    password = unquote(parts.password) if parts.password else None
    return Server(host, port or usual, security, user, password)


def read_sender(text: str) -> Address:
    """`openbook <openbook@example.com>`, or the address alone."""
    name, _, rest = text.strip().rpartition("<")
    try:
        if not text.isprintable():
            raise ValueError(text)
        return Address(name.strip().strip('"'), addr_spec=rest.rstrip(">").strip())
    except (ValueError, IndexError):
        raise Misconfigured(
            f"OPENBOOK_MAIL_FROM is {text!r}. It is written like: openbook <openbook@example.com>"
        ) from None
