"""A server under fire: load it, kill it at random moments, and ask what was kept.

Everything random comes from one seed, which is printed: the same seed makes the same load and the
same deck of kills, though never the same microseconds.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from uuid import UUID

import msgspec
import psycopg

from openbook import clock
from openbook.accounts.actions import change_settings, create_token, create_workspace
from openbook.accounts.queries import live_write_keys
from openbook.db import Connection
from openbook.embedded import joined
from openbook.migrating import migrate
from tests.conftest import free_port, in_database
from tests.faults.accounting import Audit, Ledger, audit_of
from tests.faults.crowd import Crowd
from tests.faults.killing import Supervised
from tests.faults.loading import Loader

Strike = tuple[str, Callable[[], bool]]
"""What is killed, and the doing of it: whether there was anything to kill."""
STALLED = 90.0
"""Seconds without a single acknowledged message after which the server is taken for dead."""
AT_ONCE = 0.2
"""Share of the kills that do not wait until it serves again: they strike while it starts."""
BUDGETS = dict.fromkeys(("budget.address_per_hour", "budget.workspace_per_hour"), "1000000000")
NONE: Mapping[str, str] = {}


class Account(msgspec.Struct, frozen=True):
    """A workspace that lets the crowd in."""

    id: UUID
    write_key: str
    token: str


class Outcome(msgspec.Struct):
    """What a run under fire has shown."""

    seconds: float
    kills: Counter[str]
    attempts: Counter[str]
    strange: list[str]
    recovered: list[tuple[str, float]]
    """What was killed last, and seconds from there to the next acknowledged message."""
    ended: list[int]
    """Exit codes of servers that ended by themselves."""
    audit: Audit

    def __str__(self) -> str:
        kills = ", ".join(f"{name} {times}" for name, times in sorted(self.kills.items()))
        attempts = ", ".join(f"{what} {times:,}" for what, times in sorted(self.attempts.items()))
        waits = ", ".join(
            self._waits(name) for name in sorted({name for name, _ in self.recovered})
        )
        ended = f"; servers that gave up: {len(self.ended)}" if self.ended else ""
        return (
            f"{self.audit.acknowledged:,} messages acknowledged, {self.audit.found:,} found, "
            f"{len(self.audit.lost):,} lost over {self.kills.total()} kills ({kills}) in "
            f"{self.seconds:.0f} s\n  requests: {attempts}\n"
            f"  seconds to the next acknowledgement (half of the kills, all): {waits}{ended}"
        )

    def _waits(self, name: str) -> str:
        waits = sorted(seconds for which, seconds in self.recovered if which == name)
        return f"{name} {waits[len(waits) // 2]:.1f}, {waits[-1]:.1f}"


def prepared(
    data: Path,
    workspaces: int = 1,
    settings: Mapping[str, str] = NONE,
    statement: str = "SELECT 1",
) -> list[Account]:
    """A migrated database in `data` and workspaces with room for the crowd.

    `statement` is run last, as the owner of the database.
    """

    async def make(conn: Connection) -> Account:
        made = await create_workspace(conn, "Under fire", clock.now())
        keys = await live_write_keys(conn, made.id)
        _, token = await create_token(conn, made.id, "test", "admin", (), clock.now())
        return Account(made.id, keys[0].key, token)

    async def widen(conn: Connection) -> None:
        for account in accounts:
            await change_settings(conn, account.id, {**BUDGETS, **settings})

    with joined(data) as conninfo:
        migrate(conninfo)
        accounts: list[Account] = [in_database(conninfo, make) for _ in range(workspaces)]
        in_database(conninfo, widen, *(account.id for account in accounts))
        with psycopg.connect(conninfo, autocommit=True) as owner:
            owner.execute(statement.encode())
    return accounts


def under_fire(
    data: Path,
    account: Account,
    *,
    seed: int,
    kills: int,
    messages: int,
    environ: Mapping[str, str] | None = None,
    deck: Sequence[str] = ("database", "database", "server", "both", "worker"),
    say: Callable[[str], None] = print,
) -> Outcome:
    """Serve from `data`, load and kill until there were so many kills and acknowledged messages."""
    random = Random(seed)
    server = Supervised(data, free_port(), environ=environ, random=random)
    strikes: dict[str, Callable[[], bool]] = {
        "database": server.kill_database,
        "server": server.kill,
        "both": server.kill_all,
        "worker": server.kill_worker,
    }
    began = time.monotonic()
    crowd = Crowd(datetime.now(UTC).replace(microsecond=0), account.write_key, account.token)
    ledger = Ledger()
    load = Loader([server.port], crowd.requests(Random(seed)), ledger.acknowledge, random=random)
    try:
        server.start()
        rounds = [(name, strikes[name]) for name in deck]
        killed, recovered = asyncio.run(harass(load, rounds, random, kills, messages, say))
        server.stop()
    finally:
        server.clear()
    with joined(data) as conninfo:
        audit = audit_of(conninfo, account.id, crowd, ledger)
    seconds = time.monotonic() - began
    return Outcome(seconds, killed, load.attempts, load.strange, recovered, server.ended, audit)


async def harass(
    load: Loader,
    deck: Sequence[Strike],
    random: Random,
    kills: int,
    messages: int,
    say: Callable[[str], None] = print,
    *,
    to_the_end: bool = False,
) -> tuple[Counter[str], list[tuple[str, float]]]:
    """Run the load and strike; returns what was killed and how long each recovery took.

    The deck is shuffled anew whenever it was played. Between two strikes lie about `messages /
    kills` acknowledged messages, sometimes none. Ends when every message sent is acknowledged;
    `to_the_end`: every message there is.
    """
    killed: Counter[str] = Counter()
    recovered: list[tuple[str, float]] = []
    cards: list[Strike] = []
    task = asyncio.create_task(load.run())
    told = time.monotonic()
    while killed.total() < kills or load.acknowledged < messages:
        if killed.total() >= kills:
            await _acknowledged(load, task, load.acknowledged + 1)
            await asyncio.sleep(0.05)
        else:
            share = random.uniform(0.4, 1.1) * messages / kills
            await _acknowledged(load, task, load.acknowledged + int(share))
            await asyncio.sleep(random.uniform(0, 0.2))
            while True:
                cards = cards or random.sample(list(deck), len(deck))
                name, strike = cards.pop()
                killed[name] += await asyncio.to_thread(strike)
                struck = time.monotonic()
                if killed.total() >= kills or random.random() > AT_ONCE:
                    break
                await asyncio.sleep(random.uniform(0, 2))
            await _answered(load, task, struck)
            recovered.append((name, load.last_answer - struck))
        if time.monotonic() - told > 10:
            told = time.monotonic()
            say(
                f"{killed.total()} of {kills} kills, {load.acknowledged:,} of {messages:,} messages"
            )
    if not to_the_end:
        load.finish()
    await asyncio.wait_for(task, STALLED)
    return killed, recovered


async def _acknowledged(load: Loader, task: asyncio.Task[None], count: int) -> None:
    while load.acknowledged < count:
        await _moment(load, task)


async def _answered(load: Loader, task: asyncio.Task[None], after: float) -> None:
    """Wait for an answer that came after the kill; one that was on its way does not count."""
    while load.last_answer < after + 0.05:
        await _moment(load, task)


async def _moment(load: Loader, task: asyncio.Task[None]) -> None:
    if task.done():
        task.result()
        raise AssertionError("the load ended by itself")
    if time.monotonic() - load.last_answer > STALLED:
        raise AssertionError(f"nothing was acknowledged for {STALLED:.0f} s: {load.attempts}")
    await asyncio.sleep(0.01)
