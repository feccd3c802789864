"""Actions on many contacts, as the interface takes and gives them."""

from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import Meta, Struct

from openbook.contacts.schemas import Moment
from openbook.jobs.schemas import Status

Action = Literal["spam", "not_spam", "tag", "untag", "unsubscribe", "export", "delete"]
SCOPES: dict[Action, str] = {
    "spam": "contacts:write",
    "not_spam": "contacts:write",
    "tag": "contacts:write",
    "untag": "contacts:write",
    "unsubscribe": "contacts:write",
    "export": "export",
    "delete": "contacts:delete",
}
"""What each takes; all of them besides `contacts:read`."""
UNDOABLE: frozenset[Action] = frozenset({"spam", "not_spam", "tag", "untag", "unsubscribe"})
TAGGING: frozenset[Action] = frozenset({"tag", "untag"})
MOST_PICKED = 10_000
MOST_COLUMNS = 400
Picked = Annotated[list[UUID], Meta(max_length=MOST_PICKED)]
Column = Annotated[str, Meta(min_length=1, max_length=80)]
Columns = Annotated[list[Column], Meta(max_length=MOST_COLUMNS)]


class BulkWrite(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is to be done, and to whom: those picked, or all that match a question."""

    action: Action
    ids: Annotated[
        Picked | None, Meta(description="Those who were picked. Without it, all that match.")
    ] = None
    q: Annotated[str, Meta(max_length=320)] | None = None
    filter: Annotated[dict[str, Any] | None, Meta(description="As `searchContacts` takes it.")] = (
        None
    )
    except_ids: Annotated[
        Picked, Meta(description="Of all that match, those who were left out.")
    ] = []
    columns: Annotated[
        Columns | None,
        Meta(description="Of a file, in their order; without it, everything."),
    ] = None
    tag: Annotated[UUID | None, Meta(description="Which one to give (tag) or take (untag).")] = None


class Bulk(Struct, frozen=True, kw_only=True):
    """How far an action is. Its contacts are those found when it was asked for, no others."""

    id: UUID
    action: Action
    status: Status
    tag: Annotated[UUID | None, Meta(description="The one that is given or taken.")]
    undoing: Annotated[
        bool, Meta(description="Whether `done` and `total` are those of taking it back.")
    ]
    contacts: Annotated[int, Meta(description="How many it is about.")]
    changed: Annotated[int, Meta(description="How many were not so already, as far as it is.")]
    done: int
    total: int
    may_undo: Annotated[bool, Meta(description="Now; for a day after it was asked for.")]
    mine: Annotated[bool, Meta(description="Whether who asks began it.")]
    made_at: Moment


class Bulks(Struct, frozen=True):
    """The actions of the last day, the latest first."""

    items: list[Bulk]
