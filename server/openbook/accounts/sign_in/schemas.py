"""What the ways to sign in take and give."""

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from openbook.accounts.passkeys.schemas import PasskeyAnswer
from openbook.accounts.people.schemas import Moment
from openbook.accounts.second_factor.schemas import Code
from openbook.accounts.sessions.schemas import Me

LINK_LIFE = timedelta(minutes=10)
OWNER_LINK_LIFE = timedelta(hours=1)
"""Of the link that the command line and the first start print: it goes through no mailbox."""
Purpose = Literal["link", "second factor", "socket", "passkey", "provider"]
SECOND_LIFE = timedelta(minutes=10)
"""How long somebody may look for their phone."""
Secret = Annotated[str, Meta(max_length=200)]
Typed = Annotated[str, Meta(max_length=300)]


class OneTimeToken(msgspec.Struct, frozen=True):
    """What a token was made for. It is gone from the database once it is taken."""

    user_id: UUID | None
    about: dict[str, Any] | None
    expires_at: datetime


class Ways(msgspec.Struct, frozen=True):
    """How somebody can sign in here."""

    started: bool
    """Whether there is an owner yet; if not, the link of the first start is the way in."""
    mail: bool
    """Whether a sign-in link can be sent."""
    passkeys: bool
    """Whether browsers keep passkeys for the name under which this was asked."""
    provider: str | None
    """What the other service is called at which one can sign in; null: there is none."""


class LinkTaken(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A link's token; the first owner says who they are."""

    token: Secret
    email: Typed | None = None
    name: Typed | None = None


class PasswordGiven(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An address and the password."""

    email: Typed
    password: Annotated[str, Meta(max_length=1000)]

    def __repr__(self) -> str:  # a secret must not get into a log by way of a struct's repr
        return "PasswordGiven(...)"


class MailAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whom to send a sign-in link."""

    email: Typed


class SecondGiven(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The second proof: what the first one was answered with, and a code or a passkey's answer."""

    token: Secret
    code: Code | None = None
    passkey: PasskeyAnswer | None = None


class Proof(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Once more that it is you: a code or a passkey where one is in force, else the password."""

    password: Annotated[str, Meta(max_length=1000)] | None = None
    code: Code | None = None
    passkey: PasskeyAnswer | None = None

    def __repr__(self) -> str:
        return "Proof(...)"


class NewPassword(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The password from now on."""

    password: Annotated[str, Meta(max_length=1000)]

    def __repr__(self) -> str:
        return "NewPassword(...)"


class Asked(msgspec.Struct, frozen=True):
    """The first proof was right; a second one is asked for."""

    token: str
    """To be sent along with the code, within ten minutes."""
    second_factors: list[str]


class SignedIn(msgspec.Struct, frozen=True):
    """Either `me`, and the session is in the cookie; or what is asked for besides."""

    me: Me | None = None
    asked: Asked | None = None


class ShownLink(msgspec.Struct, frozen=True):
    """A link that signs somebody in, for the one person it is for."""

    url: str
    expires_at: Moment
