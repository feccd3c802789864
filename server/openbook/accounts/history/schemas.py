"""What the routes about changes show."""

from typing import Annotated, Any
from uuid import UUID

from msgspec import Meta, Struct

from openbook.accounts.people.schemas import Moment
from openbook.audit.schemas import Action, ActorKind


class Who(Struct, frozen=True):
    """Who made a change: a person of the team, an API token, or a command on the machine."""

    kind: ActorKind
    id: UUID | None
    name: Annotated[
        str | None, Meta(description="The person's or the token's name; null: not known any more.")
    ]


class ShownChange(Struct, frozen=True):
    """One change."""

    id: UUID
    at: Moment
    who: Who
    action: Action
    subject: Annotated[
        str | None, Meta(description="The id of what was changed; it may be gone by now.")
    ]
    subject_name: Annotated[
        str | None, Meta(description="Of a person, token, invitation or view: its name or address.")
    ]
    detail: Annotated[dict[str, Any], Meta(description="Ids, roles, names of fields and settings.")]


class History(Struct, frozen=True):
    """Changes, the newest first."""

    items: list[ShownChange]
    next: Annotated[
        UUID | None, Meta(description="Pass as `before` for the next page; null on the last one.")
    ]
