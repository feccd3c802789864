"""Values somebody asserts: user id, e-mail, name, attributes. Claims in, the winner on the contact.

A register like any other, ordered by how well the sender is known: the greatest trust wins; from
T2 up the latest of equal trust, below it the earliest, so that an unsigned value fills an empty one
and no other unsigned value replaces it. Losing claims are kept beside the winner.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from psycopg.types.json import Jsonb

from openbook.catalogue.field import Source, Trust
from openbook.contacts.fold import BACKDATED, digest
from openbook.contacts.values import email_key
from openbook.db import Connection, Row, built
from openbook.words import words_of

NOWHERE = UUID(int=0)
MAX_UNSIGNED = 8
"""Unsigned claims kept per contact and field: a public key must not fill the disk."""
IDENTIFYING = ("user_id", "email")
ATTRIBUTE = "attribute."
_FIRM = 1 << 61
_HALF = 1 << 60


class Claim(msgspec.Struct, frozen=True, gc=False):
    """One value somebody said. `value` None clears it, for who may."""

    device_id: UUID
    """The device it was said on; NOWHERE where it was not said on one."""
    field: str
    """user_id, email, name or attribute.NAME."""
    value: Any
    trust: Trust
    source: Source
    occurred_at: datetime
    received_at: datetime


def rank(claim: Claim) -> int:
    """Orders claims of equal trust; the greatest wins.

    Below T2 the earliest wins, but what is dated back by more than an hour comes after all that is
    not: a forged date must not win against a value that is there.
    """
    micros = int(claim.occurred_at.timestamp() * 1_000_000)
    if claim.trust >= Trust.MAILBOX:
        return micros
    firm = claim.received_at - claim.occurred_at <= BACKDATED
    return (_FIRM if firm else 0) + _HALF - micros


async def assert_values(
    conn: Connection,
    workspace_id: UUID,
    contact_id: UUID,
    claims: Sequence[Claim],
    moment: datetime,
) -> None:
    """Keep what is claimed about one contact and put the winners on its row."""
    await assert_many(conn, [(workspace_id, contact_id, claim) for claim in claims], moment)


async def assert_many(
    conn: Connection, claimed: Sequence[tuple[UUID, UUID, Claim]], moment: datetime
) -> None:
    """Keep claims about many contacts: (workspace, contact, claim) each."""
    if not claimed:
        return
    best: dict[tuple[Any, ...], tuple[int, Claim]] = {}
    for workspace_id, contact_id, claim in claimed:
        origin = contact_id if claim.device_id == NOWHERE else claim.device_id
        key = (workspace_id, contact_id, origin, claim.field, int(claim.trust), digest(claim.value))
        place = rank(claim)
        if key not in best or best[key][0] < place:
            best[key] = (place, claim)
    ordered = sorted(best.items(), key=lambda item: item[0])
    await conn.execute(
        """
        INSERT INTO claims AS c (workspace_id, contact_id, origin_id, field, trust, digest,
          rank, value, occurred_at, source)
        SELECT * FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::text[], %s::smallint[],
          %s::bigint[], %s::bigint[], %s::jsonb[], %s::timestamptz[], %s::smallint[])
        ON CONFLICT (workspace_id, contact_id, origin_id, field, trust, digest) DO UPDATE SET
          rank = excluded.rank, occurred_at = excluded.occurred_at, source = excluded.source
        WHERE excluded.rank > c.rank
        """,
        [
            *(list(column) for column in zip(*(key for key, _ in ordered), strict=True)),
            [place for _, (place, _) in ordered],
            [Jsonb(claim.value) for _, (_, claim) in ordered],
            [claim.occurred_at for _, (_, claim) in ordered],
            [int(claim.source) for _, (_, claim) in ordered],
        ],
    )
    touched = {(workspace_id, contact_id) for workspace_id, contact_id, _ in claimed}
    unsigned = any(claim.trust < Trust.MAILBOX for _, _, claim in claimed)
    await choose_winners(conn, sorted(touched), moment, unsigned=unsigned)


async def choose_winners(
    conn: Connection,
    touched: Sequence[tuple[UUID, UUID]],
    moment: datetime,
    *,
    kind_may_fall: bool = False,
    identities_stay: bool = False,
    unsigned: bool = True,
) -> None:
    """Put the winning claims on the rows of these contacts: (workspace, contact) in key order.

    A value that is replaced stops being an identity, unless `identities_stay`: two contacts that
    were merged are found by what each of them was known by. `unsigned`: their unsigned claims may
    be too many by now.
    """
    # Arrays, not joins: whatever the planner believes of the tables' sizes, the keys answer.
    # Contact ids are random, so the same one in another workspace is none that was asked for.
    pairs = _pairs(touched)
    held = {(row["workspace_id"], row["id"]): row for row in await _rows(conn, _HELD, pairs)}
    if unsigned:
        await conn.execute(_PRUNE, [*pairs, MAX_UNSIGNED])
    winners: dict[tuple[UUID, UUID], dict[str, Row]] = {}
    for row in await _rows(
        conn,
        """
        SELECT DISTINCT ON (workspace_id, contact_id, field)
          workspace_id, contact_id, field, value, trust, source, occurred_at
        FROM claims WHERE workspace_id = ANY(%s) AND contact_id = ANY(%s)
        ORDER BY workspace_id, contact_id, field, trust DESC, rank DESC, digest DESC
        """,
        pairs,
    ):
        winners.setdefault((row["workspace_id"], row["contact_id"]), {})[row["field"]] = row
    chosen = [
        (held[key], _chosen(held[key], winners.get(key, {}), kind_may_fall))
        for key in touched
        if key in held
    ]
    changed = [values for before, values in chosen if _differs(before, values)]
    if changed:
        await conn.execute(_PUT, (msgspec.json.encode(changed).decode(), *pairs))
    for before, values in chosen:
        if values["name"] != before["name"]:
            await _keep_words(conn, before, values["name"])
        if not identities_stay:
            await _drop_identities(conn, before, values)
    await _keep_identities(conn, [values for _, values in chosen], moment)
    for before, values in chosen:
        if values["email_key"] != before["email_key"]:
            await put_subscription(conn, before["workspace_id"], [before["id"]])


_PRUNE = """
DELETE FROM claims c USING (
  SELECT workspace_id, contact_id, origin_id, field, trust, digest, row_number() OVER (
    PARTITION BY workspace_id, contact_id, field ORDER BY trust DESC, rank DESC, digest DESC
  ) AS place
  FROM claims WHERE workspace_id = ANY(%s) AND contact_id = ANY(%s) AND trust < 2
) AS s
WHERE s.place > %s AND (c.workspace_id, c.contact_id, c.origin_id, c.field, c.trust,
  c.digest) = (s.workspace_id, s.contact_id, s.origin_id, s.field, s.trust, s.digest)
"""
_SAID = ("user_id", "email", "name")
_CHOSEN = (
    "kind", "email_key", "attributes",
    *(f"{field}{part}" for field in _SAID for part in ("", "_at", "_trust", "_source")),
)  # fmt: skip
_PUT = built(f"""
UPDATE contacts c SET {", ".join(f"{name} = t.{name}" for name in _CHOSEN)}
FROM json_populate_recordset(NULL::contacts, %s::json) AS t
WHERE c.workspace_id = t.workspace_id AND c.id = t.id
  AND c.workspace_id = ANY(%s) AND c.id = ANY(%s)
""")
_HELD = built(f"""
SELECT workspace_id, id, {", ".join(_CHOSEN)}
FROM contacts WHERE workspace_id = ANY(%s) AND id = ANY(%s)
ORDER BY workspace_id, id FOR NO KEY UPDATE OF contacts
""")


def _differs(held: Row, values: dict[str, Any]) -> bool:
    if any(held[name] != values[name] for name in held):
        return True
    # To Python, 1 and true are equal.
    return bool(values["attributes"]) and digest(held["attributes"]) != digest(values["attributes"])


def _chosen(held: Row, won: dict[str, Row], kind_may_fall: bool) -> dict[str, Any]:
    """What the winners make of a contact: the columns of `_CHOSEN` and its key."""
    values: dict[str, Any] = {"workspace_id": held["workspace_id"], "id": held["id"]}
    for field in _SAID:
        row = won.get(field)
        values[field] = row["value"] if row else None
        values[f"{field}_at"] = row["occurred_at"] if row else None
        values[f"{field}_trust"] = row["trust"] if row else None
        values[f"{field}_source"] = row["source"] if row else None
    values["email_key"] = email_key(values["email"]) if values["email"] else None
    attributes = {
        field.removeprefix(ATTRIBUTE): row["value"]
        for field, row in won.items()
        if field.startswith(ATTRIBUTE) and row["value"] is not None
    }
    values["attributes"] = attributes or None
    kind = 2 if values["user_id"] is not None else 1 if values["email"] is not None else 0
    values["kind"] = kind if kind_may_fall else max(kind, held["kind"])
    return values


async def _keep_words(conn: Connection, held: Row, name: str | None) -> None:
    """Keep the words by which the name is found in place of those of the name before."""
    before = set(words_of(held["name"] or ""))
    now = set(words_of(name or ""))
    whose = (held["workspace_id"], held["id"])
    if gone := sorted(before - now):
        await conn.execute(
            "DELETE FROM contact_words WHERE workspace_id = %s AND contact_id = %s "
            "AND word = ANY(%s)",
            (*whose, gone),
        )
    if new := sorted(now - before):
        await conn.execute(
            "INSERT INTO contact_words (workspace_id, contact_id, word) "
            "SELECT %s, %s, unnest(%s::text[]) ON CONFLICT DO NOTHING",
            (*whose, new),
        )


async def _drop_identities(conn: Connection, held: Row, values: dict[str, Any]) -> None:
    """A verified value that was replaced is an identity no more."""
    for field, before, now in (
        ("user_id", held["user_id"], values["user_id"]),
        ("email", held["email_key"], values["email_key"]),
    ):
        replaced = before is not None and before != now
        if replaced and (held[f"{field}_trust"] or 0) >= Trust.MAILBOX:
            await conn.execute(
                "DELETE FROM identities WHERE workspace_id = %s AND field = %s AND value = %s "
                "AND contact_id = %s",
                (held["workspace_id"], field, before, held["id"]),
            )


async def _keep_identities(
    conn: Connection, many: Sequence[dict[str, Any]], moment: datetime
) -> None:
    """A verified value is an identity; of several contacts that have it, the first one's."""
    kept: dict[tuple[UUID, str, str], tuple[UUID, int]] = {}
    for values in many:
        for field, key in (("user_id", "user_id"), ("email", "email_key")):
            trust = values[f"{field}_trust"]
            if values[key] is not None and trust >= Trust.MAILBOX:
                named = values["workspace_id"], field, values[key]
                kept.setdefault(named, (values["id"], trust))
    if not kept:
        return
    rows = [(*named, *whose) for named, whose in sorted(kept.items())]
    # What stays as it is is not locked: whoever asks for it meanwhile would wait for nothing.
    await conn.execute(
        """
        WITH t AS MATERIALIZED (
          SELECT * FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::uuid[], %s::smallint[])
            AS t(workspace_id, field, value, contact_id, trust)
        ), given AS (
          INSERT INTO identities (workspace_id, field, value, contact_id, trust, verified_at)
          SELECT t.*, %s FROM t ON CONFLICT (workspace_id, field, value) DO NOTHING
        )
        UPDATE identities i SET trust = t.trust FROM t
        WHERE i.workspace_id = t.workspace_id AND i.field = t.field AND i.value = t.value
          AND i.contact_id = t.contact_id AND i.trust < t.trust
        """,
        (*(list(column) for column in zip(*rows, strict=True)), moment),
    )


async def put_subscription(conn: Connection, workspace_id: UUID, ids: Sequence[UUID]) -> None:
    """Copy the state of each contact's address (or its own, without one) to its row.

    The latest act wins whoever did it; at the same moment, unsubscribed.
    """
    await conn.execute(
        """
        UPDATE contacts c SET unsubscribed = s.unsubscribed, unsubscribed_at = s.at,
          unsubscribed_how = s.how
        FROM (
          SELECT DISTINCT ON (k.id) k.id, x.unsubscribed, x.at, x.how
          FROM contacts k LEFT JOIN subscriptions x ON x.workspace_id = k.workspace_id
            AND x.address IN (k.email_key, 'contact:' || k.id)
          WHERE k.workspace_id = %(workspace_id)s AND k.id = ANY(%(ids)s)
          ORDER BY k.id, x.at DESC NULLS LAST, x.unsubscribed DESC
        ) AS s
        WHERE c.workspace_id = %(workspace_id)s AND c.id = s.id
        """,
        {"workspace_id": workspace_id, "ids": list(ids)},
    )


def _pairs(touched: Sequence[tuple[UUID, UUID]]) -> list[list[UUID]]:
    workspaces, ids = zip(*touched, strict=True)
    return [sorted(set(workspaces)), sorted(ids)]


async def _rows(conn: Connection, sql: Any, parameters: Any) -> list[Row]:
    cursor = await conn.execute(sql, parameters)
    return await cursor.fetchall()
