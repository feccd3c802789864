"""Every statement about tags, and about who has them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Table,
    Text,
    Uuid,
    any_,
    bindparam,
    delete,
    exists,
    func,
    literal,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from openbook.db import Connection, Row, compiled, row, rows, run
from openbook.tables.tags import contact_tags, conversation_tags, tags
from openbook.tags.naming import key_of, read_id
from openbook.tags.schemas import Given, Tag


async def tags_of(conn: Connection, workspace_id: UUID, *, counted: bool = False) -> list[Tag]:
    """All tags of a workspace, by name; `counted`: with how many have each."""
    found = await rows(
        conn, select(tags).where(tags.c.workspace_id == workspace_id).order_by(tags.c.name_key)
    )
    if not counted:
        return [_tag(one) for one in found]
    contacts = await _holders(conn, workspace_id, contact_tags, contact_tags.c.contact_id)
    about = await _holders(
        conn, workspace_id, conversation_tags, conversation_tags.c.conversation_id
    )
    return [
        _tag(one, contacts=contacts.get(one["id"], 0), conversations=about.get(one["id"], 0))
        for one in found
    ]


async def tag(conn: Connection, workspace_id: UUID, tag_id: UUID) -> Tag | None:
    """One tag."""
    found = await row(conn, select(tags).where(*_named(workspace_id, tag_id)))
    return None if found is None else _tag(found)


async def hold(conn: Connection, workspace_id: UUID, tag_id: UUID) -> bool:
    """Keep a tag from being removed until commit; False if there is none."""
    statement = select(tags.c.id).where(*_named(workspace_id, tag_id))
    return await row(conn, statement.with_for_update(key_share=True, read=True)) is not None


async def ids_of(
    conn: Connection, workspace_id: UUID, keys: Collection[str] | None = None
) -> dict[str, UUID]:
    """Key of a name -> id, of all tags or of those with these keys."""
    statement = select(tags.c.name_key, tags.c.id).where(tags.c.workspace_id == workspace_id)
    if keys is not None:
        statement = statement.where(tags.c.name_key == any_(literal(list(keys), ARRAY(Text))))
    return {one["name_key"]: one["id"] for one in await rows(conn, statement)}


async def colours(conn: Connection, workspace_id: UUID) -> dict[str, int]:
    """Colour -> how many tags have it."""
    statement = (
        select(tags.c.colour, func.count().label("number"))
        .where(tags.c.workspace_id == workspace_id)
        .group_by(tags.c.colour)
    )
    return {one["colour"]: one["number"] for one in await rows(conn, statement)}


async def insert_tag(
    conn: Connection, workspace_id: UUID, tag_id: UUID, name: str, colour: str, moment: datetime
) -> bool:
    """A new tag; False where another one has the name."""
    statement = insert(tags).values(
        workspace_id=workspace_id,
        id=tag_id,
        name=name,
        name_key=key_of(name),
        colour=colour,
        made_at=moment,
    )
    unless = statement.on_conflict_do_nothing(index_elements=["workspace_id", "name_key"])
    return await run(conn, unless) == 1


async def update_tag(
    conn: Connection, workspace_id: UUID, tag_id: UUID, name: str, colour: str
) -> bool:
    """Whether there is such a tag still; a name that is taken meanwhile is refused by the index."""
    statement = update(tags).where(*_named(workspace_id, tag_id))
    changed = await run(conn, statement.values(name=name, name_key=key_of(name), colour=colour))
    return changed == 1


async def delete_tag(conn: Connection, workspace_id: UUID, tag_id: UUID) -> bool:
    """Remove a tag; who has it is forgotten by `forget_holders`, and not shown meanwhile."""
    return await run(conn, delete(tags).where(*_named(workspace_id, tag_id))) == 1


async def forget_holders(conn: Connection, workspace_id: UUID, tag_id: UUID, most: int) -> int:
    """Forget of a removed tag who had it, `most` rows of each table; how many rows there were."""
    asked = {"workspace_id": workspace_id, "tag_id": tag_id, "most": most}
    return sum([(await conn.execute(statement, asked)).rowcount for statement in _FORGET])


async def of_contacts(
    conn: Connection, workspace_id: UUID, ids: Sequence[UUID]
) -> dict[UUID, list[Given]]:
    """Contact -> its tags by name, for many contacts in one statement."""
    text, parameters = _OF_CONTACTS
    cursor = await conn.execute(text, parameters | {"workspace_id": workspace_id, "ids": list(ids)})
    found: dict[UUID, list[Given]] = {}
    for one in await cursor.fetchall():
        given = Given(
            id=one["id"],
            name=one["name"],
            colour=one["colour"],
            given_at=int(one["given_at"].timestamp()),
        )
        found.setdefault(one["contact_id"], []).append(given)
    return found


async def give(
    conn: Connection,
    workspace_id: UUID,
    pairs: Iterable[tuple[UUID, UUID]],
    by: UUID | None,
    moment: datetime,
) -> list[UUID]:
    """Give tags, as (contact, tag); which contacts did not have theirs, each as often as that.

    The caller holds the contacts. A tag that was removed meanwhile is given to nobody.
    """
    contacts, given = zip(*pairs, strict=True)
    cursor = await conn.execute(
        """
        WITH held AS (
          SELECT id FROM tags WHERE workspace_id = %(workspace_id)s AND id = ANY(%(tags)s)
          ORDER BY id FOR KEY SHARE
        )
        INSERT INTO contact_tags
          (workspace_id, contact_id, tag_id, origin_id, given_by, given_at)
        SELECT %(workspace_id)s, p.contact, p.tag, p.contact, %(by)s::uuid, %(moment)s
        FROM unnest(%(contacts)s::uuid[], %(tags)s::uuid[]) AS p(contact, tag)
        JOIN held ON held.id = p.tag
        WHERE NOT EXISTS (SELECT FROM contact_tags c WHERE c.workspace_id = %(workspace_id)s
          AND c.contact_id = p.contact AND c.tag_id = p.tag)
        ON CONFLICT DO NOTHING
        RETURNING contact_id
        """,
        {
            "workspace_id": workspace_id,
            "contacts": list(contacts),
            "tags": list(given),
            "by": by,
            "moment": moment,
        },
    )
    return [one["contact_id"] for one in await cursor.fetchall()]


async def take(conn: Connection, workspace_id: UUID, contact_id: UUID, tag_id: UUID) -> bool:
    """Take a tag from a contact, whichever of its parts brought it; whether it had it."""
    statement = delete(contact_tags).where(
        contact_tags.c.workspace_id == workspace_id,
        contact_tags.c.contact_id == contact_id,
        contact_tags.c.tag_id == tag_id,
    )
    return await run(conn, statement) > 0


async def contacts_with(
    conn: Connection, workspace_id: UUID, asked: Sequence[str], most: int
) -> list[UUID] | None:
    """Who has one of these tags, each named or by its id; None where they are more than `most`."""
    named = select(contact_tags.c.contact_id).where(
        contact_tags.c.workspace_id == workspace_id,
        contact_tags.c.tag_id.in_(select(tags.c.id).where(*which(workspace_id, asked))),
    )
    found = [one["contact_id"] for one in await rows(conn, named.limit(most + 1))]
    return None if len(found) > most else list(dict.fromkeys(found))


def which(
    workspace_id: UUID | ColumnElement[UUID], asked: Sequence[str]
) -> tuple[ColumnElement[bool], ...]:
    """The tags that texts mean: ids, or names in any case."""
    ids = [found for found in map(read_id, asked) if found is not None]
    keys = [key_of(" ".join(text.split())) for text in asked if read_id(text) is None]
    known = (tags.c.id == any_(literal(ids, ARRAY(Uuid)))) | (
        tags.c.name_key == any_(literal(keys, ARRAY(Text)))
    )
    return tags.c.workspace_id == workspace_id, known


def has_tag(
    workspace_id: ColumnElement[UUID], contact_id: ColumnElement[UUID], asked: Sequence[str] | None
) -> ColumnElement[bool]:
    """Whether a contact has one of these tags, or any at all: a condition over the contact."""
    mine = exists().where(
        contact_tags.c.workspace_id == workspace_id,
        contact_tags.c.contact_id == contact_id,
        tags.c.workspace_id == contact_tags.c.workspace_id,
        tags.c.id == contact_tags.c.tag_id,
    )
    return mine if asked is None else mine.where(*which(workspace_id, asked))


def _named(workspace_id: UUID, tag_id: UUID) -> tuple[ColumnElement[bool], ...]:
    return tags.c.workspace_id == workspace_id, tags.c.id == tag_id


def _tag(found: Row, **counts: int) -> Tag:
    return Tag(
        id=found["id"],
        name=found["name"],
        colour=found["colour"],
        made_at=int(found["made_at"].timestamp()),
        **counts,
    )


async def _holders(
    conn: Connection, workspace_id: UUID, table: Table, whom: ColumnElement[UUID]
) -> Mapping[UUID, int]:
    """Tag -> how many have it. One that came by several ways has it once."""
    statement = (
        select(table.c.tag_id, func.count(whom.distinct()).label("number"))
        .where(table.c.workspace_id == workspace_id)
        .group_by(table.c.tag_id)
    )
    return {one["tag_id"]: one["number"] for one in await rows(conn, statement)}


_FORGET = (
    """
    DELETE FROM contact_tags WHERE workspace_id = %(workspace_id)s AND tag_id = %(tag_id)s
      AND (contact_id, origin_id) IN (
        SELECT contact_id, origin_id FROM contact_tags
        WHERE workspace_id = %(workspace_id)s AND tag_id = %(tag_id)s LIMIT %(most)s)
    """,
    """
    DELETE FROM conversation_tags WHERE workspace_id = %(workspace_id)s AND tag_id = %(tag_id)s
      AND conversation_id IN (
        SELECT conversation_id FROM conversation_tags
        WHERE workspace_id = %(workspace_id)s AND tag_id = %(tag_id)s LIMIT %(most)s)
    """,
)
# Put together once: it is part of every page of contacts.
_OF_CONTACTS = compiled(
    select(
        contact_tags.c.contact_id,
        tags.c.id,
        tags.c.name,
        tags.c.colour,
        func.min(contact_tags.c.given_at).label("given_at"),
    )
    .join_from(
        contact_tags,
        tags,
        (tags.c.workspace_id == contact_tags.c.workspace_id) & (tags.c.id == contact_tags.c.tag_id),
    )
    .where(
        contact_tags.c.workspace_id == bindparam("workspace_id", type_=Uuid),
        contact_tags.c.contact_id == any_(bindparam("ids", type_=ARRAY(Uuid))),
    )
    .group_by(contact_tags.c.contact_id, tags.c.workspace_id, tags.c.id)
    .order_by(tags.c.name_key)
)
