"""What passkeys take and give. Bytes are base64url without padding, as browsers write them."""

from datetime import datetime, timedelta
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from openbook.accounts.people.schemas import Moment

CHALLENGE_LIFE = timedelta(minutes=5)
MOST_PASSKEYS = 20
"""That a person may have; browsers refuse longer lists."""
LONGEST_CREDENTIAL = 1023
"""Bytes of an id (WebAuthn, 5.8.3)."""
Use = Literal["make", "confirm", "second", "sign in"]
"""What a challenge was made for, and what its answer is good for."""
Bytes = Annotated[str, Meta(max_length=2000, pattern="^[A-Za-z0-9_-]*$")]
Attested = Annotated[str, Meta(max_length=20_000, pattern="^[A-Za-z0-9_-]*$")]


class Passkey(msgspec.Struct, frozen=True):
    """A key that a device or a password manager keeps; the server has the public half."""

    id: UUID
    user_id: UUID
    credential_id: bytes
    public_key: bytes
    sign_count: int
    name: str
    created_at: datetime
    used_at: datetime | None


class Place(msgspec.Struct, frozen=True):
    """Where a browser must have asked for a key: the host that it is bound to, and the page."""

    host: str
    """The Host header, with the port."""
    public_url: str | None
    """Where people open this openbook, if that was said."""


class ShownPasskey(msgspec.Struct, frozen=True):
    """A passkey as it is listed."""

    id: UUID
    name: str
    created_at: Moment
    used_at: Moment | None


class PasskeyList(msgspec.Struct, frozen=True):
    """The person's passkeys, the oldest first."""

    items: list[ShownPasskey]


class PasskeyCreation(msgspec.Struct, frozen=True):
    """What `navigator.credentials.create` needs. Good once, for five minutes, in this session."""

    challenge: str
    rp_id: str
    """The host that the key is for."""
    user_id: str
    user_name: str
    display_name: str
    exclude: list[str]
    """Keys that the person has already."""


class PasskeyAsked(msgspec.Struct, frozen=True):
    """What `navigator.credentials.get` needs. Good once, for five minutes, in this browser."""

    challenge: str
    rp_id: str
    allow: list[str]
    """The person's keys; empty: whichever the browser has for this host."""


class NewPasskey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The browser's answer to a creation, and what the person calls the key."""

    name: str
    id: Bytes
    client_data: Attested
    attestation: Attested


class RenamePasskey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the person calls the key from now on."""

    name: Annotated[str, Meta(max_length=300)]


class MadePasskey(msgspec.Struct, frozen=True):
    """The key; with the first second factor the recovery codes, shown this once."""

    passkey: ShownPasskey
    codes: list[str] | None


class PasskeyAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The browser's answer to a challenge, signed by the key."""

    id: Bytes
    client_data: Attested
    authenticator_data: Bytes
    signature: Bytes
    user_handle: Bytes | None = None


class PasskeyTry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the first proof was answered with."""

    token: Annotated[str, Meta(max_length=200)]
