"""Stores what the worker holds, however long the database is away, and isolates what it refuses.

A transaction that fails on one of several requests is tried again with halves, so a message that
PostgreSQL cannot store spoils no other.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar
from uuid import UUID

import msgspec
import psycopg

from openbook.collect.observation import Stamp
from openbook.collect.request import Answer, Sent
from openbook.collect.storing import REVOKED, Storing
from openbook.collect.stream.gates import WorkerGate
from openbook.collect.stream.narrowing import narrow_request
from openbook.collect.stream.parcel import Part, holder
from openbook.contacts.identity import Moved
from openbook.db import Database
from openbook.errors import BadInput, Unavailable

log = logging.getLogger(__name__)

SHORTEST_PAUSE = 0.005
LONGEST_PAUSE = 2.0
"""Seconds between two looks whether the database is back."""
UNSTORABLE = "unstorable"
T = TypeVar("T")


class Stopped(Exception):
    """The worker ends while the database is away; what it holds is given back."""


class Outcome(msgspec.Struct):
    """What became of the messages of some requests."""

    stored: int = 0
    dropped: Counter[str] = msgspec.field(default_factory=Counter)
    failed: set[int] = msgspec.field(default_factory=set)
    """Requests, by their place, that failed for a reason nobody foresaw."""


class _Request(msgspec.Struct, frozen=True):
    place: int
    size: int
    sent: Sent


class Settling:
    """Requests in, stored or dropped for a reason when it returns."""

    def __init__(self, db: Database, gate: WorkerGate, storing: Storing, stopping: asyncio.Event):
        self._db = db
        self._gate = gate
        self._storing = storing
        self._stopping = stopping

    async def settle(self, parts: Sequence[tuple[UUID, Part]]) -> Outcome:
        """Store (workspace, part) each. Raises Stopped where the database stays away until then."""
        outcome = Outcome()
        requests = []
        for place, (workspace_id, part) in enumerate(parts):
            try:
                sent = await self._patiently(partial(self._request, workspace_id, part))
            except Stopped:
                raise
            except Exception:
                log.exception("preparing a request failed")
                outcome.failed.add(place)
                continue
            if sent is None:
                outcome.dropped[REVOKED] += part.size
            else:
                requests.append(_Request(place, part.size, sent))
        if requests:
            await self._store(requests, outcome)
        return outcome

    async def _request(self, workspace_id: UUID, part: Part) -> Sent | None:
        """A part as a request that was let in; None where its key or token is no longer good."""
        admitted = await self._gate.admitted(workspace_id, part.credential, part.version)
        if admitted is None:
            return None
        sent = Sent(
            credential=holder(workspace_id, part.credential),
            admitted=admitted,
            messages=[],
            stamp=_USED_STAMP,
            prepared=part.prepared,
        )
        if admitted.version != part.version:
            narrow_request(sent, admitted)
        return sent

    async def _store(self, requests: Sequence[_Request], outcome: Outcome) -> None:
        try:
            answers = await self._patiently(
                partial(self._commit, [request.sent for request in requests])
            )
        except Stopped:
            raise
        except (psycopg.DataError, psycopg.IntegrityError, UnicodeError, BadInput) as error:
            if not await self._halved(requests, outcome):
                log.warning("a request could not be stored: %s", type(error).__name__)
                outcome.dropped[UNSTORABLE] += requests[0].size
        except Exception as error:
            if not await self._halved(requests, outcome):
                log.exception("storing a request failed: %s", type(error).__name__)
                outcome.failed.add(requests[0].place)
        else:
            for request, answer in zip(requests, answers, strict=True):
                outcome.stored += answer.stored
                if REVOKED in answer.dropped:
                    answer.dropped[REVOKED] = request.size
                outcome.dropped.update(answer.dropped)

    async def _halved(self, requests: Sequence[_Request], outcome: Outcome) -> bool:
        half = len(requests) // 2
        if half:
            await self._store(requests[:half], outcome)
            await self._store(requests[half:], outcome)
        return bool(half)

    async def _commit(self, requests: Sequence[Sent]) -> list[Answer]:
        workspaces = sorted({sent.admitted.workspace_id for sent in requests})
        async with self._db.transaction(*workspaces) as conn:
            return await self._storing.store(conn, requests)

    async def _patiently(self, work: Callable[[], Awaitable[T]]) -> T:
        """Until the database answers. Another writer that was faster is no reason to wait long."""
        pause = SHORTEST_PAUSE
        while True:
            try:
                return await work()
            except (Moved, Unavailable, psycopg.InterfaceError) as error:
                if self._stopping.is_set():
                    raise Stopped from error
                if pause > 1:
                    log.warning("the database does not take anything: %s", _said(error))
            await asyncio.sleep(pause)
            pause = min(LONGEST_PAUSE, 2 * pause)


_USED_STAMP = Stamp(
    received_at=datetime.fromtimestamp(0, UTC),
    sent_at=None,
    address=None,
    from_server=False,
    browser_made=False,
    user_agent=None,
    accept_language=None,
    hints={},
    gpc=False,
)
"""What the edge knew of a request is in the prepared messages already."""


def _said(error: Exception) -> str:
    return error.message if isinstance(error, Unavailable) else type(error).__name__
