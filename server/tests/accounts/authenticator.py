"""A device with a passkey, for the tests: it signs what a browser would have it sign."""

import hashlib
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def text(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def raw(value: str) -> bytes:
    return urlsafe_b64decode(value + "=" * (-len(value) % 4))


class Device:
    """One ES256 key. `origin` is the page that the browser would vouch for."""

    def __init__(self, origin: str, host: str = "localhost", counts: bool = True):
        self.origin, self.host = origin, host
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = secrets.token_bytes(16)
        self.count = 1 if counts else 0
        self.counts = counts
        self.user: str | None = None

    def made(self, asked: dict[str, Any], name: str = "Laptop", **instead: Any) -> dict[str, Any]:
        """What a page sends after `navigator.credentials.create`."""
        self.user = asked["user_id"]
        numbers = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}
        attested = bytes(16) + len(self.id).to_bytes(2) + self.id + cbor2.dumps(cose)
        data = self._data(PRESENT | VERIFIED | ATTESTED) + attested
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", asked["challenge"], instead)
        return {
            "name": name,
            "id": text(self.id),
            "client_data": text(client),
            "attestation": text(attestation),
        }

    def answer(
        self, asked: dict[str, Any], verified: bool = True, **instead: Any
    ) -> dict[str, Any]:
        """What a page sends after `navigator.credentials.get`."""
        if self.counts:
            self.count += 1
        client = self._client("webauthn.get", asked["challenge"], instead)
        data = self._data(PRESENT | (VERIFIED if verified else 0))
        signed = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        return {
            "id": text(self.id),
            "client_data": text(client),
            "authenticator_data": text(data),
            "signature": text(signed),
            "user_handle": self.user,
        }

    def _client(self, kind: str, challenge: str, instead: dict[str, Any]) -> bytes:
        said = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(said | instead).encode()

    def _data(self, flags: int) -> bytes:
        named = hashlib.sha256(self.host.encode()).digest()
        return named + bytes([flags]) + self.count.to_bytes(4)
