"""What those who watch are told, and who they are."""

from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

PROTOCOL = "openbook.live"
"""The subprotocol of the socket; behind it, the ticket."""


class Merged(msgspec.Struct, frozen=True):
    """Two contacts became one."""

    gone: UUID
    kept: UUID


class News(msgspec.Struct, frozen=True):
    """What happened since the version before: ids, of which each is named once."""

    version: Annotated[str, Meta(description="Come back with it, and nothing is missed.")]
    anew: Annotated[
        bool,
        Meta(description="What is shown may be out of date in ways not told: read it again."),
    ]
    online: Annotated[
        int | None,
        Meta(description="Contacts seen in the last five minutes; null where that is not kept."),
    ]
    more_online: Annotated[bool, Meta(description="`online` is a bound: there are more.")]
    workspace: UUID
    made: list[UUID]
    seen: Annotated[list[UUID], Meta(description="Changed by a visit: they are here now.")]
    changed: list[UUID]
    gone: list[UUID]
    merged: list[Merged]


class Ticket(msgspec.Struct, frozen=True):
    """What opens one socket, once, within half a minute."""

    ticket: str


class Seat(msgspec.Struct, frozen=True):
    """Who watches which workspace, by which session, and as what."""

    workspace_id: UUID
    user_id: UUID
    session_id: UUID
    role: str
