"""What is accepted while something is away: the database, workers, brokers; and what is refused."""

import contextlib
import os
import signal
import time

import httpx

from openbook.embedded import postmaster
from openbook.embedded.home import Home
from tests.collect.test_visit import page as view
from tests.conftest import Workspace
from tests.faults.killing import tree
from tests.stream.asking import eventually, stored
from tests.stream.conftest import Distributed


def test_a_database_that_is_away_stops_nobody_whose_key_is_known(
    distributed: Distributed, far: Workspace
) -> None:
    far.batch(view("before"))
    stored(far, anonymous_id="before")
    home = Home(distributed.server.data)
    postmaster_id = postmaster.running(home)
    assert postmaster_id is not None
    hung = tree(postmaster_id)
    for process in hung:
        os.kill(process, signal.SIGSTOP)
    try:
        for number in range(30):
            began = time.monotonic()
            answer = far.post("/v1/page", view(f"away-{number}"))
            assert answer.status_code == 200, answer.text
            assert time.monotonic() - began < 3
            time.sleep(0.1)
        unknown = far.post("/v1/page", view(), key="ob_000000000000000000000000")
        assert unknown.status_code == 503
        assert 1 <= int(unknown.headers["Retry-After"]) <= 30
        eventually(lambda: is_ready(far))  # a broker that is only slow is asked once more
    finally:
        for process in hung:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGCONT)
        eventually(lambda: looks_keys_up(far))
    for number in range(30):
        stored(far, anonymous_id=f"away-{number}")


def is_ready(workspace: Workspace) -> None:
    answer = httpx.get(f"{workspace.url}/health/ready")
    assert answer.status_code == 200, answer.text


def looks_keys_up(workspace: Workspace) -> None:
    """The database answers again: an unknown key is known to be none."""
    unknown = workspace.post("/v1/page", view(), key="ob_111111111111111111111111")
    assert unknown.status_code == 401, unknown.text


def test_a_stream_without_a_majority_is_not_ready_and_refuses_with_a_time_to_come_again(
    distributed: Distributed, far: Workspace
) -> None:
    brokers = distributed.brokers
    far.batch(view("before"))
    brokers.kill(0)
    brokers.kill(1)
    try:
        refused = far.post("/v1/page", view("meanwhile"))
        assert refused.status_code == 503
        assert 1 <= int(refused.headers["Retry-After"]) <= 30

        def unready() -> None:
            assert httpx.get(f"{far.url}/health/ready").status_code == 503

        eventually(unready)
        assert far.api.get("/api/contacts").status_code == 200
    finally:
        brokers.start(0)
        brokers.start(1)

    def back() -> None:
        is_ready(far)
        assert far.post("/v1/page", view("after")).status_code == 200

    eventually(back, 60)
    stored(far, anonymous_id="after")
