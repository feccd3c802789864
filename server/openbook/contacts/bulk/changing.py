"""The changes that an action makes to a part of its contacts, and how each is taken back.

Each tells what it changed as it was before: `[[contact id, values]]`, and nothing about those who
were so already. Taking back touches only what still is as the action left it: what somebody has
decided since stands.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from openbook.contacts.assertions import put_subscription
from openbook.db import Connection, Row

Before = list[list[Any]]


async def mark_spam(
    conn: Connection,
    workspace_id: UUID,
    ids: Sequence[UUID],
    spam: bool,
    at: datetime,
    by: UUID,
) -> Before:
    """Mark contacts as spam or take the mark away."""
    cursor = await conn.execute(
        """
        WITH other AS (
          SELECT id, spam, spam_at, spam_by FROM contacts
          WHERE workspace_id = %(workspace_id)s AND id = ANY(%(ids)s)
            AND coalesce(spam, false) <> %(spam)s
          ORDER BY id FOR UPDATE
        )
        UPDATE contacts c SET spam = %(spam)s, spam_at = %(at)s, spam_by = %(by)s
        FROM other WHERE c.workspace_id = %(workspace_id)s AND c.id = other.id
        RETURNING other.id, other.spam, other.spam_at, other.spam_by
        """,
        {
            "workspace_id": workspace_id,
            "ids": list(ids),
            "spam": spam,
            "at": at if spam else None,
            "by": str(by) if spam else None,
        },
    )
    return [_kept(one, "spam", "spam_at", "spam_by") for one in await cursor.fetchall()]


async def unmark_spam(
    conn: Connection, workspace_id: UUID, before: Before, spam: bool, at: datetime
) -> None:
    """Take back `mark_spam`."""
    ids, was, was_at, was_by = zip(*before, strict=True)
    await conn.execute(
        """
        UPDATE contacts c SET spam = old.spam, spam_at = old.at, spam_by = old.by
        FROM (
          SELECT c.id, o.spam, o.at, o.by
          FROM unnest(%(ids)s::uuid[], %(was)s::boolean[], %(was_at)s::timestamptz[],
            %(was_by)s::text[]) AS o(id, spam, at, by)
          JOIN contacts c ON c.workspace_id = %(workspace_id)s AND c.id = o.id
          WHERE c.spam = %(spam)s AND c.spam_at IS NOT DISTINCT FROM %(at)s
          ORDER BY c.id FOR UPDATE OF c
        ) AS old
        WHERE c.workspace_id = %(workspace_id)s AND c.id = old.id
        """,
        {
            "workspace_id": workspace_id,
            "ids": list(ids),
            "was": list(was),
            "was_at": list(was_at),
            "was_by": list(was_by),
            "spam": spam,
            "at": at if spam else None,
        },
    )


async def unsubscribe(
    conn: Connection, workspace_id: UUID, ids: Sequence[UUID], at: datetime, how: str
) -> Before:
    """Unsubscribe the addresses of these contacts, each once; who shares one goes with it.

    Somebody who chose later than the action was asked for keeps that choice.
    """
    cursor = await conn.execute(
        """
        WITH asked AS (
          SELECT DISTINCT ON (address) id, address FROM (
            SELECT id, coalesce(email_key, 'contact:' || id) AS address FROM contacts
            WHERE workspace_id = %(workspace_id)s AND id = ANY(%(ids)s)) AS named
          ORDER BY address, id
        ), former AS (
          SELECT a.id, a.address, s.unsubscribed, s.at, s.how
          FROM asked a LEFT JOIN subscriptions s
            ON s.workspace_id = %(workspace_id)s AND s.address = a.address
          WHERE NOT coalesce(s.unsubscribed, false) AND coalesce(s.at <= %(at)s, true)
        ), made AS (
          INSERT INTO subscriptions AS s (workspace_id, address, unsubscribed, at, how)
          SELECT %(workspace_id)s, address, true, %(at)s, %(how)s FROM former ORDER BY address
          ON CONFLICT (workspace_id, address) DO UPDATE
            SET unsubscribed = true, at = excluded.at, how = excluded.how
            WHERE NOT s.unsubscribed AND s.at <= excluded.at
          RETURNING address
        )
        SELECT f.id, f.unsubscribed, f.at, f.how, f.address FROM former f JOIN made USING (address)
        """,
        {"workspace_id": workspace_id, "ids": list(ids), "at": at, "how": how},
    )
    found = await cursor.fetchall()
    await _tell(conn, workspace_id, found)
    return [_kept(one, "unsubscribed", "at", "how") for one in found]


async def resubscribe(
    conn: Connection, workspace_id: UUID, before: Before, at: datetime, how: str
) -> None:
    """Take back `unsubscribe`: the choice there was before, or none."""
    ids, was, was_at, was_how = zip(*before, strict=True)
    cursor = await conn.execute(
        """
        WITH old AS (
          SELECT coalesce(c.email_key, 'contact:' || c.id) AS address,
            o.unsubscribed, o.at, o.how
          FROM unnest(%(ids)s::uuid[], %(was)s::boolean[], %(was_at)s::timestamptz[],
            %(was_how)s::text[]) AS o(id, unsubscribed, at, how)
          JOIN contacts c ON c.workspace_id = %(workspace_id)s AND c.id = o.id
        ), ours AS (
          SELECT s.address FROM subscriptions s JOIN old USING (address)
          WHERE s.workspace_id = %(workspace_id)s
            AND s.unsubscribed AND s.at = %(at)s AND s.how = %(how)s
          ORDER BY s.address FOR UPDATE OF s
        ), put AS (
          UPDATE subscriptions s SET unsubscribed = old.unsubscribed, at = old.at, how = old.how
          FROM old JOIN ours USING (address)
          WHERE s.workspace_id = %(workspace_id)s AND s.address = old.address
            AND old.at IS NOT NULL
        ), gone AS (
          DELETE FROM subscriptions s USING old JOIN ours USING (address)
          WHERE s.workspace_id = %(workspace_id)s AND s.address = old.address AND old.at IS NULL
        )
        SELECT address FROM ours
        """,
        {
            "workspace_id": workspace_id,
            "ids": list(ids),
            "was": list(was),
            "was_at": list(was_at),
            "was_how": list(was_how),
            "at": at,
            "how": how,
        },
    )
    await _tell(conn, workspace_id, await cursor.fetchall())


async def _tell(conn: Connection, workspace_id: UUID, found: Sequence[Row]) -> None:
    """Copy the choice about each address to all who have it."""
    addresses = sorted(one["address"] for one in found)
    if not addresses:
        return
    alone = [address.removeprefix("contact:") for address in addresses if "@" not in address]
    cursor = await conn.execute(
        "SELECT id FROM contacts WHERE workspace_id = %(workspace_id)s AND email_key = "
        "ANY(%(addresses)s) UNION SELECT unnest(%(alone)s::uuid[])",
        {"workspace_id": workspace_id, "addresses": addresses, "alone": alone},
    )
    await put_subscription(conn, workspace_id, [one["id"] for one in await cursor.fetchall()])


def _kept(found: Row, *names: str) -> list[Any]:
    return [found["id"], *(found[name] for name in names)]
