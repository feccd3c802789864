"""A mail server on this machine, and an openbook that sends its mail there."""

import email
import email.policy
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import Any, NamedTuple

from aiosmtpd.controller import Controller

from tests.conftest import Server, free_port, serving

PUBLIC = "http://localhost:9"
"""What the links in the mails begin with."""


class Kept(NamedTuple):
    """A mail as it came."""

    recipients: list[str]
    mail: EmailMessage
    raw: bytes


class Mailbox:
    """Keeps what it is given; with `refusal` (an SMTP answer) it takes nothing."""

    def __init__(self) -> None:
        self.kept: list[Kept] = []
        self.refusal: str | None = None

    async def handle_DATA(self, server: object, session: object, envelope: Any) -> str:  # noqa: N802
        if self.refusal is not None:
            return self.refusal
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.kept.append(Kept(envelope.rcpt_tos, mail, envelope.content))  # type: ignore[arg-type]
        return "250 taken"

    def next(self, to: str | None = None) -> Kept:
        """The mail that comes next, or next to an address; waited for."""
        for _ in range(300):
            for one in self.kept:
                if to is None or one.recipients == [to]:
                    self.kept.remove(one)
                    return one
            time.sleep(0.1)
        raise AssertionError("no mail came")

    def empty(self) -> None:
        self.kept.clear()
        self.refusal = None


@contextmanager
def mailing(data: Path) -> Iterator[tuple[Server, Mailbox]]:
    """A server that sends mail, and the box that it comes to."""
    box, port = Mailbox(), free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    variables = {
        "OPENBOOK_SMTP_URL": f"smtp://127.0.0.1:{port}",
        "OPENBOOK_MAIL_FROM": "openbook <openbook@example.com>",
        "OPENBOOK_PUBLIC_URL": PUBLIC,
    }
    try:
        with serving(data, None, **variables) as server:
            yield server, box
    finally:
        controller.stop()
