"""Keyset cursors: where the next page of a list begins, sealed so that only we can write one.

A cursor is authenticated and encrypted (AES-GCM), and opens only for the workspace, the caller and
the query it was made for, within a day. Whatever else is presented is refused as `bad_cursor`.
"""

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from openbook.errors import BadInput

LIFETIME = timedelta(hours=24)
MAX_LENGTH = 512
_NONCE = 12
_Position = tuple[int, list[int | str | None]]
_decode = msgspec.msgpack.Decoder(_Position).decode


class Cursors:
    """Seals and opens cursors with a key made from the instance's secret."""

    def __init__(self, secret: bytes):
        key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"openbook/cursor").derive(secret)
        self._cipher = AESGCM(key)

    def seal(self, scope: bytes, position: list[int | str | None], moment: datetime) -> str:
        """`position`: the sort key of the last item of this page. `scope`: see `scope_of`."""
        expires = int((moment + LIFETIME).timestamp())
        nonce = secrets.token_bytes(_NONCE)
        plain = msgspec.msgpack.encode((expires, position))
        return urlsafe_b64encode(nonce + self._cipher.encrypt(nonce, plain, scope)).decode()

    def open(self, scope: bytes, cursor: str, moment: datetime) -> list[int | str | None]:
        """The position that was sealed; refuses a cursor that is not ours, not for here or old."""
        try:
            raw = urlsafe_b64decode(cursor.encode("ascii")) if len(cursor) <= MAX_LENGTH else b""
            # Base64 has several spellings of the same bytes; only the one we wrote is ours.
            if urlsafe_b64encode(raw).decode() != cursor:
                raise ValueError
            plain = self._cipher.decrypt(raw[:_NONCE], raw[_NONCE:], scope)
            expires, position = _decode(plain)
        except (ValueError, InvalidTag, msgspec.DecodeError):
            raise _refusal() from None
        if expires < moment.timestamp():
            raise _refusal()
        return position


def scope_of(workspace_id: UUID, caller_id: UUID | None, query: Any) -> bytes:
    """What a cursor is bound to: the workspace, who asks, and everything that shapes the list."""
    parts = (workspace_id, caller_id, query)
    return sha256(msgspec.json.encode(parts, order="deterministic")).digest()


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def _refusal() -> BadInput:
    return BadInput(
        "This cursor does not belong to this list, or is older than a day. "
        "Ask for the first page again, without `cursor`.",
        "bad_cursor",
    )
