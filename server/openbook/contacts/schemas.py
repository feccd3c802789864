"""What the REST interface takes and gives. A contact's struct is made from the catalogue."""

from typing import Annotated, Any, Literal, cast
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from openbook.catalogue.field import Field
from openbook.catalogue.fields import BESIDE, FORTY
from openbook.tags.schemas import Given

Kind = Literal["visitor", "lead", "user"]
KINDS: tuple[Kind, ...] = ("visitor", "lead", "user")
TrustName = Literal["anonymous", "claimed", "mailbox", "signed", "server"]
SourceName = Literal[
    "web", "android", "ios", "server", "agent", "chat", "mail", "import", "derived"
]
Moment = Annotated[int, Meta(description="UNIX time in whole seconds, UTC.")]

INTERNAL = frozenset({"place_timezone", "place_source", "isp_source"})
"""Derived entries that are told through `provenance`, not as keys of their own."""
SHOWN: tuple[Field, ...] = FORTY + tuple(field for field in BESIDE if field.id not in INTERNAL)
"""The fields at a contact's top level, in order."""


class Provenance(Struct, frozen=True):
    """Where a value came from."""

    source: SourceName
    at: Moment | None
    """When it was observed or asserted; null where no single moment made it."""
    trust: TrustName
    verified: bool
    """Whether more than the person's own word stands behind it."""
    derived: bool
    origin: Annotated[
        str | None,
        Meta(description="For a derived value: from what, as in `ip, DB-IP Lite 2026-06`."),
    ] = msgspec.field(name="from", default=None)


class ClaimShown(Struct, frozen=True):
    """A value that somebody gave and that another one outranks."""

    field: str
    value: Any
    source: SourceName
    trust: TrustName
    at: Moment


class PushToken(Struct, frozen=True):
    """Under which a push service reaches an installation, as its app handed it over."""

    token: str
    proved: Annotated[
        bool, Meta(description="The device itself handed it over; only then is it made use of.")
    ]
    handed_at: Moment


class Device(Struct, frozen=True):
    """A browser or an installed app on which the contact was seen."""

    id: UUID
    anonymous_id: str
    platform: Literal["web", "android", "ios"]
    sessions: int
    first_seen_at: Moment | None
    last_seen_at: Moment | None
    browser: str | None
    os: str | None
    app: str | None
    device: str | None
    push: Annotated[
        PushToken | UnsetType | None,
        Meta(description="Where its app may be reached by push; on a single contact only."),
    ] = UNSET


class Identity(Struct, frozen=True):
    """A verified user id or address: what contacts are matched on."""

    field: Literal["user_id", "email"]
    value: str
    trust: TrustName
    verified_at: Moment


_MOMENT: Any = Moment
JSON_TYPES: dict[str, Any] = {
    "text": str | None, "email": str | None, "url": str | None, "zone": str | None,
    "ip": str | None, "time": _MOMENT | None, "number": float | None, "integer": int | None,
    "flag": bool, "map": dict[str, str] | None, "choice": str | None,
}  # fmt: skip


def _json_type(field: Field) -> Any:
    plain: Any = Literal[field.choices] if field.choices else JSON_TYPES[field.type]
    return Annotated[plain, Meta(title=field.label, description=field.about)]


class ContactHead(Struct, frozen=True, kw_only=True):
    """Who it is."""

    id: UUID
    kind: Kind
    display_name: Annotated[
        str, Meta(description="The name, address or user id; else a made-up name, not stored.")
    ]


ContactFields = cast(
    type[ContactHead],
    msgspec.defstruct(
        "ContactFields",
        [(field.id, _json_type(field)) for field in SHOWN],
        bases=(ContactHead,),
        frozen=True,
        kw_only=True,
        module=__name__,
    ),
)


class Contact(ContactFields, frozen=True, kw_only=True):
    """Everything known about one person: the forty fields and what stands beside them."""

    attributes: Annotated[dict[str, Any], Meta(description="The operator's own declared values.")]
    tags: Annotated[list[Given], Meta(description="What the team sorts it by, by name.")]
    devices: list[Device]
    identities: list[Identity]
    provenance: Annotated[
        dict[str, Provenance], Meta(description="Field -> where its value came from.")
    ]
    claims: Annotated[
        list[ClaimShown] | UnsetType,
        Meta(description="Values that lost to better ones; on a single contact only."),
    ] = UNSET


class ContactPage(Struct, frozen=True):
    """One page of a list."""

    items: list[Contact]
    next: Annotated[
        str | None,
        Meta(description="Pass as `cursor` for the next page; null on the last one."),
    ]


class Count(Struct, frozen=True):
    """How many contacts match: exact up to 10,000, beyond that perhaps an estimate."""

    count: int
    about: Annotated[
        bool, Meta(description="True where `count` is an estimate from a sample, of two digits.")
    ]


WRITABLE: tuple[Field, ...] = tuple(
    field for field in FORTY if {"agent", "server"} & set(field.written_by)
)


def _write_type(field: Field) -> Any:
    plain: Any = bool if field.type == "flag" else str | None
    return Annotated[plain | UnsetType, Meta(title=field.label, description=field.about)]


WritableFields: type[Struct] = msgspec.defstruct(
    "WritableFields",
    [(field.id, _write_type(field), UNSET) for field in WRITABLE],
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    module=__name__,
)


class ContactWrite(WritableFields, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What may be written. A key that is left out stays as it is; null clears it."""

    attributes: dict[str, Any] | UnsetType = UNSET


class Search(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A list's question in a body, for what should not stand in an address."""

    user_id: str | None = None
    email: str | None = None
    anonymous_id: str | None = None
    q: str | None = None
    filter: dict[str, Any] | None = None
    ids: (
        Annotated[
            list[UUID],
            Meta(max_length=200, description="Only these contacts, all of them on one page."),
        ]
        | None
    ) = None
    limit: Annotated[int, Meta(ge=1, le=200)] = 50
    cursor: str | None = None


class MergeWith(Struct, frozen=True, forbid_unknown_fields=True):
    """The contact to merge into this one; it ceases to exist."""

    with_: UUID = msgspec.field(name="with")


class SplitAt(Struct, frozen=True, forbid_unknown_fields=True):
    """The merge to undo."""

    merge: UUID


class Withdrawal(Struct, frozen=True, forbid_unknown_fields=True):
    """A field whose written value is taken back."""

    field: Annotated[str, Meta(description="`user_id`, `email`, `name` or `attributes.NAME`.")]


class Merge(Struct, frozen=True):
    """One entry of the merge journal."""

    id: UUID
    kept: UUID
    gone: UUID
    merged_at: Moment
    reason: str
    undone_at: Moment | None


class Merges(Struct, frozen=True):
    """The merges of a contact, newest first."""

    items: list[Merge]


class Merged(Struct, frozen=True):
    """A merge, and the contact it made."""

    merge: Merge
    contact: Contact


class Parted(Struct, frozen=True):
    """Two contacts that a split made of one."""

    kept: Contact
    restored: Contact


class RejectedRow(Struct, frozen=True):
    """A row of an import that was not taken."""

    line: Annotated[int, Meta(description="Line of the file where the row begins, from 1.")]
    reason: str
    code: Annotated[str, Meta(description="What the reason is, in one word that stays the same.")]
    about: Annotated[
        str | None, Meta(description="The column, the attribute or the tag that it is about.")
    ] = None


class Report(Struct, kw_only=True):
    """What an import did: created + updated + unchanged + rejected = rows."""

    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    dry_run: bool = False
    rejected_rows: Annotated[list[RejectedRow], Meta(description="All of them, by line.")] = []
    ignored_columns: Annotated[
        list[str],
        Meta(description="Columns of the catalogue that an import cannot set."),
    ] = []
