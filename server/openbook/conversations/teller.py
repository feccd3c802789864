"""Tells of messages behind their commit: notices that come together go in one transaction.

PostgreSQL lets transactions that notify commit one at a time, each with its flush of the disk, so
that many messages would wait for one another. One that only notifies has nothing to flush. A
message is answered when it was told; who gets no answer sends it again, and then it is told again.
"""

import asyncio
import logging
from collections.abc import Mapping

from openbook.conversations.notices import publish_together
from openbook.db import Connection, Database
from openbook.errors import Unavailable

log = logging.getLogger(__name__)


class Teller:
    """One in each process that serves, with a connection of its own from the first message on."""

    def __init__(self, db: Database):
        self._db = db
        self._conn: Connection | None = None
        self._waiting: list[tuple[Mapping[str, str], asyncio.Future[None]]] = []
        self._sending: asyncio.Task[None] | None = None

    async def tell(self, told: Mapping[str, str]) -> None:
        """Return when these notices, by their channels, were sent; Unavailable if they were not."""
        if not told:
            return
        sent: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((told, sent))
        if self._sending is None:
            self._sending = asyncio.create_task(self._send())
        await sent

    async def close(self) -> None:
        """Send what waits, and let go of the connection."""
        if self._sending is not None:
            await self._sending
        await self._let_go()

    async def _send(self) -> None:
        try:
            while self._waiting:
                some, self._waiting = self._waiting, []
                failure = await self._send_all(
                    [notice for told, _ in some for notice in told.items()]
                )
                for _, sent in some:
                    if sent.done():  # whoever asked has gone
                        continue
                    if failure is None:
                        sent.set_result(None)
                    else:
                        sent.set_exception(failure)
        finally:
            self._sending = None

    async def _send_all(self, notices: list[tuple[str, str]]) -> Unavailable | None:
        try:
            if self._conn is None or self._conn.closed:
                self._conn = await self._db.connect()
            await publish_together(self._conn, notices)
        except Exception as error:
            # Whatever it was: who waits for these notices must hear of it.
            log.warning("chat: a message was not told: %s", type(error).__name__)
            await self._let_go()
            return Unavailable("The database does not answer. Try again in a few seconds.")
        return None

    async def _let_go(self) -> None:
        conn, self._conn = self._conn, None
        if conn is not None:
            await conn.close()
