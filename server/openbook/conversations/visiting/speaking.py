"""What a visitor says and is shown. The caller holds the transaction and publishes `changes`."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from openbook.catalogue.policy import Policy
from openbook.collect.pages import clean_url
from openbook.contacts.values import read_email, read_name
from openbook.conversations import course, queries, showing
from openbook.conversations.actions import (
    Changes,
    Merged,
    append_at_once,
    append_message,
    append_to_held,
    no_conversation,
    open_conversation,
)
from openbook.conversations.appearance.languages import choose_language
from openbook.conversations.appearance.queries import chat_settings
from openbook.conversations.appearance.questions import Answered, read_answers
from openbook.conversations.schemas import (
    BY_CONTACT,
    BY_OPENBOOK,
    EVENT,
    MERGED,
    ChatMessage,
    Conversation,
    Head,
    StoredMessage,
    Writing,
)
from openbook.conversations.visiting import naming, sessions
from openbook.conversations.visiting.schemas import (
    ChatSession,
    Claimed,
    NewConversation,
    NewMessage,
)
from openbook.db import Connection
from openbook.errors import BadInput, NotFound

MayMake = Callable[[], bool]
"""Takes one from the budget of contacts."""


async def begin_conversation(
    conn: Connection,
    session: ChatSession,
    said: NewConversation,
    policy: Policy,
    may_make: MayMake,
    moment: datetime,
    changes: Changes,
) -> tuple[Head, ChatMessage, bool]:
    """A conversation with its first message, whether it is new; sent again, what is there.

    The first message of a session without a contact makes one.
    """
    writing = _writing(session, said)
    course.read_cid(said.cid)
    answered = await _answers(conn, session, said, policy)
    session = await sessions.require_contact(conn, policy, session, may_make, moment, changes)
    assert session.contact_id is not None
    conversation, is_new = await open_conversation(
        conn,
        session.workspace_id,
        contact_id=session.contact_id,
        origin_id=session.origin_id or session.contact_id,
        cid=said.cid,
        moment=moment,
        session_id=session.id,
        # What a verified user begins is read by who proves to be that user, not by whoever
        # uses the browser next.
        device_id=session.device_id if session.subject is None else None,
        subject=session.subject,
    )
    if is_new:
        await _tell_beginning(conn, session, conversation, said, answered, policy, moment, changes)
        values = {"email": answered.email, "name": answered.name}
        values |= {f"attribute.{key}": value for key, value in answered.attributes.items()}
        await naming.claim(conn, policy, session, values, moment, changes)
    done = await append_message(
        conn, session.workspace_id, conversation.id, writing, policy, moment, changes
    )
    heads = await showing.heads(conn, session.workspace_id, [conversation.id])
    message = await _shown(conn, session.workspace_id, done.message)
    return heads[conversation.id], message, done.is_new


async def say(
    conn: Connection,
    session: ChatSession,
    conversation_id: UUID,
    said: NewMessage,
    policy: Policy,
    moment: datetime,
    changes: Changes,
) -> tuple[ChatMessage, bool]:
    """Append a message to a conversation that the session may read; whether it is new."""
    course.read_cid(said.cid)
    writing = _writing(session, said)
    workspace_id = session.workspace_id
    done = await append_at_once(
        conn, workspace_id, conversation_id, writing, policy, moment, changes, sight=session.sight
    )
    if done is None:
        seen = await require_seen(conn, session, conversation_id)
        done = await append_message(
            conn, workspace_id, conversation_id, writing, policy, moment, changes, known=seen
        )
    return await _shown(conn, session.workspace_id, done.message), done.is_new


async def require_seen(
    conn: Connection, session: ChatSession, conversation_id: UUID
) -> Conversation:
    """The conversation, if the session may read it; NotFound as if there were none. `Merged` says
    where to, if it may read that which is no more."""
    found = await showing.conversation_seen(
        conn, session.workspace_id, session.sight, conversation_id
    )
    if found is not None and found.status == MERGED:
        raise Merged(found.merged_into)
    if found is None or found.last_public_seq == 0:
        raise no_conversation()
    return found


async def claim(
    conn: Connection,
    session: ChatSession,
    claimed: Claimed,
    policy: Policy,
    may_make: MayMake,
    moment: datetime,
    changes: Changes,
) -> None:
    """Keep an address or a name that the visitor gives, as a claim on their own contact.

    Nothing is looked up by it, so the answer and its time are the same whoever has the address.
    """
    email = read_email(claimed.email) if claimed.email is not None else None
    if claimed.email is not None and email is None:
        raise BadInput("That is not an e-mail address.", "bad_email")
    name = read_name(claimed.name) if claimed.name is not None else None
    if email is None and name is None:
        return
    session = await sessions.require_contact(conn, policy, session, may_make, moment, changes)
    await naming.claim(conn, policy, session, {"email": email, "name": name}, moment, changes)


def _writing(session: ChatSession, said: NewMessage | NewConversation) -> Writing:
    return Writing(
        cid=said.cid,
        author=BY_CONTACT,
        text=course.read_text(said.text, may_be_empty=bool(said.file_ids)),
        session_id=session.id,
        device_id=session.device_id,
        file_ids=list(dict.fromkeys(said.file_ids)),
    )


async def _answers(
    conn: Connection, session: ChatSession, said: NewConversation, policy: Policy
) -> Answered:
    kept = await chat_settings(conn, session.workspace_id)
    if not kept.settings.enabled:
        raise NotFound("There is no chat here.", "chat_off")
    settings = kept.settings
    language = choose_language([session.locale], settings.languages, settings.default_language)
    return read_answers(settings, said.answers, policy, language)


async def _tell_beginning(
    conn: Connection,
    session: ChatSession,
    conversation: Conversation,
    said: NewConversation,
    answered: Answered,
    policy: Policy,
    moment: datetime,
    changes: Changes,
) -> None:
    """Where it began, for the team, and what was answered before the first message."""
    workspace_id = session.workspace_id
    keeps_page = policy.keeps("last_page_viewed")
    page = clean_url(said.page.url, policy.url_keep) if said.page and keeps_page else None
    held = await queries.hold(conn, workspace_id, conversation.id)
    if held is None:
        raise no_conversation()
    if page is not None:
        event = Writing(
            cid=f"page:{said.cid}"[:64],
            author=BY_OPENBOOK,
            kind=EVENT,
            event={"name": "opened", "page": page},
            is_public=False,
        )
        held = (await append_to_held(conn, workspace_id, held, event, moment, changes)).conversation
    if answered.lines:
        event = Writing(
            cid=f"answers:{said.cid}"[:64],
            author=BY_CONTACT,
            kind=EVENT,
            event={"name": "answers", "lines": [list(line) for line in answered.lines]},
        )
        await append_to_held(conn, workspace_id, held, event, moment, changes)


async def _shown(conn: Connection, workspace_id: UUID, message: StoredMessage) -> ChatMessage:
    """A message of the visitor's own, as they are shown it."""
    files = await showing.sent_files(conn, workspace_id, message.file_ids)
    values = {name: getattr(message, name) for name in message.__struct_fields__}
    return showing.message_of({**values, "user_name": None}, files)
