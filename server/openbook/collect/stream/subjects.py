"""The names on the broker: the stream, its subjects, its consumers, and where workers are told of.

A subject names the workspace and a partition, which is drawn from the device. So what one visitor
sends meets in one worker as long as that lives, and two workers seldom wait for one row; nothing
else hangs on it, since the fold gives one result in whatever order and how often messages come.
"""

from uuid import UUID

STREAM = "openbook-collect"
SUBJECTS = "openbook.collect.*.*"
WORKERS = "openbook.workers"
PARTITIONS = 4
"""Each is a consumer of its own. More workers than partitions share them.

What waits for one subject travels together, so fewer make fuller parcels: with 4 instead of 8 a
page view took a fifth less CPU of servers, brokers and workers (64 and 128 connections).
"""


def partition(device_id: UUID) -> int:
    """A device's partition: its id is a digest, so any of its bits will do."""
    return device_id.int % PARTITIONS


def subject(workspace_id: UUID, number: int) -> str:
    return f"openbook.collect.{workspace_id.hex}.{number}"


def workspace_of(subject: str) -> UUID:
    """The workspace that a subject names. ValueError where it names none."""
    return UUID(hex=subject.split(".")[2])


def consumer(number: int) -> str:
    return f"partition-{number}"


def consumer_filter(number: int) -> str:
    return f"openbook.collect.*.{number}"
