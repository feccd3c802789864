"""Push tokens: the latest of each device, and of equal ones only the latest hander-over's.

A register like those of the fold: what a device proved beats what was only said in its name, then
the later one wins, so the order in which messages come does not matter. A token is one phone's: two
devices that hand over the same one are two installations or two persons on it, and the later one
is there now. A token that was taken back stays as an empty row, for the same reason.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import msgspec

from openbook.db import Connection, Row, built


class Handed(msgspec.Struct, frozen=True):
    """A token that an app handed over; an empty one: it has none any more."""

    workspace_id: UUID
    device_id: UUID
    contact_id: UUID
    platform: str
    token: str
    proved: bool
    at: datetime

    def __repr__(self) -> str:  # personal: not for logs
        return "Handed(...)"


_PUT = built("""
INSERT INTO push_tokens AS p
  (workspace_id, origin_id, contact_id, platform, token, token_hash, proved, handed_at)
SELECT t.workspace_id, t.origin_id, t.contact_id, t.platform, t.token, t.token_hash, t.proved,
  t.handed_at
FROM json_populate_recordset(NULL::push_tokens, %(rows)s::json) AS t
ORDER BY t.workspace_id, t.origin_id
ON CONFLICT (workspace_id, origin_id) DO UPDATE SET
  contact_id = excluded.contact_id, token = excluded.token, token_hash = excluded.token_hash,
  proved = excluded.proved, handed_at = excluded.handed_at
WHERE (excluded.proved, excluded.handed_at, excluded.token_hash)
  > (p.proved, p.handed_at, p.token_hash)
""")
_MOVE_ON = """
UPDATE push_tokens p SET token = NULL
WHERE p.workspace_id = ANY(%(workspaces)s) AND p.token_hash = ANY(%(hashes)s)
  AND p.token IS NOT NULL AND EXISTS (
    SELECT FROM push_tokens n
    WHERE n.workspace_id = p.workspace_id AND n.token_hash = p.token_hash AND n.token IS NOT NULL
      AND (n.proved, n.handed_at, n.origin_id) > (p.proved, p.handed_at, p.origin_id))
"""


async def hand_over(conn: Connection, many: Iterable[Handed]) -> None:
    """Keep what apps handed over, in the transaction that stores their messages."""
    latest: dict[tuple[UUID, UUID], dict[str, Any]] = {}
    for one in sorted(many, key=lambda one: (one.proved, one.at, _digest(one.token))):
        latest[one.workspace_id, one.device_id] = {
            "workspace_id": one.workspace_id,
            "origin_id": one.device_id,
            "contact_id": one.contact_id,
            "platform": one.platform,
            "token": one.token or None,
            "token_hash": f"\\x{_digest(one.token).hex()}",
            "proved": one.proved,
            "handed_at": one.at,
        }
    rows = list(latest.values())
    await conn.execute(_PUT, {"rows": msgspec.json.encode(rows).decode()})
    hashes = [bytes.fromhex(row["token_hash"][2:]) for row in rows if row["token"]]
    if hashes:
        workspaces = sorted({row["workspace_id"] for row in rows})
        await conn.execute(_MOVE_ON, {"workspaces": workspaces, "hashes": hashes})


async def tokens_of(
    conn: Connection, workspace_id: UUID, contact_ids: Sequence[UUID]
) -> dict[UUID, Row]:
    """Device -> its row, of the devices of these contacts that have a token."""
    cursor = await conn.execute(
        "SELECT origin_id, token, proved, handed_at FROM push_tokens "
        "WHERE workspace_id = %s AND contact_id = ANY(%s) AND token IS NOT NULL",
        (workspace_id, list(contact_ids)),
    )
    return {row["origin_id"]: row for row in await cursor.fetchall()}


async def has_token(conn: Connection, workspace_id: UUID, contact_id: UUID) -> bool:
    """Whether a device of the contact can be reached by push, as far as is proved."""
    cursor = await conn.execute(
        "SELECT FROM push_tokens WHERE workspace_id = %s AND contact_id = %s "
        "AND token IS NOT NULL AND proved LIMIT 1",
        (workspace_id, contact_id),
    )
    return await cursor.fetchone() is not None


async def end_token(conn: Connection, workspace_id: UUID, device_id: UUID, token: str) -> None:
    """The push service knows this token no more."""
    await conn.execute(
        "UPDATE push_tokens SET token = NULL "
        "WHERE workspace_id = %s AND origin_id = %s AND token = %s",
        (workspace_id, device_id, token),
    )


async def note_told(
    conn: Connection, workspace_id: UUID, device_id: UUID, moment: datetime
) -> None:
    """The operator's pusher has taken a notice for this device."""
    await conn.execute(
        "UPDATE push_tokens SET told_at = %s WHERE workspace_id = %s AND origin_id = %s",
        (moment, workspace_id, device_id),
    )


def _digest(token: str) -> bytes:
    return sha256(token.encode()).digest()
