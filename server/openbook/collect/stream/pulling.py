"""Pulls one partition's messages from the stream, no more at a time than is asked for."""

import asyncio
import contextlib
from collections.abc import Callable

import msgspec
import nats.errors
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription

from openbook.collect.stream.subjects import STREAM, consumer

ASK_SECONDS = 5.0
"""How long a request to the broker stands; a partition that is given up goes on for so long."""
LATE_SECONDS = 1.0
BATCH = 32
BATCH_BYTES = 2_000_000
_STATUS = "Status"
_encode = msgspec.json.Encoder().encode


class Puller:
    """One partition: `take` is called with each message as it comes."""

    def __init__(self, client: Client, number: int, take: Callable[[Msg], None]):
        self._client = client
        self._number = number
        self._take = take
        self._wanted = asyncio.Event()
        self._over = asyncio.Event()
        self._got = 0
        self._subscription: Subscription | None = None
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        inbox = self._client.new_inbox()
        self._subscription = await self._client.subscribe(inbox, cb=self._receive)
        self._task = asyncio.create_task(self._run(inbox))

    def want(self, wanted: bool) -> None:
        """Ask for messages, or ask no more."""
        if wanted:
            self._wanted.set()
        else:
            self._wanted.clear()

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self._subscription is not None:
            with contextlib.suppress(nats.errors.Error):
                await self._subscription.unsubscribe()

    async def _run(self, inbox: str) -> None:
        asked = _encode(
            {"batch": BATCH, "max_bytes": BATCH_BYTES, "expires": int(ASK_SECONDS * 1e9)}
        )
        name = f"$JS.API.CONSUMER.MSG.NEXT.{STREAM}.{consumer(self._number)}"
        while True:
            await self._wanted.wait()
            self._over.clear()
            self._got = 0
            with contextlib.suppress(nats.errors.Error, OSError):
                await self._client.publish(name, asked, reply=inbox)
            # Without a word by then, the broker that was asked is gone: ask again.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(ASK_SECONDS + LATE_SECONDS):
                    await self._over.wait()

    async def _receive(self, message: Msg) -> None:
        status = message.headers.get(_STATUS) if message.headers else None
        if status is None:
            self._got += 1
            self._take(message)
            if self._got >= BATCH:
                self._over.set()
        elif status != "100":
            if status not in ("408", "409"):  # it is over, or is not yet to be had
                await asyncio.sleep(0.2)
            self._over.set()
