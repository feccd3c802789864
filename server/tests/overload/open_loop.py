"""An open-loop loader in a process of its own: arrival times are fixed before anything is sent.

Latency is measured from the moment a request was to be sent, whether or not the server, the
connections or the loader were ready for it, so nothing that waits is left out of the figures.
"""

import asyncio
import math
import multiprocessing
import random
import time
from collections.abc import Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from pathlib import Path

import msgspec

AGENT = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/142.0.0.0 Safari/537.36"
)
TIMEOUT = 60.0


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What to offer: requests in a Poisson process."""

    port: int
    write_key: str
    rate: float
    """Requests per second."""
    seconds: float
    messages: int = 1
    """Page views in each request, of different visitors."""
    name: str
    """What the visitors' ids begin with."""
    host: str = "127.0.0.1"
    source: str | None = None
    seed: int = 1
    until: Path | None = None
    """Ends before its time when this file is there."""


class Outcome(msgspec.Struct, frozen=True):
    """One request's."""

    number: int
    due: float
    """Seconds after the beginning."""
    latency: float
    """Seconds from when it was due to the last byte of the answer."""
    status: int
    """0: no answer."""
    headers: dict[str, str]
    late: float
    """Seconds that the loader itself was late in sending it."""


def offering(*plans: Plan) -> Future[list[list[Outcome]]]:
    """Begin, in a process of its own; the outcomes of each plan, in its order."""
    pool = ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"))
    future = pool.submit(_offer, plans)
    pool.shutdown(wait=False)
    return future


def offer(*plans: Plan) -> list[list[Outcome]]:
    return offering(*plans).result()


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest of the values that `share` of them do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def first_visitor(plan: Plan, number: int) -> str:
    """The anonymous id that a request, and no other one, carries."""
    return f"{plan.name}-{number}"


def _offer(plans: Sequence[Plan]) -> list[list[Outcome]]:
    return asyncio.run(_offer_all(plans))


async def _offer_all(plans: Sequence[Plan]) -> list[list[Outcome]]:
    began = time.monotonic() + 0.2
    return list(await asyncio.gather(*(_Load(plan, began).run() for plan in plans)))


class _Load:
    def __init__(self, plan: Plan, began: float):
        self._plan = plan
        self._began = began
        self._idle: list[_Connection] = []
        self._filling = [_message(plan, f"pool{at}") for at in range(plan.messages * 50)]

    async def run(self) -> list[Outcome]:
        plan, chance = self._plan, random.Random(self._plan.seed)
        tasks: list[asyncio.Task[Outcome]] = []
        due, number = chance.expovariate(plan.rate), 0
        while due < plan.seconds and not (plan.until and plan.until.exists()):
            wait = self._began + due - time.monotonic()
            if wait > 0:
                await asyncio.sleep(wait)
            tasks.append(asyncio.create_task(self._one(number, due)))
            due, number = due + chance.expovariate(plan.rate), number + 1
        return list(await asyncio.gather(*tasks))

    async def _one(self, number: int, due: float) -> Outcome:
        sent = time.monotonic()
        status, headers = 0, dict[str, str]()
        try:
            async with asyncio.timeout(TIMEOUT):
                connection = await self._connection()
                status, headers, keeps = await connection.ask(self._request(number))
                if keeps:
                    self._idle.append(connection)
                else:
                    connection.close()
        except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
            headers = {"error": repr(error)}
        latency = time.monotonic() - self._began - due
        return Outcome(number, due, latency, status, headers, sent - self._began - due)

    async def _connection(self) -> "_Connection":
        while self._idle:
            connection = self._idle.pop()
            if not connection.is_closed:
                return connection
        local = (self._plan.source, 0) if self._plan.source else None
        reader, writer = await asyncio.open_connection(
            self._plan.host, self._plan.port, local_addr=local
        )
        return _Connection(reader, writer)

    def _request(self, number: int) -> bytes:
        at = number % 50 * self._plan.messages
        messages = [_message(self._plan, first_visitor(self._plan, number))]
        messages += self._filling[at + 1 : at + self._plan.messages]
        body = b'{"writeKey":"%s","sentAt":null,"batch":[%s]}' % (
            self._plan.write_key.encode(),
            b",".join(messages),
        )
        return (
            b"POST /v1/b HTTP/1.1\r\nHost: openbook.test\r\nContent-Type: text/plain\r\n"
            b"Origin: https://shop.example\r\nUser-Agent: %s\r\nContent-Length: %d\r\n\r\n"
        ) % (AGENT.encode(), len(body)) + body


class _Connection:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter):
        self._reader = reader
        self._writer = writer

    @property
    def is_closed(self) -> bool:
        return self._reader.at_eof() or self._writer.is_closing()

    def close(self) -> None:
        self._writer.close()

    async def ask(self, request: bytes) -> tuple[int, dict[str, str], bool]:
        self._writer.write(request)
        head = await self._reader.readuntil(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        headers = {
            name.lower(): value.strip()
            for name, _, value in (line.partition(":") for line in lines[1:] if line)
        }
        await self._reader.readexactly(int(headers.get("content-length", 0)))
        keeps = headers.get("connection", "").lower() != "close"
        return int(lines[0].split()[1]), headers, keeps


def _message(plan: Plan, visitor: str) -> bytes:
    return (
        b'{"type":"page","messageId":"%s-%s","anonymousId":"%s","timestamp":null,"context":'
        b'{"page":{"url":"https://shop.example/%s?a=b","title":"A page of the shop"},'
        b'"locale":"de-CH","timezone":"Europe/Zurich",'
        b'"library":{"name":"openbook-web","version":"0.1.0"}},"properties":{}}'
    ) % (plan.name.encode(), visitor.encode(), visitor.encode(), visitor.encode())
