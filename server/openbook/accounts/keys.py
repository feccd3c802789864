"""Credentials: made from random bytes, told apart by their digest, sealed where they must be kept.

Randomness is the system's. Write keys are public and stand in pages; API tokens are kept only as a
SHA-256 digest (they have 256 random bits, so a slow hash would add nothing); the keys with which a
customer's backend signs are needed in the clear to verify, so they are sealed with AES-GCM under a
key derived from the instance's secret, which is not in the database.
"""

import hashlib
import secrets
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from openbook.accounts.sealing import open_bytes, seal_bytes
from openbook.errors import BadInput, Misconfigured

WRITE_KEY, TOKEN = "ob_", "obt_"
ALGORITHMS = ("HS256", "EdDSA")
PURPOSE = b"openbook identity keys"


class IdentityKey(msgspec.Struct, frozen=True):
    """A key that verifies what a customer's backend signed.

    `key` is the shared secret (HS256) or the 32 bytes of the public key (EdDSA).
    """

    kid: str
    algorithm: str
    key: bytes

    def __repr__(
        self,
    ) -> str:  # a secret must not get into a log by way of a struct's repr
        return f"IdentityKey(kid={self.kid!r}, algorithm={self.algorithm!r})"


def new_write_key() -> str:
    """`ob_` and 24 characters, 144 random bits."""
    return WRITE_KEY + secrets.token_urlsafe(18)


def new_token() -> str:
    """`obt_` and 43 characters, 256 random bits."""
    return TOKEN + secrets.token_urlsafe(32)


def digest(token: str) -> bytes:
    """What is stored of a token and looked up: its SHA-256. Any text has one."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def new_identity_key(algorithm: str) -> tuple[IdentityKey, str]:
    """(the key to keep, what its owner must be shown once).

    HS256: 32 random bytes as hex, to be used as text: most JWT libraries take a secret as a string.
    EdDSA: the private key as PKCS#8 PEM; only the public half is kept.
    """
    kid = secrets.token_hex(8)
    if algorithm == "HS256":
        secret = secrets.token_hex(32)
        return IdentityKey(kid, algorithm, secret.encode()), secret
    if algorithm != "EdDSA":
        raise BadInput(f"An identity key is one of {', '.join(ALGORITHMS)}, not {algorithm!r}.")
    private = Ed25519PrivateKey.generate()
    pem = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return IdentityKey(kid, algorithm, _raw(private.public_key())), pem.decode()


def read_public_key(text: str) -> IdentityKey:
    """A key of the customer's own: an Ed25519 public key as PEM or as a JWK (its `kid` is kept)."""
    try:
        if text.lstrip().startswith("{"):
            jwk = msgspec.json.decode(text, type=dict[str, str | list[str]])
            key = OKPKey.import_key(jwk)  # type: ignore[arg-type]
            public, named = key.public_key, jwk.get("kid")
            private = key.is_private
        else:
            public, named = serialization.load_pem_public_key(text.encode()), None
            private = False
    except (ValueError, TypeError, KeyError, JoseError, msgspec.MsgspecError):
        public, named, private = None, None, "PRIVATE KEY" in text
    if private:
        raise BadInput("That is a private key. Keep it, and give only its public half.")
    if not isinstance(public, Ed25519PublicKey):
        raise BadInput("An identity key of your own is an Ed25519 public key, as PEM or as a JWK.")
    kid = named if isinstance(named, str) and 0 < len(named) <= 64 else secrets.token_hex(8)
    return IdentityKey(kid, "EdDSA", _raw(public))


def seal(key: IdentityKey, workspace_id: UUID, secret: bytes) -> bytes:
    """The key, encrypted; it opens only as the same key of the same workspace."""
    return seal_bytes(key.key, PURPOSE, _bound_to(workspace_id, key.kid), secret)


def unseal(
    sealed: bytes, kid: str, algorithm: str, workspace_id: UUID, secret: bytes
) -> IdentityKey:
    """The reverse of `seal`. Misconfigured if the secret is not the one it was sealed with."""
    key = open_bytes(sealed, PURPOSE, _bound_to(workspace_id, kid), secret)
    if key is None:
        raise Misconfigured(
            f"The identity key {kid} was sealed with another secret. Put the instance's former "
            "secret back (OPENBOOK_SECRET_FILE, or `secret` in the data folder), or revoke the key "
            "and create a new one."
        )
    return IdentityKey(kid, algorithm, key)


def _bound_to(workspace_id: UUID, kid: str) -> bytes:
    return workspace_id.bytes + kid.encode()


def _raw(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
