"""What decides about a mail, the link it carries, and what the page behind it sends."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct


class Situation(Struct, frozen=True, kw_only=True):
    """A conversation and its contact, as far as a mail goes."""

    contact_id: UUID
    origin_id: UUID
    status: int
    merged_into: UUID | None
    wrote: bool
    """The contact has said something in it."""
    email: str | None
    """Proved; else what was typed in this chat, whatever else is claimed of the contact."""
    email_key: str | None
    verified: bool
    """The address was proved (T2 and above)."""
    spam: bool
    bounced: bool
    """Mail to it came back for good."""
    seen: int
    """How far the contact has received or read, in what the contact may read."""
    replied: int | None
    """Number and time of the team's latest message."""
    replied_at: datetime | None
    locale: str | None
    browser_language: str | None

    def __repr__(self) -> str:  # personal: not for logs
        return "Situation(...)"


class Mailed(Struct, frozen=True):
    """Mails to a contact, or to its address for whichever contact of the workspace."""

    last_at: datetime | None
    """The last one that the mail server took, in the last day."""
    leaving_at: datetime | None
    """One about another conversation that is on its way just now."""
    told_at: datetime | None
    """The last one about this very conversation."""
    ignored: int
    """Those of the last thirty days whose link was not used."""


class Link(Struct, frozen=True, kw_only=True):
    """A row of `reply_links`."""

    id: UUID
    contact_id: UUID
    origin_id: UUID
    conversation_id: UUID
    token_hash: bytes
    email: str
    email_key: str
    created_at: datetime
    expires_at: datetime

    def __repr__(self) -> str:  # personal: not for logs
        return f"Link({self.id})"


class MailLink(Struct, frozen=True, forbid_unknown_fields=True):
    """What a mail carried, shown by whoever pressed the button."""

    token: Annotated[str, Meta(max_length=100)]

    def __repr__(self) -> str:
        return "MailLink(...)"


class OpenedByMail(Struct, frozen=True):
    """A chat session that reads the conversation of the mail."""

    token: str
    expires_at: Annotated[float, Meta(description="UNIX time.")]
    conversation_id: UUID

    def __repr__(self) -> str:
        return "OpenedByMail(...)"
