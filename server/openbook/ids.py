"""Identifiers: time-ordered row ids, and device ids made from what names a device."""

import secrets
from datetime import datetime
from hashlib import blake2b
from uuid import UUID


def new_id(moment: datetime) -> UUID:
    """A version 7 UUID: ordered by creation, so that new rows fall together in the index."""
    milliseconds = int(moment.timestamp() * 1000) & ((1 << 48) - 1)
    bits = (milliseconds << 80) | secrets.randbits(80)
    bits = bits & ~(0xF << 76) | (0x7 << 76)
    return UUID(int=bits & ~(0x3 << 62) | (0x2 << 62))


def device_id(anonymous_id: str, platform: str, device_key: str) -> UUID:
    """The row id of a device: the same parts always give the same id, within a workspace."""
    name = "\x1f".join((platform, anonymous_id, device_key)).encode("utf-8", "surrogatepass")
    return UUID(bytes=blake2b(name, digest_size=16, person=b"openbook-device").digest())
