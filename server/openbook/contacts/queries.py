"""Statements about single contacts and what belongs to them; lists are in `lists.py`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Select,
    Table,
    Uuid,
    any_,
    bindparam,
    func,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import distinct_on, insert

from openbook.catalogue.field import Field
from openbook.catalogue.fields import FIELDS, GROUPS
from openbook.contacts.push_tokens import tokens_of
from openbook.contacts.reading import Around, by_contact, read_contact, seconds
from openbook.contacts.schemas import Contact, Merge
from openbook.contacts.shown import SEEN, SHOWN_AS
from openbook.db import Connection, Row, compiled, row, rows, run
from openbook.errors import NotFound
from openbook.tables.contacts import (
    claims,
    contacts,
    devices,
    identities,
    merges,
    subscriptions,
)
from openbook.tags.queries import of_contacts

MAX_DEVICES = 50
"""Devices given with a contact, the latest; the number of sessions counts all."""
MAX_MERGES = 64


def _written(field: Field) -> ColumnElement[Any]:
    """The value shown; PostgreSQL writes an address out faster than Python's objects do."""
    return func.host(SHOWN_AS[field.id]) if field.type == "ip" else SHOWN_AS[field.id]


CONTACT_COLUMNS: tuple[ColumnElement[Any], ...] = (
    contacts.c.id,
    contacts.c.kind,
    contacts.c.attributes,
    contacts.c.seen_hour,
    *(_written(field).label(field.id) for field in FIELDS),
    contacts.c.timezone.is_(None).label("timezone_guessed"),
    *(
        contacts.c[f"{field.id}_{part}"]
        for field in FIELDS
        if field.keeping == "asserted"
        for part in ("at", "trust", "source")
    ),
    *(
        contacts.c[f"{group}_{part}"]
        for group in GROUPS
        for part in ("at", "from")
        if f"{group}_{part}" not in SHOWN_AS
    ),
    SEEN.label("seen"),
)
_DEVICE_COLUMNS = (
    devices.c.contact_id, devices.c.id, devices.c.anonymous_id, devices.c.platform,
    devices.c.session_count, devices.c.first_seen_at, devices.c.last_seen_at,
    devices.c.browser_name, devices.c.browser_version, devices.c.os, devices.c.os_version,
    *(
        devices.c[f"{platform}_{part}"]
        for platform in ("android", "ios")
        for part in ("app_name", "app_version", "device", "os_version")
    ),
)  # fmt: skip


async def contact(conn: Connection, workspace_id: UUID, contact_id: UUID) -> Contact | None:
    """The contact with its losing claims; for one merged into another, the one that was kept."""
    kept_id = await kept(conn, workspace_id, contact_id)
    found = await with_ids(conn, workspace_id, [kept_id])
    return (await complete(conn, workspace_id, found, single=True))[0] if found else None


async def with_ids(conn: Connection, workspace_id: UUID, ids: Sequence[UUID]) -> list[Row]:
    """The rows of these contacts with the columns that `complete` needs, in no order."""
    return await _fixed(conn, _CONTACTS, {"workspace_id": workspace_id, "ids": list(ids)})


async def kept(conn: Connection, workspace_id: UUID, contact_id: UUID) -> UUID:
    """The contact that an id leads to, through the merges that still hold."""
    seen = {contact_id}
    while True:
        statement = (
            select(merges.c.kept_id)
            .where(
                merges.c.workspace_id == workspace_id,
                merges.c.gone_id == contact_id,
                merges.c.undone_at.is_(None),
            )
            .order_by(merges.c.merged_at.desc(), merges.c.id.desc())
            .limit(1)
        )
        found = await row(conn, statement)
        if found is None or found["kept_id"] in seen or len(seen) > MAX_MERGES:
            return contact_id
        contact_id = found["kept_id"]
        seen.add(contact_id)


async def merges_of(conn: Connection, workspace_id: UUID, contact_id: UUID) -> list[Merge]:
    """The journal of a contact, newest first, undone merges too."""
    statement = (
        select(merges)
        .where(
            merges.c.workspace_id == workspace_id,
            or_(merges.c.kept_id == contact_id, merges.c.gone_id == contact_id),
        )
        .order_by(merges.c.merged_at.desc(), merges.c.id.desc())
        .limit(1_000)
    )
    return [_merge(found) for found in await rows(conn, statement)]


async def merge_entry(conn: Connection, workspace_id: UUID, merge_id: UUID) -> Merge:
    """One entry of the merge journal; refuses an id that is none."""
    found = await row(
        conn,
        select(merges).where(merges.c.workspace_id == workspace_id, merges.c.id == merge_id),
    )
    if found is None:
        raise NotFound("There is no such merge.", "no_such_merge")
    return _merge(found)


def _merge(found: Row) -> Merge:
    return Merge(
        id=found["id"],
        kept=found["kept_id"],
        gone=found["gone_id"],
        merged_at=seconds(found["merged_at"]) or 0,
        reason=found["reason"],
        undone_at=seconds(found["undone_at"]),
    )


async def lock(conn: Connection, workspace_id: UUID, contact_id: UUID) -> bool:
    """Hold a contact against other writers until commit; False if there is none."""
    statement = select(contacts.c.id).where(
        contacts.c.workspace_id == workspace_id, contacts.c.id == contact_id
    )
    return await row(conn, statement.with_for_update(key_share=True)) is not None


async def has_user_id(conn: Connection, workspace_id: UUID, contact_id: UUID) -> bool:
    """Whether a verified user id tells this contact apart."""
    statement = select(identities.c.value).where(
        identities.c.workspace_id == workspace_id,
        identities.c.contact_id == contact_id,
        identities.c.field == "user_id",
    )
    return await row(conn, statement.limit(1)) is not None


async def put_spam(
    conn: Connection,
    workspace_id: UUID,
    contact_id: UUID,
    spam: bool,
    at: datetime | None,
    by: str | None,
) -> None:
    """Mark a contact as spam, or take the mark away."""
    statement = update(contacts).where(
        contacts.c.workspace_id == workspace_id, contacts.c.id == contact_id
    )
    await run(conn, statement.values(spam=spam, spam_at=at, spam_by=by))


async def address_of(
    conn: Connection, workspace_id: UUID, contact_id: UUID
) -> tuple[str, list[UUID]]:
    """What a contact's subscription is kept under, and every contact that it is about.

    That is the key of its address, or of one without an address, the contact itself.
    """
    found = await row(
        conn,
        select(contacts.c.email_key).where(
            contacts.c.workspace_id == workspace_id, contacts.c.id == contact_id
        ),
    )
    key = found["email_key"] if found else None
    if key is None:
        return f"contact:{contact_id}", [contact_id]
    sharing = select(contacts.c.id).where(
        contacts.c.workspace_id == workspace_id, contacts.c.email_key == key
    )
    return key, [one["id"] for one in await rows(conn, sharing.order_by(contacts.c.id))]


async def put_choice(
    conn: Connection,
    workspace_id: UUID,
    address: str,
    unsubscribed: bool,
    how: str,
    at: datetime,
) -> bool:
    """Note a choice about an address unless a later one stands; whether it was noted."""
    statement = insert(subscriptions).values(
        workspace_id=workspace_id,
        address=address,
        unsubscribed=unsubscribed,
        at=at,
        how=how,
    )
    new = statement.excluded
    later = tuple_(new.at, new.unsubscribed) > tuple_(
        subscriptions.c.at, subscriptions.c.unsubscribed
    )
    return (
        await run(
            conn,
            statement.on_conflict_do_update(
                index_elements=["workspace_id", "address"],
                set_={"unsubscribed": new.unsubscribed, "at": new.at, "how": new.how},
                where=later,
            ),
        )
        == 1
    )


def select_contacts(workspace_id: UUID) -> Select[*tuple[Any, ...]]:
    """Contacts of a workspace with the columns that `complete` needs."""
    return select(*CONTACT_COLUMNS).where(contacts.c.workspace_id == workspace_id)


async def complete(
    conn: Connection, workspace_id: UUID, found: Sequence[Row], *, single: bool = False
) -> list[Contact]:
    """Contacts with the rows around them: one statement a table, however many contacts."""
    if not found:
        return []
    whose: dict[str, Any] = {"workspace_id": workspace_id, "ids": [one["id"] for one in found]}
    around_devices = by_contact(await _fixed(conn, _DEVICES, whose))
    around_identities = by_contact(await _fixed(conn, _IDENTITIES, whose))
    around_tags = await of_contacts(conn, workspace_id, whose["ids"])
    around_claims: dict[UUID, list[Row]] = {}
    push = await tokens_of(conn, workspace_id, whose["ids"]) if single else {}
    if single or any(one["attributes"] for one in found):
        statement = _CLAIMS if single else _BEST_ATTRIBUTES
        around_claims = by_contact(await _fixed(conn, statement, whose))
    return [
        read_contact(
            one,
            Around(
                devices=around_devices.get(one["id"], []),
                identities=around_identities.get(one["id"], []),
                claims=around_claims.get(one["id"], []),
                single=single,
                tags=around_tags.get(one["id"], []),
                push=push,
            ),
        )
        for one in found
    ]


def _among(table: Table) -> tuple[ColumnElement[bool], ...]:
    """Rows of the contacts `ids`, which travel as one array."""
    return (
        table.c.workspace_id == bindparam("workspace_id", type_=Uuid),
        table.c.contact_id == any_(bindparam("ids", type_=ARRAY(Uuid))),
    )


def _devices_of() -> Select[*tuple[Any, ...]]:
    """The latest devices of each contact; a server's calls come from no device."""
    newest = devices.c.last_seen_at.desc().nulls_last()
    ranked = (
        select(
            *_DEVICE_COLUMNS,
            func.row_number()
            .over(partition_by=devices.c.contact_id, order_by=(newest, devices.c.id))
            .label("place"),
        )
        .where(*_among(devices), devices.c.platform != "server")
        .subquery()
    )
    return select(ranked).where(ranked.c.place <= MAX_DEVICES).order_by(ranked.c.place)


def _claims_of(*, single: bool) -> Select[*tuple[Any, ...]]:
    """Claims, best first within a field; in lists only the best of each attribute."""
    statement = select(
        claims.c.contact_id, claims.c.field, claims.c.value, claims.c.source, claims.c.trust,
        claims.c.occurred_at,
    ).where(*_among(claims))  # fmt: skip
    best = (claims.c.trust.desc(), claims.c.rank.desc(), claims.c.digest.desc())
    if single:
        return statement.order_by(claims.c.field, *best)
    return (
        statement.where(claims.c.field.startswith("attribute.", autoescape=True))
        .ext(distinct_on(claims.c.contact_id, claims.c.field))
        .order_by(claims.c.contact_id, claims.c.field, *best)
    )


# Put together once: to write out the columns of a contact took 2 ms of each request.
_CONTACTS = compiled(
    select(*CONTACT_COLUMNS).where(
        contacts.c.workspace_id == bindparam("workspace_id", type_=Uuid),
        contacts.c.id == any_(bindparam("ids", type_=ARRAY(Uuid))),
    )
)
_DEVICES = compiled(_devices_of())
_IDENTITIES = compiled(
    select(identities)
    .where(*_among(identities))
    .order_by(identities.c.field, identities.c.verified_at, identities.c.value)
)
_CLAIMS = compiled(_claims_of(single=True))
_BEST_ATTRIBUTES = compiled(_claims_of(single=False))


async def _fixed(
    conn: Connection, statement: tuple[Any, dict[str, Any]], asked: dict[str, Any]
) -> list[Row]:
    text, parameters = statement
    cursor = await conn.execute(text, parameters | asked)
    return await cursor.fetchall()
