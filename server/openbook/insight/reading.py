"""How much of the contacts is read for one answer: all that the question means, or a sample.

A map or a figure is about everybody, so no index spares reading. What is read is bounded: up to
EXACT contacts, or a table of so many pages, exactly; beyond that a sample of its pages, always the
same one, and the answer says so.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlalchemy import ColumnElement, FromClause, func, literal_column, select
from sqlalchemy.sql.util import ClauseAdapter

from openbook.contacts.counting import rounded
from openbook.contacts.finding import Conditions
from openbook.db import Connection, row
from openbook.tables.contacts import contacts

EXACT = 200_000
"""So many contacts are read one by one whatever else: about 0.2 s."""
SKEW = timedelta(days=1)
"""By which a sender's clock may be wrong."""
_SEED = literal_column("1")  # the same sample each time, so that a figure stands still


class Bounds(Struct, frozen=True):
    """Up to which size a table is read from end to end, and how large a sample of it is, in pages
    of 8 KB. A page holds about ten contacts."""

    whole: int
    sampled: int
    exact: int = EXACT


MAP = Bounds(whole=130_000, sampled=60_000)
"""A rare place is not to be missed: 1.3 million contacts by two processes."""
SERIES = Bounds(whole=60_000, sampled=36_000)
"""Contacts that came together lie together, so that a sample of days has to be large."""
IN_COMMON = Bounds(whole=12_000, sampled=12_000)


class Source(Struct, frozen=True):
    """What a statement reads from: the table or a sample of it."""

    table: FromClause
    share: float
    adapter: Any = None

    @property
    def about(self) -> bool:
        return self.share < 1.0

    def of(self, expression: ColumnElement[Any]) -> ColumnElement[Any]:
        """An expression over `contacts`, over this source instead."""
        return expression if self.adapter is None else self.adapter.traverse(expression)

    def scaled(self, number: int) -> int:
        """A count in the source as one of all contacts: of two digits where it is an estimate."""
        return rounded(number / self.share) if self.about else number


ALL = Source(contacts, 1.0)


async def source(
    conn: Connection,
    workspace_id: UUID,
    asked: Conditions,
    bounds: Bounds,
    since_hour: int | None = None,
) -> Source:
    """All contacts, or a sample where both they and the table are too large."""
    if asked.few:
        return ALL
    size = await _pages(conn)
    if size <= bounds.whole or await _are_few(conn, workspace_id, bounds.exact, since_hour):
        return ALL
    share = bounds.sampled / size
    sample = contacts.tablesample(func.system(100 * share), name="sample", seed=_SEED)
    return Source(sample, share, ClauseAdapter(sample))


async def made_since(
    conn: Connection, workspace_id: UUID, since: datetime
) -> ColumnElement[bool] | None:
    """The contacts made since then, if they are few: their ids begin with the time.

    Nobody was first seen long after the contact was made, so that all who were new are among them.
    """
    condition = contacts.c.id >= _first_id(since - SKEW)
    some = select(contacts.c.id).where(contacts.c.workspace_id == workspace_id, condition)
    counted = some.limit(EXACT + 1).subquery()
    found = await row(conn, select(func.count().label("number")).select_from(counted))
    return condition if found is not None and found["number"] <= EXACT else None


def _first_id(moment: datetime) -> UUID:
    """The smallest id of that millisecond: see openbook/ids.py."""
    milliseconds = int(moment.timestamp() * 1000)
    return UUID(int=milliseconds << 80 | 0x7 << 76 | 0x2 << 62)


async def _pages(conn: Connection) -> int:
    cursor = await conn.execute(
        "SELECT pg_relation_size('contacts') / current_setting('block_size')::integer AS pages"
    )
    found = await cursor.fetchone()
    return found["pages"] if found else 0


async def _are_few(conn: Connection, workspace_id: UUID, most: int, since_hour: int | None) -> bool:
    """Whether the workspace has at most so many contacts that were seen since: from the index."""
    some = select(contacts.c.seen_hour).where(contacts.c.workspace_id == workspace_id)
    if since_hour is not None:
        some = some.where(contacts.c.seen_hour >= since_hour)
    counted = some.limit(most + 1).subquery()
    found = await row(conn, select(func.count().label("number")).select_from(counted))
    return found is None or found["number"] <= most


def whose(
    workspace_id: UUID, wanted: Iterable[ColumnElement[bool]], read: Source
) -> list[ColumnElement[bool]]:
    """Conditions over `contacts`, and the workspace's, over what is read instead."""
    return [read.of(one) for one in (contacts.c.workspace_id == workspace_id, *wanted)]
