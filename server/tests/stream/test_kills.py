"""Nothing that was acknowledged is lost, whatever is killed: servers, workers, database, brokers.

OPENBOOK_TEST_STREAM_KILLS and OPENBOOK_TEST_STREAM_MESSAGES make the run longer,
OPENBOOK_TEST_SEED repeats one.
"""

import asyncio
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from random import Random, SystemRandom

import nats
import pytest

from openbook.collect.stream.subjects import STREAM
from openbook.embedded import joined
from tests.conftest import free_port
from tests.faults.accounting import Ledger, audit_of
from tests.faults.crowd import Crowd
from tests.faults.killing import Supervised
from tests.faults.loading import Loader
from tests.faults.running import Outcome, harass, prepared
from tests.stream.brokers import Brokers, cluster, environ_of
from tests.stream.crew import Crew

KILLS = int(os.environ.get("OPENBOOK_TEST_STREAM_KILLS", "10"))
MESSAGES = int(os.environ.get("OPENBOOK_TEST_STREAM_MESSAGES", "20000"))
SEED = int(os.environ.get("OPENBOOK_TEST_SEED") or SystemRandom().randrange(1 << 32))
BROKER_AWAY = 1.0
"""Seconds until a killed broker is started again."""
EMPTY_SECONDS = 120
SLACK = 4
"""Times the seconds that a kill and a thousand messages should take, before a run is given up."""


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """To the terminal at once: a long run shows where it is."""

    def tell(sentence: str) -> None:
        with capsys.disabled():
            print(f"\n  {sentence}", end="", flush=True)

    return tell


@pytest.mark.timeout(SLACK * (60 + 6 * KILLS + MESSAGES // 500))
def test_no_acknowledged_message_is_lost_whatever_is_killed(
    tmp_path: Path, say: Callable[[str], None]
) -> None:
    say(f"seed {SEED}")
    outcome = under_fire(tmp_path, say)
    say(str(outcome))
    assert outcome.audit.lost == []
    assert outcome.audit.wrong == []
    assert outcome.strange == []
    assert outcome.audit.acknowledged >= MESSAGES
    assert outcome.kills.total() == KILLS
    assert len(outcome.kills) == min(KILLS, 6)


def under_fire(folder: Path, say: Callable[[str], None]) -> Outcome:
    """Three brokers, a server of two processes, two workers, the database: all of them killed."""
    random, data = Random(SEED), folder / "data"
    [account] = prepared(data)
    crowd = Crowd(datetime.now(UTC).replace(microsecond=0), account.write_key, account.token)
    ledger = Ledger()
    began = time.monotonic()
    with cluster(folder / "brokers") as brokers:
        environ = environ_of(brokers)
        server = Supervised(data, free_port(), environ=environ, random=random)
        crew = Crew(
            folder / "workers.log",
            os.environ | environ | {"OPENBOOK_DATA": str(data)},
            random=random,
            spared=lambda: server.postmaster,
        )
        load = Loader(
            [server.port], crowd.requests(Random(SEED)), ledger.acknowledge, random=random
        )
        deck = [
            ("database", server.kill_database),
            ("server", server.kill),
            ("process", server.kill_worker),
            ("worker", crew.kill_one),
            ("broker", lambda: _bounce(brokers, random.randrange(3))),
            ("all", lambda: _kill_all(server, crew, brokers, random)),
        ]
        try:
            server.start()
            crew.start()
            killed, recovered = asyncio.run(harass(load, deck, random, KILLS, MESSAGES, say))
            say(f"emptied in {_wait_until_empty(brokers):.1f} s")
            crew.stop()
            server.stop()
        finally:
            crew.clear()
            server.clear()
        with joined(data) as conninfo:
            audit = audit_of(conninfo, account.id, crowd, ledger)
    seconds = time.monotonic() - began
    ended = server.ended + crew.ended
    return Outcome(seconds, killed, load.attempts, load.strange, recovered, ended, audit)


def _bounce(brokers: Brokers, number: int) -> bool:
    brokers.kill(number)
    time.sleep(BROKER_AWAY)
    brokers.start(number)
    return True


def _kill_all(server: Supervised, crew: Crew, brokers: Brokers, random: Random) -> bool:
    """Server, database, a worker and a broker at the same moment."""
    crew.kill_one()
    server.kill_all()
    return _bounce(brokers, random.randrange(3))


def _wait_until_empty(brokers: Brokers) -> float:
    """Seconds until everything in the stream was stored and acknowledged."""

    async def wait() -> None:
        client = await nats.connect(brokers.url.split(","))
        try:
            async with asyncio.timeout(EMPTY_SECONDS):
                while (await client.jetstream().stream_info(STREAM)).state.messages:
                    await asyncio.sleep(0.1)
        finally:
            await client.close()

    began = time.monotonic()
    asyncio.run(wait())
    return time.monotonic() - began
