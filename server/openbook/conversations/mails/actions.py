"""What changes links of reply mails. The caller holds the transaction."""

import re
from datetime import datetime, timedelta
from secrets import token_urlsafe
from urllib.parse import quote
from uuid import UUID

from openbook.accounts.keys import digest
from openbook.accounts.queries import workspace
from openbook.catalogue.field import Source, Trust
from openbook.contacts.assertions import NOWHERE, Claim, assert_values
from openbook.contacts.holders import reserve
from openbook.conversations import queries as conversations
from openbook.conversations.actions import Changes
from openbook.conversations.appearance.languages import choose_language
from openbook.conversations.appearance.queries import chat_settings
from openbook.conversations.mails import queries
from openbook.conversations.mails.schemas import Link, OpenedByMail, Situation
from openbook.conversations.mails.texts import TEXTS
from openbook.conversations.schemas import MERGED
from openbook.conversations.visiting import sessions
from openbook.db import Connection
from openbook.errors import BadInput
from openbook.ids import new_id
from openbook.mailer import Mail

TOKEN = "obr_"
LIFE = timedelta(days=7)
LONGEST_NAME = 60
# In a subject a name must not look like the beginning of another header or of a coded word.
_UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]+")


async def prepare_mail(
    conn: Connection,
    workspace_id: UUID,
    conversation_id: UUID,
    found: Situation,
    address: str,
    moment: datetime,
) -> tuple[Link, Mail] | None:
    """A link and the mail that carries it, to be sent after the commit. None where the workspace
    has no write key in force, so that no page of its can be opened."""
    key = await queries.page_key(conn, workspace_id)
    if key is None or found.email is None or found.email_key is None:
        return None
    token = TOKEN + token_urlsafe(32)
    link = Link(
        id=new_id(moment),
        contact_id=found.contact_id,
        origin_id=found.origin_id,
        conversation_id=conversation_id,
        token_hash=digest(token),
        email=found.email,
        email_key=found.email_key,
        created_at=moment,
        expires_at=moment + LIFE,
    )
    await queries.insert_link(conn, workspace_id, link)
    settings = (await chat_settings(conn, workspace_id)).settings
    language = choose_language(
        (found.locale, found.browser_language), settings.languages, settings.default_language
    )
    named = await workspace(conn, workspace_id)
    name = settings.name or (named.name if named else "")
    name = " ".join(_UNFIT.sub(" ", name).split())[:LONGEST_NAME]
    texts = TEXTS[language]
    # The token stands behind the #: it reaches no server's log, and opening the page uses nothing.
    url = f"{address}/chat/{quote(key)}?lang={language}#{token}"
    body = texts.mail.format(name=name, url=url, days=LIFE.days)
    return link, Mail(found.email, texts.subject.format(name=name), body + "\n")


async def open_link(
    conn: Connection, workspace_id: UUID, token: str, moment: datetime, changes: Changes
) -> OpenedByMail:
    """Use a link, once: who has it reads the mailbox, so the address is proved (T2), and a chat
    session begins that reads the one conversation. BadInput where it is good for nothing by now.

    It wins over what was only claimed. Where an address of the contact is proved already, or where
    somebody else has proved the same one, nothing is written.
    """
    link = await queries.use_link(conn, workspace_id, digest(token), moment)
    conversation = None
    if link is not None:
        conversation = await conversations.conversation(conn, workspace_id, link.conversation_id)
    if conversation is not None and conversation.merged_into and conversation.status == MERGED:
        conversation = await conversations.conversation(
            conn, workspace_id, conversation.merged_into
        )
    if link is None or conversation is None or conversation.contact_id != link.contact_id:
        raise BadInput("This link has been used already, or is too old.", "link_over")
    if await _prove(conn, workspace_id, link, moment):
        changes.contacts.add(link.contact_id)
    minted, session = await sessions.mint(
        conn,
        workspace_id,
        moment,
        contact_id=conversation.contact_id,
        origin_id=conversation.origin_id,
        linked_id=conversation.id,
    )
    return OpenedByMail(minted, session.expires_at.timestamp(), conversation.id)


async def _prove(conn: Connection, workspace_id: UUID, link: Link, moment: datetime) -> bool:
    """Note that the contact's address is proved; whether that is new."""
    if not await queries.may_be_proved(conn, workspace_id, link.contact_id):
        return False
    held = [("email", link.email_key, link.contact_id)]
    if await reserve(conn, workspace_id, held, Trust.MAILBOX, moment):
        return False
    said = Claim(NOWHERE, "email", link.email, Trust.MAILBOX, Source.MAIL, moment, moment)
    await assert_values(conn, workspace_id, link.contact_id, [said], moment)
    return True
