"""The edge's half of the distributed mode: requests are answered when the stream has them on disk.

Has the shape of `collect/writer.py`, so that the edge need not know which of the two it calls. What
waits for one subject travels as one message (a broker that writes each to disk before it answers
does so once for all of them), one after the other, so that a visitor's messages keep their order.
"""

import asyncio
import logging
import time
from collections import deque
from copy import copy
from uuid import UUID

import msgspec
import nats.errors
from nats.js.errors import APIError
from nats.js.errors import Error as JetStreamError

from openbook.accounts.keys import digest
from openbook.collect.admission import Admission, away, busy
from openbook.collect.observation import Prepared
from openbook.collect.proof import device_proof
from openbook.collect.request import Answer, Sent
from openbook.collect.stream.broker import Broker
from openbook.collect.stream.parcel import Sealer
from openbook.collect.stream.promises import require_kept
from openbook.collect.stream.subjects import STREAM, partition, subject
from openbook.errors import BadInput, OpenbookError, TooLarge

log = logging.getLogger(__name__)

PARCEL_BYTES = 65_536
"""What travels together at most; a single request's share may be larger."""
OVERHEAD = 1_024
"""Bytes of a message beside its parts: seal, subject, headers."""
TRY_SECONDS = 2.0
GIVE_UP_SECONDS = 5.0
FULL = frozenset({10047, 10077, 10023})
"""The stream, the account or the disk has no more room."""


class _Waiting(msgspec.Struct):
    """A request, until all of its parts are on disk."""

    parts: int
    answer: asyncio.Future[None]


class _Lane(msgspec.Struct):
    """What waits for one subject."""

    queue: deque[tuple[bytes, _Waiting]]


class StreamWriter:
    """One per process: takes requests, answers them when the stream holds them."""

    def __init__(self, broker: Broker, secret: bytes):
        self.admission = Admission()
        self._broker = broker
        self._secret = secret
        self._sealer = Sealer(secret)
        self._lanes: dict[str, _Lane] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        self._broker.open()

    async def stop(self) -> None:
        """Publish what was accepted, then end."""
        while self._tasks:
            await asyncio.wait(self._tasks)
        await self._broker.close()

    async def require_durable(self) -> None:
        """The stream answers and keeps what it is told; Unavailable if not."""
        await require_kept(self._broker, self._sealer.fingerprint)

    async def store(self, sent: Sent) -> Answer:
        """Publish a request's messages; returns when they are on disk. Raises what refuses them."""
        workspace_id, size = sent.admitted.workspace_id, len(sent.messages)
        parts = self._parts(sent)
        waiting = _Waiting(len(parts), asyncio.get_running_loop().create_future())
        began = self.admission.enter(workspace_id, size, sent.size)
        try:
            for name, part in parts:
                self._put(name, part, waiting)
            await waiting.answer
        finally:
            self.admission.leave(workspace_id, size, sent.size)
        took = time.monotonic() - began
        self.admission.stored(size, took, took)
        return self._answer(sent)

    def _parts(self, sent: Sent) -> list[tuple[str, bytes]]:
        """A request's messages by subject, each device's together and in order."""
        by_partition: dict[int, list[Prepared]] = {}
        for prepared in sent.prepared:
            by_partition.setdefault(partition(prepared.device_id), []).append(prepared)
        shown, admitted = digest(sent.credential), sent.admitted
        try:
            parts = [
                (
                    subject(admitted.workspace_id, number),
                    self._sealer.pack(shown, admitted.version, prepared),
                )
                for number, prepared in by_partition.items()
            ]
        except UnicodeError:
            raise BadInput("A value in this request cannot be stored.", "unstorable") from None
        longest = (self._broker.client.max_payload or 1_048_576) - OVERHEAD
        if any(len(part) > longest for _, part in parts):
            raise TooLarge(f"A request may make {longest} bytes; send fewer messages at a time.")
        return parts

    def _answer(self, sent: Sent) -> Answer:
        stored = sum(prepared.messages for prepared in sent.prepared)
        answer = Answer(stored=stored, dropped=dict(sent.answer.dropped))
        for prepared in sent.prepared:
            if prepared.wants_proof and prepared.birth and prepared.proof is None:
                answer.first_proof = self._proof(sent.admitted.workspace_id, prepared)
                break
        return answer

    def _proof(self, workspace_id: UUID, prepared: Prepared) -> str:
        proof = device_proof(self._secret, workspace_id, prepared.device_id, prepared.birth)
        return proof.decode()

    def _put(self, name: str, part: bytes, waiting: _Waiting) -> None:
        lane = self._lanes.get(name)
        if lane is None:
            lane = self._lanes[name] = _Lane(deque())
            task = asyncio.create_task(self._run(name, lane))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        lane.queue.append((part, waiting))

    async def _run(self, name: str, lane: _Lane) -> None:
        """Publish a lane's parts until none waits; a lane that is empty is no lane."""
        while lane.queue:
            many = _take(lane.queue)
            try:
                await self._publish(name, self._sealer.seal(name, [part for part, _ in many]))
            except OpenbookError as error:
                if error.code != "busy":
                    self.admission.failed()
                for _, waiting in many:
                    if not waiting.answer.done():
                        waiting.answer.set_exception(copy(error))
            else:
                for _, waiting in many:
                    waiting.parts -= 1
                    if not waiting.parts and not waiting.answer.done():
                        waiting.answer.set_result(None)
        del self._lanes[name]

    async def _publish(self, name: str, payload: bytes) -> None:
        """Until the stream acknowledges it. Twice is no harm: the fold is a join."""
        until = time.monotonic() + GIVE_UP_SECONDS
        pause = 0.02
        while True:
            try:
                await self._broker.stream.publish(name, payload, timeout=TRY_SECONDS, stream=STREAM)
            except APIError as error:
                if error.err_code in FULL:
                    log.warning("the ingest stream is full: %s", error.err_code)
                    raise busy() from None
                log.warning("the ingest stream refused a message: %s", error.err_code)
            except (JetStreamError, nats.errors.Error, OSError, TimeoutError) as error:
                log.debug("publishing failed: %s", type(error).__name__)
            else:
                return
            if time.monotonic() + pause > until:
                raise away()
            await asyncio.sleep(pause)
            pause = min(0.5, pause * 2)


def _take(queue: deque[tuple[bytes, _Waiting]]) -> list[tuple[bytes, _Waiting]]:
    many = [queue.popleft()]
    size = len(many[0][0])
    while queue and size + len(queue[0][0]) <= PARCEL_BYTES:
        size += len(queue[0][0])
        many.append(queue.popleft())
    return many
