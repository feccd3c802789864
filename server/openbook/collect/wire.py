"""The Segment messages as they arrive: bytes to typed messages, and nothing more.

Shapes follow the Segment specification (and RudderStack's variant of it). Objects must be objects;
leaves are `Any`, because stock clients send numbers where strings are meant, and are read by the
step that wants them. Unknown keys are skipped without being decoded.
"""

import re
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

from openbook.errors import BadInput, TooLarge

T = TypeVar("T")
MAX_MESSAGE = 32 * 1024
MAX_MESSAGES = 500
TYPES = frozenset({"identify", "page", "screen", "track", "group", "alias"})
WITHDRAW = "withdraw"
"""Not the specification's: what our SDKs send last, when a person took the consent back."""


class PageContext(msgspec.Struct, gc=False):
    url: Any = None
    referrer: Any = None


class AgentData(msgspec.Struct, gc=False, rename="camel"):
    """`context.userAgentData`: client hints as the browser's script interface gives them."""

    brands: list[dict[str, Any]] | None = None
    mobile: Any = None
    platform: Any = None
    platform_version: Any = None
    model: Any = None
    full_version_list: list[dict[str, Any]] | None = None


class AppContext(msgspec.Struct, gc=False):
    name: Any = None
    version: Any = None


class DeviceContext(msgspec.Struct, gc=False):
    id: Any = None
    type: Any = None
    manufacturer: Any = None
    model: Any = None
    name: Any = None
    token: Any = None


class NamedContext(msgspec.Struct, gc=False):
    name: Any = None
    version: Any = None


class Context(msgspec.Struct, gc=False, rename="camel"):
    page: PageContext | None = None
    campaign: dict[str, Any] | None = None
    traits: dict[str, Any] | None = None
    locale: Any = None
    timezone: Any = None
    user_agent: Any = None
    user_agent_data: msgspec.Raw = msgspec.Raw()
    """An `AgentData`, left as it came: the same few come again and again, and are remembered."""
    app: AppContext | None = None
    device: DeviceContext | None = None
    os: NamedContext | None = None
    library: NamedContext | None = None
    ip: Any = None
    token: Any = None
    proof: Any = None
    gpc: Any = None


class Message(msgspec.Struct, gc=False, rename="camel"):
    type: Any = None
    message_id: Any = None
    anonymous_id: Any = None
    user_id: Any = None
    previous_id: Any = None
    timestamp: Any = None
    original_timestamp: Any = None
    sent_at: Any = None
    name: Any = None
    context: Context | None = None
    traits: dict[str, Any] | None = None
    properties: dict[str, Any] | None = None
    write_key: Any = None


class Batch(msgspec.Struct, gc=False, rename="camel"):
    batch: list[Message]
    write_key: Any = None
    sent_at: Any = None
    context: Context | None = None


class _RawBatch(msgspec.Struct, gc=False, rename="camel"):
    batch: list[msgspec.Raw]
    write_key: Any = None
    sent_at: Any = None
    context: Context | None = None


class Received(msgspec.Struct, frozen=True, gc=False):
    """What one request carried."""

    messages: list[Message]
    write_key: str | None
    sent_at: Any
    unreadable: int
    """Messages of the batch that were dropped because they are none."""


_batch = msgspec.json.Decoder(Batch).decode
_raw_batch = msgspec.json.Decoder(_RawBatch).decode
_message = msgspec.json.Decoder(Message).decode
_NOT_JSON = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


def read_batch(body: bytes) -> Received:
    """The messages of a batch. One bad message is dropped; an unreadable envelope is refused."""
    body = _whole_pairs(body)
    try:
        if len(body) <= MAX_MESSAGE:
            whole = _batch(body)
            return _received(whole, whole.batch, 0)
    except msgspec.ValidationError:
        pass  # one message may be at fault: read them one by one
    except _NOT_JSON:
        raise _unreadable() from None
    try:
        raw = _mended(_raw_batch, body)
    except _NOT_JSON:
        raise _unreadable() from None
    messages: list[Message] = []
    for piece in raw.batch[: MAX_MESSAGES + 1]:
        try:
            if memoryview(piece).nbytes <= MAX_MESSAGE:
                messages.append(_mended(_message, piece))
        except _NOT_JSON:
            continue
    return _received(raw, messages, len(raw.batch) - len(messages))


def read_message(body: bytes, type_: str) -> Received:
    """One message, whose type the route names."""
    if len(body) > MAX_MESSAGE:
        raise TooLarge(f"A message may have {MAX_MESSAGE} bytes; this one has {len(body)}.")
    try:
        message = _mended(_message, _whole_pairs(body))
    except _NOT_JSON:
        raise _unreadable() from None
    message.type = type_
    return Received([message], _key(message.write_key), message.sent_at, 0)


_PAIR = re.compile(rb"\\\\|\\u[dD][89abAB]..\\u[dD][c-fC-F]..|(\\u[dD][89a-fA-F]..)")
_EMPTY = re.compile(rb'"(context|traits|properties|campaign)"\s*:\s*\[\]')


def _whole_pairs(body: bytes) -> bytes:
    """The body without a mistake of clients that would cost the whole of it: scripts that cut a
    text in the middle of an emoji send half a surrogate pair, which no UTF-8 has.
    """
    if b"\\" in body and (b"\\ud" in body or b"\\uD" in body):
        return _PAIR.sub(lambda found: rb"\ufffd" if found[1] else found[0], body)
    return body


def _mended(decode: Callable[[bytes | msgspec.Raw], T], text: bytes | msgspec.Raw) -> T:
    """What a decoder reads; where that fails, without PHP's mistake: an empty object is an empty
    list there.
    """
    try:
        return decode(text)
    except msgspec.ValidationError:
        return decode(_EMPTY.sub(rb'"\1":{}', bytes(text)))


def _received(envelope: Batch | _RawBatch, messages: list[Message], unreadable: int) -> Received:
    if len(envelope.batch) > MAX_MESSAGES:
        raise TooLarge(f"A batch may hold {MAX_MESSAGES} messages; send the rest in another one.")
    if envelope.context is not None:
        for message in messages:
            message.context = message.context or envelope.context
    write_key = _key(envelope.write_key)
    if write_key is None and messages:
        write_key = _key(messages[0].write_key)
    return Received(messages, write_key, envelope.sent_at, unreadable)


def _key(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _unreadable() -> BadInput:
    return BadInput("The body is no readable message: it must be JSON in UTF-8.", "unreadable_body")
