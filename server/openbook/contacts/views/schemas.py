"""Saved views and the layout of one's list, as the interface takes and gives them."""

from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import Meta, Struct

from openbook.contacts.schemas import Moment

Density = Literal["comfortable", "compact"]
Columns = Annotated[
    list[Annotated[str, Meta(min_length=1, max_length=80)]],
    Meta(
        min_length=1,
        max_length=100,
        description="Fields in their order; `contact`, `place` and `seen` are put together.",
    ),
]
Widths = Annotated[
    dict[
        Annotated[str, Meta(min_length=1, max_length=80)],
        Annotated[int, Meta(ge=40, le=2000)],
    ],
    Meta(max_length=100, description="Column -> pixels, where somebody chose them."),
]


class Layout(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How a list looks."""

    columns: Columns
    widths: Widths = {}
    density: Density = "comfortable"


class ViewWrite(Layout, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A view as it is to be."""

    name: Annotated[str, Meta(min_length=1, max_length=80)]
    shared: Annotated[bool, Meta(description="Seen by everybody of the workspace.")] = False
    q: Annotated[str, Meta(max_length=320)] | None = None
    filter: Annotated[dict[str, Any] | None, Meta(description="As `searchContacts` takes it.")] = (
        None
    )


class View(Struct, frozen=True, kw_only=True):
    """A saved view."""

    id: UUID
    name: str
    shared: bool
    mine: Annotated[bool, Meta(description="Whether it was made by who asks.")]
    may_change: Annotated[bool, Meta(description="Whether who asks may change or remove it.")]
    q: str | None
    filter: dict[str, Any] | None
    columns: list[str]
    widths: dict[str, int]
    density: Density
    changed_at: Moment


class Views(Struct, frozen=True):
    """The views that one can see, by name, and how one's own list looks."""

    items: list[View]
    layout: Annotated[
        Layout | None, Meta(description="Null where nothing was changed about the usual one.")
    ]
