"""Rows of the database as the contact that people are shown, each value with its provenance."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import UNSET, Struct

from openbook.catalogue.field import Field, Source, Trust
from openbook.contacts.display_name import display_name
from openbook.contacts.fold import unpack_origin
from openbook.contacts.schemas import (
    KINDS,
    SHOWN,
    ClaimShown,
    Contact,
    Device,
    Identity,
    Provenance,
    PushToken,
    SourceName,
    TrustName,
)
from openbook.db import Row
from openbook.tags.schemas import Given

ATTRIBUTE = "attribute."
SOURCES: dict[int, SourceName] = {source.value: source.name.lower() for source in Source}  # type: ignore[misc]
TRUSTS: dict[int, TrustName] = {trust.value: trust.name.lower() for trust in Trust}  # type: ignore[misc]
# Looked up in a local database from the address, beside the address itself.
_PLACE = frozenset(field.id for field in SHOWN if field.group == "connection") - {"ip"}
_HOW: dict[str, Source] = {
    "agent": Source.AGENT,
    "server": Source.SERVER,
    "import": Source.IMPORT,
    "merge": Source.DERIVED,
}


class Around(Struct, frozen=True):
    """The rows that belong to a contact's row."""

    devices: list[Row] = []
    identities: list[Row] = []
    claims: list[Row] = []
    """Best first within a field; only the winning ones of attributes where `single` is false."""
    single: bool = False
    tags: list[Given] = []
    push: Mapping[UUID, Row] = {}
    """Device -> its push token; empty where `single` is false."""


def seconds(moment: datetime | None) -> int | None:
    """UNIX seconds, cut to whole ones."""
    return None if moment is None else int(moment.timestamp() // 1)


def read_contact(row: Row, around: Around) -> Contact:
    """The `Contact` of one row of `queries.CONTACT_COLUMNS`."""
    values = {
        name: row[name] if shown is None or row[name] is None else shown(row[name])
        for name, shown in _SHOWN
    }
    return Contact(
        id=row["id"],
        kind=KINDS[row["kind"]],
        display_name=display_name(row["name"], row["email"], row["user_id"], row["id"]),
        **values,
        attributes=row["attributes"] or {},
        tags=around.tags,
        devices=[_device(device, around) for device in around.devices],
        identities=[_identity(identity) for identity in around.identities],
        provenance=_provenance(row, values, around.claims),
        claims=_losing_claims(around.claims) if around.single else UNSET,
    )


_AS_SHOWN: dict[str, Callable[[Any], Any]] = {
    "time": seconds,
    "ip": str,
    "map": lambda value: value or None,
}
_SHOWN = tuple((field.id, _AS_SHOWN.get(field.type)) for field in SHOWN)
"""Field -> how its value is shown, where that is not the value itself."""


def _provenance(
    row: Row, values: Mapping[str, Any], claims: Iterable[Row]
) -> dict[str, Provenance]:
    """An entry for each value that is there; the values of a group share one."""
    found: dict[str, Provenance] = {}
    # Values of one group have one provenance, and so have all that one database said of an address.
    shared: dict[str, Provenance] = {}
    for field in SHOWN:
        name = field.id
        if values[name] is None:
            continue
        if field.keeping == "asserted":
            found[name] = _entry(
                row[f"{name}_source"],
                row[f"{name}_trust"],
                row[f"{name}_at"],
            )
        elif name in _PLACE or (name == "timezone" and row["timezone_guessed"]):
            database = "isp_source" if name == "isp" else "place_source"
            if database not in shared:
                shared[database] = _looked_up(row, database)
            found[name] = shared[database]
        elif field.keeping == "group":
            group = str(field.group)
            if group not in shared:
                source, trust = unpack_origin(row[f"{group}_from"] or 0)
                shared[group] = _entry(source, trust, row[f"{group}_at"])
            found[name] = shared[group]
        elif field.keeping == "computed":
            if values[name] != 0:
                found[name] = _COMPUTED[name]
        elif entry := _state(field, row):
            found[name] = entry
    for claim in claims:
        name = claim["field"].removeprefix(ATTRIBUTE)
        key = f"attributes.{name}"
        if claim["field"] != name and name in (row["attributes"] or {}) and key not in found:
            found[key] = _entry(claim["source"], claim["trust"], claim["occurred_at"])
    return found


def _entry(
    source: int | None,
    trust: int | None,
    at: datetime | None,
    origin: str | None = None,
) -> Provenance:
    trust = trust or Trust.ANONYMOUS
    return Provenance(
        source=SOURCES.get(source or Source.DERIVED, "derived"),
        at=seconds(at),
        trust=TRUSTS[trust],
        verified=trust >= Trust.MAILBOX,
        derived=origin is not None,
        origin=origin,
    )


def _looked_up(row: Row, named_by: str) -> Provenance:
    """For what was looked up from the address: by which way it came, and in which database."""
    source, trust = unpack_origin(row["connection_from"] or 8)
    database = row[named_by]
    origin = f"ip, {database}" if database else "ip"
    return _entry(source, trust, row["connection_at"], origin)


def _computed(field: Field) -> Provenance:
    source = field.sources[0] if len(field.sources) == 1 else Source.DERIVED
    origin = "devices"
    return _entry(source, Trust.ANONYMOUS, None, origin)


_COMPUTED = {field.id: _computed(field) for field in SHOWN if field.keeping == "computed"}


def _state(field: Field, row: Row) -> Provenance | None:
    """What only the team, the mail system or an import moves; nothing while it is untouched."""
    if field.id.startswith("unsubscribed") and row["unsubscribed_at"] is not None:
        how = row["unsubscribed_how"] or ""
        source = _HOW.get(how, Source.MAIL)
        return _entry(source, Trust.SERVER, row["unsubscribed_at"])
    if field.id.startswith("spam") and row["spam_at"] is not None:
        return _entry(Source.AGENT, Trust.SERVER, row["spam_at"])
    if field.id == "last_activity_at":
        return _entry(Source.AGENT, Trust.SERVER, row["last_activity_at"])
    if field.id == "bounce" and row["bounce"] != "none":
        return _entry(Source.MAIL, Trust.SERVER, None)
    return None


def _device(row: Row, around: Around) -> Device:
    platform = row["platform"]
    mobile = platform if platform in ("android", "ios") else None
    return Device(
        id=row["id"],
        anonymous_id=row["anonymous_id"],
        platform=platform,
        sessions=row["session_count"],
        first_seen_at=seconds(row["first_seen_at"]),
        last_seen_at=seconds(row["last_seen_at"]),
        browser=None if mobile else _joined(row["browser_name"], row["browser_version"]),
        os=_joined(_SYSTEMS[mobile], row[f"{mobile}_os_version"])
        if mobile
        else _joined(row["os"], row["os_version"]),
        app=_joined(row[f"{mobile}_app_name"], row[f"{mobile}_app_version"]) if mobile else None,
        device=row[f"{mobile}_device"] if mobile else None,
        push=_push(around.push.get(row["id"])) if mobile and around.single else UNSET,
    )


def _push(row: Row | None) -> PushToken | None:
    if row is None:
        return None
    return PushToken(row["token"], row["proved"], seconds(row["handed_at"]) or 0)


_SYSTEMS = {"android": "Android", "ios": "iOS"}


def _joined(name: str | None, version: str | None) -> str | None:
    return f"{name} {version}" if name and version else name


def _identity(row: Row) -> Identity:
    return Identity(
        field=row["field"],
        value=row["value"],
        trust=TRUSTS[row["trust"]],
        verified_at=seconds(row["verified_at"]) or 0,
    )


def _losing_claims(claims: Iterable[Row]) -> list[ClaimShown]:
    """All but the first claim of each field, and without repetitions of the winner's value."""
    winners: dict[str, Any] = {}
    lost: list[ClaimShown] = []
    for claim in claims:
        if claim["field"] not in winners:
            winners[claim["field"]] = claim["value"]
        elif claim["value"] not in (None, winners[claim["field"]]):
            lost.append(
                ClaimShown(
                    field=claim["field"],
                    value=claim["value"],
                    source=SOURCES[claim["source"]],
                    trust=TRUSTS[claim["trust"]],
                    at=seconds(claim["occurred_at"]) or 0,
                )
            )
    return lost


def by_contact(rows: Iterable[Row]) -> dict[UUID, list[Row]]:
    """Rows under the contact they belong to, their order kept."""
    found: dict[UUID, list[Row]] = {}
    for row in rows:
        found.setdefault(row["contact_id"], []).append(row)
    return found
