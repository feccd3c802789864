"""How many contacts answer a question: exactly up to 10,000, beyond that about, from a sample."""

from math import log10, sqrt
from uuid import UUID

from sqlalchemy import ColumnElement, func, literal, literal_column, select
from sqlalchemy.sql.util import ClauseAdapter

from openbook.contacts.finding import Conditions, conditions
from openbook.contacts.schemas import Count
from openbook.contacts.search import Question
from openbook.contacts.segments import Attributes
from openbook.db import Connection, row
from openbook.tables.contacts import contacts

COUNTED = 10_000
"""Counts up to this are exact."""
SAMPLED_PAGES = 2_000
"""Pages of the table that an estimate reads: 26,000 contacts or so, in about 15 ms."""
DOUBT = 3.0
"""Standard errors by which an estimate must be above COUNTED to make counting needless."""


async def count(
    conn: Connection, workspace_id: UUID, question: Question, attributes: Attributes
) -> Count:
    """How many there are.

    A sample is asked first whether they are many: to count the answers to a filter that one in
    fifty contacts meets up to 10,001 is to read half a million rows.
    """
    asked = await conditions(conn, workspace_id, question, attributes, most=COUNTED)
    share = 1.0 if asked.few else await _share(conn)
    if share >= 1.0:
        return Count(count=await _exactly(conn, workspace_id, asked, None), about=False)
    sampled, squares = await _in_sample(conn, workspace_id, asked, share)
    estimate = Count(count=max(COUNTED, rounded(sampled / share)), about=True)
    if sampled - DOUBT * sqrt(squares) > COUNTED * share:
        return estimate
    exact = await _exactly(conn, workspace_id, asked, COUNTED + 1)
    return Count(count=exact, about=False) if exact <= COUNTED else estimate


def rounded(number: float) -> int:
    """To two digits, which is what the estimate is worth."""
    if number < 1:
        return 0
    step = 10 ** max(0, int(log10(number)) - 1)
    return round(number / step) * step


async def _share(conn: Connection) -> float:
    """The part of the table's pages that a sample reads."""
    cursor = await conn.execute(
        "SELECT pg_relation_size('contacts') / current_setting('block_size')::integer AS pages"
    )
    found = await cursor.fetchone()
    return min(1.0, SAMPLED_PAGES / max(1, found["pages"])) if found else 1.0


async def _in_sample(
    conn: Connection, workspace_id: UUID, asked: Conditions, share: float
) -> tuple[int, int]:
    """How many of a random part of the table's pages answer the question.

    And the sum of the squares of how many do on each page, which is the variance of the first:
    contacts of one page came at the same time and may be alike.
    """
    sample = contacts.tablesample(func.system(100 * share), name="sample")
    adapter = ClauseAdapter(sample)
    wanted: list[ColumnElement[bool]] = [
        adapter.traverse(condition)
        for condition in (contacts.c.workspace_id == workspace_id, *asked.all)
    ]
    page = literal_column("(sample.ctid::text::point)[0]")
    pages = (
        select(func.count().label("number"))
        .select_from(sample)
        .where(*wanted)
        .group_by(page)
        .subquery()
    )
    number = pages.c.number
    sums = select(
        func.coalesce(func.sum(number), 0).label("sampled"),
        func.coalesce(func.sum(number * number), 0).label("squares"),
    )
    found = await row(conn, sums)
    return (int(found["sampled"]), int(found["squares"])) if found else (0, 0)


async def _exactly(
    conn: Connection, workspace_id: UUID, asked: Conditions, most: int | None
) -> int:
    some = (
        select(literal(1))
        .where(contacts.c.workspace_id == workspace_id, *asked.all)
        .limit(most)
        .subquery()
    )
    found = await row(conn, select(func.count().label("number")).select_from(some))
    return found["number"] if found else 0
