"""Credentials: their form, and that what is sealed opens only where it belongs."""

import base64
import json
import re
from uuid import UUID

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from openbook.accounts.keys import (
    IdentityKey,
    digest,
    new_identity_key,
    new_token,
    new_write_key,
    read_public_key,
    seal,
    unseal,
)
from openbook.accounts.queries import policy_lock_key
from openbook.errors import BadInput, Misconfigured

HERE = UUID("018f3c5e-0000-7000-8000-000000000001")
ELSEWHERE = UUID("018f3c5e-0000-7000-8000-000000000002")
SECRET = b"s" * 32


def test_keys_and_tokens_have_their_form():
    assert re.fullmatch(r"ob_[A-Za-z0-9_-]{24}", new_write_key())
    assert re.fullmatch(r"obt_[A-Za-z0-9_-]{43}", new_token())
    assert new_token() != new_token()


@given(st.text())
def test_any_text_has_a_digest_so_that_a_bad_token_goes_the_way_of_a_good_one(text: str):
    assert len(digest(text)) == 32


@pytest.mark.parametrize("algorithm", ["HS256", "EdDSA"])
def test_a_sealed_key_opens_again_and_does_not_show_itself(algorithm: str):
    key, _ = new_identity_key(algorithm)
    sealed = seal(key, HERE, SECRET)
    assert key.key not in sealed
    assert unseal(sealed, key.kid, algorithm, HERE, SECRET) == key
    assert seal(key, HERE, SECRET) != sealed


@pytest.mark.parametrize(
    ("kid", "workspace_id", "secret"),
    [("other", HERE, SECRET), ("kid", ELSEWHERE, SECRET), ("kid", HERE, b"t" * 32)],
)
def test_a_sealed_key_opens_under_no_other_name_workspace_or_secret(kid, workspace_id, secret):
    sealed = seal(IdentityKey("kid", "HS256", b"k" * 64), HERE, SECRET)
    with pytest.raises(Misconfigured, match="another secret"):
        unseal(sealed, kid, "HS256", workspace_id, secret)


def test_a_cut_off_seal_is_refused_with_a_sentence():
    with pytest.raises(Misconfigured):
        unseal(b"short", "kid", "HS256", HERE, SECRET)


def test_a_public_key_of_the_customers_own_is_taken_as_pem_or_jwk():
    public = Ed25519PrivateKey.generate().public_key()
    raw = public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    pem = public.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    ).decode()
    x = base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
    jwk = json.dumps({"kty": "OKP", "crv": "Ed25519", "x": x, "kid": "mine"})
    assert read_public_key(pem).key == raw
    assert read_public_key(jwk) == IdentityKey("mine", "EdDSA", raw)


def test_a_private_key_handed_in_by_mistake_is_refused_as_such():
    _, pem = new_identity_key("EdDSA")
    with pytest.raises(BadInput, match="private key"):
        read_public_key(pem)
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": "A" * 43, "d": "A" * 43}
    with pytest.raises(BadInput, match="private key"):
        read_public_key(json.dumps(jwk))


@pytest.mark.parametrize(
    "text",
    ["", "garbage", "{", "{}", '{"kty":"RSA","n":"AQAB","e":"AQAB"}', '{"kty":"oct","k":"AAAA"}',
     '{"kty":"OKP","crv":"X25519","x":"AAAA"}',
     "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----"],
)  # fmt: skip
def test_what_is_no_such_key_is_refused(text: str):
    with pytest.raises(BadInput, match="Ed25519 public key"):
        read_public_key(text)


def test_the_lock_of_a_policy_is_a_stable_signed_64_bit_number():
    assert policy_lock_key(HERE) == policy_lock_key(UUID(str(HERE)))
    assert policy_lock_key(HERE) != policy_lock_key(ELSEWHERE)
    assert all(-(2**63) <= policy_lock_key(UUID(int=n)) < 2**63 for n in range(100))
