"""Every statement about workspaces and credentials.

`unscoped_...` is what runs before the workspace is known. Row-level security lets the row of one
credential through when the transaction names that credential (`openbook.credential`), so that even
such a look-up can see nothing else.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update

from openbook.accounts.keys import IdentityKey, digest, unseal
from openbook.accounts.schemas import Caller, ListedKey, Token, Workspace, WriteKey
from openbook.db import Connection, Row, built, enter, row, rows, run
from openbook.tables.accounts import api_tokens, identity_keys, workspaces, write_keys

# Two processes that start on an empty database must not make two workspaces.
FIRST_START = 0x6F62_6669_7273_7400
# Plain text, not built anew for each request: every call of the interface runs it.
CALLER_BY_TOKEN = """
SELECT workspace_id, id, role, scopes, used_at FROM api_tokens
WHERE token_hash = %s AND revoked_at IS NULL
"""
# Somebody else may hold the row: then they note the use.
TOKEN_USED = """
UPDATE api_tokens SET used_at = %(at)s WHERE (workspace_id, id) IN (
  SELECT workspace_id, id FROM api_tokens WHERE workspace_id = %(workspace)s AND id = %(id)s
  FOR UPDATE SKIP LOCKED)
"""
WORKSPACE = "SELECT id, name, settings, version FROM workspaces WHERE id = %s"
USED_EVERY = timedelta(minutes=1)
USED_WITHIN = timedelta(minutes=15)
"""How exactly it is kept when a write key was used."""
USED = """
UPDATE {table} SET used_at = %(at)s WHERE (workspace_id, {name}) IN (
  SELECT t.workspace_id, t.{name} FROM {table} AS t
  JOIN unnest(%(workspaces)s::uuid[], %(used)s::{type}[]) AS used (workspace_id, {name})
    ON t.workspace_id = used.workspace_id AND t.{name} = used.{name}
  WHERE t.used_at IS NULL OR t.used_at < %(before)s
  FOR UPDATE OF t SKIP LOCKED)
"""
KEYS_USED = built(USED.format(table="write_keys", name="key", type="text"))
TOKENS_USED = built(USED.format(table="api_tokens", name="token_hash", type="bytea"))


def policy_lock_key(workspace_id: UUID) -> int:
    """The advisory lock of what a workspace allows: a signed 64-bit number, the same everywhere.

    Who changes what is allowed holds it exclusively until commit; who stores by it holds it shared
    and compares `workspaces.version`. So when a change is answered, nothing older is still stored.
    """
    name = blake2b(workspace_id.bytes, digest_size=8, person=b"openbook-policy")
    return int.from_bytes(name.digest(), "big", signed=True)


async def lock_policy(conn: Connection, workspace_id: UUID) -> None:
    """Wait until nobody stores by the present policy, and keep it so until commit."""
    await conn.execute("SELECT pg_advisory_xact_lock(%s)", (policy_lock_key(workspace_id),))


async def lock_first_start(conn: Connection) -> None:
    await conn.execute("SELECT pg_advisory_xact_lock(%s)", (FIRST_START,))


# Workspaces -----------------------------------------------------------------------------------


async def unscoped_first_workspace(conn: Connection) -> Workspace | None:
    """The workspace an installation starts with: the oldest."""
    found = await row(
        conn,
        select(workspaces).order_by(workspaces.c.created_at, workspaces.c.id).limit(1),
    )
    return _workspace(found)


async def workspace(conn: Connection, workspace_id: UUID) -> Workspace | None:
    cursor = await conn.execute(WORKSPACE, (workspace_id,))
    return _workspace(await cursor.fetchone())


async def insert_workspace(
    conn: Connection, workspace_id: UUID, name: str, moment: datetime
) -> None:
    values = {"name": name, "settings": {}, "version": 1, "created_at": moment}
    await run(conn, insert(workspaces).values(id=workspace_id, **values))


async def update_workspace(
    conn: Connection, workspace_id: UUID, settings: Mapping[str, Any] | None = None
) -> int:
    """Count a change of what is allowed, and store the settings if they are it; the new version."""
    values: dict[str, Any] = {"version": workspaces.c.version + 1}
    if settings is not None:
        values["settings"] = dict(settings)
    changed = (
        update(workspaces)
        .where(workspaces.c.id == workspace_id)
        .values(**values)
        .returning(workspaces.c.version)
    )
    found = await row(conn, changed)
    return found["version"] if found else 0


# Write keys -----------------------------------------------------------------------------------


async def unscoped_workspace_by_write_key(conn: Connection, key: str) -> Workspace | None:
    """Whose live write key this is, with the settings and the version in force."""
    if "\x00" in key or not key.isascii():
        return None
    await _name_credential(conn, key)
    live = write_keys.c.revoked_at.is_(None)
    joined = workspaces.join(write_keys, write_keys.c.workspace_id == workspaces.c.id)
    columns = (*workspaces.c, write_keys.c.origins)
    statement = select(*columns).select_from(joined).where(write_keys.c.key == key, live)
    return _workspace(await row(conn, statement))


async def live_write_keys(conn: Connection, workspace_id: UUID) -> list[WriteKey]:
    """The newest first: that is the one to show."""
    statement = (
        select(
            write_keys.c.key,
            write_keys.c.created_at,
            write_keys.c.revoked_at,
            write_keys.c.origins,
            write_keys.c.used_at,
        )
        .where(write_keys.c.workspace_id == workspace_id, write_keys.c.revoked_at.is_(None))
        .order_by(write_keys.c.created_at.desc(), write_keys.c.key)
    )
    return [WriteKey(**found) for found in await rows(conn, statement)]


async def insert_write_key(
    conn: Connection, workspace_id: UUID, key: str, moment: datetime
) -> None:
    values = {"workspace_id": workspace_id, "key": key, "created_at": moment}
    await run(conn, insert(write_keys).values(**values))


async def note_write_keys_use(conn: Connection, used: Mapping[str, UUID], moment: datetime) -> None:
    """Keep that these keys were used just now, where it is not kept to `USED_WITHIN` already."""
    noted = {"used": list(used), "workspaces": list(used.values())}
    await conn.execute(KEYS_USED, noted | {"at": moment, "before": moment - USED_WITHIN})


async def update_origins(
    conn: Connection, workspace_id: UUID, key: str, origins: tuple[str, ...] | None
) -> bool:
    statement = (
        update(write_keys)
        .where(
            write_keys.c.workspace_id == workspace_id,
            write_keys.c.key == key,
            write_keys.c.revoked_at.is_(None),
        )
        .values(origins=None if origins is None else list(origins))
    )
    return await run(conn, statement) == 1


async def revoke_write_key(
    conn: Connection, workspace_id: UUID, key: str, moment: datetime
) -> bool:
    statement = (
        update(write_keys)
        .where(
            write_keys.c.workspace_id == workspace_id,
            write_keys.c.key == key,
            write_keys.c.revoked_at.is_(None),
        )
        .values(revoked_at=moment)
    )
    return await run(conn, statement) == 1


# API tokens -----------------------------------------------------------------------------------


async def unscoped_caller_by_token(conn: Connection, token_hash: bytes) -> Caller | None:
    """Who holds the live token with this digest (`keys.digest`)."""
    await _name_credential(conn, token_hash.hex())
    found = await (await conn.execute(CALLER_BY_TOKEN, (token_hash,))).fetchone()
    if found is None:
        return None
    return Caller(
        found["workspace_id"],
        found["id"],
        found["role"],
        frozenset(found["scopes"]),
        used_at=found["used_at"],
    )


async def note_token_use(conn: Connection, caller: Caller, moment: datetime) -> None:
    """Keep when a token was used last, to the minute. The transaction is then for its workspace."""
    if caller.used_at is None or moment - caller.used_at >= USED_EVERY:
        await enter(conn, (caller.workspace_id,))
        noted = {"at": moment, "workspace": caller.workspace_id, "id": caller.caller_id}
        await conn.execute(TOKEN_USED, noted)


async def note_tokens_use(conn: Connection, used: Mapping[str, UUID], moment: datetime) -> None:
    """Keep that these tokens sent messages just now, to the minute as `note_token_use` does."""
    noted = {"used": [digest(token) for token in used], "workspaces": list(used.values())}
    await conn.execute(TOKENS_USED, noted | {"at": moment, "before": moment - USED_EVERY})


async def tokens(conn: Connection, workspace_id: UUID) -> list[Token]:
    """All of them, revoked ones too, oldest first."""
    statement = (
        select(
            api_tokens.c.id,
            api_tokens.c.name,
            api_tokens.c.role,
            api_tokens.c.scopes,
            api_tokens.c.created_at,
            api_tokens.c.revoked_at,
            api_tokens.c.used_at,
        )
        .where(api_tokens.c.workspace_id == workspace_id)
        .order_by(api_tokens.c.id)
    )
    return [
        Token(**{**found, "scopes": tuple(found["scopes"])})
        for found in await rows(conn, statement)
    ]


async def insert_token(
    conn: Connection, workspace_id: UUID, token: Token, token_hash: bytes
) -> None:
    values = {
        "workspace_id": workspace_id,
        "id": token.id,
        "name": token.name,
        "role": token.role,
        "scopes": list(token.scopes),
        "token_hash": token_hash,
        "created_at": token.created_at,
    }
    await run(conn, insert(api_tokens).values(**values))


async def revoke_token(
    conn: Connection, workspace_id: UUID, token_id: UUID, moment: datetime
) -> bool:
    statement = (
        update(api_tokens)
        .where(
            api_tokens.c.workspace_id == workspace_id,
            api_tokens.c.id == token_id,
            api_tokens.c.revoked_at.is_(None),
        )
        .values(revoked_at=moment)
    )
    return await run(conn, statement) == 1


# The keys a customer's backend signs with ------------------------------------------------------


async def live_identity_keys(
    conn: Connection, workspace_id: UUID, secret: bytes
) -> tuple[IdentityKey, ...]:
    """The keys in force, opened with the instance's secret."""
    statement = select(
        identity_keys.c.sealed, identity_keys.c.kid, identity_keys.c.algorithm
    ).where(
        identity_keys.c.workspace_id == workspace_id,
        identity_keys.c.revoked_at.is_(None),
    )
    return tuple(
        unseal(found["sealed"], found["kid"], found["algorithm"], workspace_id, secret)
        for found in await rows(conn, statement)
    )


async def listed_identity_keys(conn: Connection, workspace_id: UUID) -> list[ListedKey]:
    """All of them, revoked ones too, oldest first."""
    statement = (
        select(
            identity_keys.c.kid,
            identity_keys.c.algorithm,
            identity_keys.c.created_at,
            identity_keys.c.revoked_at,
        )
        .where(identity_keys.c.workspace_id == workspace_id)
        .order_by(identity_keys.c.created_at, identity_keys.c.kid)
    )
    return [ListedKey(**found) for found in await rows(conn, statement)]


async def insert_identity_key(
    conn: Connection, workspace_id: UUID, key: ListedKey, sealed: bytes
) -> None:
    values = {
        "workspace_id": workspace_id,
        "kid": key.kid,
        "algorithm": key.algorithm,
        "sealed": sealed,
        "created_at": key.created_at,
    }
    await run(conn, insert(identity_keys).values(**values))


async def revoke_identity_key(
    conn: Connection, workspace_id: UUID, kid: str, moment: datetime
) -> bool:
    statement = (
        update(identity_keys)
        .where(
            identity_keys.c.workspace_id == workspace_id,
            identity_keys.c.kid == kid,
            identity_keys.c.revoked_at.is_(None),
        )
        .values(revoked_at=moment)
    )
    return await run(conn, statement) == 1


async def _name_credential(conn: Connection, credential: str) -> None:
    """Tell row-level security which one credential the rest of this transaction may see."""
    await conn.execute("SELECT set_config('openbook.credential', %s, true)", (credential,))


def _workspace(found: Row | None) -> Workspace | None:
    if found is None:
        return None
    origins = found.get("origins")
    return Workspace(
        found["id"],
        found["name"],
        found["settings"],
        found["version"],
        frozenset(origins) if origins is not None else None,
    )
