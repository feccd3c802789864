"""What travels: prepared messages of one workspace and partition, sealed.

A stream is storage. So it holds what the policy let through and nothing else: no raw body, no
address beyond what may be kept, the digest of a credential and not the credential. All of it is
sealed with AES-GCM under a key of the instance's secret, bound to its subject: who can read the
broker's disk or its traffic learns which workspace got how much, and no more.

Values travel with the names of their fields, so that a worker of the next release, which may know
more fields, reads what the last one wrote.
"""

import secrets
from collections.abc import Mapping
from hashlib import blake2b
from uuid import UUID

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from openbook.catalogue.fields import GROUPS
from openbook.collect.address import budget_key
from openbook.collect.observation import Prepared
from openbook.contacts.fold import Facts, Register, register

FORMAT = b"\x01"
_NONCE_BYTES = 12
Names = Mapping[str, tuple[str, ...]]
NAMES: Names = {group: tuple(field.id for field in fields) for group, fields in GROUPS.items()}


class Part(msgspec.Struct, frozen=True, array_like=True):
    """One request's share of a parcel."""

    credential: bytes
    """The digest of what the sender showed; whether it is still good is asked before storing."""
    version: int
    """The version of the workspace's settings by which this was prepared."""
    prepared: list[Prepared]

    @property
    def size(self) -> int:
        """How many messages it carries."""
        return sum(one.messages for one in self.prepared)


class Unreadable(Exception):
    """Not a parcel of this installation, or damaged."""


class Sealer:
    """Packs, seals and opens; one per process."""

    def __init__(self, secret: bytes, names: Names = NAMES):
        """`names`: the fields of each group, in the order in which its values are kept."""
        self._names = names
        self._cipher = AESGCM(_derived(secret, b"openbook ingest stream"))
        self._address_key = _derived(secret, b"openbook ingest addresses")
        self.fingerprint = blake2b(
            _derived(secret, b"openbook ingest fingerprint"), digest_size=8
        ).hexdigest()
        """Tells installations apart without telling anything of the secret."""
        self._pack = msgspec.msgpack.Encoder().encode
        self._unpack = msgspec.msgpack.Decoder(list[Part]).decode

    def pack(self, credential: bytes, version: int, prepared: list[Prepared]) -> bytes:
        """One part, ready to be put into a parcel. UnicodeError for text that is none."""
        carried = [self._carried(one) for one in prepared]
        return self._pack(Part(credential, version, carried))

    def seal(self, subject: str, parts: list[bytes]) -> bytes:
        """Packed parts as the payload of one message on `subject`."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        body = self._pack([msgspec.Raw(part) for part in parts])
        return FORMAT + nonce + self._cipher.encrypt(nonce, body, subject.encode())

    def open(self, subject: str, payload: bytes) -> list[Part]:
        """The parts of a parcel. Raises Unreadable."""
        nonce, box = payload[1 : 1 + _NONCE_BYTES], payload[1 + _NONCE_BYTES :]
        if payload[:1] != FORMAT:
            raise Unreadable
        try:
            parts = self._unpack(self._cipher.decrypt(nonce, box, subject.encode()))
        except (InvalidTag, ValueError, msgspec.MsgspecError) as error:
            raise Unreadable from error
        for part in parts:
            for prepared in part.prepared:
                self._put_in_order(prepared.facts)
        return parts

    def _carried(self, prepared: Prepared) -> Prepared:
        named = {
            group: Register(
                found.at,
                found.tie,
                found.origin,
                tuple(zip(self._names[group], found.values, strict=True)),
            )
            for group, found in prepared.facts.registers.items()
        }
        return msgspec.structs.replace(
            prepared,
            facts=msgspec.structs.replace(prepared.facts, registers=named),
            # New contacts are counted by address; what counts them needs no address.
            address=self._address(prepared.address) if prepared.budgeted else None,
            left_out={},
        )

    def _put_in_order(self, facts: Facts) -> None:
        """Named values back into the order of this release; what it does not know is left out."""
        for group in list(facts.registers):
            found = facts.registers[group]
            names = self._names.get(group)
            if names is None:
                del facts.registers[group]
                continue
            given = dict(found.values)
            values = tuple([given.get(name) for name in names])
            if tuple(given) == names:
                facts.registers[group] = Register(found.at, found.tie, found.origin, values)
            else:
                facts.registers[group] = register(found.at, found.origin, values)

    def _address(self, address: str | None) -> str:
        key = budget_key(address).encode()
        return blake2b(key, digest_size=8, key=self._address_key).hexdigest()


def _derived(secret: bytes, purpose: bytes) -> bytes:
    return HKDF(hashes.SHA256(), length=32, salt=None, info=purpose).derive(secret)


def holder(workspace_id: UUID, credential: bytes) -> str:
    """A workspace and the digest of a credential, as the worker asks after them."""
    return workspace_id.hex + credential.hex()
