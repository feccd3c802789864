"""Names of those who made changes and of what they changed."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from openbook.accounts.history.schemas import History, ShownChange, Who
from openbook.audit.queries import find_changes
from openbook.audit.schemas import KEPT, ActorKind, Change
from openbook.db import Connection, rows
from openbook.tables.accounts import api_tokens
from openbook.tables.lists import views
from openbook.tables.people import invitations, memberships, users

PAGE = 50


async def history(
    conn: Connection,
    workspace_id: UUID,
    moment: datetime,
    before: UUID | None,
    subject: str | None = None,
    kinds: Sequence[str] = (),
) -> History:
    """A page of what was changed in a workspace, or of one thing in it."""
    found = await find_changes(conn, workspace_id, moment - KEPT, before, subject, PAGE + 1, kinds)
    page = found[:PAGE]
    wanted = {one.actor_id for one in page if one.actor_id} | set(_subjects(page))
    known = await names(conn, workspace_id, sorted(wanted))
    return History(
        [
            ShownChange(
                one.id,
                int(one.at.timestamp()),
                Who(one.actor, one.actor_id, known.get(one.actor_id) if one.actor_id else None),
                one.action,
                one.subject,
                known.get(UUID(one.subject)) if one.subject and _is_named(one) else None,
                one.detail,
            )
            for one in page
        ],
        page[-1].id if len(found) > PAGE else None,
    )


async def who(conn: Connection, workspace_id: UUID, caller_id: UUID) -> Who:
    """Whose id this is: of somebody who is or was in the team, or of an API token."""
    known = await names(conn, workspace_id, [caller_id])
    of_token = select(api_tokens.c.id).where(
        api_tokens.c.workspace_id == workspace_id, api_tokens.c.id == caller_id
    )
    kind: ActorKind = "token" if await rows(conn, of_token) else "person"
    return Who(kind, caller_id, known.get(caller_id))


async def names(conn: Connection, workspace_id: UUID, ids: Sequence[UUID]) -> dict[UUID, str]:
    """Id -> name of the people, tokens and invitations among these that are of this workspace."""
    if not ids:
        return {}
    in_team = select(memberships.c.user_id).where(memberships.c.workspace_id == workspace_id)
    invited = select(invitations.c.email_key).where(invitations.c.workspace_id == workspace_id)
    # Who has left was invited once, or owned it: others' people are none of this workspace's.
    people = select(users.c.id, users.c.name).where(
        users.c.id.in_(ids), users.c.id.in_(in_team) | users.c.email_key.in_(invited)
    )
    tokens = select(api_tokens.c.id, api_tokens.c.name).where(
        api_tokens.c.workspace_id == workspace_id, api_tokens.c.id.in_(ids)
    )
    addressed = select(invitations.c.id, invitations.c.email.label("name")).where(
        invitations.c.workspace_id == workspace_id, invitations.c.id.in_(ids)
    )
    # A view that is one's own again is nobody else's to know of.
    seen_by_all = select(views.c.id, views.c.name).where(
        views.c.workspace_id == workspace_id, views.c.id.in_(ids), views.c.shared
    )
    found: dict[UUID, str] = {}
    for statement in (people, tokens, addressed, seen_by_all):
        found |= {one["id"]: one["name"] for one in await rows(conn, statement)}
    return found


def _is_named(one: Change) -> bool:
    return one.action.startswith(("member.", "token.", "invitation.", "view."))


def _subjects(page: Iterable[Change]) -> Iterable[UUID]:
    return (UUID(one.subject) for one in page if one.subject and _is_named(one))
