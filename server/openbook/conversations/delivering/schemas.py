"""What goes over the sockets: frames, each a JSON object whose `t` names its kind."""

from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from openbook.conversations.inbox.schemas import ConversationHead, InboxMessage
from openbook.conversations.schemas import ChatMessage, Head

VISITORS, TEAM = "openbook.chat.1", "openbook.inbox.1"
"""The subprotocols; behind each, what opens the socket: the session's token, or a ticket."""
LONGEST_FRAME = 4096
"""Bytes that a client may say in one frame."""


class Visit(Struct, frozen=True):
    """A chat session as it was when it was last looked at: what it may read follows from it."""

    workspace_id: UUID
    session_id: UUID
    contact_id: UUID | None
    device_id: UUID | None
    subject: str | None
    linked_id: UUID | None


# To visitors -------------------------------------------------------------------------------------


class Hello(Struct, frozen=True, tag_field="t", tag="hello"):
    """First of all, and again where something may have been missed."""

    heads: list[Head]


class Said(Struct, frozen=True, tag_field="t", tag="message"):
    """A message, and the conversation with it."""

    c: UUID
    m: ChatMessage
    h: Head


class Changed(Struct, frozen=True, tag_field="t", tag="head"):
    c: UUID
    h: Head


class Merged(Struct, frozen=True, tag_field="t", tag="merged"):
    """A conversation whose messages are in another one now."""

    c: UUID
    into: UUID
    h: Head | None


class TeamTypes(Struct, frozen=True, tag_field="t", tag="typing"):
    c: UUID
    name: str | None


# To the team -------------------------------------------------------------------------------------


class TeamHello(Struct, frozen=True, tag_field="t", tag="hello"):
    pass


class TeamSaid(Struct, frozen=True, tag_field="t", tag="message"):
    c: UUID
    m: InboxMessage


class Heads(Struct, frozen=True, tag_field="t", tag="heads"):
    changed: list[ConversationHead]
    gone: list[UUID]


class Read(Struct, frozen=True, tag_field="t", tag="read"):
    """How far the contact has read, and how far it has arrived there, in its own count."""

    c: UUID
    read: int
    received: int


class Mine(Struct, frozen=True, tag_field="t", tag="mine"):
    """How far I have read, in whichever tab."""

    c: UUID
    seq: int


class Person(Struct, frozen=True):
    id: UUID
    name: str


class Types(Struct, frozen=True, tag_field="t", tag="typing"):
    c: UUID
    by: Person | Literal["contact"]
    kind: Literal["message", "note"]


class Viewed(Struct, frozen=True, tag_field="t", tag="viewing"):
    """Who else has the conversation open."""

    c: UUID
    by: list[Person]


PING, BYE = '{"t":"ping"}', '{"t":"over"}'


# From clients ------------------------------------------------------------------------------------

Count = Annotated[int, Meta(ge=0, le=2**31 - 1)]


class Pong(Struct, frozen=True, tag_field="t", tag="pong"):
    pass


class Typing(Struct, frozen=True, tag_field="t", tag="typing"):
    c: UUID
    kind: Literal["message", "note"] = "message"


class ReadTo(Struct, frozen=True, tag_field="t", tag="read"):
    c: UUID
    seq: Count


class ReceivedTo(Struct, frozen=True, tag_field="t", tag="received"):
    c: UUID
    seq: Count


class Open(Struct, frozen=True, tag_field="t", tag="open"):
    c: UUID | None = None
    after: Count = 0


_visitor: msgspec.json.Decoder[Pong | Typing | ReadTo | ReceivedTo] = msgspec.json.Decoder(
    Pong | Typing | ReadTo | ReceivedTo
)
_member: msgspec.json.Decoder[Pong | Typing | Open] = msgspec.json.Decoder(Pong | Typing | Open)


def read_visitor(text: str) -> Pong | Typing | ReadTo | ReceivedTo | None:
    """None for what is no frame of ours: a newer client may say more than we know."""
    return _read(_visitor, text)


def read_member(text: str) -> Pong | Typing | Open | None:
    """The same of the team."""
    return _read(_member, text)


def _read(decoder: Any, text: str) -> Any:
    try:
        return decoder.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None


def write(frame: Struct) -> str:
    return msgspec.json.encode(frame).decode()
