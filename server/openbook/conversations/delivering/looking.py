"""Reads, for one workspace, all that a turn tells: each message once, however many are told."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from openbook.conversations.delivering import queries
from openbook.conversations.delivering.following import Following, Member
from openbook.conversations.delivering.queries import Found
from openbook.conversations.delivering.work import Place, Seen, Work
from openbook.conversations.inbox.schemas import InboxMessage
from openbook.conversations.inbox.threads import shown as shown_to_team
from openbook.conversations.schemas import ChatMessage
from openbook.conversations.showing import heads
from openbook.conversations.showing import shown as shown_to_visitor
from openbook.db import Connection, Row


async def look(
    conn: Connection, workspace_id: UUID, work: Work, following: Following, moment: datetime
) -> Seen:
    """Whoever is greeted is read for before the messages are: what comes between is told."""
    sessions = list({one.visit.session_id for one in work.hellos})
    greeted = await queries.readable(conn, workspace_id, sessions) if sessions else {}
    asked = list(work.sessions)
    visits = await queries.visits_by_id(conn, workspace_id, asked, moment) if asked else {}
    found: dict[UUID, Found] = {}
    if work.spans and (following.readers or _opened(following, work.spans)):
        found = await queries.conversations(conn, workspace_id, list(work.spans))
    into = [one.merged_into for one in found.values() if one.merged_into is not None]
    taken_over = await heads(conn, workspace_id, into) if into else {}
    public, whole = await _messages(conn, workspace_id, work, following, found)
    pages = await _pages(conn, workspace_id, work)
    return Seen(greeted, visits, found, taken_over, public, whole, pages)


async def _messages(
    conn: Connection,
    workspace_id: UUID,
    work: Work,
    following: Following,
    found: dict[UUID, Found],
) -> tuple[dict[UUID, list[ChatMessage]], dict[UUID, list[InboxMessage]]]:
    """The new messages that somebody here follows: as visitors see them, and as the team does."""
    opened = _opened(following, work.spans)
    wanted = {
        one.id: work.spans[one.id]
        for one in found.values()
        if work.spans[one.id][1] and (one.id in opened or following.readers_of(one))
    }
    if not wanted:
        return {}, {}
    rows = await queries.messages_within(conn, workspace_id, wanted)
    public = [row for some in rows.values() for row in some if row["public_seq"] is not None]
    team = [row for conversation_id in opened for row in rows.get(conversation_id, ())]
    return (
        _by_conversation(public, await shown_to_visitor(conn, workspace_id, public)),
        _by_conversation(team, await shown_to_team(conn, workspace_id, team)),
    )


async def _pages(
    conn: Connection, workspace_id: UUID, work: Work
) -> list[tuple[Member, Place, list[InboxMessage]]]:
    asked = [(one, (one.open, one.told)) for one in work.behind if one.open is not None]
    if not asked:
        return []
    pages = await queries.messages_after(conn, workspace_id, [place for _, place in asked])
    return [
        (member, place, await shown_to_team(conn, workspace_id, rows))
        for (member, place), rows in zip(asked, pages, strict=True)
    ]


def _opened(following: Following, ids: Iterable[UUID]) -> set[UUID]:
    return {one for one in ids if following.opened(one)}


def _by_conversation(rows: Sequence[Row], shown: Sequence[Any]) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = {}
    for row, one in zip(rows, shown, strict=True):
        found.setdefault(row["conversation_id"], []).append(one)
    return found
