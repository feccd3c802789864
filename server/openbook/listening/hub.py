"""One per process: hears what changed and wakes whoever watches, together and not too often.

A process begins to listen when its first watcher comes, and listens on: so it knows the versions
that watchers of other processes come back with. What it keeps is bounded, whatever happens.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from uuid import UUID

import msgspec
import psycopg

from openbook.clock import Clock
from openbook.db import Database
from openbook.errors import Forbidden, NotAllowed, OpenbookError, TooMany, Unavailable
from openbook.listening import queries
from openbook.listening.feed import Feed
from openbook.listening.follower import Follower
from openbook.listening.online import Online
from openbook.listening.schemas import Seat
from openbook.live.hearing import Hearing
from openbook.live.notices import CHANNEL, read_notice

TOGETHER = 0.25
"""Seconds between two messages about a workspace: what happens meanwhile goes into one."""
SWEEP = 1.5
"""Seconds between looks for sessions that are over."""
RENEW = 15.0
LINGER = 60.0
"""Seconds for which a workspace is watched on after the last one left: they may come back."""
FORGET = 600.0
ALL_BYTES = 16 * 1024 * 1024
"""Of notices kept by a process for all workspaces together."""
MOST_ROOMS = 2_000
PER_WORKSPACE = 200
PER_PERSON = 40
log = logging.getLogger(__name__)


class _Room(msgspec.Struct, eq=False):
    """A workspace, and who watches it here."""

    feed: Feed
    lock: asyncio.Lock
    followers: set[Follower]
    watched_at: float = float("-inf")
    left_at: float = float("-inf")
    heard_at: float = float("-inf")
    told_at: float = float("-inf")
    timer: asyncio.TimerHandle | None = None
    is_counted: bool = False
    """Whether those who were online before are among `feed.online`."""


class Hub:
    def __init__(self, db: Database, clock: Clock, most: int):
        """`most`: how many may watch in this process."""
        self._db = db
        self._clock = clock
        self._most = most
        self._rooms: dict[str, _Room] = {}
        self._followers = 0
        self._bytes = 0
        self._per_person: dict[UUID, int] = {}
        # After an interruption nobody knows what was missed.
        self._hearing = Hearing(db, [CHANNEL], self._begin_anew, self._hear)
        self._looking: asyncio.Task[None] | None = None
        self._closed = False

    @asynccontextmanager
    async def follow(self, seat: Seat, after: str | None) -> AsyncIterator[Follower]:
        """Watch a workspace from a version on. TooMany, Unavailable where it cannot be now."""
        self._admit(seat)
        room: _Room | None = None
        follower: Follower | None = None
        try:
            await self._listen_by_now()
            room = self._room(seat.workspace_id.hex)
            # Before anything is awaited: a room with somebody in it is not cleared away.
            follower = Follower(seat, room.feed)
            room.followers.add(follower)
            await self._watch(room)
            follower.begin(after)
            yield follower
        finally:
            self._leave(seat)
            if room is not None and follower is not None:
                room.followers.discard(follower)
                room.left_at = time.monotonic()

    async def close(self) -> None:
        """End every watching and listen no more."""
        self._closed = True
        for room in self._rooms.values():
            for follower in room.followers:
                follower.end(Unavailable("This process is being stopped.", retry_after=2))
        await self._hearing.close()
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.gather(self._looking, return_exceptions=True)

    def require_on(self) -> None:
        """Refuse where the operator wants nobody to watch."""
        if not self._most:
            raise Forbidden("Nothing is live here: OPENBOOK_LIVE_PAGES is 0.", "live_off")

    def sizes(self) -> dict[str, Callable[[], tuple[int, int]]]:
        """What is held in memory -> how much of it, and the most there may be."""
        return {
            "live.pages": lambda: (self._followers, self._most),
            "live.workspaces": lambda: (len(self._rooms), MOST_ROOMS),
            "live.notice_bytes": lambda: (self._bytes, ALL_BYTES),
        }

    def _admit(self, seat: Seat) -> None:
        self.require_on()
        mine = self._per_person.get(seat.user_id, 0)
        room = self._rooms.get(seat.workspace_id.hex)
        here = len(room.followers) if room else 0
        if self._closed:
            raise Unavailable("This process is being stopped.", retry_after=2)
        if self._followers >= self._most or here >= PER_WORKSPACE or mine >= PER_PERSON:
            raise TooMany("Too many pages are open live. Close some that are not needed.")
        self._followers += 1
        self._per_person[seat.user_id] = mine + 1

    def _leave(self, seat: Seat) -> None:
        self._followers -= 1
        self._per_person[seat.user_id] -= 1
        if not self._per_person[seat.user_id]:
            del self._per_person[seat.user_id]

    def _room(self, name: str) -> _Room:
        room = self._rooms.pop(name, None)
        if room is None:
            room = _Room(Feed(UUID(hex=name)), asyncio.Lock(), set())
        self._rooms[name] = room  # the last one, so that the first is the one to let go
        while len(self._rooms) > MOST_ROOMS:
            idle = next((key for key, one in self._rooms.items() if not one.followers), None)
            if idle is None:
                break
            self._forget(idle)
        return room

    async def _watch(self, room: _Room) -> None:
        """Have all that changes in the workspace told, from before this returns."""
        async with room.lock:
            if time.monotonic() - room.watched_at < RENEW and room.feed.since:
                return
            workspace_id = room.feed.workspace_id
            async with self._db.transaction(workspace_id) as conn:
                watch = await queries.begin_watch(conn, workspace_id)
                if watch is None:
                    raise NotAllowed("There is no such workspace.")
                count = not room.is_counted or room.feed.since != watch.since
                seen = await queries.seen_lately(conn, workspace_id) if count else []
            self._watched(room, watch)
            if count and room.feed.online is not None:
                room.feed.online.begin(seen, time.monotonic())
            room.is_counted = True

    def _watched(self, room: _Room, watch: queries.Watch) -> None:
        room.watched_at = time.monotonic()
        feed = room.feed
        if feed.since and feed.since != watch.since:
            self._restart(room, watch.since)
        feed.since = watch.since
        if (feed.online is not None) != watch.keeps_last_seen:
            feed.online = Online() if watch.keeps_last_seen else None

    # Hearing ----------------------------------------------------------------------------------

    async def _listen_by_now(self) -> None:
        if self._looking is None:
            self._looking = asyncio.create_task(self._look_after())
        await self._hearing.by_now()

    def _hear(self, _: str, text: str) -> None:
        try:
            notice = read_notice(text)
            room = self._room(notice.workspace)
        except (msgspec.DecodeError, ValueError):
            log.warning("a notice that is none of ours was left out")
            return
        room.heard_at = time.monotonic()
        before = room.feed.size
        room.feed.take(notice, room.heard_at)
        self._bytes += room.feed.size - before
        self._make_space()
        if room.followers and room.timer is None:
            in_seconds = max(0.0, room.told_at + TOGETHER - room.heard_at)
            loop = asyncio.get_running_loop()
            room.timer = loop.call_later(in_seconds, self._tell, room)

    def _tell(self, room: _Room) -> None:
        room.timer = None
        room.told_at = time.monotonic()
        for follower in room.followers:
            follower.woken.set()

    def _begin_anew(self) -> None:
        for name, room in list(self._rooms.items()):
            if not room.followers:
                self._forget(name)
                continue
            self._restart(room, room.feed.since)
            room.watched_at, room.is_counted = float("-inf"), False

    def _restart(self, room: _Room, since: str) -> None:
        """Have everybody in the room read anew."""
        self._bytes -= room.feed.size
        room.feed.begin_anew(since)
        self._tell(room)

    def _forget(self, name: str) -> None:
        self._bytes -= self._rooms.pop(name).feed.size

    def _make_space(self) -> None:
        """Let go of what was heard longest ago, until no more is kept than may be."""
        while self._bytes > ALL_BYTES:
            name, oldest = next(iter(self._rooms.items()))
            if oldest.followers:
                self._restart(self._room(name), oldest.feed.since)
            else:
                self._forget(name)

    # Looking after ----------------------------------------------------------------------------

    async def _look_after(self) -> None:
        renewed_at = time.monotonic()
        while True:
            await asyncio.sleep(SWEEP)
            try:
                await self._send_away()
                for room in list(self._rooms.values()):
                    if room.followers and not room.is_counted:
                        await self._watch(room)
                if time.monotonic() - renewed_at >= RENEW:
                    renewed_at = time.monotonic()
                    self._clear_away()
                    await self._renew()
            except OpenbookError as error:
                log.warning("live: %s", error.code)
            except psycopg.Error as error:
                log.warning("live: %s", type(error).__name__)

    async def _send_away(self) -> None:
        """End the watching of those whose session is over or whose role is another one."""
        seats = {one.seat for room in self._rooms.values() for one in room.followers}
        if not seats:
            return
        async with self._db.transaction(*{seat.workspace_id for seat in seats}) as conn:
            over = set(await queries.unseated(conn, list(seats), self._clock()))
        for seat in over:
            for follower in list(self._rooms[seat.workspace_id.hex].followers):
                if follower.seat == seat:
                    follower.end(NotAllowed("You are not signed in here any more."))

    async def _renew(self) -> None:
        """Go on watching where somebody watches or did a moment ago."""
        now = time.monotonic()
        rooms = [
            room
            for room in self._rooms.values()
            if room.feed.since and (room.followers or now - room.left_at < LINGER)
        ]
        if not rooms:
            return
        ids = [room.feed.workspace_id for room in rooms]
        async with self._db.transaction(*ids) as conn:
            watches = await queries.extend_watches(conn, ids)
        for room in rooms:
            watch = watches.get(room.feed.workspace_id)
            if watch is not None:
                self._watched(room, watch)
            elif room.followers:  # too late: what was stored meanwhile was told to nobody
                room.watched_at = float("-inf")
                await self._watch(room)

    def _clear_away(self) -> None:
        now = time.monotonic()
        for name, room in list(self._rooms.items()):
            last = max(room.left_at, room.heard_at, room.watched_at)
            if not room.followers and now - last > FORGET:
                self._forget(name)
