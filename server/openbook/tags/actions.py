"""What changes about tags: make, rename, colour, remove. The caller holds the transaction."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from msgspec import UNSET
from psycopg.errors import UniqueViolation

from openbook.accounts.schemas import Caller
from openbook.audit.noting import note
from openbook.audit.schemas import COMMAND, Actor
from openbook.db import Connection
from openbook.errors import Conflict, NotFound
from openbook.ids import new_id
from openbook.jobs.actions import defer
from openbook.live.publishing import publish_much
from openbook.tags import queries
from openbook.tags.naming import key_of, require_name
from openbook.tags.schemas import COLOURS, Colour, Tag, TagChange, TagWrite

MOST = 500
"""Tags of a workspace."""
REMOVAL = "tag removal"


class Taken(Conflict):
    """Another tag has this name; `more` names it."""

    def __init__(self, name: str, tag_id: UUID | None):
        super().__init__(f"There is a tag {name!r} already.", "tag_taken")
        self.more = {} if tag_id is None else {"tag_id": str(tag_id)}


async def make(conn: Connection, caller: Caller, written: TagWrite, moment: datetime) -> Tag:
    """A new tag."""
    workspace_id, name = caller.workspace_id, require_name(written.name)
    taken = await queries.ids_of(conn, workspace_id, [key_of(name)])
    if taken:
        raise Taken(name, next(iter(taken.values())))
    colour = written.colour or await _rarest(conn, workspace_id)
    await _add(conn, workspace_id, caller.actor, name, colour, moment)
    made = await queries.ids_of(conn, workspace_id, [key_of(name)])
    return await existing(conn, workspace_id, made[key_of(name)])


async def ensure(
    conn: Connection, workspace_id: UUID, by: UUID | None, names: Collection[str], moment: datetime
) -> dict[str, UUID]:
    """Key of each name -> the tag of that name; those that are not there are made. For an import.

    `by`: a person or a token; None for a command.
    """
    wanted = {key_of(name): name for name in names}
    known = await queries.ids_of(conn, workspace_id, wanted)
    actor = COMMAND if by is None else Actor("token", by)
    for key, name in sorted(wanted.items()):
        if key not in known:
            colour = await _rarest(conn, workspace_id)
            await _add(conn, workspace_id, actor, name, colour, moment)
    return known if len(known) == len(wanted) else await queries.ids_of(conn, workspace_id, wanted)


async def change(
    conn: Connection, caller: Caller, tag_id: UUID, written: TagChange, moment: datetime
) -> Tag:
    """Rename or colour a tag, wherever it was given."""
    workspace_id = caller.workspace_id
    before = await existing(conn, workspace_id, tag_id)
    name = before.name if written.name is UNSET else require_name(written.name)
    colour = before.colour if written.colour is UNSET else written.colour
    taken = (await queries.ids_of(conn, workspace_id, [key_of(name)])).get(key_of(name), tag_id)
    if taken != tag_id:
        raise Taken(name, taken)
    try:
        if not await queries.update_tag(conn, workspace_id, tag_id, name, colour):
            raise unknown()
    except UniqueViolation:
        raise Taken(name, None) from None
    told = {"fields": [what for what in ("name", "colour") if getattr(written, what) is not UNSET]}
    await note(conn, workspace_id, caller.actor, "tag.changed", tag_id, moment, **told)
    await publish_much(conn, workspace_id)
    return await existing(conn, workspace_id, tag_id)


async def remove(conn: Connection, caller: Caller, tag_id: UUID, moment: datetime) -> None:
    """Remove a tag: nobody has it any more. Who had it is forgotten in the background."""
    workspace_id = caller.workspace_id
    if not await queries.delete_tag(conn, workspace_id, tag_id):
        raise unknown()
    await note(conn, workspace_id, caller.actor, "tag.removed", tag_id, moment)
    await defer(conn, workspace_id, REMOVAL, tag_id, moment)
    await publish_much(conn, workspace_id)


async def existing(conn: Connection, workspace_id: UUID, tag_id: UUID) -> Tag:
    """One tag; refuses an id that is none."""
    found = await queries.tag(conn, workspace_id, tag_id)
    if found is None:
        raise unknown()
    return found


def unknown() -> NotFound:
    return NotFound("There is no such tag here, or it was removed.", "no_such_tag")


async def _add(
    conn: Connection, workspace_id: UUID, by: Actor, name: str, colour: Colour, moment: datetime
) -> None:
    if sum((await queries.colours(conn, workspace_id)).values()) >= MOST:
        raise Conflict(
            f"There are {MOST} tags, and no room for {name!r}. Remove one first.", "too_many_tags"
        )
    tag_id = new_id(moment)
    if await queries.insert_tag(conn, workspace_id, tag_id, name, colour, moment):
        await note(conn, workspace_id, by, "tag.made", tag_id, moment)


async def _rarest(conn: Connection, workspace_id: UUID) -> Colour:
    """The colour that the fewest tags have, the first of them."""
    used = await queries.colours(conn, workspace_id)
    return min(COLOURS, key=lambda colour: used.get(colour, 0))
