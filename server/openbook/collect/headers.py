"""Request headers as the edge reads them, and the credential in them."""

import base64
import binascii
from collections.abc import Sequence
from functools import lru_cache

REMEMBERED = 16_384
LONGEST_REMEMBERED = 2048
HINTS = (
    b"sec-ch-ua", b"sec-ch-ua-full-version", b"sec-ch-ua-full-version-list", b"sec-ch-ua-mobile",
    b"sec-ch-ua-model", b"sec-ch-ua-platform", b"sec-ch-ua-platform-version", b"x-requested-with",
)  # fmt: skip


class Headers:
    """Request headers: names in lower case, values as text."""

    __slots__ = ("_last", "_raw")

    def __init__(self, raw: Sequence[tuple[bytes, bytes]]):
        self._raw = raw
        self._last = dict(raw)

    def raw(self, names: Sequence[bytes]) -> tuple[bytes | None, ...]:
        """The headers' values as they came, of several the last; None where it is not there."""
        return tuple(map(self._last.get, names))

    def one(self, name: bytes) -> str | None:
        """The header's value; of several lines, the last."""
        value = self._last.get(name)
        return value.decode("utf-8", "replace") if value is not None else None

    def all(self, name: bytes) -> list[str]:
        if name not in self._last:
            return []
        if len(self._last) == len(self._raw):
            return [self._last[name].decode("utf-8", "replace")]
        return [value.decode("utf-8", "replace") for key, value in self._raw if key == name]

    def has_any(self, names: frozenset[bytes]) -> bool:
        return not names.isdisjoint(self._last)


def hints_of(values: tuple[bytes | None, ...]) -> dict[str, str]:
    """Client hints by their names; the same few browsers come again and again."""
    if sum(map(len, filter(None, values))) <= LONGEST_REMEMBERED:
        return _read_hints(values)
    return _read_hints.__wrapped__(values)


@lru_cache(maxsize=REMEMBERED)
def _read_hints(values: tuple[bytes | None, ...]) -> dict[str, str]:
    named = zip(HINTS, values, strict=True)
    return {name.decode(): value.decode("utf-8", "replace") for name, value in named if value}


def basic_user(header: str | None) -> str | None:
    """The user of HTTP Basic, where stock clients put the write key; or a Bearer token."""
    scheme, _, value = (header or "").partition(" ")
    if scheme.lower() == "bearer":
        return value.strip() or None
    if scheme.lower() != "basic":
        return None
    try:
        user, _, _ = base64.b64decode(value.strip(), validate=True).partition(b":")
        return user.decode("ascii") or None
    except (binascii.Error, ValueError):
        return None
