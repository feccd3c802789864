"""What a session is, how long it lasts, and what the interface shows of it."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from openbook.accounts.people.schemas import Moment, Person, ShownMembership, ShownPerson

LONGEST_LIFE = timedelta(days=7)
LONGEST_IDLE = timedelta(hours=12)
CONFIRMED_FOR = timedelta(minutes=15)
"""How long a proof of being the person is good for acts that cannot be undone."""
SEEN_EVERY = timedelta(minutes=1)
LONGEST_AGENT = 200
METHODS = ("link", "password", "passkey", "oidc")


class Session(msgspec.Struct, frozen=True):
    """Somebody signed in on one browser."""

    id: UUID
    user_id: UUID
    method: str
    second_factor: bool
    agent: str
    chosen: UUID | None
    created_at: datetime
    seen_at: datetime
    confirmed_at: datetime
    expires_at: datetime

    def live_at(self, moment: datetime) -> bool:
        """Neither over nor idle for too long."""
        return moment < self.expires_at and moment - self.seen_at < LONGEST_IDLE

    def confirmed(self, moment: datetime) -> bool:
        """Whether the person was proved to be it a short while ago."""
        return moment - self.confirmed_at < CONFIRMED_FOR


class Visit(msgspec.Struct, frozen=True):
    """Who asks: a person, signed in."""

    session: Session
    person: Person


class ShownSession(msgspec.Struct, frozen=True):
    """A session as it is listed."""

    id: UUID
    agent: str
    method: str
    created_at: Moment
    seen_at: Moment
    current: bool


class SessionList(msgspec.Struct, frozen=True):
    """Where the person is signed in, the one seen last first."""

    items: list[ShownSession]


class Me(msgspec.Struct, frozen=True):
    """The person who is signed in, and what is theirs."""

    person: ShownPerson
    workspaces: list[ShownMembership]
    workspace: UUID | None
    """The one that a request without the header Openbook-Workspace is for."""
    second_factors: list[str]
    """What is asked at sign-in beside the first proof; empty for nothing."""
    confirmed_until: Moment
    """Until when acts that cannot be undone are let through without another proof."""


class Rename(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Another name for the person."""

    name: str
