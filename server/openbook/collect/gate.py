"""Who may send: a credential to what its workspace allows, from memory where possible.

What is remembered may be out of date; the writer compares versions in the transaction that stores,
and asks again (`renew`) where a setting or a key changed meanwhile.
"""

import time
from collections import OrderedDict
from collections.abc import Mapping
from typing import TypeVar
from urllib.parse import urlsplit
from uuid import UUID

import msgspec

from openbook.accounts import queries
from openbook.accounts.keys import digest
from openbook.accounts.schemas import Workspace
from openbook.collect.counts import count_cache
from openbook.collect.enrich.place import Places
from openbook.collect.tools import Tools
from openbook.db import Connection, Database, enter

REMEMBERED = 10_000
UNKNOWN_SECONDS = 2.0
LONGEST_CREDENTIAL = 256
COLLECT = "collect"
T = TypeVar("T")


class Admitted(msgspec.Struct, frozen=True):
    """A live credential: whose it is, what it may, and by which settings to store."""

    workspace_id: UUID
    from_server: bool
    version: int
    tools: Tools
    origins: frozenset[str] | None = None
    """From which sites a browser may send with this key; None: from all."""

    def keeps_out(self, origin: str | None) -> bool:
        """Whether a page of this site may not send. What is no browser names no site."""
        return self.origins is not None and origin is not None and origin not in self.origins


class Gate:
    """Looks credentials up and remembers a bounded number of answers."""

    def __init__(self, db: Database, secret: bytes, places: Places, apple_names: Mapping[str, str]):
        self._db = db
        self._secret = secret
        self._places = places
        self._apple_names = dict(apple_names)
        self._known: OrderedDict[str, Admitted] = OrderedDict()
        self._unknown: OrderedDict[str, float] = OrderedDict()
        self._used: set[str] = set()
        count_cache("collect.gate.known", lambda: (len(self._known), REMEMBERED))
        count_cache("collect.gate.unknown", lambda: (len(self._unknown), REMEMBERED))

    async def admit(self, credential: str | None) -> Admitted | None:
        """What a write key or an API token with the scope `collect` opens; None for nothing."""
        if not credential or len(credential) > LONGEST_CREDENTIAL:
            return None
        found = self._known.get(credential)
        if found is not None:
            self._used.add(credential)
            return found
        if self._unknown.get(credential, 0.0) > time.monotonic():
            return None
        found = await self.renew(credential)
        if found is not None:
            self._used.add(credential)
        return found

    def used(self) -> dict[str, Admitted]:
        """The write keys and API tokens that were admitted since this was last asked."""
        used, self._used = self._used, set()
        known = ((credential, self._known.get(credential)) for credential in used)
        return {credential: one for credential, one in known if one}

    def remembered(self, credential: str | None) -> Admitted | None:
        """What is known of a credential without asking the database."""
        return self._known.get(credential) if credential else None

    async def current(self, credential: str | None) -> Admitted | None:
        """Like `admit`, but as things are now, not as they are remembered."""
        if not credential or len(credential) > LONGEST_CREDENTIAL:
            return None
        return await self.renew(credential)

    async def renew(self, credential: str) -> Admitted | None:
        """Look a credential up again: what it was good for may have changed."""
        self._known.pop(credential, None)
        async with self._db.transaction() as conn:
            found = await self._look_up(conn, credential)
        self._learn(credential, found)
        return found

    def _learn(self, credential: str, found: Admitted | None) -> None:
        if found is None:
            _remember(self._unknown, credential, time.monotonic() + UNKNOWN_SECONDS)
        else:
            _remember(self._known, credential, found)

    async def _look_up(self, conn: Connection, credential: str) -> Admitted | None:
        workspace = await queries.unscoped_workspace_by_write_key(conn, credential)
        from_server = False
        if workspace is None:
            caller = await queries.unscoped_caller_by_token(conn, digest(credential))
            if caller is None or not caller.may(COLLECT):
                return None
            workspace = await queries.workspace(conn, caller.workspace_id)
            from_server = True
        if workspace is None:
            return None
        return await self._open(conn, workspace, from_server)

    async def _open(self, conn: Connection, workspace: Workspace, from_server: bool) -> Admitted:
        """What a live credential of the workspace opens, as its settings are now."""
        await enter(conn, (workspace.id,))
        policy = workspace.policy
        host = urlsplit(policy.public_url).hostname if policy.public_url else None
        tools = Tools(
            workspace_id=workspace.id,
            policy=policy,
            identity_keys=await queries.live_identity_keys(conn, workspace.id, self._secret),
            places=self._places,
            own_hosts=frozenset({host}) if host else frozenset(),
            apple_names=self._apple_names,
        )
        return Admitted(workspace.id, from_server, workspace.version, tools, workspace.origins)


def _remember(memory: OrderedDict[str, T], key: str, value: T) -> None:
    memory[key] = value
    if len(memory) > REMEMBERED:
        memory.popitem(last=False)
