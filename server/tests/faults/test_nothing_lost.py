"""Answered means stored: whatever is killed at whatever moment, no acknowledged message is lost.

OPENBOOK_TEST_KILLS and OPENBOOK_TEST_MESSAGES make the run longer, OPENBOOK_TEST_SEED repeats one.
"""

import os
from collections.abc import Callable
from pathlib import Path
from random import SystemRandom

import pytest

from tests.faults.running import prepared, under_fire

KILLS = int(os.environ.get("OPENBOOK_TEST_KILLS", "5"))
MESSAGES = int(os.environ.get("OPENBOOK_TEST_MESSAGES", "10000"))
SEED = int(os.environ.get("OPENBOOK_TEST_SEED") or SystemRandom().randrange(1 << 32))
CONTROL_KILLS, CONTROL_MESSAGES = 3, 5_000
SLACK = 4
"""Times the seconds that a kill and a thousand messages should take, before a run is given up."""
TWENTY, SECONDS = (20, 50_000), 120
"""Twenty kills and fifty thousand messages take two minutes at most, looking for each included."""


@pytest.mark.timeout(SLACK * (60 + 6 * KILLS + MESSAGES // 1000))
def test_no_acknowledged_message_is_lost_over_random_kills(
    tmp_path: Path, say: Callable[[str], None]
) -> None:
    say(f"seed {SEED}")
    (account,) = prepared(tmp_path / "data")
    outcome = under_fire(
        tmp_path / "data", account, seed=SEED, kills=KILLS, messages=MESSAGES, say=say
    )
    say(str(outcome))
    assert outcome.audit.lost == []
    assert outcome.audit.wrong == []
    assert outcome.strange == []
    assert outcome.audit.acknowledged >= MESSAGES
    assert outcome.kills.total() == KILLS
    if (KILLS, MESSAGES) == TWENTY:
        assert outcome.seconds <= SECONDS


@pytest.mark.timeout(SLACK * 80)
def test_a_database_that_commits_carelessly_does_lose_some(
    tmp_path: Path, say: Callable[[str], None]
) -> None:
    """The negative control: a harness that finds nothing missing here would find it nowhere."""
    say(f"seed {SEED}")
    data = tmp_path / "data"
    off = "ALTER DATABASE openbook SET synchronous_commit = off"
    (account,) = prepared(data, statement=off)
    local = data / "postgres" / "local.conf"
    local.write_text("wal_writer_delay = 10s\nwal_writer_flush_after = 1GB\n")
    outcome = under_fire(
        data,
        account,
        seed=SEED,
        kills=CONTROL_KILLS,
        messages=CONTROL_MESSAGES,
        environ={"OPENBOOK_UNSAFE_DURABILITY": "1"},
        deck=("database", "both"),
        say=say,
    )
    say(str(outcome))
    assert len(outcome.audit.lost) > 0
