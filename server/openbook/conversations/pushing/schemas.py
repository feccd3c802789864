"""What the operator's pusher is told, and of whom."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct


class Waiting(Struct, frozen=True):
    """A conversation with a reply that its contact has not seen."""

    id: UUID
    contact_id: UUID
    device_id: UUID | None
    """The device that proved to have begun it."""
    has_subject: bool
    """Who has proved to be its user may read it."""
    merged_into: UUID | None
    public_seq: int
    """Of the team's latest message."""
    replied_at: datetime


class Phone(Struct, frozen=True):
    """Where somebody may be told of it."""

    device_id: UUID
    platform: str
    token: str
    unread: int
    """Messages of the team that wait for this device, of all its conversations."""

    def __repr__(self) -> str:  # personal: not for logs
        return "Phone(...)"


class Data(Struct, frozen=True):
    """The `data` of a notice. No text of a message, no name, no address."""

    workspace_id: UUID
    conversation_id: UUID
    platform: str
    token: str
    unread: int
    link: str


class Notice(Struct, frozen=True):
    """The body of a call, in the form of Standard Webhooks."""

    type: str
    timestamp: datetime
    data: Data
