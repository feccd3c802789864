"""What people at the sockets of one workspace do: they write, look at a thread, have read so far.

Gathered, and written or told in one transaction a few times a second. Who writes and who looks is
told to the other processes and kept nowhere.
"""

import asyncio
import logging
from collections.abc import Iterable
from uuid import UUID

import psycopg

from openbook.clock import Clock
from openbook.conversations.delivering import queries
from openbook.conversations.delivering.following import Following
from openbook.conversations.delivering.lists import Enter
from openbook.conversations.delivering.marks import Marks
from openbook.conversations.delivering.presence import AGAIN, TYPING_EVERY, Presence, Throttle
from openbook.conversations.delivering.schemas import Person, Viewed, write
from openbook.conversations.notices import Notice, Typing, Viewing, publish_chat_notices
from openbook.errors import OpenbookError

SOON, LATER = 0.1, 0.25
"""Seconds for which is gathered what others see at once, and what has time."""
IN_A_NOTICE = 50
MOST_NAMES = 2_000
log = logging.getLogger(__name__)


class Saying:
    """`process` names this process among those that deliver."""

    def __init__(
        self, workspace_id: UUID, following: Following, enter: Enter, clock: Clock, process: str
    ):
        self._workspace_id = workspace_id
        self._following = following
        self._enter = enter
        self._clock = clock
        self._process = process
        self._presence = Presence()
        self._throttle = Throttle(TYPING_EVERY)
        self._marks = Marks()
        self._typed: list[Typing] = []
        self._viewed: dict[tuple[UUID, UUID], Viewing] = {}
        self._shown: set[UUID] = set()
        self._names: dict[UUID, str] = {}
        self._said_at = 0.0
        self._sending: asyncio.Task[None] | None = None

    def type(self, conversation_id: UUID, user_id: UUID | None, *, note: bool) -> None:
        """Somebody writes; None: the contact."""
        key = conversation_id, user_id, note
        if self._throttle.takes(key, asyncio.get_running_loop().time()):
            who = None if user_id is None else user_id.hex
            self._typed.append(Typing(conversation_id.hex, who, note))
            self._send_soon()

    def mark(self, session_id: UUID, conversation_id: UUID, read: int, received: int) -> None:
        """How far a visitor has read, and how far it has arrived there, in the public count."""
        self._marks.put(session_id, conversation_id, read, received)
        self._send_soon()

    # Who looks ----------------------------------------------------------------------------------

    def came(self, conversation_id: UUID, user_id: UUID) -> None:
        """A member has opened a conversation here."""
        self._view(conversation_id, user_id, there=True, asks=True)
        self._show(conversation_id)

    def went(self, conversation_id: UUID, user_id: UUID) -> None:
        """A member has closed one; in another tab it may be open still."""
        if user_id not in self._here(conversation_id):
            self._view(conversation_id, user_id, there=False, asks=False)
            self._show(conversation_id)

    def hear(self, said: Viewing) -> None:
        """Somebody looks at, or leaves, a conversation at another process."""
        if said.process == self._process:
            return
        conversation_id, user_id = UUID(hex=said.conversation), UUID(hex=said.user)
        now = asyncio.get_running_loop().time()
        if self._presence.hear(said.process, conversation_id, user_id, said.there, now):
            self._show(conversation_id)
        if said.asks:
            for one in self._here(conversation_id):
                self._view(conversation_id, one, there=True, asks=False)

    def look_after(self, now: float) -> None:
        """Now and then: let go of who is not there any more, and say again who is."""
        for conversation_id in self._presence.fall(now):
            self._show(conversation_id)
        if now - self._said_at >= AGAIN:
            self._said_at = now
            self._names.clear()
            for conversation_id in self._following.opened_ids():
                for user_id in self._here(conversation_id):
                    self._view(conversation_id, user_id, there=True, asks=False)

    def close(self) -> None:
        if self._sending is not None:
            self._sending.cancel()

    def name(self, user_id: UUID | None) -> str:
        """What a member is called; empty where that was not learned."""
        return self._names.get(user_id, "") if user_id is not None else ""

    async def learn(self, enter: Enter, user_ids: Iterable[UUID]) -> None:
        """Read what these are called, if it is not known."""
        unknown = [one for one in user_ids if one not in self._names]
        if unknown:
            async with enter() as conn:
                found = await queries.names(conn, unknown)
            if len(self._names) + len(found) > MOST_NAMES:
                self._names.clear()
            self._names |= found

    def _here(self, conversation_id: UUID) -> set[UUID]:
        return {one.seat.user_id for one in self._following.opened(conversation_id)}

    def _view(self, conversation_id: UUID, user_id: UUID, *, there: bool, asks: bool) -> None:
        said = Viewing(self._process, conversation_id.hex, user_id.hex, there, asks)
        self._viewed[conversation_id, user_id] = said
        self._send_soon()

    def _show(self, conversation_id: UUID) -> None:
        if self._following.opened(conversation_id):
            self._shown.add(conversation_id)
            self._send_soon()

    async def _show_all(self) -> None:
        shown, self._shown = self._shown, set()
        people = {one: self._here(one) | self._presence.elsewhere(one) for one in shown}
        await self.learn(self._enter, {user for some in people.values() for user in some})
        now = asyncio.get_running_loop().time()
        for conversation_id, all_of_them in people.items():
            for member in self._following.opened(conversation_id):
                others = sorted(all_of_them - {member.seat.user_id})
                frame = Viewed(conversation_id, [Person(one, self.name(one)) for one in others])
                member.taker.push(write(frame), now)

    # Telling it ---------------------------------------------------------------------------------

    def _send_soon(self) -> None:
        if self._sending is None:
            self._sending = asyncio.get_running_loop().create_task(self._send_all())

    async def _send_all(self) -> None:
        try:
            while self._typed or self._viewed or self._shown or self._marks:
                is_soon = self._typed or self._viewed or self._shown
                await asyncio.sleep(SOON if is_soon else LATER)
                try:
                    await self._send()
                    await self._show_all()
                except (OpenbookError, psycopg.Error, OSError) as error:
                    log.warning("chat: marks could not be written: %s", type(error).__name__)
                    await asyncio.sleep(LATER)
        finally:
            self._sending = None

    async def _send(self) -> None:
        # Of one moment, and not worth another try; marks wait until they are written.
        typed, self._typed = self._typed, []
        viewed, self._viewed = list(self._viewed.values()), {}
        marks = self._marks.take()
        if not (typed or viewed or marks):
            return
        name = self._workspace_id.hex
        notices = [
            Notice(name, y=typed[at : at + IN_A_NOTICE]) for at in range(0, len(typed), IN_A_NOTICE)
        ] + [
            Notice(name, v=viewed[at : at + IN_A_NOTICE])
            for at in range(0, len(viewed), IN_A_NOTICE)
        ]
        again = marks
        try:
            async with self._enter() as conn:
                if marks:
                    changed, busy = await queries.put_marks(
                        conn, self._workspace_id, marks, self._clock()
                    )
                    if changed:
                        spans: dict[str, tuple[int, int]] = {one.hex: (0, 0) for one in changed}
                        notices.append(Notice(name, spans))
                else:
                    busy = []
                await publish_chat_notices(conn, notices)
            again = busy
        finally:
            self._marks.again(again)
