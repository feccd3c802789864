"""What the team takes and shows."""

from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from openbook.accounts.people.schemas import MemberRole, Moment

INVITATION_LIFE = timedelta(hours=72)
LONGEST_WORKSPACE = 100
MOST_INVITATIONS = 200
Secret = Annotated[str, Meta(max_length=200)]
Typed = Annotated[str, Meta(max_length=300)]


class Member(msgspec.Struct, frozen=True):
    """Somebody in the team."""

    id: UUID
    email: str
    name: str
    role: MemberRole
    joined_at: Moment
    second_factor: bool
    you: bool


class Invitation(msgspec.Struct, frozen=True):
    """An invitation as it is kept."""

    workspace_id: UUID
    id: UUID
    email: str
    email_key: str
    role: str
    invited_by: UUID
    created_at: datetime
    expires_at: datetime


class ShownInvitation(msgspec.Struct, frozen=True):
    """An invitation that nobody has accepted yet."""

    id: UUID
    email: str
    role: MemberRole
    created_at: Moment
    expires_at: Moment


class Team(msgspec.Struct, frozen=True):
    """Everybody who belongs to the workspace, and who is invited."""

    members: list[Member]
    invitations: list[ShownInvitation]
    """Only for those who may invite."""


class Invite(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whom to invite, as what."""

    email: Typed
    role: MemberRole


class Invited(msgspec.Struct, frozen=True):
    """The invitation, and its link where no mail could be sent: hand it over yourself."""

    invitation: ShownInvitation
    mailed: bool
    url: str | None


class InvitationToken(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What stands in the link of an invitation."""

    token: Secret


class Accept(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The invitation's token, and a name from whoever is new here."""

    token: Secret
    name: Typed | None = None


class InvitationSeen(msgspec.Struct, frozen=True):
    """What an invitation is to."""

    workspace: str
    role: MemberRole
    email: str
    expires_at: Moment


class NewRole(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the member may do from now on."""

    role: MemberRole


class Named(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a workspace is called."""

    name: Typed


class Choice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which workspace requests without the header Openbook-Workspace are for."""

    workspace: UUID


class ShownWorkspace(msgspec.Struct, frozen=True):
    """A workspace."""

    id: UUID
    name: str
