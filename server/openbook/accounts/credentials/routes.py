"""API tokens and write keys over REST, for people who may handle them."""

from typing import Any
from uuid import UUID

from litestar import Request, delete, get, patch, post
from litestar.datastructures import State

from openbook.accounts import actions, queries
from openbook.accounts.credentials.schemas import (
    MadeToken,
    MakeToken,
    Origins,
    ShownWriteKey,
    TokenList,
    WriteKeyList,
    read_origins,
    shown_token,
    shown_write_key,
)
from openbook.accounts.guards import caller, confirmed, requires
from openbook.accounts.sign_in.entering import PRIVATE

READ = [requires("credentials:read")]
WRITE = [requires("credentials:write")]
SURE = [requires("credentials:write"), confirmed]
TOKENS, KEYS = ["API tokens"], ["Write keys"]
Asking = Request[Any, Any, Any]


@get("/api/tokens", guards=READ, tags=TOKENS, operation_id="listTokens", response_headers=PRIVATE)
async def list_tokens(request: Asking, state: State) -> TokenList:
    """The API tokens there are, what each may do and when it was used last."""
    workspace_id = caller(request).workspace_id
    async with state.db.transaction(workspace_id) as conn:
        return TokenList([shown_token(one) for one in await queries.tokens(conn, workspace_id)])


@post("/api/tokens", guards=SURE, tags=TOKENS, operation_id="createToken", response_headers=PRIVATE)
async def create_token(request: Asking, state: State, data: MakeToken) -> MadeToken:
    """Make a token. It is shown this once and is not kept: only its digest is."""
    who, scopes = caller(request), tuple(data.scopes)
    async with state.db.transaction(who.workspace_id) as conn:
        token, secret = await actions.create_token(
            conn, who.workspace_id, data.name, data.role, scopes, state.clock(), who.actor
        )
    return MadeToken(secret, shown_token(token))


@post(
    "/api/tokens/{token_id:uuid}/rotate",
    guards=SURE,
    tags=TOKENS,
    operation_id="rotateToken",
    response_headers=PRIVATE,
)
async def rotate_token(request: Asking, state: State, token_id: UUID) -> MadeToken:
    """Make a token that may do the same. The former one works until it is revoked."""
    who = caller(request)
    async with state.db.transaction(who.workspace_id) as conn:
        token, secret = await actions.rotate_token(
            conn, who.workspace_id, token_id, state.clock(), who.actor
        )
    return MadeToken(secret, shown_token(token))


@delete("/api/tokens/{token_id:uuid}", guards=SURE, tags=TOKENS, operation_id="revokeToken")
async def revoke_token(request: Asking, state: State, token_id: UUID) -> None:
    """Make a token worthless, from now on."""
    who = caller(request)
    async with state.db.transaction(who.workspace_id) as conn:
        await actions.revoke_token(conn, who.workspace_id, token_id, state.clock(), who.actor)


@get("/api/write-keys", guards=READ, tags=KEYS, operation_id="listWriteKeys")
async def list_write_keys(request: Asking, state: State) -> WriteKeyList:
    """The write keys in force and from which sites each is taken."""
    workspace_id = caller(request).workspace_id
    async with state.db.transaction(workspace_id) as conn:
        live = await queries.live_write_keys(conn, workspace_id)
    return WriteKeyList([shown_write_key(one) for one in live])


@post("/api/write-keys", guards=WRITE, tags=KEYS, operation_id="createWriteKey")
async def create_write_key(request: Asking, state: State, data: Origins) -> ShownWriteKey:
    """Make a write key. The former ones work until revoked, for pages that still have them."""
    who, moment, origins = caller(request), state.clock(), read_origins(data.origins)
    workspace_id, by = who.workspace_id, who.actor
    async with state.db.transaction(workspace_id) as conn:
        key = await actions.rotate_write_key(conn, workspace_id, moment, by)
        if origins is not None:
            await actions.set_origins(conn, workspace_id, key, origins, by, moment)
    return ShownWriteKey(key, int(moment.timestamp()), list(origins) if origins else None, None)


@patch("/api/write-keys/{key:str}", guards=WRITE, tags=KEYS, operation_id="changeWriteKey")
async def change_write_key(request: Asking, state: State, key: str, data: Origins) -> ShownWriteKey:
    """From which sites a browser may send with the key; null: from all.

    It keeps other sites' pages out. What is no browser sends no Origin and is let in: the key is
    public and proves nothing.
    """
    who, moment, origins = caller(request), state.clock(), read_origins(data.origins)
    async with state.db.transaction(who.workspace_id) as conn:
        changed = await actions.set_origins(conn, who.workspace_id, key, origins, who.actor, moment)
    return shown_write_key(changed)


@delete("/api/write-keys/{key:str}", guards=SURE, tags=KEYS, operation_id="revokeWriteKey")
async def revoke_write_key(request: Asking, state: State, key: str) -> None:
    """Take no more messages with this key. The only one cannot go: make another first."""
    who = caller(request)
    async with state.db.transaction(who.workspace_id) as conn:
        await actions.revoke_write_key(conn, who.workspace_id, key, state.clock(), who.actor)


handlers = [
    list_tokens,
    create_token,
    rotate_token,
    revoke_token,
    list_write_keys,
    create_write_key,
    change_write_key,
    revoke_write_key,
]
