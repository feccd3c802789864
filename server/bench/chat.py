"""What live chat costs, and how long a message takes: 2,000 open widgets, 50 inboxes, 200 messages
a second.

    python server/bench/chat.py [--widgets N] [--inboxes N] [--rate N] [--seconds N] [--deaf N]

Every visitor has a conversation and an open widget; every member has an inbox with one thread open.
Half of the messages are said by visitors anywhere, half by members in the thread that they have
open, each by its HTTP route; widgets say what they received. A delivery is timed from the moment
that the request is sent to the moment that a socket has the message. Then so many visitors more
open widgets and never read, the team writes to each of them until as much waits as may, and the
talk goes on beside them until they are closed. The loader is one other process on the same cores.
Bars: p99 250 ms in both parts, 170 KB an idle socket, 64 MiB for those who do not read, who are
full and then closed in the time that a frame may take, and nothing lost.
"""

import argparse
import asyncio
import os
import re
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from random import Random
from typing import cast

import msgspec
import uvloop
from deaf import CLOSED_WITHIN, FULL, Deaf
from figures import progress, tell
from measuring import Server, openbook
from sockets import Socket, handshake, open_socket
from talkers import (
    Agent,
    Talker,
    agents,
    of_page,
    post,
    talkers,
    ticket,
)

from openbook.conversations.delivering.line import MOST_BYTES
from openbook.embedded import joined

DELIVERY_MS, IDLE_BYTES, DEAF_MIB = 250.0, 170_000, 64.0
SITE = "https://shop.example"
NUMBER = re.compile(rb'"(text|preview)":"n(\d+) ')
CONNECTIONS = 48


class Heard(msgspec.Struct):
    """When messages were sent, and what the sockets heard of them. Seconds."""

    sent: dict[int, float] = {}
    widgets: list[float] = []
    threads: list[float] = []
    lists: list[float] = []
    owed: dict[int, int] = {}
    """Message -> sockets that have not heard it yet."""
    frames: int = 0


class Line(asyncio.Protocol):
    """A kept connection for requests, one at a time."""

    def __init__(self, free: asyncio.Queue["Line"], refused: list[bytes]):
        self._free = free
        self._read = b""
        self.refused = refused

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self._free.put_nowait(self)

    def data_received(self, data: bytes) -> None:
        self._read += data
        head, found, body = self._read.partition(b"\r\n\r\n")
        if not found:
            return
        start = head.lower().find(b"content-length: ")
        length = int(head[start + 16 :].split(b"\r\n", 1)[0]) if start >= 0 else 0
        if len(body) >= length:
            self._read = b""
            if not head.startswith(b"HTTP/1.1 20"):
                self.refused.append(head.split(b"\r\n")[0] + body[:200])
            self._free.put_nowait(self)


class Bench:
    """The load on one server."""

    def __init__(self, server: Server, write_key: str, people: list[Talker], team: list[Agent]):
        self.server = server
        self.key = write_key
        self.people = people
        self.team = team
        self.heard = Heard()
        self.widgets: list[Socket] = []
        self.inboxes: list[Socket] = []
        self.refused: list[bytes] = []
        self._chance = Random("chat")
        self._number = 0
        self._opened = [person.conversation_id for person in people[: len(team)]]

    async def open_widgets(self) -> None:
        for at in range(0, len(self.people), 200):
            some = self.people[at : at + 200]
            self.widgets += await asyncio.gather(*map(self._widget, some))
        await asyncio.sleep(2)

    async def _widget(self, person: Talker) -> Socket:
        box: list[Socket] = []
        request = self.request(person.token, person.address)
        made = await open_socket(self.server.port, request, self._of_widget(person, box))
        box.append(made)
        return made

    def request(self, token: str, address: str) -> bytes:
        path, protocols = f"/v1/chat/{self.key}/socket", f"openbook.chat.1, {token}"
        return handshake(self.server.port, path, protocols, address, SITE)

    def _of_widget(self, person: Talker, box: list[Socket]) -> Callable[[bytes, float], None]:
        received = b'{"t":"received","c":"%s","seq":%%d}' % str(person.conversation_id).encode()

        def take(frame: bytes, now: float) -> None:
            self.heard.frames += 1
            if frame.startswith(b'{"t":"ping"'):
                box[0].say(b'{"t":"pong"}')
            if not frame.startswith(b'{"t":"message"'):
                return
            number = _number(frame, b"text")
            if number is not None:
                self._hear(number, self.heard.widgets, now)
            if b'"from":"team"' in frame:
                seq = int(frame.partition(b'"seq":')[2].partition(b",")[0])
                box[0].say(received % seq)

        return take

    async def open_inboxes(self) -> None:
        origin = f"http://127.0.0.1:{self.server.port}"
        for agent, conversation_id in zip(self.team, self._opened, strict=True):
            once = await asyncio.to_thread(ticket, self.server.port, agent)
            request = handshake(
                self.server.port, "/api/inbox/socket", f"openbook.inbox.1, {once}",
                agent.address, origin,
            )  # fmt: skip
            box: list[Socket] = []
            take = partial(self._of_inbox, box)
            made = await open_socket(self.server.port, request, take)
            box.append(made)
            made.say(msgspec.json.encode({"t": "open", "c": conversation_id, "after": 0}))
            self.inboxes.append(made)
        await asyncio.sleep(1)

    def _of_inbox(self, box: list[Socket], frame: bytes, now: float) -> None:
        self.heard.frames += 1
        if frame.startswith(b'{"t":"ping"'):
            box[0].say(b'{"t":"pong"}')
        if frame.startswith(b'{"t":"message"'):
            number = _number(frame, b"text")
            if number is not None:
                self._hear(number, self.heard.threads, now)
        elif frame.startswith(b'{"t":"heads"'):
            for kind, number in NUMBER.findall(frame):
                if kind == b"preview" and int(number) in self.heard.sent:
                    self.heard.lists.append(now - self.heard.sent[int(number)])

    def _hear(self, number: int, took: list[float], now: float) -> None:
        if number in self.heard.sent:
            took.append(now - self.heard.sent[number])
            self.heard.owed[number] -= 1

    async def talk(self, rate: int, seconds: float) -> float:
        """Say so many a second at a steady rate; the seconds until all was heard."""
        loop = asyncio.get_running_loop()
        # Of its own: the server closes those that nothing was asked on for half a minute.
        free: asyncio.Queue[Line] = asyncio.Queue()
        lines = [
            await loop.create_connection(
                lambda: Line(free, self.refused), "127.0.0.1", self.server.port
            )
            for _ in range(CONNECTIONS)
        ]
        began = due = time.perf_counter()
        for _ in range(int(rate * seconds)):
            due += 1 / rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            request, number, hearers = self._message()
            line = await free.get()
            self.heard.sent[number] = time.perf_counter()
            self.heard.owed[number] = hearers
            line.transport.write(request)
        until = time.perf_counter() + 10
        while time.perf_counter() < until and any(self.heard.owed.values()):
            await asyncio.sleep(0.1)
        took = time.perf_counter() - began
        for transport, _ in lines:
            transport.close()
        return took

    def _message(self) -> tuple[bytes, int, int]:
        """(the next request, its number, sockets that are to hear it)."""
        self._number += 1
        text = f"n{self._number} and could you tell me when it would arrive, if I ordered it today?"
        body = msgspec.json.encode({"cid": f"b{self._number}", "text": text})
        port = self.server.port
        if self._number % 2:
            person = self._chance.choice(self.people)
            path = f"/v1/chat/{self.key}/conversations/{person.conversation_id}/messages"
            headers = (
                ("Origin", SITE), ("Authorization", f"Bearer {person.token}"),
                ("X-Forwarded-For", person.address), ("Content-Type", "application/json"),
                ("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Firefox/145.0"),
            )  # fmt: skip
            hearers = 1 + (person.conversation_id in self._opened)
            return post(port, path, body, headers), self._number, hearers
        at = self._chance.randrange(len(self.team))
        agent, conversation_id = self.team[at], self._opened[at]
        headers = of_page(port, agent.address) | {"Cookie": agent.cookie}
        path = f"/api/conversations/{conversation_id}/messages"
        return post(port, path, body, tuple(headers.items())), self._number, 2

    def take(self) -> Heard:
        """What was heard so far; from now on it is heard anew."""
        heard, self.heard = self.heard, Heard()
        return heard

    def require_answered(self) -> None:
        if self.refused:
            sys.exit(f"{len(self.refused)} messages were refused: {self.refused[0]!r}")


def _number(frame: bytes, key: bytes) -> int | None:
    start = frame.find(b'"' + key + b'":"n')
    if start < 0:
        return None
    return int(frame[start + len(key) + 5 :].partition(b" ")[0])


async def _measure(
    bench: Bench, deaf: Deaf, never_read: Sequence[Talker], rate: int, seconds: float
) -> dict[str, float | int | str | bool]:
    server = bench.server
    first = bench.people[:20]
    bench.people, rest = first, bench.people
    await bench.open_widgets()
    bench.people = rest[20:]
    before = server.resident()
    progress(f"{len(rest):,} widgets")
    await bench.open_widgets()
    bench.people = rest
    idle = (server.resident() - before) / (len(rest) - len(first))
    progress(f"{len(bench.team)} inboxes")
    await bench.open_inboxes()
    await bench.talk(rate, 3)  # plans, caches
    bench.take()
    progress(f"{rate} messages a second for {seconds:.0f} s")
    spent = server.spent()
    took = await bench.talk(rate, seconds)
    spent, alone = server.spent().since(spent), bench.take()
    bench.require_answered()
    said = len(alone.sent)
    progress(f"{len(never_read)} clients that never read")
    disturbed = await _with_deaf(bench, deaf, never_read, rate, seconds)
    bench.require_answered()
    held, full = deaf.held, MOST_BYTES * len(never_read)
    more = (held.most - held.before) / 2**20
    p50, p99 = _percentiles([*alone.widgets, *alone.threads])
    _, deaf_p99 = _percentiles([*disturbed.widgets, *disturbed.threads])
    list_p50, list_p99 = _percentiles(alone.lists)
    lost = sum(alone.owed.values()) + sum(disturbed.owed.values())
    return {
        "name": "chat", "unit": "message",
        "cpu_us_per_unit": round(spent.total / said * 1e6, 1),
        "server_us": round(spent.server / said * 1e6, 1),
        "database_us": round(spent.backends / said * 1e6, 1),
        "upkeep_us": round(spent.upkeep / said * 1e6, 1),
        "per_second": round(said / took), "p50_ms": p50, "p99_ms": p99,
        "list_p50_ms": list_p50, "list_p99_ms": list_p99,
        "frames_per_second": round(alone.frames / took),
        "widgets": len(rest), "inboxes": len(bench.team), "lost": lost,
        "bytes_per_idle_socket": round(idle),
        "deaf": len(never_read), "deaf_full": round(held.waiting / full, 3),
        "deaf_closed": held.closed, "deaf_closed_s": round(held.closed_after, 1),
        "deaf_mib": round(more, 1),
        "p99_beside_deaf_ms": deaf_p99, "load_average": round(os.getloadavg()[0], 1),
        "passed": p99 < DELIVERY_MS and deaf_p99 < DELIVERY_MS and idle < IDLE_BYTES
        and more <= DEAF_MIB and lost == 0 and held.waiting >= FULL * full
        and held.closed == len(never_read) and held.closed_after <= CLOSED_WITHIN,
    }  # fmt: skip


async def _with_deaf(
    bench: Bench, deaf: Deaf, people: Sequence[Talker], rate: int, seconds: float
) -> Heard:
    """What was heard beside those who do not read, while their queues were full and then closed."""
    addresses = (f"10.210.{number // 250}.{number % 250}" for number in range(len(people)))
    await deaf.open(
        [bench.request(one.token, at) for one, at in zip(people, addresses, strict=True)]
    )
    await deaf.fill()
    watching = asyncio.create_task(deaf.watch(seconds + CLOSED_WITHIN))
    await bench.talk(rate, seconds)
    await watching
    return bench.take()


def _percentiles(took: list[float]) -> tuple[float, float]:
    """(median, 99th) in milliseconds."""
    ordered = sorted(took) or [0.0]
    return tuple(round(ordered[int(len(ordered) * part)] * 1e3, 1) for part in (0.5, 0.99))  # type: ignore[return-value]


def token_of(server: Server) -> str:
    """An API token that may read the metrics."""
    made = server.command("token", "create", "--name", "bench", "--role", "admin", "--json")
    return msgspec.json.decode(made)["token"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--widgets", type=int, default=2_000)
    parser.add_argument("--inboxes", type=int, default=50)
    parser.add_argument("--rate", type=int, default=200, help="messages a second")
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--deaf", type=int, default=500, help="clients that never read")
    asked = parser.parse_args()
    with openbook("--trusted-proxy", "127.0.0.1/32") as server:
        assert server.data is not None
        write_key = server.prepare()
        with joined(server.data) as conninfo:
            progress(f"{asked.widgets + asked.deaf:,} conversations")
            people = talkers(server, conninfo, write_key, asked.widgets + asked.deaf)
            people, never_read = people[: asked.widgets], people[asked.widgets :]
            bench = Bench(server, write_key, people, agents(server, conninfo, asked.inboxes))
            deaf = Deaf(server, conninfo, token_of(server), never_read)
            result = uvloop.run(_measure(bench, deaf, never_read, asked.rate, asked.seconds))
    tell(
        result,
        [
            ("delivered", f"p50 {result['p50_ms']} ms, p99 {result['p99_ms']} ms (bar 250)"),
            ("  in a list", f"p50 {result['list_p50_ms']} ms, p99 {result['list_p99_ms']} ms"),
            ("message", f"{result['cpu_us_per_unit']} us of processor time: server "
             f"{result['server_us']}, database {result['database_us']}, {result['upkeep_us']}"),
            ("throughput", f"{result['per_second']} messages, {result['frames_per_second']} frames "
             f"a second; lost {result['lost']}"),
            ("idle socket (bar 170,000)", f"{result['bytes_per_idle_socket']:,} bytes"),
            ("clients that never read", f"{result['deaf_full']:.0%} of what may wait did, "
             f"{result['deaf_mib']} MiB (bar 64), p99 beside them {result['p99_beside_deaf_ms']}"),
            ("  closed", f"{result['deaf_closed']} of {result['deaf']}, the last "
             f"{result['deaf_closed_s']} s later (bar {CLOSED_WITHIN:.0f})"),
            ("load average", str(result["load_average"])),
        ],
    )  # fmt: skip


if __name__ == "__main__":
    main()
