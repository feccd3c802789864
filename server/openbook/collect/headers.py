"""Request headers as the edge reads them, and the credential in them."""

import base64
import binascii
from collections.abc import Sequence
from functools import lru_cache

import msgspec

REMEMBERED = 16_384
LONGEST_REMEMBERED = 2048
HINTS = (
    b"sec-ch-ua", b"sec-ch-ua-full-version", b"sec-ch-ua-full-version-list", b"sec-ch-ua-mobile",
    b"sec-ch-ua-model", b"sec-ch-ua-platform", b"sec-ch-ua-platform-version", b"x-requested-with",
)  # fmt: skip
_OF_CLIENT = (b"user-agent", b"accept-language", *HINTS)


class Headers:
    """Request headers: names in lower case, values as text."""

    __slots__ = ("_last", "_raw")

    def __init__(self, raw: Sequence[tuple[bytes, bytes]]):
        self._raw = raw
        self._last = dict(raw)

    def raw(self, name: bytes) -> bytes | None:
        """The header's value as it came; of several lines, the last."""
        return self._last.get(name)

    def several(self, names: Sequence[bytes]) -> tuple[bytes | None, ...]:
        """The same of several headers."""
        return tuple(map(self._last.get, names))

    def lines(self, name: bytes) -> bytes | None:
        """All lines of the header, with line breaks between them."""
        if len(self._last) == len(self._raw) or name not in self._last:
            return self._last.get(name)
        return b"\n".join([value for key, value in self._raw if key == name])

    def one(self, name: bytes) -> str | None:
        """The header's value; of several lines, the last."""
        return _text(self._last.get(name))

    def all(self, name: bytes) -> list[str]:
        if name not in self._last:
            return []
        if len(self._last) == len(self._raw):
            return [self._last[name].decode("utf-8", "replace")]
        return [value.decode("utf-8", "replace") for key, value in self._raw if key == name]

    def has_any(self, names: frozenset[bytes]) -> bool:
        return not names.isdisjoint(self._last)


class Client(msgspec.Struct, frozen=True, gc=False):
    """What headers tell of the program that sends."""

    user_agent: str | None
    accept_language: str | None
    hints: dict[str, str]
    """Client hints by their names."""
    gpc: bool


def client_of(headers: Headers) -> Client:
    """What the headers tell; the same few browsers come again and again."""
    values = (headers.lines(b"sec-gpc"), *headers.several(_OF_CLIENT))
    if sum(map(len, filter(None, values))) <= LONGEST_REMEMBERED:
        return _client(values)
    return _client.__wrapped__(values)


@lru_cache(maxsize=REMEMBERED)
def _client(values: tuple[bytes | None, ...]) -> Client:
    gpc, agent, language, *hints = values
    return Client(
        user_agent=_text(agent),
        accept_language=_text(language),
        hints={
            name.decode(): value.decode("utf-8", "replace")
            for name, value in zip(HINTS, hints, strict=True)
            if value
        },
        gpc=b"1" in [line.strip(b" ") for line in (gpc or b"").split(b"\n")],
    )


def _text(value: bytes | None) -> str | None:
    return value.decode("utf-8", "replace") if value is not None else None


def basic_user(header: str | None) -> str | None:
    """The user of HTTP Basic, where stock clients put the write key; or a Bearer token."""
    if header is None:
        return None
    scheme, _, value = header.partition(" ")
    if scheme.lower() == "bearer":
        return value.strip() or None
    if scheme.lower() != "basic":
        return None
    try:
        user, _, _ = base64.b64decode(value.strip(), validate=True).partition(b":")
        return user.decode("ascii") or None
    except (binascii.Error, ValueError):
        return None
