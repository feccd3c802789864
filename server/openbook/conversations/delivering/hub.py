"""One per process: hears what is stored in conversations, and keeps the sockets that are told.

A process begins to listen when its first socket comes. After an interruption of the line on which
it listens nobody knows what was missed: visitors are greeted anew, members go on from the message
they were told last, so nothing is.
"""

import asyncio
import logging
import secrets
from collections.abc import Callable
from contextlib import suppress
from random import Random
from uuid import UUID

import msgspec
import psycopg

from openbook.clock import Clock
from openbook.conversations.delivering import queries
from openbook.conversations.delivering.following import Member, Reader, Taker
from openbook.conversations.delivering.line import (
    KEY_REVOKED,
    MOST_BYTES,
    MOST_OF_TEAM,
    OVER,
    RESTARTING,
    SLOW,
    Line,
)
from openbook.conversations.delivering.queries import Known
from openbook.conversations.delivering.room import MOST_PENDING, Room
from openbook.conversations.delivering.schemas import BYE, PING, Visit
from openbook.conversations.notices import CHANNEL, read_chat_notice
from openbook.db import Database
from openbook.errors import Forbidden, OpenbookError, TooMany, Unavailable
from openbook.listening.queries import unseated
from openbook.listening.schemas import Seat
from openbook.live.hearing import Hearing
from openbook.live.notices import CHANNEL as CONTACTS
from openbook.live.notices import MARKED, read_notice, split_ids

ASKERS = 1_000
"""Widgets that may ask and wait at once in a process that opens no sockets."""
PER_SESSION = 20
PER_ADDRESS = 256
PER_PERSON = 40
READING = 4
"""Workspaces that read at once, so that requests find connections as well."""
TICK = 1.0
PING_AFTER = 25.0
"""Seconds without a frame, from either side, after which a ping is sent: no proxy closes the line,
and who is there says so."""
SILENT = 75.0
"""Seconds within which the other end must say something, if only that it heard us."""
TOO_SLOW = 15.0
"""Seconds that one frame may take to be handed over."""
SWEEP_TEAM, SWEEP_VISITORS = 1.5, 5.0
FORGET = 60.0
LEAVING = 4.0
"""Seconds for sockets to be closed properly when the process stops."""
log = logging.getLogger(__name__)


class Hub:
    def __init__(
        self,
        db: Database,
        clock: Clock,
        most_visitors: int,
        most_members: int,
        chance: Random | None = None,
    ):
        """How many widgets and inboxes may be open in this process."""
        self._db = db
        self._clock = clock
        self._most_visitors = most_visitors
        self._most_members = most_members
        self._chance = chance or Random()
        self._process = secrets.token_urlsafe(6)
        self._gate = asyncio.Semaphore(READING)
        self._rooms: dict[UUID, Room] = {}
        self._lines: set[Line] = set()
        self._visitors = self._members = 0
        self._per: dict[UUID | str, int] = {}
        """Sockets by chat session, network address or member of the team."""
        self._asking: list[tuple[UUID, bytes, asyncio.Future[Known]]] = []
        self._answering: asyncio.Task[None] | None = None
        self._hearing = Hearing(db, [CONTACTS, CHANNEL], self._begin_anew, self._hear)
        self._looking: asyncio.Task[None] | None = None
        self._closed = False

    # Visitors -----------------------------------------------------------------------------------

    def require_sockets(self) -> None:
        """Refuse where the operator wants widgets to ask again and again."""
        if not self._most_visitors:
            raise Forbidden("No sockets here: OPENBOOK_CHAT_SOCKETS is 0.", "sockets_off")

    def admit(self, address: str | None) -> None:
        """Refuse a widget where there are too many, before anything is asked for it."""
        self._refuse_closed()
        if self._visitors >= (self._most_visitors or ASKERS):
            raise TooMany("Too many widgets are open here. Try again in a moment.")
        if address is not None and self._per.get(address, 0) >= PER_ADDRESS:
            raise TooMany("Too many widgets are open from this address.")

    async def visit(self, workspace_id: UUID, token_hash: bytes) -> Known:
        """What this token opens; many that ask together are one question."""
        await self.listen_by_now()
        answer: asyncio.Future[Known] = asyncio.get_running_loop().create_future()
        self._asking.append((workspace_id, token_hash, answer))
        if self._answering is None:
            self._answering = asyncio.create_task(self._answer())
        return await answer

    async def _answer(self) -> None:
        try:
            while self._asking:
                some, self._asking = self._asking[: queries.PAGE], self._asking[queries.PAGE :]
                await self._answer_some(some)
        finally:
            self._answering = None

    async def _answer_some(self, some: list[tuple[UUID, bytes, asyncio.Future[Known]]]) -> None:
        try:
            async with self._db.transaction(*{one[0] for one in some}) as conn:
                asked = [(one[0], one[1]) for one in some]
                found = await queries.visits_by_token(conn, asked, self._clock())
        except Exception as error:
            # Whatever it was: who waits for this must hear of it.
            refusal = error if isinstance(error, OpenbookError) else _no_answer()
            for _, _, answer in some:
                if not answer.done():
                    answer.set_exception(refusal)
            return
        for (_, _, answer), known in zip(some, found, strict=True):
            if not answer.done():
                answer.set_result(known)

    def enter(
        self, visit: Visit, taker: Taker, address: str | None, key: str | None = None
    ) -> Reader:
        """Tell this visitor from now on, as long as this write key is good. `leave` must follow."""
        self.admit(address)
        if self._per.get(visit.session_id, 0) >= PER_SESSION:
            raise TooMany("This chat is open in too many tabs.")
        reader = Reader(visit, taker, address, key)
        self._visitors += 1
        self._count(visit.session_id, 1)
        if address is not None:
            self._count(address, 1)
        self._room(visit.workspace_id).enter(reader)
        return reader

    def leave(self, reader: Reader) -> None:
        self._visitors -= 1
        self._count(reader.visit.session_id, -1)
        if reader.address is not None:
            self._count(reader.address, -1)
        if room := self._rooms.get(reader.visit.workspace_id):
            room.leave(reader)

    def greet(self, reader: Reader) -> None:
        """Tell a visitor once more what there is."""
        self._room(reader.visit.workspace_id).greet([reader])

    def mark(self, reader: Reader, conversation_id: UUID, *, read: int, received: int) -> None:
        """A visitor says how far they have read, or how far it has arrived."""
        room = self._room(reader.visit.workspace_id)
        room.mark(reader, conversation_id, read=read, received=received)

    # The team -----------------------------------------------------------------------------------

    def admit_member(self) -> None:
        if not self._most_members:
            raise Forbidden("Nothing is live here: OPENBOOK_LIVE_PAGES is 0.", "live_off")
        self._refuse_closed()
        if self._members >= self._most_members:
            raise TooMany("Too many inboxes are open live. Close some that are not needed.")

    def sit(self, seat: Seat, taker: Taker) -> Member:
        """Tell this member of the team from now on. `rise` must follow."""
        self.admit_member()
        if self._per.get(seat.user_id, 0) >= PER_PERSON:
            raise TooMany("Too many inboxes are open live. Close some that are not needed.")
        member = Member(seat, taker)
        self._members += 1
        self._count(seat.user_id, 1)
        self._room(seat.workspace_id).sit(member)
        return member

    def rise(self, member: Member) -> None:
        self._members -= 1
        self._count(member.seat.user_id, -1)
        if room := self._rooms.get(member.seat.workspace_id):
            room.rise(member)

    def open(self, member: Member, conversation_id: UUID | None, after: int) -> None:
        """The one conversation that a member has open, known up to `after`."""
        self._room(member.seat.workspace_id).open(member, conversation_id, after)

    # Typing -------------------------------------------------------------------------------------

    def type_as_contact(self, workspace_id: UUID, conversation_id: UUID) -> None:
        """The contact writes. Who calls has made sure that they may read the conversation."""
        self._room(workspace_id).type(conversation_id, None)

    def type_as_member(
        self, workspace_id: UUID, conversation_id: UUID, user_id: UUID, *, note: bool = False
    ) -> None:
        """A member of the team writes; of a note the contact learns nothing."""
        self._room(workspace_id).type(conversation_id, user_id, note=note)

    # Sockets ------------------------------------------------------------------------------------

    def keep(self, line: Line) -> None:
        """Look after this socket until `drop`."""
        self._lines.add(line)

    def drop(self, line: Line) -> None:
        self._lines.discard(line)

    def sizes(self) -> dict[str, Callable[[], tuple[int, int]]]:
        """What is held in memory -> how much of it, and the most there may be."""
        return {
            "chat.widgets": lambda: (self._visitors, self._most_visitors or ASKERS),
            "chat.inboxes": lambda: (self._members, self._most_members),
            "chat.frame_bytes": lambda: (
                sum(line.bytes_waiting for line in self._lines),
                (self._most_visitors or ASKERS) * MOST_BYTES + self._most_members * MOST_OF_TEAM,
            ),
            "chat.conversations_waiting": lambda: (
                sum(room.conversations_waiting for room in self._rooms.values()),
                MOST_PENDING * max(1, len(self._rooms)),
            ),
        }

    # Hearing ------------------------------------------------------------------------------------

    async def listen_by_now(self) -> None:
        """Return when what is stored from now on is heard."""
        self._refuse_closed()
        if self._looking is None:
            self._looking = asyncio.create_task(self._look_after())
        await self._hearing.by_now()

    def _begin_anew(self) -> None:
        for room in self._rooms.values():
            room.begin_anew()

    def _hear(self, channel: str, text: str) -> None:
        try:
            if channel == CONTACTS:
                self._hear_of_contacts(text)
                return
            notice = read_chat_notice(text)
            room = self._rooms.get(UUID(hex=notice.w))
            if room is not None:
                room.hear(notice)
        except (msgspec.DecodeError, ValueError):
            log.warning("a notice that is none of ours was left out")

    def _hear_of_contacts(self, text: str) -> None:
        """Who was marked as spam on another screen, or is none any more, changes lists too."""
        notice = read_notice(text)
        room = self._rooms.get(UUID(hex=notice.workspace))
        if room is not None and (marked := notice.told.get(MARKED)):
            room.sort_anew(UUID(hex=one) for one in split_ids(marked))

    # Looking after ------------------------------------------------------------------------------

    async def _look_after(self) -> None:
        loop = asyncio.get_running_loop()
        team_at = visitors_at = loop.time()
        while True:
            await asyncio.sleep(TICK)
            now = loop.time()
            self._turn_wheel(now)
            for room in list(self._rooms.values()):
                room.look_after(now)
                if room.is_empty and now - room.left_at > FORGET:
                    del self._rooms[room.id]
            if now - visitors_at >= SWEEP_VISITORS:
                visitors_at = now
                for room in self._rooms.values():
                    room.check()
                await self._lock_out()
            if now - team_at >= SWEEP_TEAM:
                team_at = now
                await self._send_away()

    def _turn_wheel(self, now: float) -> None:
        """Ping who has heard nothing for long, close who is slow or says nothing."""
        for line in self._lines:
            line.said = 0
            if line.code is not None:
                continue
            if line.began_at is not None and now - line.began_at > TOO_SLOW:
                line.end(SLOW)
            elif now - line.heard_at > SILENT:
                line.end(RESTARTING)
            else:
                line.ask(PING, now, PING_AFTER)

    async def _send_away(self) -> None:
        """Close the sockets of members whose session is over or whose role is another one."""
        members = [one for room in self._rooms.values() for one in room.following.members]
        seats = list({member.seat for member in members})
        if not seats:
            return
        try:
            async with self._db.transaction(*{seat.workspace_id for seat in seats}) as conn:
                over = set(await unseated(conn, seats, self._clock()))
        except (OpenbookError, psycopg.Error) as error:
            log.warning("chat: sessions could not be looked at: %s", type(error).__name__)
            return
        now = asyncio.get_running_loop().time()
        for member in members:
            if member.seat in over:
                member.taker.push(BYE, now)
                member.taker.end(OVER)

    async def _lock_out(self) -> None:
        """Close the sockets of visitors whose page shows a write key that was revoked."""
        readers = [one for room in self._rooms.values() for one in room.following.readers]
        shown = {(one.visit.workspace_id, one.key) for one in readers if one.key is not None}
        if not shown:
            return
        try:
            async with self._db.transaction(*{workspace_id for workspace_id, _ in shown}) as conn:
                revoked = await queries.revoked(conn, shown)
        except (OpenbookError, psycopg.Error) as error:
            log.warning("chat: write keys could not be looked at: %s", type(error).__name__)
            return
        for one in readers:
            if (one.visit.workspace_id, one.key) in revoked:
                one.taker.end(KEY_REVOKED)

    async def close(self) -> None:
        """Send everybody away, who come back to another process, and listen no more."""
        self._closed = True
        for room in self._rooms.values():
            room.close()
        await self._hearing.close()
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.gather(self._looking, return_exceptions=True)
        with suppress(TimeoutError):
            async with asyncio.timeout(LEAVING):
                while self._lines:
                    await asyncio.sleep(0.02)

    def _refuse_closed(self) -> None:
        if self._closed:
            raise Unavailable("This process is being stopped.", retry_after=2)

    def _room(self, workspace_id: UUID) -> Room:
        room = self._rooms.get(workspace_id)
        if room is None:
            room = self._rooms[workspace_id] = Room(
                workspace_id, self._db, self._clock, self._process, self._gate, self._chance
            )
        return room

    def _count(self, whose: UUID | str, change: int) -> None:
        many = self._per.get(whose, 0) + change
        if many > 0:
            self._per[whose] = many
        else:
            self._per.pop(whose, None)


def _no_answer() -> Unavailable:
    return Unavailable("The database does not answer. Try again in a few seconds.")
