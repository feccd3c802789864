"""Who makes a change, and what may be noted of one."""

from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

import msgspec

KEPT = timedelta(days=400)
"""How long a change is remembered: one year can be compared with the one before."""
ActorKind = Literal["person", "token", "command"]
Action = Literal[
    "settings.changed",
    "workspace.made",
    "workspace.renamed",
    "write_key.made",
    "write_key.bound",
    "write_key.revoked",
    "token.made",
    "token.replaced",
    "token.revoked",
    "identity_key.made",
    "identity_key.revoked",
    "invitation.made",
    "invitation.revoked",
    "member.joined",
    "member.role",
    "member.removed",
    "member.left",
    "member.factors_reset",
    "member.provider_forgotten",
    "contact.made",
    "contact.changed",
    "contact.deleted",
    "contact.merged",
    "contact.split",
    "bulk.begun",
    "bulk.stopped",
    "bulk.undone",
    "import.begun",
    "import.ended",
    "contacts.exported",
    "view.shared",
    "view.withdrawn",
    "view.changed",
    "view.removed",
    "view.restored",
    "field.cleared",
    "tag.made",
    "tag.changed",
    "tag.removed",
    "contact.tagged",
    "contact.untagged",
    "conversation.merged",
    "canned_reply.made",
    "canned_reply.changed",
    "canned_reply.removed",
]


class Actor(msgspec.Struct, frozen=True):
    """Who it was: a person or an API token by id, or whoever may run commands on the machine."""

    kind: ActorKind
    id: UUID | None = None


COMMAND = Actor("command")


class Change(msgspec.Struct, frozen=True):
    """One change as it is kept."""

    id: UUID
    at: datetime
    actor: ActorKind
    actor_id: UUID | None
    action: Action
    subject: str | None
    """The id of what was changed; of a setting nothing, of a field its name."""
    detail: dict[str, Any]
    """Ids, roles, names of fields and settings; never what somebody wrote about a person."""
