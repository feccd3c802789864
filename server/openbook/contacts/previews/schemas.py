"""What a look ahead at a merge or a split answers."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from openbook.contacts.schemas import Contact

Winner = Literal["kept", "gone", "same", "both"]
Why = Literal[
    "equal", "only", "trust", "later", "earlier", "sum", "choice", "kept_stays", "recomputed"
]


class Outcome(Struct, frozen=True):
    """Whose value a merged contact shows, and by which rule."""

    field: Annotated[str, Meta(description="A field's id, or `attributes.NAME`.")]
    winner: Annotated[
        Winner,
        Meta(description="`both`: made of the two; `same`: they agree."),
    ]
    why: Annotated[
        Why,
        Meta(
            description="`only` one has it; the better `trust`; observed or said `later`, or "
            "`earlier`; a `sum` over devices; `choice`: an unsubscription stays; `kept_stays`: a "
            "mark of the team on the contact that is kept; `recomputed` from devices and claims."
        ),
    ]


class MergePreview(Struct, frozen=True):
    """The two contacts as they are, and the one that a merge would make."""

    kept: Contact
    gone: Contact
    result: Contact
    outcomes: Annotated[
        list[Outcome], Meta(description="Each field that at least one of the two has.")
    ]


class SplitPreview(Struct, frozen=True):
    """The contact as it is, and the two that a split would make of it."""

    now: Contact
    kept: Contact
    restored: Contact
