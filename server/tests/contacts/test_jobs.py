"""When a job is tried again, and when it is given up."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from msgspec import structs

from openbook.jobs.running import TRIES, after_batch, after_failure
from openbook.jobs.schemas import Batch, Job

NOON = datetime(2026, 6, 30, 12, tzinfo=UTC)
JOB = Job(UUID(int=1), UUID(int=2), "bulk", UUID(int=3), "running", 10, 30, NOON, 0, NOON)


def test_a_failing_job_is_tried_later_and_later_and_then_given_up() -> None:
    job, waits = JOB, []
    for _ in range(TRIES):
        status, due_at = after_failure(job, NOON)
        waits.append((status, due_at and due_at - NOON))
        job = structs.replace(job, tries=job.tries + 1)
    seconds = [timedelta(seconds=wait) for wait in (2, 4, 8, 16)]
    assert waits == [*(("running", wait) for wait in seconds), ("failed", None)]


def test_a_job_goes_on_until_its_last_batch() -> None:
    assert after_batch(JOB, Batch(10, False)) == ("running", NOON)
    assert after_batch(JOB, Batch(20, True)) == ("done", None)
