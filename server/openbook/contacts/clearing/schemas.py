"""What the routes about stored values take and give."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct


class StoredValues(Struct, frozen=True):
    """What is still stored of a field that is switched off."""

    field: str
    contacts: Annotated[int, Meta(description="Contacts that show a value.")]
    values: Annotated[
        int, Meta(description="Rows that hold one: of contacts, devices, claims, merges.")
    ]


class StoredValuesList(Struct, frozen=True):
    """Fields that are switched off and of which something is stored, in the catalogue's order."""

    items: list[StoredValues]


class ClearFrom(Struct, frozen=True, forbid_unknown_fields=True):
    """Where the part before ended; null to begin."""

    after: UUID | None = None


class Cleared(Struct, frozen=True):
    """One part of the contacts, cleared."""

    rows: Annotated[int, Meta(description="Rows of this part in which something was deleted.")]
    after: Annotated[
        UUID | None, Meta(description="Pass it on for the next part; null: this was the last one.")
    ]
