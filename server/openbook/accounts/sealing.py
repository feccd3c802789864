"""What must be kept readable but not in the clear: encrypted under the instance's secret.

AES-256-GCM with a key derived per purpose, and bound to the row it stands in: what is copied into
another row, or another table, does not open there. The instance's secret is not in the database.
"""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE_BYTES = 12


def seal_bytes(plain: bytes, purpose: bytes, bound_to: bytes, secret: bytes) -> bytes:
    """`plain`, encrypted: it opens only for the same purpose, row and secret."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + _cipher(purpose, secret).encrypt(nonce, plain, bound_to)


def open_bytes(sealed: bytes, purpose: bytes, bound_to: bytes, secret: bytes) -> bytes | None:
    """The reverse of `seal_bytes`; None if it was sealed otherwise, or changed."""
    nonce, box = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
    try:
        return _cipher(purpose, secret).decrypt(nonce, box, bound_to)
    except (InvalidTag, ValueError):
        return None


def derived_key(purpose: bytes, secret: bytes) -> bytes:
    """32 bytes for one purpose: knowing them says nothing about the secret or another purpose."""
    return HKDF(hashes.SHA256(), length=32, salt=None, info=purpose).derive(secret)


def _cipher(purpose: bytes, secret: bytes) -> AESGCM:
    return AESGCM(derived_key(purpose, secret))
