"""When each write key and API token sent last: noted beside the path of those who send, not on it.

The gate remembers which it admitted, which costs a request nothing that can be measured; this task
empties that memory every few seconds and writes a key at most once each quarter of an hour, a token
once each minute.
"""

import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from openbook.accounts.queries import (
    USED_EVERY,
    USED_WITHIN,
    note_tokens_use,
    note_write_keys_use,
)
from openbook.clock import Clock
from openbook.collect.counts import count_cache
from openbook.collect.gate import Gate
from openbook.db import Connection, Database

EVERY = 2.0
"""Seconds between looks, at most."""
AT_ONCE = 500
REMEMBERED = 10_000


Note = Callable[[Connection, Mapping[str, UUID], datetime], Awaitable[None]]


class KeysUsed:
    """Notes the use of write keys and API tokens, and remembers which it noted."""

    def __init__(self, gate: Gate, db: Database, clock: Clock):
        self._gate, self._db, self._clock = gate, db, clock
        self._noted: dict[str, float] = {}
        count_cache("collect.using.noted", lambda: (len(self._noted), REMEMBERED))

    async def note(self) -> None:
        """Note what was used since; where the database is away, a key still used is noted later."""
        now = time.monotonic()
        long_ago = now - USED_WITHIN.total_seconds()
        self._noted = {key: at for key, at in self._noted.items() if at > long_ago}
        used = self._gate.used()
        keys = {key: one.workspace_id for key, one in used.items() if not one.from_server}
        tokens = {token: one.workspace_id for token, one in used.items() if one.from_server}
        await self._note(keys, USED_WITHIN, now, note_write_keys_use)
        await self._note(tokens, USED_EVERY, now, note_tokens_use)
        # Of keys beyond what is remembered, the ones noted longest ago are noted again too soon.
        for key in list(self._noted)[:-REMEMBERED]:
            del self._noted[key]

    async def _note(
        self, used: Mapping[str, UUID], within: timedelta, now: float, note: Note
    ) -> None:
        long_ago = now - within.total_seconds()
        due = {
            credential: workspace_id
            for credential, workspace_id in used.items()
            if self._noted.get(credential, long_ago) <= long_ago
        }
        for first in range(0, len(due), AT_ONCE):
            some = dict(list(due.items())[first : first + AT_ONCE])
            async with self._db.transaction(*set(some.values())) as conn:
                await note(conn, some, self._clock())
            self._noted |= dict.fromkeys(some, now)
