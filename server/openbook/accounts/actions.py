"""What changes a workspace, its settings and its credentials. The caller holds the transaction.

Each change of what is allowed (a setting, a key, a token) counts the workspace's version up, under
the lock that whoever stores by it holds shared: it is in force when the transaction has committed.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from openbook import clock
from openbook.accounts import queries
from openbook.accounts.keys import (
    IdentityKey,
    digest,
    new_token,
    new_write_key,
    seal,
)
from openbook.accounts.schemas import ListedKey, Token, Workspace, WriteKey, read_scopes
from openbook.audit.noting import note
from openbook.audit.schemas import COMMAND, Actor
from openbook.catalogue.policy import (
    ATTRIBUTE,
    MAX_ATTRIBUTES,
    read_setting,
    shown_settings,
)
from openbook.db import Connection, enter
from openbook.errors import BadInput, Conflict, NotFound
from openbook.ids import new_id

FIRST_NAME = "My workspace"
LIVE_IDENTITY_KEYS = 2


async def ensure_workspace(conn: Connection, moment: datetime) -> Workspace:
    """The installation's first workspace, made with a write key if there is none yet.

    The transaction may name no workspace; from here on it is for this one.
    """
    found = await queries.unscoped_first_workspace(conn)
    if found is None:
        await queries.lock_first_start(conn)
        found = await queries.unscoped_first_workspace(conn)
    if found is not None:
        await enter(conn, (found.id,))
        return found
    return await create_workspace(conn, FIRST_NAME, moment)


async def create_workspace(conn: Connection, name: str, moment: datetime) -> Workspace:
    """A workspace with a write key. From here on the transaction is for this workspace."""
    workspace_id = new_id(moment)
    await enter(conn, (workspace_id,))
    await queries.insert_workspace(conn, workspace_id, name, moment)
    await queries.insert_write_key(conn, workspace_id, new_write_key(), moment)
    return Workspace(workspace_id, name, {}, 1)


async def change_settings(
    conn: Connection,
    workspace_id: UUID,
    changes: Mapping[str, str],
    by: Actor = COMMAND,
    moment: datetime | None = None,
) -> Workspace:
    """Set each KEY to what its text says; an empty text puts it back to its default.

    Refuses the whole change if one part of it is none. In force when the transaction commits.
    """
    read = {key: _read(key, text) for key, text in changes.items()}
    await queries.lock_policy(conn, workspace_id)
    found = await _existing(conn, workspace_id)
    settings = {key: value for key, value in (found.settings | read).items() if value is not None}
    if sum(key.startswith(ATTRIBUTE) for key in settings) > MAX_ATTRIBUTES:
        raise BadInput(
            f"A workspace has at most {MAX_ATTRIBUTES} attributes. Remove one first.",
            "too_many_attributes",
        )
    version = await queries.update_workspace(conn, workspace_id, settings)
    before, now_set = shown_settings(found.settings), shown_settings(settings)
    told = {
        key: [before.get(key), now_set.get(key)]
        for key in before | now_set
        if before.get(key) != now_set.get(key)
    }
    if told:
        at = moment or clock.now()
        await note(conn, workspace_id, by, "settings.changed", None, at, settings=told)
    return Workspace(found.id, found.name, settings, version)


async def rotate_write_key(
    conn: Connection, workspace_id: UUID, moment: datetime, by: Actor = COMMAND
) -> str:
    """A new write key. Former ones work until revoked, for pages that still have them."""
    await queries.lock_policy(conn, workspace_id)
    key = new_write_key()
    await queries.insert_write_key(conn, workspace_id, key, moment)
    await queries.update_workspace(conn, workspace_id)
    await note(conn, workspace_id, by, "write_key.made", key, moment)
    return key


async def set_origins(
    conn: Connection,
    workspace_id: UUID,
    key: str,
    origins: tuple[str, ...] | None,
    by: Actor = COMMAND,
    moment: datetime | None = None,
) -> WriteKey:
    """From which sites a browser may send with a key; None for all."""
    await queries.lock_policy(conn, workspace_id)
    if "\x00" in key or not await queries.update_origins(conn, workspace_id, key, origins):
        raise NotFound("There is no such write key in force.")
    await queries.update_workspace(conn, workspace_id)
    sites = None if origins is None else list(origins)
    at = moment or clock.now()
    await note(conn, workspace_id, by, "write_key.bound", key, at, sites=sites)
    live = await queries.live_write_keys(conn, workspace_id)
    return next(one for one in live if one.key == key)


async def revoke_write_key(
    conn: Connection, workspace_id: UUID, key: str, moment: datetime, by: Actor = COMMAND
) -> None:
    """No message with this key is taken any more."""
    await queries.lock_policy(conn, workspace_id)
    live = [found.key for found in await queries.live_write_keys(conn, workspace_id)]
    if key in live and len(live) == 1:
        raise Conflict(
            "That is the only write key. Create the new one first, then revoke this.",
            "only_write_key",
        )
    if not await queries.revoke_write_key(conn, workspace_id, key, moment):
        raise NotFound("There is no such write key in force.")
    await queries.update_workspace(conn, workspace_id)
    await note(conn, workspace_id, by, "write_key.revoked", key, moment)


async def create_token(
    conn: Connection,
    workspace_id: UUID,
    name: str,
    role: str | None,
    scopes: tuple[str, ...],
    moment: datetime,
    by: Actor = COMMAND,
) -> tuple[Token, str]:
    """(what is listed, the token itself): the second is shown once and cannot be found again."""
    name = name.strip()
    if not 0 < len(name) <= 100 or "\x00" in name:
        raise BadInput("A token has a name of 1 to 100 characters, so that it can be told apart.")
    role, allowed = read_scopes(role, scopes)
    secret = new_token()
    token = Token(new_id(moment), name, role, allowed, moment, None)
    await queries.insert_token(conn, workspace_id, token, digest(secret))
    await note(conn, workspace_id, by, "token.made", token.id, moment, scopes=list(allowed))
    return token, secret


async def rotate_token(
    conn: Connection,
    workspace_id: UUID,
    token_id: UUID,
    moment: datetime,
    by: Actor = COMMAND,
) -> tuple[Token, str]:
    """Another token that may do the same; the former one works until it is revoked."""
    for one in await queries.tokens(conn, workspace_id):
        if one.id == token_id and one.revoked_at is None:
            secret = new_token()
            token = Token(new_id(moment), one.name, one.role, one.scopes, moment, None)
            await queries.insert_token(conn, workspace_id, token, digest(secret))
            await note(
                conn, workspace_id, by, "token.replaced", token.id, moment, former=str(token_id)
            )
            return token, secret
    raise NotFound("There is no such token in force.")


async def revoke_token(
    conn: Connection,
    workspace_id: UUID,
    token_id: UUID,
    moment: datetime,
    by: Actor = COMMAND,
) -> None:
    """The token opens nothing any more."""
    await queries.lock_policy(conn, workspace_id)
    if not await queries.revoke_token(conn, workspace_id, token_id, moment):
        raise NotFound("There is no such token in force.")
    await queries.update_workspace(conn, workspace_id)
    await note(conn, workspace_id, by, "token.revoked", token_id, moment)


async def add_identity_key(
    conn: Connection,
    workspace_id: UUID,
    key: IdentityKey,
    secret: bytes,
    moment: datetime,
) -> ListedKey:
    """Keep a key, sealed with the instance's secret. Two at most: one can replace the other."""
    await queries.lock_policy(conn, workspace_id)
    known = await queries.listed_identity_keys(conn, workspace_id)
    if sum(one.revoked_at is None for one in known) >= LIVE_IDENTITY_KEYS:
        raise Conflict(
            f"There are {LIVE_IDENTITY_KEYS} identity keys in force already. Revoke one first.",
            "too_many_identity_keys",
        )
    if any(one.kid == key.kid for one in known):
        raise Conflict(
            f"There is, or was, an identity key {key.kid!r}. Give this another kid.",
            "identity_key_taken",
        )
    listed = ListedKey(key.kid, key.algorithm, moment, None)
    await queries.insert_identity_key(conn, workspace_id, listed, seal(key, workspace_id, secret))
    await queries.update_workspace(conn, workspace_id)
    await note(conn, workspace_id, COMMAND, "identity_key.made", key.kid, moment)
    return listed


async def revoke_identity_key(
    conn: Connection, workspace_id: UUID, kid: str, moment: datetime
) -> None:
    """Nothing signed with the key is believed any more."""
    await queries.lock_policy(conn, workspace_id)
    if not await queries.revoke_identity_key(conn, workspace_id, kid, moment):
        raise NotFound(f"There is no identity key {kid!r} in force.")
    await queries.update_workspace(conn, workspace_id)
    await note(conn, workspace_id, COMMAND, "identity_key.revoked", kid, moment)


async def _existing(conn: Connection, workspace_id: UUID) -> Workspace:
    found = await queries.workspace(conn, workspace_id)
    if found is None:
        raise NotFound("There is no such workspace.")
    return found


def _read(key: str, text: str) -> Any:
    """The value to store, None for the default. What no column could hold is refused here."""
    if not (key + text).isprintable():
        raise BadInput("A setting holds no control characters and no broken ones.")
    if not text.strip() and key in shown_settings({}):
        return None
    return read_setting(key, text)
