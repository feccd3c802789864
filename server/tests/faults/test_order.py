"""The write-ahead log is on the disk before the answer is: the kernel's own account of the order.

A SIGKILL takes what processes held, never what the kernel holds for the disk; what a power cut
would take, only this shows.
"""

import shutil
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

import httpx
import pytest

from tests.conftest import free_port
from tests.faults.killing import Supervised
from tests.faults.running import prepared
from tests.faults.witness import TRACE, orders, read_calls

REQUESTS = 12
NO_STRACE = (
    "THE ORDER OF FLUSH AND ANSWER WAS NOT WITNESSED: strace is missing or may not trace here "
    "(no ptrace)"
)


def may_trace() -> bool:
    """Whether strace is there and is let; asked when it is needed, not when tests are gathered."""
    tried = [*TRACE, "-o", "/dev/null", "true"]
    return bool(shutil.which("strace")) and subprocess.run(tried).returncode == 0


@pytest.fixture(scope="module")
def strace() -> None:
    if not may_trace():
        pytest.skip(NO_STRACE)


def witnessed(data: Path, statement: str = "SELECT 1", unsafe: str = "") -> list[tuple[bool, bool]]:
    """For each of some requests: was the log written, was it flushed before the answer began."""
    (account,) = prepared(data, statement=statement)
    if unsafe:
        (data / "postgres" / "local.conf").write_text("wal_writer_delay = 10s\n")
    trace = data.with_suffix(".trace")
    wrapper = [*TRACE, "-o", str(trace)]
    environ = {"OPENBOOK_UNSAFE_DURABILITY": unsafe}
    with (
        Supervised(data, free_port(), workers=1, environ=environ, wrapper=wrapper) as server,
        httpx.Client(base_url=server.url, auth=(account.write_key, ""), timeout=30) as http,
    ):
        for number in range(REQUESTS):
            answer = http.post("/v1/page", json={"type": "page", "anonymousId": f"a{number}"})
            assert answer.status_code == 200
            time.sleep(0.05)
    with trace.open(errors="replace") as lines:
        found = orders(read_calls(lines))
    assert len(found) == REQUESTS
    return [(order.written, order.flushed) for order in found]


@pytest.mark.timeout(300)
@pytest.mark.usefixtures("strace")
def test_the_log_is_flushed_before_every_answer(tmp_path: Path) -> None:
    assert witnessed(tmp_path / "data") == [(True, True)] * REQUESTS


@pytest.mark.timeout(300)
@pytest.mark.usefixtures("strace")
def test_without_synchronous_commit_the_witness_misses_the_flush(tmp_path: Path) -> None:
    """The negative control: a witness that is content here would be content with anything."""
    off = "ALTER DATABASE openbook SET synchronous_commit = off"
    seen = witnessed(tmp_path / "data", off, unsafe="1")
    assert sum(flushed for _, flushed in seen) < REQUESTS / 2


TRACED = r"""
10 recvfrom(9<socket:[1]>, "POST /v1/page HTTP/1.1\r\nHost: x"..., 8192, 0, NULL, NULL) = 300
20 pwrite64(7</data/postgres/pg_wal/000000010000000000000001>, "\0"..., 8192, 0) = 8192
20 fdatasync(7</data/postgres/pg_wal/000000010000000000000001> <unfinished ...>
10 read(5<anon_inode:[eventfd]>, "\1"..., 8) = 8
20 <... fdatasync resumed>)            = 0
10 sendto(9<socket:[1]>, "HTTP/1.1 200 OK\r\n"..., 200, MSG_NOSIGNAL, NULL, 0) = 200
""".strip().splitlines()


def seen(lines: Sequence[str]) -> list[tuple[bool, bool]]:
    return [(order.written, order.flushed) for order in orders(read_calls(lines))]


def test_what_counts_as_flushed_before_the_answer() -> None:
    received, written, begins, other, ends, answered = TRACED
    assert seen(TRACED) == [(True, True)]
    assert seen([received, written, begins, other, answered, ends]) == [(True, False)]
    assert seen([received, answered, written, begins, ends]) == [(False, False)]
    assert seen([written, begins, ends, received, answered]) == [(False, False)]
    failed = ends.replace("= 0", "= -1 EIO (Input/output error)")
    assert seen([received, written, begins, other, failed, answered]) == [(True, False)]
    elsewhere = [line.replace("pg_wal/000000010000000000000001", "base/5/1259") for line in TRACED]
    assert seen(elsewhere) == [(False, False)]
