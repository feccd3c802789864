"""Every statement about chat sessions, and about the devices and contacts they are of."""

import hmac
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from openbook.accounts.keys import digest
from openbook.collect.proof import device_proof
from openbook.conversations.visiting.lifetimes import FORMER_GOOD, LONGEST_TOKEN, TOKEN
from openbook.conversations.visiting.schemas import ChatSession
from openbook.db import Connection, built
from openbook.ids import device_id

_COLUMNS = ", ".join(f"s.{name}" for name in ChatSession.__struct_fields__)
MOST_AT_ONCE = 200


class Found(msgspec.Struct, frozen=True):
    """What a token opens."""

    session: ChatSession
    by_former: bool
    """The token is the one before the present."""
    is_first_use: bool
    """The token is the present one, and the former is still good without an end."""
    is_unconfirmed: bool
    """Nobody has used the present token yet: its answer may have been lost."""


_FIND = built(f"""
SELECT {_COLUMNS}, s.former_hash = %(digest)s AS by_former,
  s.former_hash IS NOT NULL AND s.former_until IS NULL AS is_unconfirmed
FROM chat_sessions s
WHERE s.workspace_id = %(workspace_id)s AND s.expires_at > %(moment)s
  AND (s.token_hash = %(digest)s OR (s.former_hash = %(digest)s
    AND (s.former_until IS NULL OR s.former_until > %(moment)s)))
ORDER BY by_former NULLS FIRST LIMIT 1
""")


_OPENED = built(f"""
SELECT w.version, {_COLUMNS},
  s.former_hash IS NOT NULL AND s.former_until IS NULL AS is_unconfirmed
FROM workspaces w LEFT JOIN chat_sessions s
  ON s.workspace_id = w.id AND s.token_hash = %(digest)s AND s.expires_at > %(moment)s
WHERE w.id = %(workspace_id)s
""")


async def opened(
    conn: Connection, workspace_id: UUID, token: str, moment: datetime
) -> tuple[int, Found | None]:
    """(the version of what the workspace allows now, the live session of a token)."""
    if not token.startswith(TOKEN) or len(token) > LONGEST_TOKEN:
        return await version(conn, workspace_id), None
    cursor = await conn.execute(
        _OPENED, {"workspace_id": workspace_id, "digest": digest(token), "moment": moment}
    )
    row = await cursor.fetchone()
    if row is None:
        return 0, None
    now, unconfirmed = row.pop("version"), row.pop("is_unconfirmed")
    if row["id"] is None:  # by the former token, which few come with
        return now, await session_by_token(conn, workspace_id, token, moment)
    return now, Found(ChatSession(**row), False, unconfirmed, unconfirmed)


async def session_by_token(
    conn: Connection, workspace_id: UUID, token: str, moment: datetime
) -> Found | None:
    """The live session of a token. The digest is looked up, never the token itself."""
    if not token.startswith(TOKEN) or len(token) > LONGEST_TOKEN:
        return None
    cursor = await conn.execute(
        _FIND, {"workspace_id": workspace_id, "digest": digest(token), "moment": moment}
    )
    row = await cursor.fetchone()
    if row is None:
        return None
    by_former, unconfirmed = bool(row.pop("by_former")), row.pop("is_unconfirmed")
    first_use = unconfirmed and not by_former
    return Found(ChatSession(**row), by_former, first_use, unconfirmed)


async def insert_session(conn: Connection, session: ChatSession, token: str) -> None:
    values = {**msgspec.structs.asdict(session), "token_hash": digest(token)}
    names = ", ".join(values)
    await conn.execute(
        built(f"INSERT INTO chat_sessions ({names}) VALUES (%s{', %s' * (len(values) - 1)})"),
        list(values.values()),
    )


async def lock_session(
    conn: Connection, workspace_id: UUID, session_id: UUID
) -> ChatSession | None:
    """The session, held until commit; None where it is over by now."""
    cursor = await conn.execute(
        built(
            f"SELECT {_COLUMNS} FROM chat_sessions s "
            "WHERE s.workspace_id = %s AND s.id = %s FOR UPDATE"
        ),
        (workspace_id, session_id),
    )
    row = await cursor.fetchone()
    return ChatSession(**row) if row else None


async def update_session(
    conn: Connection, workspace_id: UUID, session_id: UUID, **values: Any
) -> bool:
    """False where the session is over by now."""
    names = ", ".join(f"{name} = %s" for name in values)
    cursor = await conn.execute(
        built(f"UPDATE chat_sessions SET {names} WHERE workspace_id = %s AND id = %s"),
        [*values.values(), workspace_id, session_id],
    )
    return cursor.rowcount == 1


async def put_token(
    conn: Connection, session: ChatSession, token: str, shown: str, moment: datetime
) -> bool:
    """Give the session a new token; the one that was shown stays good until the new one is used.

    False where another request was faster: then that one's answer brings the token.
    """
    cursor = await conn.execute(
        """
        UPDATE chat_sessions SET token_hash = %(new)s, former_hash = %(shown)s,
          former_until = NULL, rotated_at = %(moment)s
        WHERE workspace_id = %(workspace_id)s AND id = %(id)s AND (token_hash = %(shown)s
          OR (former_hash = %(shown)s AND former_until IS NULL))
        """,
        {
            "new": digest(token),
            "shown": digest(shown),
            "moment": moment,
            "workspace_id": session.workspace_id,
            "id": session.id,
        },
    )
    return cursor.rowcount == 1


async def confirm_token(conn: Connection, session: ChatSession, moment: datetime) -> None:
    """The present token was used for the first time: the former one ends a little later."""
    await conn.execute(
        "UPDATE chat_sessions SET former_until = %s "
        "WHERE workspace_id = %s AND id = %s AND former_until IS NULL",
        (moment + FORMER_GOOD, session.workspace_id, session.id),
    )


async def delete_session(conn: Connection, workspace_id: UUID, session_id: UUID) -> bool:
    cursor = await conn.execute(
        "DELETE FROM chat_sessions WHERE workspace_id = %s AND id = %s", (workspace_id, session_id)
    )
    return cursor.rowcount == 1


async def forget_over(conn: Connection, workspace_id: UUID, moment: datetime) -> int:
    """Delete sessions that are over, some at a time; how many."""
    cursor = await conn.execute(
        """
        DELETE FROM chat_sessions s USING (
          SELECT id FROM chat_sessions WHERE workspace_id = %(workspace_id)s
            AND expires_at <= %(moment)s
          ORDER BY expires_at LIMIT %(most)s FOR UPDATE SKIP LOCKED) AS o
        WHERE s.workspace_id = %(workspace_id)s AND s.id = o.id
        """,
        {"workspace_id": workspace_id, "moment": moment, "most": MOST_AT_ONCE},
    )
    return cursor.rowcount


async def unscoped_workspaces(conn: Connection) -> list[UUID]:
    """All workspaces of the installation, for what has to be looked after in each."""
    cursor = await conn.execute("SELECT id FROM workspaces ORDER BY id")
    return [row["id"] for row in await cursor.fetchall()]


async def version(conn: Connection, workspace_id: UUID) -> int:
    """Of what the workspace allows now."""
    cursor = await conn.execute("SELECT version FROM workspaces WHERE id = %s", (workspace_id,))
    row = await cursor.fetchone()
    return row["version"] if row else 0


# Devices and contacts -------------------------------------------------------------------------


class Device(msgspec.Struct, frozen=True):
    """A device that somebody has proved to be."""

    id: UUID
    contact_id: UUID


async def proved_device(
    conn: Connection, secret: bytes, workspace_id: UUID, anonymous_id: str, proof: str
) -> Device | None:
    """The browser or app of this anonymous id, if the proof is the one that its first message got.

    Which of them it is, the proof says: a chat in an app's web view belongs to the app's device.
    """
    ids = [device_id(anonymous_id, platform, "") for platform in ("web", "android", "ios")]
    cursor = await conn.execute(
        "SELECT id, contact_id, birth FROM devices "
        "WHERE workspace_id = %s AND id = ANY(%s) AND NOT retired",
        (workspace_id, ids),
    )
    for row in await cursor.fetchall():
        expected = device_proof(secret, workspace_id, row["id"], row["birth"] or b"")
        is_right = hmac.compare_digest(expected, proof.encode("utf-8", "replace"))
        if row["birth"] and is_right:
            return Device(row["id"], row["contact_id"])
    return None


async def user_ids_of(conn: Connection, workspace_id: UUID, contact_id: UUID) -> set[str]:
    """The verified user ids of a contact."""
    cursor = await conn.execute(
        "SELECT value FROM identities "
        "WHERE workspace_id = %s AND contact_id = %s AND field = 'user_id'",
        (workspace_id, contact_id),
    )
    return {row["value"] for row in await cursor.fetchall()}


async def is_only_of_chats(conn: Connection, workspace_id: UUID, contact_id: UUID) -> bool:
    """Whether a contact is what a chat made: nobody verified it, no device was seen."""
    cursor = await conn.execute(
        """
        SELECT NOT EXISTS (SELECT FROM identities WHERE workspace_id = %(workspace_id)s
            AND contact_id = %(contact_id)s)
          AND NOT EXISTS (SELECT FROM devices WHERE workspace_id = %(workspace_id)s
            AND contact_id = %(contact_id)s AND platform <> 'server') AS only
        """,
        {"workspace_id": workspace_id, "contact_id": contact_id},
    )
    row = await cursor.fetchone()
    return bool(row and row["only"])


async def shown_self(
    conn: Connection, workspace_id: UUID, contact_id: UUID
) -> tuple[str | None, bool]:
    """(name, whether an address is known) of a contact."""
    cursor = await conn.execute(
        "SELECT name, email IS NOT NULL AS email_known FROM contacts "
        "WHERE workspace_id = %s AND id = %s",
        (workspace_id, contact_id),
    )
    row = await cursor.fetchone()
    return (row["name"], row["email_known"]) if row else (None, False)
