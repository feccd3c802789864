"""A stream with no more room refuses with a time to come again; a worker that is stopped loses
nothing. Over one broker that writes before it answers.
"""

import time
from pathlib import Path

from tests.collect.test_visit import page as view
from tests.conftest import Workspace
from tests.conftest import _workspace as workspace_of
from tests.stream.asking import eventually, no_more_waits, waiting
from tests.stream.brokers import cluster
from tests.stream.conftest import distributed_over

BYTES = 400_000


def test_a_full_stream_says_when_to_come_again_and_keeps_what_it_took(tmp_path: Path) -> None:
    with (
        cluster(tmp_path / "brokers", 1, jetstream="sync_interval: always") as brokers,
        distributed_over(
            brokers,
            tmp_path,
            OPENBOOK_INGEST_BYTES=str(BYTES),
            OPENBOOK_INGEST_MONITOR=brokers.monitors[0],
        ) as running,
    ):
        workspace: Workspace = next(made := workspace_of(running.server))
        kept = 0
        for number in range(100):
            batch = [view(f"visitor-{number}-{place}") for place in range(20)]
            answer = workspace.post("/v1/batch", {"batch": batch})
            if answer.status_code != 200:
                break
            kept += len(batch)
        assert (answer.status_code, answer.json()["code"]) == (503, "busy")
        assert 1 <= int(answer.headers["Retry-After"]) <= 30
        assert kept > 100
        assert workspace.api.get("/api/contacts/count").json()["count"] == 0

        running.crew.start()
        eventually(lambda: no_more_waits(brokers))

        def goes_on() -> None:
            assert workspace.post("/v1/page", view("after")).status_code == 200

        eventually(goes_on)
        eventually(lambda: no_more_waits(brokers))
        count = workspace.api.get("/api/contacts/count").json()["count"]
        # Of the batch that was refused, the partitions that had room took their share.
        assert kept + 1 <= count <= kept + 1 + len(batch)

        for number in range(200):
            workspace.post("/v1/page", view(f"late-{number}"))
        running.crew.stop()
        assert running.crew.ended == []
        told = running.crew.log.read_text()
        assert told.count("stopped;") == 2 and "visitor" not in told
        left = waiting(brokers)
        stored = workspace.api.get("/api/contacts/count").json()["count"] - count
        assert stored + left >= 200
        time.sleep(0.5)
        assert waiting(brokers) == left
        made.close()
