"""Signed identify tokens: what is believed, and every way of forging one that is known to work."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from openbook.accounts.keys import IdentityKey, new_identity_key, read_public_key
from openbook.accounts.tokens import Expired, Forged, Verified, verify_identity

pytestmark = pytest.mark.filterwarnings("ignore:EdDSA is deprecated")

HERE = UUID("018f3c5e-0000-7000-8000-000000000001")
ELSEWHERE = UUID("018f3c5e-0000-7000-8000-000000000002")
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
AT = int(NOW.timestamp())

SHARED, SECRET = new_identity_key("HS256")
PRIVATE = Ed25519PrivateKey.generate()
PUBLIC_PEM = PRIVATE.public_key().public_bytes(
    serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
)
PAIR = read_public_key(PUBLIC_PEM.decode())
KEYS = (SHARED, PAIR)


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def claims(**changes: Any) -> dict[str, Any]:
    """Good claims with some changed; `...` leaves one out."""
    good = {"sub": "u-1", "aud": str(HERE), "iat": AT - 60, "exp": AT + 3600}
    return {name: value for name, value in (good | changes).items() if value is not ...}


def token(
    body: dict[str, Any] | bytes,
    header: dict[str, Any] | bytes,
    sign: Callable[[bytes], bytes],
) -> str:
    """A token assembled by hand, so that a test can do what no library would."""
    parts = [
        part if isinstance(part, bytes) else json.dumps(part).encode() for part in (header, body)
    ]
    signed = f"{b64(parts[0])}.{b64(parts[1])}"
    return f"{signed}.{b64(sign(signed.encode()))}"


def hs256(key: bytes) -> Callable[[bytes], bytes]:
    return lambda signed: hmac.new(key, signed, hashlib.sha256).digest()


def shared(body: dict[str, Any] | bytes, **header: Any) -> str:
    return token(body, {"alg": "HS256", "kid": SHARED.kid} | header, hs256(SECRET.encode()))


def pair(body: dict[str, Any] | bytes, **header: Any) -> str:
    return token(body, {"alg": "EdDSA", "kid": PAIR.kid} | header, PRIVATE.sign)


def verify(text: str, moment: datetime = NOW) -> Verified | Expired | Forged:
    return verify_identity(text, KEYS, HERE, moment)


@pytest.mark.parametrize("make", [shared, pair])
def test_a_token_of_either_algorithm_names_the_person_and_brings_its_claims(make):
    body = claims(email="ada@example.com", name="Ada", attributes={"plan": "pro", "seats": 3})
    found = verify(make(body))
    assert type(found) is Verified
    assert (found.user_id, found.email, found.name) == ("u-1", "ada@example.com", "Ada")
    assert found.attributes == {"plan": "pro", "seats": 3}
    assert found.issued_at == AT - 60


def test_the_newer_name_of_the_same_algorithm_is_taken_too():
    assert isinstance(verify(pair(claims(), alg="Ed25519")), Verified)


def test_an_audience_may_be_a_list_that_holds_the_workspace():
    assert isinstance(verify(shared(claims(aud=["billing", str(HERE)]))), Verified)


def test_a_token_past_its_time_still_says_whom_it_named_but_as_expired():
    found = verify(shared(claims(email="ada@example.com")), NOW + timedelta(hours=2))
    assert type(found) is Expired
    assert (found.user_id, found.email) == ("u-1", "ada@example.com")


ATTACKS: dict[str, tuple[str, str]] = {
    "no algorithm": (
        token(claims(), {"alg": "none", "kid": SHARED.kid}, lambda _: b""),
        "algorithm",
    ),
    "no algorithm, in capitals": (
        token(claims(), {"alg": "NONE", "kid": PAIR.kid}, lambda _: b""),
        "algorithm",
    ),
    "public key as the shared secret (PEM)": (
        token(claims(), {"alg": "HS256", "kid": PAIR.kid}, hs256(PUBLIC_PEM)),
        "algorithm",
    ),
    "public key as the shared secret (raw)": (
        token(claims(), {"alg": "HS256", "kid": PAIR.kid}, hs256(PAIR.key)),
        "algorithm",
    ),
    "another algorithm with the right secret": (
        token(
            claims(),
            {"alg": "HS512", "kid": SHARED.kid},
            lambda signed: hmac.new(SECRET.encode(), signed, hashlib.sha512).digest(),
        ),
        "algorithm",
    ),
    "algorithms swapped between the keys": (shared(claims(), alg="EdDSA"), "algorithm"),
    "signed by somebody else": (
        token(claims(), {"alg": "HS256", "kid": SHARED.kid}, hs256(b"guess")),
        "signature",
    ),
    "signed by somebody else's pair": (
        token(claims(), {"alg": "EdDSA", "kid": PAIR.kid}, Ed25519PrivateKey.generate().sign),
        "signature",
    ),
    "brings its own key": (
        token(
            claims(),
            {"alg": "EdDSA", "kid": PAIR.kid, "jwk": {"kty": "OKP", "crv": "Ed25519", "x": "AA"}},
            Ed25519PrivateKey.generate().sign,
        ),
        "signature",
    ),
    "names a key on the web": (
        token(
            claims(),
            {"alg": "HS256", "kid": SHARED.kid, "jku": "https://evil.example/keys"},
            hs256(b"guess"),
        ),
        "signature",
    ),
    "a body that is not encoded": (shared(claims(), crit=["b64"], b64=False), "claims"),
    "demands an extension": (shared(claims(), crit=["exp"], exp=1), "signature"),
    "signature left out": (shared(claims()).rpartition(".")[0] + ".", "signature"),
    "body of another token": (
        ".".join(
            (
                shared(claims()).split(".")[0],
                shared(claims(sub="admin")).split(".")[1],
                shared(claims()).split(".")[2],
            )
        ),
        "signature",
    ),
    "unknown key": (shared(claims(), kid="0123456789abcdef"), "unknown_key"),
    "kid as a path": (shared(claims(), kid="../../dev/null"), "unknown_key"),
    "kid as a number": (shared(claims(), kid=1), "malformed"),
    "no kid": (
        token(claims(), {"alg": "HS256"}, hs256(SECRET.encode())),
        "malformed",
    ),
    "no audience": (shared(claims(aud=...)), "claims"),
    "another workspace": (shared(claims(aud=str(ELSEWHERE))), "audience"),
    "a list without the workspace": (shared(claims(aud=[str(ELSEWHERE)])), "audience"),
    "an empty audience": (shared(claims(aud="")), "audience"),
    "audience that merely begins so": (shared(claims(aud=str(HERE) + "0")), "audience"),
    "no expiry": (shared(claims(exp=...)), "claims"),
    "expiry as text": (shared(claims(exp=str(AT + 60))), "claims"),
    "expiry that is no number": (
        shared(json.dumps(claims()).replace(str(AT + 3600), "NaN").encode()),
        "claims",
    ),
    "endless expiry": (shared(claims(exp=1e300)), "lifetime"),
    "lives for more than a day": (shared(claims(exp=AT - 60 + 24 * 3600 + 1)), "lifetime"),
    "expires before it was issued": (shared(claims(exp=AT - 3600)), "lifetime"),
    "no time of issue": (shared(claims(iat=...)), "claims"),
    "issued in the future": (shared(claims(iat=AT + 61, exp=AT + 120)), "issued_later"),
    "not valid yet": (shared(claims(nbf=AT + 3600)), "not_yet"),
    "no subject": (shared(claims(sub=...)), "claims"),
    "empty subject": (shared(claims(sub="  ")), "subject"),
    "subject as a number": (shared(claims(sub=7)), "claims"),
    "NUL in the subject": (shared(claims(sub="u\x001")), "subject"),
    "half a character in the subject": (shared(claims(sub="\ud800")), "claims"),
    "subject too long": (shared(claims(sub="u" * 256)), "subject"),
    "body that is no object": (shared(b"[]"), "claims"),
    "body that is no JSON": (shared(b"sub=u-1"), "claims"),
    "deep body": (shared(b'{"attributes":' + b"[" * 2500 + b"]" * 2500 + b"}"), "claims"),
    "deep header": (
        token(claims(), b"[" * 370, hs256(SECRET.encode())),
        "malformed",
    ),
    "too long": (shared(claims(name="x" * 9000)), "size"),
    "header too long": (shared(claims(), typ="J" * 400), "malformed"),
    "garbage": ("not a token", "malformed"),
    "three dots": ("a.b.c.d", "malformed"),
    "empty": ("", "malformed"),
    "only dots": ("..", "malformed"),
    "characters that no token has": ("é.é.é", "size"),
    "bytes that are no text": (token(claims(), b"\xff\xfe", hs256(SECRET.encode())), "malformed"),
}


@pytest.mark.parametrize("attack", ATTACKS, ids=str)
def test_a_forged_token_is_refused_and_the_reason_is_one_word(attack: str):
    text, reason = ATTACKS[attack]
    assert verify(text) == Forged(reason)


def test_a_revoked_key_verifies_nothing():
    assert verify_identity(shared(claims()), (PAIR,), HERE, NOW) == Forged("unknown_key")


def test_a_clock_that_runs_a_minute_ahead_is_forgiven():
    assert isinstance(verify(shared(claims(iat=AT + 59, exp=AT + 600))), Verified)


def test_claims_that_cannot_be_stored_whole_are_left_out_and_the_rest_stands():
    body = claims(
        email="x" * 321, name="A\x00da", attributes={"ok": True, "list": [1], "nul": "a\x00"}
    )
    found = verify(shared(body))
    assert isinstance(found, Verified)
    assert (found.email, found.name, found.attributes) == (None, None, {"ok": True})


def test_neither_a_verdict_nor_a_key_shows_what_it_holds():
    found = verify(shared(claims(email="ada@example.com")))
    assert "ada" not in repr(found) and "u-1" not in repr(found)
    assert SECRET not in repr(SHARED) and SECRET not in str(SHARED)


@given(st.text(max_size=200))
def test_no_text_whatever_raises_or_is_believed(text: str):
    assert isinstance(verify(text), Forged)


@given(st.binary(max_size=300), st.binary(max_size=300))
def test_whatever_is_signed_with_the_key_raises_nothing(header: bytes, body: bytes):
    assert isinstance(verify(shared(body)), Forged)
    assert isinstance(verify(token(claims(), header, hs256(SECRET.encode()))), Forged)


@given(st.integers(0, 400))
def test_one_changed_character_makes_a_token_worthless(place: int):
    good = shared(claims())
    place %= len(good)
    other = "A" if good[place] != "A" else "B"
    changed = good[:place] + other + good[place + 1 :]
    # The last character of a part has bits that base64 ignores: the same bytes, the same token.
    same = (
        [base64.urlsafe_b64decode(part + "==") for part in changed.split(".")]
        == [base64.urlsafe_b64decode(part + "==") for part in good.split(".")]
        if changed.count(".") == 2
        else False
    )
    assert same or isinstance(verify(changed), Forged)


def test_the_key_is_chosen_by_its_kid_even_where_two_share_an_algorithm():
    other, secret = new_identity_key("HS256")
    crossed = token(claims(), {"alg": "HS256", "kid": other.kid}, hs256(SECRET.encode()))
    straight = token(claims(), {"alg": "HS256", "kid": other.kid}, hs256(secret.encode()))
    keys: tuple[IdentityKey, ...] = (SHARED, other)
    assert verify_identity(crossed, keys, HERE, NOW) == Forged("signature")
    assert isinstance(verify_identity(straight, keys, HERE, NOW), Verified)
