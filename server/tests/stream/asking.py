"""Waits for what the workers will have stored, and asks the brokers what they still hold."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import nats
from nats.js import JetStreamContext

from openbook.collect.stream.subjects import STREAM
from tests.conftest import Workspace
from tests.stream.brokers import Brokers

SOON = 30.0
T = TypeVar("T")


def eventually(work: Callable[[], T], seconds: float = SOON) -> T:
    """What `work` returns as soon as its assertions hold."""
    until = time.monotonic() + seconds
    while True:
        try:
            return work()
        except AssertionError:
            if time.monotonic() > until:
                raise
        time.sleep(0.1)


def on_broker(brokers: Brokers, work: Callable[[JetStreamContext], Awaitable[T]]) -> T:
    async def run() -> T:
        client = await nats.connect(brokers.url.split(","))
        try:
            return await work(client.jetstream())
        finally:
            await client.close()

    return asyncio.run(run())


def waiting(brokers: Brokers) -> int:
    async def ask(stream: JetStreamContext) -> int:
        return (await stream.stream_info(STREAM)).state.messages

    return on_broker(brokers, ask)


def stored(workspace: Workspace, **query: Any) -> dict[str, Any]:
    return eventually(lambda: workspace.contact(**query))


def no_more_waits(brokers: Brokers) -> None:
    assert waiting(brokers) == 0


def claims(anonymous_id: str, traits: dict[str, Any]) -> dict[str, Any]:
    return {"type": "identify", "anonymousId": anonymous_id, "traits": traits}
