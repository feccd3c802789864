"""One workspace in one process: reads what is new once, and hands it to all who follow it.

All that is told goes through `_turns`, one at a time: so whoever follows a conversation hears its
messages in their order. Who comes is first entered among those who follow and then read for; so
what is stored meanwhile is either read or heard.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from functools import partial
from random import Random
from uuid import UUID

import psycopg

from openbook.clock import Clock
from openbook.conversations.delivering.following import Following, Member, Reader
from openbook.conversations.delivering.line import OVER, RESTARTING
from openbook.conversations.delivering.lists import Lists
from openbook.conversations.delivering.looking import look
from openbook.conversations.delivering.saying import Saying
from openbook.conversations.delivering.schemas import BYE, Mine, TeamHello, Visit, write
from openbook.conversations.delivering.telling import tell, tell_typing
from openbook.conversations.delivering.work import Span, Work
from openbook.conversations.notices import Notice
from openbook.db import Connection, Database
from openbook.errors import OpenbookError

TOGETHER = 0.02
"""Seconds for which what is heard is gathered before it is read."""
AGAIN_AFTER = 0.3
"""Seconds until the database is asked again when it did not answer."""
MOST_PENDING = 5_000
"""Conversations that wait to be read; beyond, everybody is greeted anew."""
MOST_TYPING = 1_000
log = logging.getLogger(__name__)


class Room:
    """`process` names this process among those that deliver; `gate` bounds the rooms that read."""

    def __init__(
        self,
        workspace_id: UUID,
        db: Database,
        clock: Clock,
        process: str,
        gate: asyncio.Semaphore,
        chance: Random,
    ):
        self.id = workspace_id
        self.following = Following()
        self.left_at = float("-inf")
        self._db = db
        self._clock = clock
        self._gate = gate
        self._chance = chance
        self._work = Work()
        self._turning: asyncio.Task[None] | None = None
        self._lists = Lists(workspace_id, self.following, self._enter, clock)
        self._saying = Saying(workspace_id, self.following, self._enter, clock, process)

    @property
    def is_empty(self) -> bool:
        return not self.following.readers and not self.following.members

    @property
    def conversations_waiting(self) -> int:
        return len(self._work.spans)

    # Coming and going ---------------------------------------------------------------------------

    def enter(self, reader: Reader) -> None:
        self.following.add(reader)
        self.greet([reader])

    def leave(self, reader: Reader) -> None:
        self.following.remove(reader)
        self._work.hellos.discard(reader)
        self.left_at = _now()

    def greet(self, readers: Iterable[Reader]) -> None:
        """Tell these visitors what there is, before anything else."""
        self._work.hellos.update(readers)
        self._turn_soon()

    def sit(self, member: Member) -> None:
        self.following.members.add(member)
        member.taker.push(write(TeamHello()), _now())

    def rise(self, member: Member) -> None:
        self.following.members.discard(member)
        self._work.behind.discard(member)
        before = self.following.open(member, None, 0)
        if before is not None:
            self._saying.went(before, member.seat.user_id)
        self.left_at = _now()

    def open(self, member: Member, conversation_id: UUID | None, after: int) -> None:
        """A member has this conversation open, and knows it up to `after`."""
        before = self.following.open(member, conversation_id, after)
        if before is not None and before != conversation_id:
            self._saying.went(before, member.seat.user_id)
        if conversation_id is not None:
            self._work.behind.add(member)
            self._turn_soon()
            if before != conversation_id:
                self._saying.came(conversation_id, member.seat.user_id)

    def type(self, conversation_id: UUID, user_id: UUID | None, *, note: bool = False) -> None:
        """Somebody writes: told everywhere, kept nowhere. None: the contact."""
        self._saying.type(conversation_id, user_id, note=note)

    def mark(self, reader: Reader, conversation_id: UUID, *, read: int, received: int) -> None:
        """A visitor has read so far, or it has arrived there."""
        if conversation_id in reader.known:
            self._saying.mark(reader.visit.session_id, conversation_id, read, received)

    # Hearing ------------------------------------------------------------------------------------

    def hear(self, notice: Notice) -> None:
        """What a transaction has done."""
        for one in notice.v:
            self._saying.hear(one)
        if self.is_empty:  # who comes is told what there is
            return
        if notice.much:
            self.begin_anew()
            return
        for name, span in notice.c.items():
            self._add(UUID(hex=name), span)
        self._work.sessions.update(UUID(hex=name) for name in notice.s)
        for user, conversation, seq in notice.r:
            self._tell_mine(UUID(hex=user), write(Mine(UUID(hex=conversation), seq)))
        for one in notice.y:
            who = None if one.user is None else UUID(hex=one.user)
            if len(self._work.typing) < MOST_TYPING:
                self._work.typing[UUID(hex=one.conversation), who, one.note] = None
        self._turn_soon()

    def begin_anew(self) -> None:
        """Something may have been missed: everybody goes on from what they have."""
        self._work.spans.clear()
        self._work.sessions.update(one.visit.session_id for one in self.following.readers)
        for member in self.following.members:
            if member.open is not None:
                member.behind = True
                self._work.behind.add(member)
        self._lists.begin_anew()
        self.greet(self.following.readers)

    def sort_anew(self, contacts: Iterable[UUID]) -> None:
        """The conversations with these contacts stand in another list now."""
        self._lists.add_with(contacts)

    def _add(self, conversation_id: UUID, span: Span) -> None:
        self._lists.add(conversation_id)
        if len(self._work.spans) < MOST_PENDING or conversation_id in self._work.spans:
            self._work.add(conversation_id, span)
        else:
            self.begin_anew()

    def _tell_mine(self, user_id: UUID, text: str) -> None:
        for member in self.following.members:
            if member.seat.user_id == user_id:
                member.taker.push(text, _now())

    # Turns --------------------------------------------------------------------------------------

    def _turn_soon(self) -> None:
        if self._turning is None and self._work and not self.is_empty:
            self._turning = asyncio.get_running_loop().create_task(self._turns())

    async def _turns(self) -> None:
        try:
            while self._work and not self.is_empty:
                await asyncio.sleep(TOGETHER)
                await self._turn()
        except Exception:
            # Nobody knows what was missed: all come back with the number that they have.
            log.exception("chat: everybody was sent away")
            self._work = Work()
            self.end(RESTARTING)
        finally:
            self._turning = None
        if self.is_empty:
            self._work = Work()

    async def _turn(self) -> None:
        work, self._work = self._work.split()
        try:
            async with self._enter() as conn:
                seen = await look(conn, self.id, work, self.following, self._clock())
            await self._saying.learn(self._enter, {one[1] for one in work.typing if one[1]})
        except (OpenbookError, psycopg.Error, OSError) as error:
            log.warning("chat: what is new could not be read: %s", type(error).__name__)
            work.join(self._work)
            self._work = work
            await asyncio.sleep(AGAIN_AFTER * (0.5 + self._chance.random()))
            return
        now = _now()
        self._look_at_sessions(work.sessions, seen.visits, now)
        for member in tell(self.following, work, seen, now):
            # The next page is read when this one has gone out.
            member.taker.when_drained(partial(self._go_on, member))
        for one in work.typing:
            tell_typing(self.following, one, self._saying.name(one[1]), now)

    def _go_on(self, member: Member) -> None:
        if member in self.following.members and member.behind:
            self._work.behind.add(member)
            self._turn_soon()

    def _look_at_sessions(self, asked: set[UUID], visits: dict[UUID, Visit], now: float) -> None:
        for reader in self.following.of_sessions(asked):
            visit = visits.get(reader.visit.session_id)
            if visit is None:
                reader.taker.push(BYE, now)
                reader.taker.end(OVER)
            elif visit != reader.visit:
                self.following.become(reader, visit)
                self.greet([reader])

    @asynccontextmanager
    async def _enter(self) -> AsyncIterator[Connection]:
        async with self._gate, self._db.transaction(self.id) as conn:
            yield conn

    # Looking after ------------------------------------------------------------------------------

    def look_after(self, now: float) -> None:
        """Now and then: let go of who is not there any more, and say again who is."""
        self._saying.look_after(now)

    def check(self) -> None:
        """Ask whether the sessions of all visitors here go on."""
        self._work.sessions.update(one.visit.session_id for one in self.following.readers)
        self._turn_soon()

    def end(self, code: int) -> None:
        """Close all sockets."""
        for one in [*self.following.readers, *self.following.members]:
            one.taker.end(code)

    def close(self) -> None:
        """Send everybody away and tell nothing more."""
        self.end(RESTARTING)
        self._lists.close()
        self._saying.close()
        if self._turning is not None:
            self._turning.cancel()


def _now() -> float:
    return asyncio.get_running_loop().time()
