"""Sends made-up visitors to a running openbook through its public endpoint: `openbook demo`.

All of it goes with an API token, since only a server's `context.ip` is believed. But what a server
says does not count as a visit. So, given the write key, what the visitors did is sent once more as
a browser or app would, which opens sessions and moves last-seen times; and each visitor's last
message a third time with the token, so that the address of this machine is not left as theirs.
"""

import asyncio
import secrets
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from random import Random

import httpx
import msgspec
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from openbook.demo.messages import Message, moment, visitor_messages
from openbook.demo.visitors import Visitor, make_visitors
from openbook.errors import Misconfigured, Unavailable

MESSAGES_PER_BATCH = 100
CONNECTIONS = 8
ATTEMPTS = 8
LONGEST_WAIT = 30.0


class Batch(msgspec.Struct):
    """Messages to send in one request, and who has their last message in it."""

    messages: list[Message]
    finished: list[Visitor]


class Summary(msgspec.Struct):
    """What was sent and how it went. ``contacts``: the people whose messages were all accepted,
    a customer with two devices once; the server may have known some of them before."""

    visitors: int = 0
    messages: int = 0
    accepted: int = 0
    refused: int = 0
    retries: int = 0
    contacts: int = 0
    seconds: float = 0.0
    first_refusal: str | None = None


async def send_demo(
    url: str,
    token: str,
    visitors: int,
    seed: int | None,
    console: Console,
    write_key: str | None = None,
) -> Summary:
    """Sends ``visitors`` made-up visitors of the last 25 days to the openbook at ``url``.

    ``token`` is an API token with the scope ``collect``; without ``write_key`` the contacts have
    neither sessions nor last-seen times. The same ``seed`` gives the same people again (who then
    count as returning). Shows its progress and a summary on ``console``.
    """
    site = url.rstrip("/")
    random = Random(secrets.randbits(64) if seed is None else seed)
    sender = _Sender(site, token, write_key, visitors, console)
    await sender.send(make_batches(visitors, site, random, datetime.now(UTC)))
    console.print(_table(sender.summary))
    return sender.summary


def make_batches(visitors: int, site: str, random: Random, now: datetime) -> Iterator[Batch]:
    """The requests to make, visitor after visitor, made one at a time as they are asked for."""
    batch = Batch([], [])
    for visitor in make_visitors(visitors, random, now):
        for message in visitor_messages(visitor, site, random):
            if len(batch.messages) == MESSAGES_PER_BATCH:
                yield batch
                batch = Batch([], [])
            batch.messages.append(message)
        batch.finished.append(visitor)
    if batch.messages:
        yield batch


def as_client(messages: list[Message]) -> list[Message]:
    """What the visitors' own browsers and apps would send: no address, nobody's name."""
    return [
        {
            **{key: value for key, value in message.items() if key != "userId"},
            "context": {key: value for key, value in message["context"].items() if key != "ip"},
        }
        for message in messages
        if message["type"] != "identify"
    ]


class _Sender:
    """One run: a few connections that take the next batch as soon as they are free."""

    def __init__(
        self, site: str, token: str, write_key: str | None, visitors: int, console: Console
    ) -> None:
        self.site = site
        self.token = token
        self.write_key = write_key
        self.visitors = visitors
        self.summary = Summary()
        self.people: set[str] = set()
        self.began = time.monotonic()
        self.progress = Progress(
            TextColumn("[bold]Visitors"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=console,
        )

    async def send(self, batches: Iterator[Batch]) -> None:
        limits = httpx.Limits(max_connections=CONNECTIONS)
        with self.progress:
            bar = self.progress.add_task("visitors", total=self.visitors, rate="")
            try:
                async with (
                    httpx.AsyncClient(limits=limits, timeout=60, trust_env=False) as client,
                    asyncio.TaskGroup() as connections,
                ):
                    for _ in range(CONNECTIONS):
                        connections.create_task(self._connection(client, batches, bar))
            except ExceptionGroup as failed:  # all connections fail alike: one sentence will do
                raise failed.exceptions[0] from None
        self.summary.contacts = len(self.people)
        self.summary.seconds = time.monotonic() - self.began

    async def _connection(
        self, client: httpx.AsyncClient, batches: Iterator[Batch], bar: TaskID
    ) -> None:
        for batch in batches:
            await self._batch(client, batch)
            summary = self.summary
            rate = summary.messages / max(time.monotonic() - self.began, 0.001)
            self.progress.update(bar, completed=summary.visitors, rate=f"{rate:,.0f} messages/s")

    async def _batch(self, client: httpx.AsyncClient, batch: Batch) -> None:
        summary = self.summary
        accepted = await self._post(client, batch.messages, self.token)
        if accepted and self.write_key:
            last = {message["anonymousId"]: message for message in batch.messages}
            accepted = await self._post(client, as_client(batch.messages), self.write_key)
            await self._post(client, list(last.values()), self.token)
        summary.visitors += len(batch.finished)
        if accepted:
            self.people.update(_key(visitor) for visitor in batch.finished)

    async def _post(self, client: httpx.AsyncClient, messages: list[Message], secret: str) -> bool:
        """Send and count; False where the server refused."""
        reply = await self._answer(client, messages, secret)
        self.summary.messages += len(messages)
        if reply.is_success:
            self.summary.accepted += len(messages)
            return True
        self.summary.refused += len(messages)
        self.summary.first_refusal = self.summary.first_refusal or _refusal(reply)
        return False

    async def _answer(
        self, client: httpx.AsyncClient, messages: list[Message], secret: str
    ) -> httpx.Response:
        wait = 0.5
        for attempt in range(1, ATTEMPTS + 1):
            try:
                reply = await client.post(
                    f"{self.site}/v1/batch",
                    auth=(secret, ""),
                    content=msgspec.json.encode(_stamped(messages, datetime.now(UTC))),
                    headers={"content-type": "application/json"},
                )
            except httpx.TransportError as error:
                if attempt == ATTEMPTS:
                    raise Unavailable(
                        f"No openbook answers at {self.site} ({type(error).__name__}). Start one "
                        "with `openbook serve`, or name its address with --url."
                    ) from error
                pause = wait
            else:
                if reply.status_code in (401, 403):
                    raise Misconfigured(
                        f"{self.site} does not accept the token or key: {_refusal(reply)} Make a "
                        "token with `openbook token create --name demo --role collect`."
                    )
                if reply.status_code not in (429, 500, 502, 503, 504) or attempt == ATTEMPTS:
                    return reply
                pause = _retry_after(reply, wait)
            self.summary.retries += 1
            await asyncio.sleep(min(pause, LONGEST_WAIT))
            wait *= 2
        raise AssertionError("The last attempt returns or raises.")


def _stamped(messages: list[Message], now: datetime) -> dict[str, object]:
    sent_at = moment(now)
    return {"batch": [{**message, "sentAt": sent_at} for message in messages], "sentAt": sent_at}


def _retry_after(reply: httpx.Response, otherwise: float) -> float:
    value = reply.headers.get("retry-after", "")
    return float(value) if value.isdecimal() else otherwise


def _refusal(reply: httpx.Response) -> str:
    """The server's own sentence where it gives one."""
    try:
        detail = msgspec.json.decode(reply.content, type=dict[str, object]).get("detail")
    except msgspec.DecodeError:
        detail = None
    return f"{detail or 'no reason given.'} (HTTP {reply.status_code})"


def _key(visitor: Visitor) -> str:
    person = visitor.person
    return person.user_id if person and person.user_id else visitor.anonymous_id


def _table(summary: Summary) -> Table:
    table = Table(show_header=False, box=None, padding=(0, 2))
    table.add_column(style="dim")
    table.add_column(justify="right")
    table.add_row("visitors", f"{summary.visitors:,}")
    table.add_row("contacts they make", f"{summary.contacts:,}")
    table.add_row("messages sent", f"{summary.messages:,}")
    table.add_row("accepted", f"[green]{summary.accepted:,}[/]")
    if summary.refused:
        table.add_row("refused", f"[red]{summary.refused:,}[/]")
        table.add_row("first reason", summary.first_refusal or "")
    if summary.retries:
        table.add_row("requests repeated", f"{summary.retries:,}")
    per_second = summary.messages / summary.seconds if summary.seconds else 0.0
    table.add_row("time", f"{summary.seconds:.1f} s, {per_second:,.0f} messages/s")
    return table
