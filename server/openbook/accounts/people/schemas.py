"""Who is in the team: what is read of people and memberships, and what the interface shows."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from email_validator import EmailNotValidError, validate_email
from msgspec import Meta

from openbook.errors import BadInput

MemberRole = Literal["owner", "admin", "agent", "viewer"]
Moment = Annotated[int, Meta(description="UNIX time in whole seconds, UTC.")]
LONGEST_NAME = 100
LONGEST_EMAIL = 254


class Person(msgspec.Struct, frozen=True):
    """Somebody who can sign in."""

    id: UUID
    email: str
    email_key: str
    name: str
    password_hash: str | None
    created_at: datetime

    def __repr__(self) -> str:  # personal, and a hash: not for logs
        return f"Person(id={self.id})"


class Membership(msgspec.Struct, frozen=True):
    """A workspace that a person belongs to."""

    workspace_id: UUID
    workspace: str
    role: str


class ShownPerson(msgspec.Struct, frozen=True):
    """A person as the person sees it."""

    id: UUID
    email: str
    name: str
    has_password: bool


class ShownMembership(msgspec.Struct, frozen=True):
    """A workspace that the person may switch to."""

    id: UUID
    name: str
    role: MemberRole
    scopes: list[str]


def read_email(text: str) -> tuple[str, str]:
    """(the address as it is kept, what a person is found by): lower case, the domain in ASCII."""
    try:
        read = validate_email(
            text.strip()[: LONGEST_EMAIL + 1],
            check_deliverability=False,
            allow_smtputf8=False,
            test_environment=True,  # names such as shop.test may stand in an address book
        )
    except EmailNotValidError:
        raise BadInput("That is not an e-mail address.", "bad_email") from None
    return read.normalized, f"{read.local_part}@{read.ascii_domain}".lower()


def read_name(text: str) -> str:
    """A name as it is kept."""
    name = text.strip()
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise BadInput(
            f"A name has 1 to {LONGEST_NAME} characters, no control characters.", "bad_name"
        )
    return name


def read_member_role(text: str) -> MemberRole:
    """A role that a person can have."""
    match text:
        case "owner" | "admin" | "agent" | "viewer":
            return text
        case _:
            raise BadInput("A role is owner, admin, agent or viewer.")
