"""The team's lists: conversations that changed, a few times a second, written once for all."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from contextlib import AbstractAsyncContextManager
from functools import partial
from uuid import UUID

import psycopg

from openbook.clock import Clock
from openbook.conversations.delivering.following import Following, Member
from openbook.conversations.delivering.schemas import Heads, TeamHello, write
from openbook.conversations.inbox.heads import heads
from openbook.conversations.inbox.queries import conversations_of
from openbook.db import Connection
from openbook.errors import OpenbookError

EVERY = 0.25
"""Seconds between two updates of the lists."""
FIRST = 0.02
"""Seconds for which changes are gathered after a quiet time."""
AHEAD = 64 * 1024
"""Bytes that may wait for an inbox; one that has more to read reads its lists anew after that."""
MOST = 200
"""Conversations in one update; beyond, lists are read anew."""
log = logging.getLogger(__name__)
Enter = Callable[[], AbstractAsyncContextManager[Connection]]


class Lists:
    """Of one workspace, in one process. `enter` begins a transaction for it."""

    def __init__(self, workspace_id: UUID, following: Following, enter: Enter, clock: Clock):
        self._workspace_id = workspace_id
        self._following = following
        self._enter = enter
        self._clock = clock
        self._changed: dict[UUID, None] = {}
        self._contacts: set[UUID] = set()
        """All conversations with them changed."""
        self._told_at = float("-inf")
        self._telling: asyncio.Task[None] | None = None

    def add(self, conversation_id: UUID) -> None:
        """It is another one now: its text, its status, who it is assigned to, or gone."""
        if not self._following.members:
            return
        self._changed[conversation_id] = None
        self._tell_soon()

    def add_with(self, contacts: Iterable[UUID]) -> None:
        """All conversations with these contacts are others now."""
        if not self._following.members:
            return
        self._contacts.update(contacts)
        self._tell_soon()

    def _tell_soon(self) -> None:
        if self._telling is None:
            self._telling = asyncio.get_running_loop().create_task(self._tell())

    def begin_anew(self) -> None:
        """Everybody reads their list anew."""
        self._changed.clear()
        self._contacts.clear()
        hello, now = write(TeamHello()), asyncio.get_running_loop().time()
        for member in self._following.members:
            member.taker.push(hello, now)

    def close(self) -> None:
        if self._telling is not None:
            self._telling.cancel()

    async def _tell(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            while (self._changed or self._contacts) and self._following.members:
                await asyncio.sleep(max(FIRST, self._told_at + EVERY - loop.time()))
                self._told_at = loop.time()
                changed, self._changed = self._changed, {}
                contacts, self._contacts = self._contacts, set()
                if len(changed) > MOST:
                    self.begin_anew()
                    continue
                try:
                    text = await self._write(changed, contacts)
                except (OpenbookError, psycopg.Error, OSError) as error:
                    log.warning("chat: lists could not be read: %s", type(error).__name__)
                    self._changed = changed | self._changed
                    self._contacts |= contacts
                    continue
                if text is None:
                    self.begin_anew()
                else:
                    self._push(text, loop.time())
        finally:
            self._telling = None
        self._changed.clear()
        self._contacts.clear()

    def _push(self, text: str, now: float) -> None:
        for member in self._following.members:
            if member.is_late:
                continue
            if member.taker.bytes_waiting <= AHEAD:
                member.taker.push(text, now)
            else:
                member.is_late = True
                member.taker.when_drained(partial(self._catch_up, member))

    def _catch_up(self, member: Member) -> None:
        member.is_late = False
        member.taker.push(write(TeamHello()), asyncio.get_running_loop().time())

    async def _write(self, changed: dict[UUID, None], contacts: set[UUID]) -> str | None:
        """What the lists are told; None where it is too much."""
        async with self._enter() as conn:
            theirs = await conversations_of(conn, self._workspace_id, contacts) if contacts else []
            ids = list(changed | dict.fromkeys(theirs))
            if len(ids) > MOST:
                return None
            found = await heads(conn, self._workspace_id, ids, self._clock())
        there = {head.id for head in found}
        return write(Heads(found, [one for one in ids if one not in there]))
