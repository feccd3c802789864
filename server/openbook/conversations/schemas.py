"""Conversations and messages as they are stored, and as the visitor is shown them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

OPEN, SNOOZED, CLOSED, MERGED = range(4)
"""`Conversation.status`."""
BY_CONTACT, BY_TEAM, BY_OPENBOOK = range(3)
"""`author` of a message."""
MESSAGE, NOTE, EVENT = range(3)
"""`kind` of a message."""
MAX_TEXT = 10_000
"""Characters of one message."""
MAX_CID = 64
MAX_FILES = 10
"""Files of one message."""
PREVIEW = 140
From = Literal["contact", "team", "openbook"]
FROM: tuple[From, From, From] = ("contact", "team", "openbook")


class Conversation(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `conversations`; what each column means stands in its table."""

    id: UUID
    contact_id: UUID
    origin_id: UUID
    session_id: UUID | None = None
    device_id: UUID | None = None
    subject: str | None = None
    cid: str
    status: int = OPEN
    snoozed_until: datetime | None = None
    merged_into: UUID | None = None
    assignee_id: UUID | None = None
    last_seq: int = 0
    last_public_seq: int = 0
    contact_seq: int = 0
    read_public_seq: int = 0
    received_public_seq: int = 0
    team_public_seq: int = 0
    preview: str = ""
    last_author: int = BY_CONTACT
    waiting_since: datetime | None = None
    created_at: datetime
    last_at: datetime
    changed_at: datetime
    mailed_at: datetime | None = None

    def __repr__(self) -> str:  # what was said is not for logs
        return f"Conversation({self.id})"


class StoredMessage(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `messages`."""

    conversation_id: UUID
    seq: int
    public_seq: int | None
    """None: never for the contact."""
    contact_id: UUID
    origin_id: UUID
    id: UUID
    cid: str
    author: int
    user_id: UUID | None = None
    kind: int = MESSAGE
    text: str = ""
    event: dict[str, Any] | None = None
    file_ids: Sequence[UUID] = ()
    created_at: datetime

    def __repr__(self) -> str:  # what was said is not for logs
        return f"StoredMessage({self.conversation_id}, {self.seq})"


class Writing(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be appended to a conversation. `text` has been through `read_text`."""

    cid: str
    """The sender's name for it, at most 64 characters: the same again is stored once."""
    author: int
    kind: int = MESSAGE
    text: str = ""
    user_id: UUID | None = None
    """Who of the team."""
    session_id: UUID | None = None
    """The chat session that sends it: its own files may be attached."""
    device_id: UUID | None = None
    """The device that the session has proved: where the contact was seen."""
    file_ids: Sequence[UUID] = ()
    event: dict[str, Any] | None = None
    """Of a kind EVENT: {"name": ...} and ids."""
    is_public: bool = True
    """Whether the contact may read it; of a note never."""

    def __repr__(self) -> str:
        return f"Writing(author={self.author}, kind={self.kind})"


class Appended(msgspec.Struct, frozen=True):
    """A message that is stored, and its conversation as it is now."""

    conversation: Conversation
    message: StoredMessage
    is_new: bool
    """False: the same `cid` was stored before."""


class Reach(msgspec.Struct, frozen=True):
    """By what a contact can read a conversation that the team begins."""

    device_id: UUID | None = None
    subject: str | None = None


# What the visitor is shown ------------------------------------------------------------------


class Someone(msgspec.Struct, frozen=True):
    """A member of the team, as the visitor is shown them."""

    name: str
    initials: str


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation in the visitor's list. Every `seq` counts what the visitor may read."""

    id: UUID
    status: Literal["open", "closed"]
    seq: Annotated[int, Meta(description="Of the latest message.")]
    read_seq: Annotated[int, Meta(description="How far the visitor has read.")]
    received_seq: Annotated[int, Meta(description="How far it has arrived at the visitor's.")]
    team_read_seq: Annotated[int, Meta(description="How far anybody of the team has read.")]
    unread: Annotated[int, Meta(description="Messages of the team that were not read yet.")]
    preview: Annotated[str, Meta(description="How the latest message begins; empty: only files.")]
    last_at: Annotated[float, Meta(description="When the latest message was stored, UNIX time.")]
    last_from: From
    with_: Someone | None = msgspec.field(name="with", default=None)

    def __repr__(self) -> str:
        return f"Head({self.id})"


class SentFile(msgspec.Struct, frozen=True):
    """A file of a message; its bytes are fetched from `files/{id}`."""

    id: UUID
    name: str
    media_type: str
    size: int
    width: int | None = None
    height: int | None = None


class ChatMessage(msgspec.Struct, frozen=True, kw_only=True):
    """A message as the visitor is shown it."""

    seq: Annotated[int, Meta(description="1, 2, 3, ... without a gap, of what may be read.")]
    id: UUID
    cid: Annotated[str | None, Meta(description="Of the visitor's own messages.")] = None
    from_: From = msgspec.field(name="from")
    name: str | None = None
    initials: str | None = None
    kind: Literal["message", "event"] = "message"
    text: str
    event: dict[str, Any] | None = None
    files: list[SentFile] = []
    created_at: Annotated[float, Meta(description="When it was stored, UNIX time.")]

    def __repr__(self) -> str:
        return f"ChatMessage({self.seq})"


def initials_of(name: str) -> str:
    """The first letters of the first and the last word of a name, in capitals."""
    words = [word for word in name.split() if word[0].isalnum()]
    letters = [word[0] for word in (words[:1] + words[1:][-1:])]
    return "".join(letters).upper()


def someone(name: str | None) -> Someone | None:
    """Who is shown under this name; None where there is none."""
    return Someone(name, initials_of(name)) if name else None
