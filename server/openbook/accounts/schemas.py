"""What accounts hand in and out: workspaces, tokens, callers and what each role may do."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from openbook.audit.schemas import Actor
from openbook.catalogue.policy import Policy, read_policy
from openbook.errors import BadInput

SCOPES: tuple[str, ...] = (
    "contacts:read",
    "contacts:write",
    "contacts:delete",
    "conversations:read",
    "conversations:write",
    "import",
    "export",
    "settings:read",
    "settings:write",
    "collect",
)
ROLES: dict[str, frozenset[str]] = {
    "admin": frozenset(SCOPES),
    "agent": frozenset(
        {
            "contacts:read",
            "contacts:write",
            "conversations:read",
            "conversations:write",
            "settings:read",
        }
    ),
    "viewer": frozenset({"contacts:read", "conversations:read", "settings:read"}),
}
PERSONAL_SCOPES: tuple[str, ...] = (
    "team:read",
    "team:write",
    "credentials:read",
    "credentials:write",
)
"""What only a person who is signed in may do, never an API token: a token that could make tokens or
let people in would outlive its own revocation."""
ALL_SCOPES = SCOPES + PERSONAL_SCOPES
MEMBER_ROLES: dict[str, frozenset[str]] = {
    "owner": frozenset(ALL_SCOPES),
    "admin": frozenset(ALL_SCOPES),
    "agent": ROLES["agent"] | {"team:read"},
    "viewer": ROLES["viewer"] | {"team:read"},
}
"""What a person may do in a workspace. Owners differ from admins in one thing: only an owner makes,
changes or removes an owner."""
NO_ROLE = "custom"
"""The role of a token that was given scopes only."""


class Workspace(msgspec.Struct, frozen=True):
    """A workspace and what is allowed in it. `version` grows with each change of that."""

    id: UUID
    name: str
    settings: dict[str, Any]
    version: int
    origins: frozenset[str] | None = None
    """Found by a write key: from which sites a browser may send with it; None: from all."""

    @property
    def policy(self) -> Policy:
        """The settings compiled; keep it, it is worked out anew each time."""
        return read_policy(self.settings)


class Caller(msgspec.Struct, frozen=True):
    """Who makes a request, with an API token or signed in, and what they may do."""

    workspace_id: UUID
    caller_id: UUID
    """The person's id; of an API token, the token's."""
    role: str
    scopes: frozenset[str]
    user_id: UUID | None = None
    """The person; None for an API token."""
    used_at: datetime | None = None
    """When the token was last noted to be used."""

    def may(self, scope: str) -> bool:
        return scope in self.scopes

    @property
    def actor(self) -> Actor:
        """Whose changes these are."""
        return Actor("token" if self.user_id is None else "person", self.caller_id)


class Token(msgspec.Struct, frozen=True):
    """An API token as it is listed: everything but the token, which nobody holds but its owner."""

    id: UUID
    name: str
    role: str
    scopes: tuple[str, ...]
    created_at: datetime
    revoked_at: datetime | None
    used_at: datetime | None = None


class WriteKey(msgspec.Struct, frozen=True):
    """The public key of the snippet."""

    key: str
    created_at: datetime
    revoked_at: datetime | None
    origins: tuple[str, ...] | None = None
    """From which sites a browser may send with it; None: from all."""
    used_at: datetime | None = None
    """When something was last sent with it, to a quarter of an hour."""


class ListedKey(msgspec.Struct, frozen=True):
    """A key of the customer's backend as it is listed: everything but the key."""

    kid: str
    algorithm: str
    created_at: datetime
    revoked_at: datetime | None


def read_scopes(role: str | None, scopes: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """(role, scopes) of a new token: what the role may do, and each scope that is named beside.

    Scopes without a role make a token that can do just these. Refuses unknown words and nothing.
    """
    if role is None and not scopes:
        raise BadInput(
            f"Say what the token may do: a role ({', '.join(ROLES)}) or scopes "
            f"({', '.join(SCOPES)})."
        )
    if role is not None and role not in ROLES:
        raise BadInput(f"There is no role {role!r}. It is one of {', '.join(ROLES)}.")
    for scope in scopes:
        if scope not in SCOPES:
            raise BadInput(f"There is no scope {scope!r}. It is one of {', '.join(SCOPES)}.")
    wanted = ROLES.get(role or "", frozenset()) | set(scopes)
    return role or NO_ROLE, tuple(scope for scope in SCOPES if scope in wanted)


def setting_text(key: str, value: Any) -> str:
    """A setting given as JSON, as the text that `KEY=TEXT` would have; null is empty (default)."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str() | int():
            return str(value)
        case list() if all(isinstance(item, str) for item in value):
            return ",".join(value)
        case {"type": str(kind), "floor": int(floor), **rest} if not rest:
            return f"{kind}:{floor}"
        case _:
            raise BadInput(f"{key} cannot have a value of that kind.")
