"""Every statement about mails of replies and the links they carry."""

from datetime import datetime, timedelta
from hashlib import blake2b
from uuid import UUID

from sqlalchemy import delete, insert, select, update

from openbook.catalogue.field import Source, Trust
from openbook.contacts.values import email_key
from openbook.conversations.mails.schemas import Link, Mailed, Situation
from openbook.conversations.queries import LATEST_REPLY
from openbook.db import Connection, built, row, run
from openbook.tables.accounts import write_keys
from openbook.tables.conversations import conversations, reply_links

KEPT = timedelta(days=60)
"""How long it is remembered to whom mail went."""
_COLUMNS = tuple(reply_links.c[name] for name in Link.__struct_fields__)
_SITUATION = built(f"""
SELECT c.contact_id, c.origin_id, c.status, c.merged_into, c.contact_seq > 0 AS wrote,
  CASE WHEN k.email_trust >= %(mailbox)s THEN k.email END AS proved, t.typed,
  coalesce(k.spam, false) AS spam, coalesce(k.bounce = 'hard', false) AS bounced,
  greatest(c.read_public_seq, c.received_public_seq) AS seen,
  m.public_seq AS replied, m.created_at AS replied_at, s.locale, k.browser_language
FROM conversations c
JOIN contacts k ON k.workspace_id = c.workspace_id AND k.id = c.contact_id
LEFT JOIN chat_sessions s ON s.workspace_id = c.workspace_id AND s.id = c.session_id
{LATEST_REPLY}
LEFT JOIN LATERAL (
  SELECT value #>> '{{}}' AS typed FROM claims
  WHERE workspace_id = c.workspace_id AND contact_id = c.contact_id AND origin_id = c.origin_id
    AND field = 'email' AND trust < %(mailbox)s AND source = %(chat)s
  ORDER BY occurred_at DESC LIMIT 1
) t ON true
WHERE c.workspace_id = %(workspace_id)s AND c.id = %(id)s
FOR KEY SHARE OF k
""")
# Where nothing is proved, mail goes to what was typed in this very chat. What a page's code claims
# of a visitor anybody may send who knows the anonymous id, and would get the link.
_MAILED = """
SELECT max(sent_at) FILTER (WHERE sent_at > %(moment)s - interval '1 day') AS last_at,
  max(created_at) FILTER (WHERE sent_at IS NULL AND conversation_id <> %(id)s) AS leaving_at,
  max(created_at) FILTER (WHERE sent_at IS NOT NULL AND conversation_id = %(id)s) AS told_at,
  count(*) FILTER (
    WHERE sent_at IS NOT NULL AND used_at IS NULL AND email_key = %(email_key)s
      AND created_at > %(moment)s - interval '30 days') AS ignored
FROM reply_links
WHERE workspace_id = %(workspace_id)s
  AND (contact_id = %(contact_id)s OR email_key = %(email_key)s)
"""


async def situation(
    conn: Connection, workspace_id: UUID, conversation_id: UUID
) -> Situation | None:
    """None where the conversation is gone. Its contact stays until commit."""
    named = {"workspace_id": workspace_id, "id": conversation_id}
    trusted = {"mailbox": int(Trust.MAILBOX), "chat": int(Source.CHAT)}
    cursor = await conn.execute(_SITUATION, named | trusted)
    found = await cursor.fetchone()
    if found is None:
        return None
    proved, typed = found.pop("proved"), found.pop("typed")
    email = proved or typed
    key = email_key(email) if email else None
    known = {"email": email if key else None, "email_key": key, "verified": proved is not None}
    return Situation(**found, **known)


async def mailed(
    conn: Connection,
    workspace_id: UUID,
    conversation_id: UUID,
    found: Situation,
    moment: datetime,
) -> Mailed:
    """What has been sent to this contact, and to its address whoever left it. Until commit nobody
    else decides about this address."""
    name = blake2b(
        workspace_id.bytes + (found.email_key or "").encode(),
        digest_size=8,
        person=b"openbook-replies",
    )
    lock = int.from_bytes(name.digest(), "big", signed=True)
    await conn.execute("SELECT pg_advisory_xact_lock(%s)", (lock,))
    cursor = await conn.execute(
        _MAILED,
        {
            "workspace_id": workspace_id,
            "id": conversation_id,
            "contact_id": found.contact_id,
            "email_key": found.email_key,
            "moment": moment,
        },
    )
    return Mailed(**(await cursor.fetchone() or {}))


async def insert_link(conn: Connection, workspace_id: UUID, new: Link) -> None:
    """In place of those about this conversation that were never sent."""
    mine = reply_links.c.workspace_id == workspace_id
    unsent = reply_links.c.sent_at.is_(None)
    about = reply_links.c.conversation_id == new.conversation_id
    await run(conn, delete(reply_links).where(mine, unsent, about))
    old = reply_links.c.created_at < new.created_at - KEPT
    await run(conn, delete(reply_links).where(mine, old))
    values = {name: getattr(new, name) for name in Link.__struct_fields__}
    await run(conn, insert(reply_links).values(workspace_id=workspace_id, **values))


async def note_sent(conn: Connection, workspace_id: UUID, link: Link, moment: datetime) -> None:
    mine = reply_links.c.workspace_id == workspace_id, reply_links.c.id == link.id
    await run(conn, update(reply_links).where(*mine).values(sent_at=moment))
    about = (
        conversations.c.workspace_id == workspace_id,
        conversations.c.id == link.conversation_id,
    )
    await run(conn, update(conversations).where(*about).values(mailed_at=moment))


async def use_link(
    conn: Connection, workspace_id: UUID, token_hash: bytes, moment: datetime
) -> Link | None:
    """The link of a token, used by this; None where it was used, is too old or never was."""
    statement = (
        update(reply_links)
        .where(
            reply_links.c.workspace_id == workspace_id,
            reply_links.c.token_hash == token_hash,
            reply_links.c.used_at.is_(None),
            reply_links.c.expires_at > moment,
        )
        .values(used_at=moment)
        .returning(*_COLUMNS)
    )
    found = await row(conn, statement)
    return Link(**found) if found else None


async def page_key(conn: Connection, workspace_id: UUID) -> str | None:
    """A live write key to make the link of: rather one that is bound to no sites."""
    statement = (
        select(write_keys.c.key)
        .where(write_keys.c.workspace_id == workspace_id, write_keys.c.revoked_at.is_(None))
        .order_by(write_keys.c.origins.is_not(None), write_keys.c.created_at.desc())
        .limit(1)
    )
    found = await row(conn, statement)
    return found["key"] if found else None


async def may_be_proved(conn: Connection, workspace_id: UUID, contact_id: UUID) -> bool:
    """Whether no address of the contact is proved yet. The contact is held until commit."""
    cursor = await conn.execute(
        "SELECT coalesce(email_trust, 0) < %s AS may FROM contacts "
        "WHERE workspace_id = %s AND id = %s FOR NO KEY UPDATE",
        (int(Trust.MAILBOX), workspace_id, contact_id),
    )
    found = await cursor.fetchone()
    return found is not None and found["may"]
