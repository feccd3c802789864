"""A job, and what one of its batches tells."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct

from openbook.db import Connection

Status = Literal["waiting", "running", "done", "stopped", "failed"]


class Job(Struct, frozen=True):
    """One row of `jobs`."""

    workspace_id: UUID
    id: UUID
    kind: str
    subject_id: UUID
    status: Status
    done: int
    total: int
    due_at: datetime | None
    """Not worked on before; None once it has ended."""
    tries: int
    made_at: datetime


class Batch(Struct, frozen=True):
    """What a batch did: `done` more of the job's `total`, and whether it was the last."""

    done: int
    last: bool
    due_at: datetime | None = None
    """Not worked on again before; None: as soon as it is its turn."""
    after: Callable[[], None] | None = None
    """Begun once the batch is committed: what goes over the network, which no transaction may wait
    for. It must not take long itself."""


Step = Callable[[Connection, Job], Awaitable[Batch]]
"""Works one batch of a job, in the transaction that also notes how far the job is."""
Steps = Mapping[str, Step]
