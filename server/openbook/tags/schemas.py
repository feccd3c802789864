"""Tags as the interface takes and gives them."""

from typing import Annotated, Literal, get_args
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

Colour = Literal["grey", "red", "orange", "green", "teal", "blue", "violet", "pink"]
COLOURS: tuple[Colour, ...] = get_args(Colour)
Seconds = Annotated[int, Meta(description="UNIX time in whole seconds, UTC.")]
Name = Annotated[str, Meta(min_length=1, max_length=80, description="40 characters at most.")]


class Tag(Struct, frozen=True, kw_only=True):
    """A word of the workspace."""

    id: UUID
    name: Annotated[str, Meta(description="Another tag differs in more than case.")]
    colour: Colour
    made_at: Seconds
    contacts: Annotated[
        int | UnsetType, Meta(description="How many have it; where `counted` asks for it.")
    ] = UNSET
    conversations: Annotated[
        int | UnsetType, Meta(description="How many have it; where `counted` asks for it.")
    ] = UNSET


class Tags(Struct, frozen=True):
    """All tags of the workspace, by name."""

    items: list[Tag]


class TagWrite(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A new tag. Without a colour it gets the one that is used least."""

    name: Name
    colour: Colour | None = None


class TagChange(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is to be different about a tag; a key that is left out stays as it is."""

    name: Name | UnsetType = UNSET
    colour: Colour | UnsetType = UNSET


class Given(Struct, frozen=True, kw_only=True):
    """A tag that a contact has."""

    id: UUID
    name: str
    colour: Colour
    given_at: Seconds
