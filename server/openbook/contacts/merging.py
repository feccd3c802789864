"""Merge and split: two contacts become one and, by the journal, two again.

Nothing is guessed: devices, identities and claims are re-pointed, and what the contact's row shows
is computed anew from them. The journal keeps the row that went and what the kept one was before, so
that a split gives back both, with what their devices have observed since.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from openbook.contacts.assertions import put_subscription
from openbook.contacts.recomputing import recompute
from openbook.db import Connection, Row, built
from openbook.errors import Conflict, NotFound
from openbook.ids import new_id
from openbook.live.publishing import publish
from openbook.tables import metadata

REPOINTED = tuple(
    table.name
    for table in metadata.sorted_tables
    if table.info.get("merge") == "repoint" and "contact_id" in table.c
)
"""Tables whose rows follow a contact through a merge; tables of later features are found here."""
REMADE = tuple(
    table.name
    for table in metadata.sorted_tables
    if table.info.get("merge") == "remake" and "contact_id" in table.c
)
"""Tables made from a contact's row: those of the one that goes are deleted with it."""
GIVEN_BACK = tuple(
    table.name
    for table in metadata.sorted_tables
    if table.name in REPOINTED and "origin_id" in table.c
)
"""Tables whose rows say what they began with (a device or a contact): a split goes by that, so
that what came after the merge is given back as well."""
_STATE = ("spam", "spam_at", "spam_by", "last_activity_at", "bounce")


async def merge(
    conn: Connection,
    workspace_id: UUID,
    kept_id: UUID,
    gone_id: UUID,
    reason: str,
    moment: datetime,
) -> UUID:
    """Merge `gone_id` into `kept_id`; the journal entry's id."""
    if kept_id == gone_id:
        raise Conflict("A contact cannot be merged with itself.", "same_contact")
    kept, gone = await _lock(conn, workspace_id, kept_id, gone_id)
    moved: dict[str, Any] = {"kept": {name: kept[name] for name in _STATE}}
    moved["contact"] = await _one(
        conn,
        "SELECT to_jsonb(c) AS value FROM contacts c WHERE workspace_id = %s AND id = %s",
        (workspace_id, gone_id),
    )
    moved["devices"] = await _list(conn, "devices", "id", workspace_id, gone_id)
    moved["identities"] = await _list(
        conn, "identities", "field || ':' || value", workspace_id, gone_id
    )
    for table in REPOINTED:
        await conn.execute(
            built(
                f"UPDATE {table} SET contact_id = %s WHERE workspace_id = %s AND contact_id = %s"
            ),
            (kept_id, workspace_id, gone_id),
        )
    for table in REMADE:
        await conn.execute(
            built(f"DELETE FROM {table} WHERE workspace_id = %s AND contact_id = %s"),
            (workspace_id, gone_id),
        )
    await conn.execute(
        "DELETE FROM contacts WHERE workspace_id = %s AND id = %s", (workspace_id, gone_id)
    )
    activity = [at for at in (kept["last_activity_at"], gone["last_activity_at"]) if at]
    await conn.execute(
        "UPDATE contacts SET last_activity_at = %s WHERE workspace_id = %s AND id = %s",
        (max(activity, default=None), workspace_id, kept_id),
    )
    await recompute(conn, workspace_id, [kept_id], moment)
    if gone["unsubscribed"] or kept["unsubscribed"]:
        moved["subscription"] = await _keep_unsubscribed(conn, workspace_id, kept_id, moment)
    merge_id = new_id(moment)
    await conn.execute(
        "INSERT INTO merges (workspace_id, id, kept_id, gone_id, moved, merged_at, reason) "
        "VALUES (%s, %s, %s, %s, %s, %s, %s)",
        (workspace_id, merge_id, kept_id, gone_id, msgspec.to_builtins(moved), moment, reason),
    )
    await publish(
        conn, workspace_id, changed=[kept_id], merged=[(gone_id, kept_id)], marked=[kept_id]
    )
    return merge_id


async def lock_devices(conn: Connection, workspace_id: UUID, *ids: UUID) -> None:
    """Lock the devices of these contacts, before the contacts: the order in which writers do."""
    await conn.execute(
        "SELECT FROM devices WHERE workspace_id = %s AND contact_id = ANY(%s) "
        "ORDER BY id FOR UPDATE",
        (workspace_id, list(ids)),
    )


async def split(conn: Connection, workspace_id: UUID, merge_id: UUID, moment: datetime) -> UUID:
    """Undo a merge; the id of the contact that is there again."""
    cursor = await conn.execute(
        "SELECT * FROM merges WHERE workspace_id = %s AND id = %s FOR UPDATE",
        (workspace_id, merge_id),
    )
    entry = await cursor.fetchone()
    if entry is None:
        raise NotFound("There is no such merge.", "no_such_merge")
    if entry["undone_at"] is not None:
        raise Conflict("This merge has been undone already.", "already_split")
    kept_id, gone_id, moved = entry["kept_id"], entry["gone_id"], entry["moved"]
    (kept,) = await _lock(conn, workspace_id, kept_id)
    await conn.execute(
        "INSERT INTO contacts SELECT * FROM jsonb_populate_record(NULL::contacts, %s)",
        (moved["contact"],),
    )
    devices = [UUID(text) for text in moved["devices"]]
    parameters: dict[str, Any] = {
        "workspace_id": workspace_id,
        "kept": kept_id,
        "gone": gone_id,
        "devices": devices,
        "origins": [*devices, *await _lineage(conn, workspace_id, gone_id)],
        "identities": moved["identities"],
    }
    there = "WHERE workspace_id = %(workspace_id)s AND contact_id = %(kept)s"
    for statement in (
        f"UPDATE devices SET contact_id = %(gone)s {there} AND id = ANY(%(devices)s)",
        *(
            f"UPDATE {table} SET contact_id = %(gone)s {there} AND origin_id = ANY(%(origins)s)"
            for table in GIVEN_BACK
        ),
        f"UPDATE identities SET contact_id = %(gone)s {there} "
        "AND field || ':' || value = ANY(%(identities)s)",
    ):
        await conn.execute(built(statement), parameters)
    await _restore_state(conn, workspace_id, kept, moved)
    await recompute(conn, workspace_id, sorted([kept_id, gone_id]), moment, kind_may_fall=True)
    await put_subscription(conn, workspace_id, [kept_id, gone_id])
    await conn.execute(
        "UPDATE merges SET undone_at = %s WHERE workspace_id = %s AND id = %s",
        (moment, workspace_id, merge_id),
    )
    await publish(conn, workspace_id, made=[gone_id], changed=[kept_id], marked=[gone_id, kept_id])
    return gone_id


async def _lineage(conn: Connection, workspace_id: UUID, contact_id: UUID) -> list[UUID]:
    """A contact and all that were merged into it, directly or by way of others."""
    cursor = await conn.execute(
        """
        WITH RECURSIVE lineage(id) AS (
          SELECT %(id)s::uuid
          UNION
          SELECT m.gone_id FROM merges m JOIN lineage l ON m.kept_id = l.id
          WHERE m.workspace_id = %(workspace_id)s AND m.undone_at IS NULL
        )
        SELECT id FROM lineage
        """,
        {"workspace_id": workspace_id, "id": contact_id},
    )
    return [row["id"] for row in await cursor.fetchall()]


async def _keep_unsubscribed(
    conn: Connection, workspace_id: UUID, kept_id: UUID, moment: datetime
) -> dict[str, Any]:
    """Write the unsubscription to the kept contact's address; what stood there before."""
    address = await _one(
        conn,
        "SELECT coalesce(email_key, 'contact:' || id) AS value FROM contacts "
        "WHERE workspace_id = %s AND id = %s",
        (workspace_id, kept_id),
    )
    before = await _one(
        conn,
        "SELECT to_jsonb(s) AS value FROM subscriptions s WHERE workspace_id = %s AND address = %s",
        (workspace_id, address),
    )
    await conn.execute(
        """
        INSERT INTO subscriptions AS s (workspace_id, address, unsubscribed, at, how)
        VALUES (%s, %s, true, %s, 'merge')
        ON CONFLICT (workspace_id, address) DO UPDATE
          SET unsubscribed = true, at = excluded.at, how = excluded.how
          WHERE NOT s.unsubscribed
        """,
        (workspace_id, address, moment),
    )
    await put_subscription(conn, workspace_id, [kept_id])
    return {"address": address, "before": before}


async def _restore_state(
    conn: Connection, workspace_id: UUID, kept: Row, moved: dict[str, Any]
) -> None:
    """Give the kept contact back what the merge changed on it."""
    before = moved["kept"]
    if before["last_activity_at"] != _text(kept["last_activity_at"]):
        gone_activity = moved["contact"]["last_activity_at"]
        if gone_activity and _same_moment(gone_activity, kept["last_activity_at"]):
            await conn.execute(
                "UPDATE contacts SET last_activity_at = %s WHERE workspace_id = %s AND id = %s",
                (before["last_activity_at"], workspace_id, kept["id"]),
            )
    subscription = moved.get("subscription")
    if subscription is None:
        return
    # Only what the merge itself wrote is taken back; a later act of a person stands.
    await conn.execute(
        "DELETE FROM subscriptions WHERE workspace_id = %s AND address = %s AND how = 'merge'",
        (workspace_id, subscription["address"]),
    )
    if subscription["before"] is not None:
        await conn.execute(
            "INSERT INTO subscriptions "
            "SELECT * FROM jsonb_populate_record(NULL::subscriptions, %s) ON CONFLICT DO NOTHING",
            (subscription["before"],),
        )


def _text(moment: datetime | None) -> str | None:
    return msgspec.to_builtins(moment)


def _same_moment(text: str, moment: datetime | None) -> bool:
    return moment is not None and datetime.fromisoformat(text) == moment


async def _lock(conn: Connection, workspace_id: UUID, *ids: UUID) -> list[Row]:
    await lock_devices(conn, workspace_id, *ids)
    cursor = await conn.execute(
        "SELECT * FROM contacts WHERE workspace_id = %s AND id = ANY(%s) ORDER BY id FOR UPDATE",
        (workspace_id, list(ids)),
    )
    found = {row["id"]: row for row in await cursor.fetchall()}
    if len(found) < len(set(ids)):
        raise NotFound("There is no such contact.", "no_such_contact")
    return [found[contact_id] for contact_id in ids]


async def _list(
    conn: Connection, table: str, what: str, workspace_id: UUID, contact_id: UUID
) -> list[str]:
    cursor = await conn.execute(
        built(
            f"SELECT ({what})::text AS value FROM {table} "
            "WHERE workspace_id = %s AND contact_id = %s ORDER BY 1"
        ),
        (workspace_id, contact_id),
    )
    return [row["value"] for row in await cursor.fetchall()]


async def _one(conn: Connection, sql: str, parameters: tuple[Any, ...]) -> Any:
    cursor = await conn.execute(sql, parameters)  # type: ignore[arg-type]
    row = await cursor.fetchone()
    return row["value"] if row else None
