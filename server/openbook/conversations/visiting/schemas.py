"""What visitors send and are answered, and the chat session as it is stored."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from openbook.conversations.schemas import MAX_CID, MAX_FILES, ChatMessage, Head
from openbook.conversations.showing import Sight

Cid = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=MAX_CID,
        description="The client's own name for it: sent again, it is stored once.",
    ),
]
Files = Annotated[list[UUID], Meta(max_length=MAX_FILES)]


class ChatSession(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `chat_sessions`, without its hashes."""

    id: UUID
    workspace_id: UUID
    contact_id: UUID | None = None
    origin_id: UUID | None = None
    device_id: UUID | None = None
    subject: str | None = None
    linked_id: UUID | None = None
    lasting: bool
    locale: str | None = None
    created_at: datetime
    rotated_at: datetime
    seen_at: datetime
    expires_at: datetime

    @property
    def sight(self) -> Sight:
        """What it may read."""
        return Sight(
            session_id=self.id,
            contact_id=self.contact_id,
            device_id=self.device_id,
            subject=self.subject,
            linked_id=self.linked_id,
        )

    def __repr__(self) -> str:
        return f"ChatSession({self.id})"


class Begin(msgspec.Struct, frozen=True):
    """What a browser shows of itself. All of it may be missing: then it is a stranger."""

    anonymous_id: Annotated[str, Meta(max_length=255)] | None = None
    """The collector's; it says nothing without the proof."""
    proof: Annotated[str, Meta(max_length=128)] | None = None
    """The collector's secret for this device."""
    token: Annotated[str, Meta(max_length=8192)] | None = None
    """Signed by the customer's backend."""
    lasting: bool = False
    """True: the browser keeps the token. False: it is forgotten when the page closes."""
    locale: Annotated[str, Meta(max_length=64)] | None = None
    """The language that the widget speaks, as in BCP 47."""

    def __repr__(self) -> str:
        return "Begin(...)"


class Self(msgspec.Struct, frozen=True):
    """What the visitor is told of themself."""

    name: str | None
    """Only where a signature proved who it is."""
    email_known: bool


class Begun(msgspec.Struct, frozen=True):
    """The chat session. `token` is there when it is new: keep it, the former one ends soon."""

    token: str | None
    expires_at: Annotated[float, Meta(description="UNIX time.")]
    verified: bool
    """A signature proved who it is."""
    refused: Annotated[
        str | None,
        Meta(description="Why the customer's token was not believed, as a word; null: it was."),
    ]
    contact: Self

    def __repr__(self) -> str:
        return "Begun(...)"


class Shown(msgspec.Struct, frozen=True):
    """What a browser shows to ask what waits for it."""

    anonymous_id: Annotated[str, Meta(max_length=255)] | None = None
    proof: Annotated[str, Meta(max_length=128)] | None = None

    def __repr__(self) -> str:
        return "Shown(...)"


class Page(msgspec.Struct, frozen=True):
    """Where the visitor is."""

    url: Annotated[str, Meta(max_length=8192)]

    def __repr__(self) -> str:
        return "Page(...)"


class NewMessage(msgspec.Struct, frozen=True):
    """What the visitor says."""

    cid: Cid
    text: str = ""
    file_ids: Files = []

    def __repr__(self) -> str:
        return "NewMessage(...)"


class NewConversation(msgspec.Struct, frozen=True):
    """A conversation begins with its first message."""

    cid: Cid
    text: str = ""
    file_ids: Files = []
    answers: Annotated[dict[str, str], Meta(max_length=50)] = {}
    """Question -> what was answered, of the questions that the settings ask."""
    page: Page | None = None

    def __repr__(self) -> str:
        return "NewConversation(...)"


class UpTo(msgspec.Struct, frozen=True):
    """How far: the `seq` of a message."""

    seq: Annotated[int, Meta(ge=0, le=2**31 - 1)]


class Claimed(msgspec.Struct, frozen=True):
    """What the visitor says of themself."""

    email: Annotated[str, Meta(max_length=320)] | None = None
    name: Annotated[str, Meta(max_length=255)] | None = None

    def __repr__(self) -> str:
        return "Claimed(...)"


class Nothing(msgspec.Struct, frozen=True):
    """It is done; there is nothing to say."""


class Heads(msgspec.Struct, frozen=True):
    """The conversations of a session, the latest first."""

    conversations: list[Head]
    unread: Annotated[int, Meta(description="Messages of the team that were not read yet.")]


class Thread(msgspec.Struct, frozen=True):
    """Messages of one conversation, ascending."""

    messages: list[ChatMessage]
    more: Annotated[bool, Meta(description="There are more in the direction that was asked for.")]
    head: Head


class Opened(msgspec.Struct, frozen=True):
    """A conversation and its first message."""

    conversation: Head
    message: ChatMessage
