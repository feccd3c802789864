"""Every statement that counts and deletes stored values of fields that are switched off."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from openbook.contacts.clearing.holdings import Holding
from openbook.db import Connection, built

FIRST, LAST = UUID(int=0), UUID(int=(1 << 128) - 1)
_WITHIN = "workspace_id = %(workspace)s AND {key} > %(after)s AND {key} <= %(last)s"


async def count(
    conn: Connection, workspace_id: UUID, wanted: Mapping[str, Sequence[Holding]]
) -> dict[str, tuple[int, int]]:
    """Name -> (contacts that show a value, stored values in all), each table read once."""
    found = {name: [0, 0] for name in wanted}
    tables = {one.table for held in wanted.values() for one in held}
    for table in sorted(tables):
        asked = [
            (name, one.holds) for name, held in wanted.items() for one in held if one.table == table
        ]
        counts = ", ".join(
            f"count(*) FILTER (WHERE {holds}) AS n{at}" for at, (_, holds) in enumerate(asked)
        )
        any_of = " OR ".join(f"({holds})" for _, holds in asked)
        cursor = await conn.execute(
            built(
                f"SELECT {counts} FROM {table} WHERE workspace_id = %s AND ({any_of})".replace(
                    "%%", "%"
                )
            ),
            (workspace_id,),
        )
        row = await cursor.fetchone() or {}
        for at, (name, _) in enumerate(asked):
            number = row.get(f"n{at}", 0)
            found[name][1] += number
            if table == "contacts":
                found[name][0] += number
    return {name: (contacts, values) for name, (contacts, values) in found.items()}


async def end_of_part(conn: Connection, workspace_id: UUID, after: UUID, size: int) -> UUID | None:
    """The last id of the next `size` contacts; None if no more than that are left."""
    cursor = await conn.execute(
        "SELECT id FROM contacts WHERE workspace_id = %s AND id > %s ORDER BY id OFFSET %s LIMIT 1",
        (workspace_id, after, size - 1),
    )
    found = await cursor.fetchone()
    return found["id"] if found else None


async def lock(conn: Connection, workspace_id: UUID, after: UUID, last: UUID) -> None:
    """Lock these contacts' devices, then the contacts: in the order in which writers do."""
    part = {"workspace": workspace_id, "after": after, "last": last}
    for table, key in (("devices", "contact_id"), ("contacts", "id")):
        await conn.execute(
            built(f"SELECT FROM {table} WHERE {_WITHIN.format(key=key)} ORDER BY id FOR UPDATE"),
            part,
        )


async def clear(
    conn: Connection, workspace_id: UUID, held: Sequence[Holding], after: UUID, last: UUID
) -> int:
    """Leave no value in these rows of contacts with an id in (after, last]; how many rows had."""
    part: dict[str, Any] = {"workspace": workspace_id, "after": after, "last": last}
    number = 0
    for one in held:
        which = f"WHERE {_WITHIN.format(key=one.key)} AND {one.holds}"
        statement = (
            f"DELETE FROM {one.table} {which}"
            if one.change is None
            else f"UPDATE {one.table} SET {one.change} {which}"
        )
        number += (await conn.execute(built(statement), part)).rowcount
    return number


async def settle_hours(conn: Connection, workspace_id: UUID, after: UUID, last: UUID) -> None:
    """The hour that lists are ordered by is not to tell what is not kept any more."""
    await conn.execute(
        built(
            "UPDATE contacts SET seen_hour = seen_hour(last_seen_at, first_seen_at) "
            f"WHERE {_WITHIN.format(key='id')} "
            "AND seen_hour <> seen_hour(last_seen_at, first_seen_at)"
        ),
        {"workspace": workspace_id, "after": after, "last": last},
    )


async def choices_to_contacts(
    conn: Connection, workspace_id: UUID, after: UUID, last: UUID
) -> None:
    """Note what was chosen for an address under the contacts that have it: the choice stays."""
    part = {"workspace": workspace_id, "after": after, "last": last}
    within = {key: _WITHIN.format(key=key) for key in ("id", "contact_id")}
    shown = f"SELECT email_key FROM contacts WHERE {within['id']} AND email_key IS NOT NULL"
    others = f"SELECT value FROM identities WHERE {within['contact_id']} AND field = 'email'"
    await conn.execute(
        built(f"""
        INSERT INTO subscriptions AS s (workspace_id, address, unsubscribed, at, how)
        SELECT c.workspace_id, 'contact:' || c.id, x.unsubscribed, x.at, x.how
        FROM contacts c JOIN subscriptions x
          ON x.workspace_id = c.workspace_id AND x.address = c.email_key
        WHERE c.workspace_id = %(workspace)s AND c.email_key IN ({shown} UNION {others})
        ON CONFLICT (workspace_id, address) DO UPDATE
          SET unsubscribed = excluded.unsubscribed, at = excluded.at, how = excluded.how
          WHERE excluded.at > s.at
        """),
        part,
    )
    await conn.execute(
        built(
            "DELETE FROM subscriptions WHERE workspace_id = %(workspace)s "
            f"AND address IN ({shown} UNION {others})"
        ),
        part,
    )


async def forget_choices(conn: Connection, workspace_id: UUID) -> None:
    """No choice of anybody is kept."""
    await conn.execute("DELETE FROM subscriptions WHERE workspace_id = %s", (workspace_id,))
