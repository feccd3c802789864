"""A database that synchronous tests reach by an event loop of its own."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from openbook.contacts.staging import create_staging
from openbook.db import Database

T = TypeVar("T")


class OneLoop:
    """The loop runs in a thread of its own: where a browser is driven, the main one has another."""

    def __init__(self, conninfo: str, connections: int):
        self.thread = ThreadPoolExecutor(1)
        self.loop = asyncio.new_event_loop()
        self.db = Database(conninfo, size=connections, begin=create_staging)
        self.run(self.db.open())

    def close(self) -> None:
        self.run(self.db.close())
        self.thread.shutdown()
        self.loop.close()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.thread.submit(self.loop.run_until_complete, work).result()
