"""Whether a signed identify token is genuine, and whom it names. Pure: no clock, no database.

The customer's backend signs a JWT (RFC 7519) with a key that it made here. The algorithm belongs to
the key, never to the token: a header may only repeat it. Nothing of a token is stored or logged.
"""

import base64
import binascii
import math
import warnings
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import msgspec
from joserfc import jws
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import OctKey, OKPKey

from openbook.accounts.keys import IdentityKey

# RFC 9864 renames EdDSA to Ed25519; libraries still write the old name, so both are taken.
warnings.filterwarnings("ignore", message="EdDSA is deprecated", category=SecurityWarning)

LONGEST_TOKEN = 8_192
LONGEST_HEADER = 512
LONGEST_LIFE = 24 * 3600
LEEWAY = 60
NAMES = {"HS256": ["HS256"], "EdDSA": ["EdDSA", "Ed25519"]}
Scalar = str | int | float | bool


class Verified(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a genuine token names. All of it is trust T3; what stands beside the token is not."""

    user_id: str
    email: str | None = None
    name: str | None = None
    attributes: dict[str, Scalar] = {}
    issued_at: float
    """Seconds since 1970, by the customer's clock."""

    def __repr__(self) -> str:  # personal: not for logs
        return f"{type(self).__name__}(...)"


class Expired(Verified, frozen=True, kw_only=True):
    """Genuine, but past its time (it waited in an offline queue): its claims count as T1."""


class Forged(msgspec.Struct, frozen=True):
    """Not to be believed. `reason` is a word for counting, never a part of the token."""

    reason: str


class _Header(msgspec.Struct):
    alg: str
    kid: str


class _Claims(msgspec.Struct):
    sub: str
    aud: str | list[str]
    iat: float
    exp: float
    nbf: float | None = None
    email: str | None = None
    name: str | None = None
    attributes: dict[str, Any] | None = None


_read_header = msgspec.json.Decoder(_Header).decode
_read_claims = msgspec.json.Decoder(_Claims).decode


def verify_identity(
    token: str, keys: Sequence[IdentityKey], workspace_id: UUID, moment: datetime
) -> Verified | Expired | Forged:
    """Judge a token sent to `workspace_id` against its live keys at `moment`. Never raises."""
    if len(token) > LONGEST_TOKEN or not token.isascii():
        return Forged("size")
    header = _header(token)
    if header is None:
        return Forged("malformed")
    key = next((key for key in keys if key.kid == header.kid), None)
    if key is None:
        return Forged("unknown_key")
    if header.alg not in NAMES[key.algorithm]:
        return Forged("algorithm")
    try:
        signed = jws.deserialize_compact(token, _verifier(key), NAMES[key.algorithm])
    except (JoseError, ValueError, TypeError, RecursionError):
        return Forged("signature")
    try:
        claims = _read_claims(signed.payload or b"")
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return Forged("claims")
    return _judge(claims, workspace_id, moment.timestamp())


def key_id(token: str | None) -> str | None:
    """Which key a token names. Nothing is verified here: ask it of a token that is."""
    header = _header(token) if token else None
    return header.kid if header is not None else None


def _judge(claims: _Claims, workspace_id: UUID, moment: float) -> Verified | Expired | Forged:
    """The rules of the claims. Each comparison is written so that NaN fails it."""
    audience = [claims.aud] if isinstance(claims.aud, str) else claims.aud
    if str(workspace_id) not in audience:
        return Forged("audience")
    if not 0 < claims.exp - claims.iat <= LONGEST_LIFE:
        return Forged("lifetime")
    if not (math.isfinite(claims.iat) and claims.iat <= moment + LEEWAY):
        return Forged("issued_later")
    if claims.nbf is not None and not claims.nbf <= moment + LEEWAY:
        return Forged("not_yet")
    user_id = _text(claims.sub.strip(), 255)
    if not user_id:
        return Forged("subject")
    verdict = Verified if claims.exp > moment else Expired
    return verdict(
        user_id=user_id,
        email=_text(claims.email, 320),
        name=_text(claims.name, 255),
        attributes=_scalars(claims.attributes),
        issued_at=claims.iat,
    )


def _header(token: str) -> _Header | None:
    """The header alone, which nobody vouches for: it only says which key to try."""
    first, _, rest = token.partition(".")
    if not 0 < len(first) <= LONGEST_HEADER or rest.count(".") != 1:
        return None
    try:
        return _read_header(base64.urlsafe_b64decode(first + "=" * (-len(first) % 4)))
    except (binascii.Error, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def _text(value: str | None, limit: int) -> str | None:
    """The text if it can be stored whole: cutting a verified value would make another of it."""
    if value is None or not value.strip() or len(value) > limit or "\x00" in value:
        return None
    return value


def _scalars(attributes: dict[str, Any] | None) -> dict[str, Scalar]:
    """The attributes that are single values; whether they are declared is for the policy to say."""
    return {
        name: value
        for name, value in (attributes or {}).items()
        if isinstance(value, bool | int | float) or (isinstance(value, str) and "\x00" not in value)
    }


@lru_cache(maxsize=1024)
def _verifier(key: IdentityKey) -> OctKey | OKPKey:
    if key.algorithm == "HS256":
        return OctKey.import_key(key.key)
    x = base64.urlsafe_b64encode(key.key).rstrip(b"=").decode()
    return OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": x})
