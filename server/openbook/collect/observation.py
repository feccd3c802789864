"""An observation: a message, and what the edge stamps on it once."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from openbook.catalogue.field import Source, Trust
from openbook.collect.wire import Context, Message
from openbook.contacts.fold import Facts


class Stamp(msgspec.Struct, frozen=True, gc=False):
    """What the edge knows of a request that its body does not say."""

    received_at: datetime
    sent_at: datetime | None
    address: str | None
    from_server: bool
    """The caller showed an API token with the scope `collect`."""
    browser_made: bool
    """The request has Origin or Sec-Fetch-*: its headers are the browser's own."""
    user_agent: str | None
    accept_language: str | None
    hints: dict[str, str]
    """Client hint headers, names in lower case."""
    gpc: bool


class Signed(msgspec.Struct, frozen=True, gc=False):
    """What a verified identity says: from the customer's backend (T3) or an API token (T4)."""

    user_id: str | None
    email: str | None
    trust: Trust


class Said(msgspec.Struct, frozen=True, gc=False):
    """A value somebody asserts about the contact."""

    field: str
    value: Any
    trust: Trust


class Observation(msgspec.Struct, gc=False):
    """A message on its way through the steps; each fills in its part."""

    message: Message
    context: Context
    """The message's, an empty one where it has none."""
    stamp: Stamp
    type: str
    source: Source
    platform: str
    trust: Trust
    occurred_at: datetime
    scene: Any = None
    """`scene.Told`: place, browser, device and language, ready to be kept."""
    signed: Signed | None = None
    kid: str | None = None
    """The identity key of a token that is genuine, expired or not."""
    said: list[Said] = []
    groups: dict[str, dict[str, Any]] = {}
    active: bool = False
    """A client showed activity: it moves last-seen times and, unless it names a group, opens
    sessions."""
    left_out: dict[str, int] = {}
    """Values that may not be kept, counted by the reason; the values themselves are gone."""

    def leave_out(self, reason: str, many: int = 1) -> None:
        if many:
            self.left_out[reason] = self.left_out.get(reason, 0) + many

    @property
    def gpc(self) -> bool:
        """The browser says: do not sell or share (Global Privacy Control)."""
        return self.stamp.gpc or self.context.gpc is True


class Prepared(msgspec.Struct, frozen=True, gc=False):
    """What is left to store: nothing in it that the workspace's policy does not allow."""

    device_id: UUID
    anonymous_id: str
    platform: str
    device_key: str
    source: Source
    facts: Facts
    said: tuple[Said, ...]
    signed: Signed | None
    proof: str | None
    birth: bytes
    """A digest of the message's id: the first one of a device proves who made it."""
    occurred_at: datetime
    received_at: datetime
    keeps_last_seen: bool
    keeps_platform_seen: bool
    address: str | None
    """For the budget of new contacts only; never stored from here."""
    budgeted: bool
    """A public key sent it: contacts it makes count against the budget."""
    wants_proof: bool
    """Our own SDK sent it, which keeps the device's proof."""
    left_out: dict[str, int]
    push: str | None = None
    """The token of a push service that the app hands over; empty: it has none any more."""
    gpc: bool = False
    kid: str | None = None
    """With `gpc`, what a later policy is judged by where the message itself is gone."""
    messages: int = 1
    """How many it stands for: a run of them is joined to one."""
    withdraws: bool = False
    """The person said no: the push token ends, nothing is learnt, and no device is made by it."""
    births: tuple[bytes, ...] = ()
    """The digests of the others, where the sender wants a proof."""

    def made(self, birth: bytes) -> bool:
        """Whether the device that has this birth was made by a message of these."""
        return bool(birth) and (birth == self.birth or birth in self.births)
