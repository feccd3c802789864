"""The worker: pull, open, store in one transaction, acknowledge after the commit.

What waits for the database is told to be in progress, so that nobody else is given it; what a
worker held that died comes to another one. Delivered twice is no harm: the fold is a join.
"""

import asyncio
import contextlib
import logging
from collections import Counter, deque
from collections.abc import Sequence

import msgspec
import nats.errors
from nats.aio.msg import Msg
from nats.js.errors import Error as JetStreamError

from openbook.clock import Clock
from openbook.collect.budget import Budget
from openbook.collect.counts import DROPPED, STORED, WAITING
from openbook.collect.storing import Storing
from openbook.collect.stream.broker import Broker
from openbook.collect.stream.gates import WorkerGate
from openbook.collect.stream.narrowing import narrow_request
from openbook.collect.stream.parcel import Part, Sealer, Unreadable
from openbook.collect.stream.promises import ACK_SECONDS, require_promises
from openbook.collect.stream.pulling import Puller
from openbook.collect.stream.settling import Outcome, Settling, Stopped
from openbook.collect.stream.sharing import Company
from openbook.collect.stream.subjects import PARTITIONS, STREAM, workspace_of
from openbook.db import Database

log = logging.getLogger(__name__)

BATCH = 500
"""Messages in one transaction at most, beside the last parcel's."""
WAITING_AT_MOST = 4_000
"""Messages in memory at which no more are asked for."""
DELIVERIES = 20
"""What failed so often for a reason nobody foresaw is given up."""
AGAIN_SECONDS = 30
PROGRESS_SECONDS = ACK_SECONDS / 3
REPORT_SECONDS = 30
_ACK, _NAK, _PROGRESS = b"+ACK", b"-NAK", b"+WPI"
_LATER = b"-NAK " + msgspec.json.encode({"delay": int(AGAIN_SECONDS * 1e9)})


class Taken(msgspec.Struct):
    """A message of the broker's, opened."""

    message: Msg
    parts: list[Part]
    size: int


class Worker:
    """One per process."""

    def __init__(self, db: Database, gate: WorkerGate, broker: Broker, secret: bytes, clock: Clock):
        self._broker = broker
        self._sealer = Sealer(secret)
        self._budget = Budget(key=str)  # the edge has made a key of each address
        self._stopping = asyncio.Event()
        storing = Storing(gate, self._budget, secret, clock, narrow_request)  # type: ignore[arg-type]
        self._settling = Settling(db, gate, storing, self._stopping)
        self._queue: deque[Taken] = deque()
        self._held: dict[int, Taken] = {}
        self._waiting = 0
        self._mine: frozenset[int] = frozenset()
        self._pullers: list[Puller] = []
        self._news = asyncio.Event()
        self._telling: set[asyncio.Task[None]] = set()
        self._stored = 0
        self._dropped: Counter[str] = Counter()

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set: what was begun is finished then, the rest is given back."""
        await require_promises(self._broker, self._sealer.fingerprint)
        client = self._broker.client
        self._pullers = [Puller(client, number, self._take) for number in range(PARTITIONS)]
        company = Company(client, self._share)
        aside = [asyncio.create_task(work) for work in (self._progress(), self._report())]
        storing = asyncio.create_task(self._run())
        stopped = asyncio.create_task(stop.wait())
        try:
            for puller in self._pullers:
                await puller.start()
            await company.start()
            await asyncio.wait((stopped, storing), return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._stopping.set()
            self._news.set()
            stopped.cancel()
            await company.stop()
            for puller in self._pullers:
                await puller.stop()
            await storing
            for task in aside:
                task.cancel()
            await asyncio.gather(*aside, *self._telling, return_exceptions=True)
            for taken in self._held.values():
                await self._tell(taken.message, _NAK)
            log.info("stopped; %s", self._told())

    def _share(self, mine: frozenset[int], workers: int) -> None:
        if mine != self._mine:
            log.info("%d workers; %d of %d partitions are ours", workers, len(mine), PARTITIONS)
        self._mine = mine
        self._budget.share_with(workers)
        self._want()

    def _want(self) -> None:
        has_room = self._waiting < WAITING_AT_MOST and not self._stopping.is_set()
        for number, puller in enumerate(self._pullers):
            puller.want(has_room and number in self._mine)

    def _take(self, message: Msg) -> None:
        try:
            parts = self._sealer.open(message.subject, message.data)
            workspace_of(message.subject)
        except (Unreadable, ValueError):
            self._count(Outcome(dropped=Counter(unreadable=1)))
            task = asyncio.create_task(self._tell(message, b"+TERM it cannot be opened"))
            self._telling.add(task)
            task.add_done_callback(self._telling.discard)
            return
        taken = Taken(message, parts, sum(part.size for part in parts))
        self._held[id(taken)] = taken
        self._queue.append(taken)
        self._wait(taken.size)
        self._news.set()

    def _wait(self, change: int) -> None:
        had_room = self._waiting < WAITING_AT_MOST
        self._waiting += change
        WAITING.set(self._waiting)
        if had_room != (self._waiting < WAITING_AT_MOST):
            self._want()

    async def _run(self) -> None:
        while True:
            await self._news.wait()
            if self._stopping.is_set():
                return
            batch: list[Taken] = []
            size = 0
            while self._queue and size < BATCH:
                batch.append(self._queue.popleft())
                size += batch[-1].size
            if not self._queue:
                self._news.clear()
            if batch:
                try:
                    await self._store(batch)
                except Stopped:
                    return
                self._wait(-size)

    async def _store(self, batch: Sequence[Taken]) -> None:
        parts = [
            (taken, workspace_of(taken.message.subject), part)
            for taken in batch
            for part in taken.parts
        ]
        outcome = await self._settling.settle([(workspace, part) for _, workspace, part in parts])
        failed = {id(parts[place][0]) for place in outcome.failed}
        self._count(outcome)
        for taken in batch:
            del self._held[id(taken)]
            if id(taken) not in failed:
                await self._tell(taken.message, _ACK)
            elif taken.message.metadata.num_delivered < DELIVERIES:
                await self._tell(taken.message, _LATER)
            else:
                self._count(Outcome(dropped=Counter(failed=taken.size)))
                await self._tell(taken.message, b"+TERM it could not be stored")

    def _count(self, outcome: Outcome) -> None:
        self._stored += outcome.stored
        self._dropped.update(outcome.dropped)
        STORED.inc(outcome.stored)
        for reason, many in outcome.dropped.items():
            DROPPED.labels(reason).inc(many)

    async def _tell(self, message: Msg, what: bytes) -> None:
        """An answer that does not arrive has the message delivered again."""
        with contextlib.suppress(nats.errors.Error, OSError):
            await self._broker.client.publish(message.reply, what)

    async def _progress(self) -> None:
        while True:
            held = list(self._held)
            await asyncio.sleep(PROGRESS_SECONDS)
            for taken in [self._held[key] for key in held if key in self._held]:
                await self._tell(taken.message, _PROGRESS)

    async def _report(self) -> None:
        """A line now and then, if anything was done: numbers and reasons, nothing of anybody."""
        told = self._told()
        while True:
            await asyncio.sleep(REPORT_SECONDS)
            if told != (told := self._told()):
                log.info("%s; %s wait in the stream", told, await self._behind())

    async def _behind(self) -> str:
        try:
            return str((await self._broker.stream.stream_info(STREAM)).state.messages)
        except (JetStreamError, nats.errors.Error, TimeoutError):
            return "an unknown number of parcels"

    def _told(self) -> str:
        dropped = ", ".join(f"{reason}: {many}" for reason, many in sorted(self._dropped.items()))
        return f"{self._stored} messages stored, dropped: {dropped or 'none'}"
