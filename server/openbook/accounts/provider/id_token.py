"""Whether an ID token is the provider's, ours, fresh and of this attempt. Pure.

The rules are those of OpenID Connect Core, 3.1.3.7, and none of them can be switched off.
Only signatures of a public key are taken: with `none` anybody signs, and with HS256 the provider's
public key, which everybody has, would be taken for the secret.
"""

import hmac
import warnings
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import msgspec
from joserfc import jws
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import ECKey, OKPKey, RSAKey, import_key

from openbook.accounts.provider.schemas import Client, Proved

Key = RSAKey | ECKey | OKPKey
FAMILIES: dict[str, tuple[str, ...]] = {
    "RSA": ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    "EC": ("ES256", "ES384", "ES512"),
    "OKP": ("EdDSA", "Ed25519"),
}
ALGORITHMS = frozenset(name for names in FAMILIES.values() for name in names)
SKEW = timedelta(seconds=60)
"""By which the provider's clock and ours may differ."""
OLDEST = timedelta(minutes=10)
"""A token is made for the code that is exchanged: it is seconds old."""
LONGEST = 64_000
LONGEST_SUBJECT = 255
MOST_KEYS = 50
FEWEST_RSA_BITS = 2048
DOMAIN_OWNER = ("login.microsoftonline.com", "xms_edov")
"""Microsoft Entra says in a claim of its own that the address is of a domain that the tenant has
proved to own; it has no `email_verified`."""


class BadToken(Exception):
    """Why a token is not believed: for the log of the operator, without anything of the person."""


class UnknownKey(BadToken):
    """Signed with a key that was not among the provider's when they were last read."""


def read_keys(document: bytes) -> tuple[Mapping[str, Any], ...]:
    """The provider's keys (RFC 7517) as they were written; BadToken if it is no such document."""
    try:
        keys = msgspec.json.decode(document, type=dict[str, Any])["keys"]
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, KeyError):
        raise BadToken("the provider's keys cannot be read") from None
    if not isinstance(keys, list):
        raise BadToken("the provider's keys cannot be read")
    return tuple(key for key in keys[:MOST_KEYS] if isinstance(key, dict) and _signs(key))


def proved(
    token: str,
    keys: Sequence[Mapping[str, Any]],
    client: Client,
    nonce: str,
    moment: datetime,
) -> Proved:
    """Whom the token is about. BadToken says what is wrong with it."""
    claims = _claims(token, keys)
    _require(claims.get("iss") == client.issuer, "another issuer")
    _require_audience(claims, client.client_id)
    _require_time(claims, moment)
    given = claims.get("nonce")
    same = isinstance(given, str) and hmac.compare_digest(given.encode(), nonce.encode())
    _require(same, "another nonce")
    subject = claims.get("sub")
    fits = isinstance(subject, str) and 0 < len(subject) <= LONGEST_SUBJECT
    _require(fits and "\x00" not in str(subject), "no subject")
    return Proved(client.issuer, str(subject), *_person(claims, client.issuer))


def with_profile(known: Proved, profile: Mapping[str, Any]) -> Proved:
    """The same person with what the provider says of them elsewhere; it must be the same person."""
    _require(profile.get("sub") == known.subject, "the profile of somebody else")
    email, verified, name = _person(profile, known.issuer)
    return Proved(known.issuer, known.subject, email, verified, known.name or name)


def _person(claims: Mapping[str, Any], issuer: str) -> tuple[str | None, bool, str | None]:
    """(address, whether it was proved, name)."""
    email, name = claims.get("email"), claims.get("name")
    host, claim = DOMAIN_OWNER
    verified = claims.get("email_verified") is True
    if urlsplit(issuer).hostname == host:
        verified = verified or claims.get(claim) in (True, "1", "true")
    text = email if isinstance(email, str) and email else None
    return text, verified and text is not None, name if isinstance(name, str) else None


def _claims(token: str, keys: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    _require(len(token) <= LONGEST and token.isascii() and token.count(".") == 2, "no JWS")
    try:
        header = jws.extract_compact(token.encode()).headers()
    except (JoseError, ValueError, TypeError, RecursionError):
        raise BadToken("no JWS") from None
    algorithm, kid = header.get("alg"), header.get("kid")
    _require(isinstance(algorithm, str) and algorithm in ALGORITHMS, "an algorithm not allowed")
    key = _key(keys, str(algorithm), kid)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SecurityWarning)
            signed = jws.deserialize_compact(token, key, [str(algorithm)])
        return msgspec.json.decode(signed.payload or b"", type=dict[str, Any])
    except (JoseError, ValueError, TypeError, RecursionError, msgspec.MsgspecError):
        raise BadToken("a signature that does not fit") from None


def _key(keys: Sequence[Mapping[str, Any]], algorithm: str, kid: object) -> Key:
    """The one key that may have signed this; UnknownKey where there is none."""
    family = next(name for name, names in FAMILIES.items() if algorithm in names)
    fitting = [
        key for key in keys if key["kty"] == family and key.get("alg", algorithm) == algorithm
    ]
    if kid is not None:
        fitting = [key for key in fitting if key.get("kid") == kid]
    if len(fitting) != 1:
        raise UnknownKey("a key that the provider does not list")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SecurityWarning)
            key = import_key(dict(fitting[0]))
    except (JoseError, ValueError, TypeError, KeyError):
        raise BadToken("a key that cannot be read") from None
    _require(isinstance(key, RSAKey | ECKey | OKPKey), "a key of another kind")
    if isinstance(key, RSAKey):
        _require(key.public_key.key_size >= FEWEST_RSA_BITS, "a key that is too short")
    return key  # type: ignore[return-value]


def _signs(key: Mapping[str, Any]) -> bool:
    """Whether it is a public key that signs: no shared secret, none for encryption."""
    return key.get("kty") in FAMILIES and key.get("use", "sig") == "sig"


def _require_audience(claims: Mapping[str, Any], client_id: str) -> None:
    """Made for us: for us alone, or with `azp` saying that it was given to us."""
    audience, party = claims.get("aud"), claims.get("azp")
    named = audience if isinstance(audience, list) else [audience]
    _require(client_id in named, "another audience")
    _require(party == client_id if party is not None else len(named) == 1, "another party")


def _require_time(claims: Mapping[str, Any], moment: datetime) -> None:
    now = moment.timestamp()
    skew = SKEW.total_seconds()
    expires, made, begins = _number(claims, "exp"), _number(claims, "iat"), claims.get("nbf")
    _require(expires is not None and now < expires + skew, "over")
    oldest = now - OLDEST.total_seconds() - skew
    _require(made is not None and oldest <= made <= now + skew, "made at another time")
    if begins is not None:
        start = _number(claims, "nbf")
        _require(start is not None and start <= now + skew, "not begun")


def _number(claims: Mapping[str, Any], name: str) -> float | None:
    value = claims.get(name)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _require(holds: bool, wrong: str) -> None:
    if not holds:
        raise BadToken(wrong)
