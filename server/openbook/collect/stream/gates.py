"""Who may send, in the distributed mode: at the edge with the database away, and in the worker.

In the direct mode the writer compares versions in the transaction that stores. Here the edge has no
transaction: it looks again every few seconds, and goes by what it knows while the database is away.
The worker, which has the transaction, compares as the writer does.
"""

import asyncio
import contextlib
import time
from collections.abc import Mapping
from uuid import UUID

from openbook.accounts import queries
from openbook.accounts.keys import digest
from openbook.collect.admission import away
from openbook.collect.enrich.place import NOWHERE, Places
from openbook.collect.gate import COLLECT, Admitted, Gate
from openbook.collect.stream.parcel import holder
from openbook.db import Connection, Database, enter
from openbook.errors import OpenbookError

FRESH_SECONDS = 2.0
AWAY_SECONDS = 1.0
LONGEST_SECONDS = 3.0


class EdgeGate(Gate):
    """Answers from memory and looks again in the background; a known credential stays admitted
    while the database is away, an unknown one is told to come again.
    """

    def __init__(self, db: Database, secret: bytes, places: Places, apple_names: Mapping[str, str]):
        super().__init__(db, secret, places, apple_names)
        self._asked: dict[str, float] = {}
        self._asking: set[asyncio.Task[None]] = set()
        self._away_until = 0.0

    async def admit(self, credential: str | None) -> Admitted | None:
        found = await super().admit(credential)
        if found is not None and credential is not None:
            now = time.monotonic()
            if self._asked.get(credential, 0.0) + FRESH_SECONDS < now:
                self._asked[credential] = now
                task = asyncio.create_task(self._ask(credential))
                self._asking.add(task)
                task.add_done_callback(self._asking.discard)
        return found

    async def renew(self, credential: str) -> Admitted | None:
        """Look a credential up; what was known of it stays where the database does not answer."""
        if time.monotonic() < self._away_until:
            raise away()
        try:
            # A database that hangs is as much away as one that refuses.
            async with asyncio.timeout(LONGEST_SECONDS), self._db.transaction() as conn:
                found = await self._look_up(conn, credential)
        except (OpenbookError, TimeoutError) as error:
            self._away_until = time.monotonic() + AWAY_SECONDS
            raise away() from error
        self._known.pop(credential, None)
        self._learn(credential, found)
        self._asked[credential] = time.monotonic()
        if len(self._asked) > 2 * len(self._known):
            self._asked = {key: at for key, at in self._asked.items() if key in self._known}
        return found

    async def _ask(self, credential: str) -> None:
        with contextlib.suppress(OpenbookError):
            await self.renew(credential)


class _Nowhere(Places):
    """The worker looks no place up: the edge has done so."""

    def __init__(self) -> None:
        self.look_up = lambda ip: NOWHERE


class WorkerGate(Gate):
    """Knows credentials by their workspace and digest (`parcel.holder`), as they travel."""

    def __init__(self, db: Database, secret: bytes):
        super().__init__(db, secret, _Nowhere(), {})

    async def _look_up(self, conn: Connection, credential: str) -> Admitted | None:
        workspace_id, shown = UUID(hex=credential[:32]), bytes.fromhex(credential[32:])
        caller = await queries.unscoped_caller_by_token(conn, shown)
        from_server = caller is not None and caller.may(COLLECT)
        if caller is not None and not (from_server and caller.workspace_id == workspace_id):
            return None
        await enter(conn, (workspace_id,))
        if caller is None:
            keys = await queries.live_write_keys(conn, workspace_id)
            if all(digest(key.key) != shown for key in keys):
                return None
        workspace = await queries.workspace(conn, workspace_id)
        return None if workspace is None else await self._open(conn, workspace, from_server)

    async def admitted(
        self, workspace_id: UUID, credential: bytes, version: int
    ) -> Admitted | None:
        """What the sender may, by settings that are at least as new as `version`."""
        name = holder(workspace_id, credential)
        found = self._known.get(name)
        if found is None or found.version < version:
            found = await self.renew(name)
        return found
