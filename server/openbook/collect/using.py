"""When each write key was used last: noted beside the path of those who send, not on it.

The gate remembers which keys it admitted, which costs a request nothing that can be measured; this
task empties that memory every few seconds and writes a key at most once each quarter of an hour.
"""

import time

from openbook.accounts.queries import USED_WITHIN, note_write_keys_use
from openbook.clock import Clock
from openbook.collect.counts import count_cache
from openbook.collect.gate import Gate
from openbook.db import Database

EVERY = 2.0
"""Seconds between looks, at most."""
AT_ONCE = 500
REMEMBERED = 10_000


class KeysUsed:
    """Notes the use of write keys, and remembers which it noted."""

    def __init__(self, gate: Gate, db: Database, clock: Clock):
        self._gate, self._db, self._clock = gate, db, clock
        self._noted: dict[str, float] = {}
        count_cache("collect.using.noted", lambda: (len(self._noted), REMEMBERED))

    async def note(self) -> None:
        """Note what was used since; where the database is away, a key still used is noted later."""
        now = time.monotonic()
        long_ago = now - USED_WITHIN.total_seconds()
        self._noted = {key: at for key, at in self._noted.items() if at > long_ago}
        due = {
            key: workspace_id
            for key, workspace_id in self._gate.used_keys().items()
            if key not in self._noted
        }
        for first in range(0, len(due), AT_ONCE):
            some = dict(list(due.items())[first : first + AT_ONCE])
            async with self._db.transaction(*set(some.values())) as conn:
                await note_write_keys_use(conn, some, self._clock())
            self._noted |= dict.fromkeys(some, now)
        # Of keys beyond what is remembered, the ones noted longest ago are noted again too soon.
        for key in list(self._noted)[:-REMEMBERED]:
            del self._noted[key]
