"""Which partitions are whose: workers tell each other that they are there, and each counts alike.

Nobody decides and nothing is stored. Where two disagree for a moment, both pull from one partition;
since no correctness hangs on who stores what, that costs a lock waited for at most.
"""

import asyncio
import contextlib
import secrets
import time
from collections.abc import Callable, Iterable

import nats.errors
from nats.aio.client import Client
from nats.aio.msg import Msg

from openbook.collect.stream.subjects import PARTITIONS, WORKERS

BEAT_SECONDS = 1.0
LOST_SECONDS = 4.0
_LEAVING = b"-"
_HERE = b"+"


def share(me: str, workers: Iterable[str]) -> frozenset[int]:
    """The partitions of one of these workers: all alike, and none without a worker.

    More workers than partitions: some partitions have several.
    """
    names = sorted({*workers, me})
    place, many = names.index(me), len(names)
    if many > PARTITIONS:
        return frozenset({place % PARTITIONS})
    return frozenset(number for number in range(PARTITIONS) if number % many == place)


class Company:
    """Tells that this worker is there, and hears of the others."""

    def __init__(self, client: Client, changed: Callable[[frozenset[int], int], None]):
        """`changed` is called with the partitions that are ours and how many workers there are."""
        self._client = client
        self._changed = changed
        self._me = secrets.token_hex(8)
        self._seen: dict[str, float] = {}
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        await self._client.subscribe(f"{WORKERS}.*", cb=self._hear)
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Leave: the others take over at once."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._tell(_LEAVING)

    async def _run(self) -> None:
        await self._tell(_HERE)
        await asyncio.sleep(BEAT_SECONDS / 2)  # long enough to hear of the others first
        while True:
            lost = time.monotonic() - LOST_SECONDS
            self._seen = {name: at for name, at in self._seen.items() if at > lost}
            self._count()
            await self._tell(_HERE)
            await asyncio.sleep(BEAT_SECONDS)

    async def _tell(self, what: bytes) -> None:
        with contextlib.suppress(nats.errors.Error, OSError):
            await self._client.publish(f"{WORKERS}.{self._me}", what)

    async def _hear(self, message: Msg) -> None:
        name = message.subject.rpartition(".")[2]
        if name == self._me:
            return
        is_new = name not in self._seen
        if message.data == _LEAVING:
            self._seen.pop(name, None)
            self._count()
        else:
            self._seen[name] = time.monotonic()
            if is_new:
                await self._tell(_HERE)  # so that it knows of us before its first share

    def _count(self) -> None:
        self._changed(share(self._me, self._seen), len(self._seen) + 1)
