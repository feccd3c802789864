"""The visitor's routes: each reads its request, asks an action or a query, and answers."""

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import JSONBody, Parameter

from openbook.accounts.tokens import Forged
from openbook.collect.locale import read_language
from openbook.conversations import showing
from openbook.conversations.actions import mark_read, mark_received
from openbook.conversations.schemas import ChatMessage, Head
from openbook.conversations.showing import Sight
from openbook.conversations.visiting import naming, queries, sessions, speaking
from openbook.conversations.visiting.guard import (
    Asked,
    Visitor,
    count,
    in_session,
    in_workspace,
    refuse_bots,
    visitor,
    with_key,
    with_session,
)
from openbook.conversations.visiting.limits import ASK, BEGIN, MARK, SPEAK
from openbook.conversations.visiting.schemas import (
    Begin,
    Begun,
    Claimed,
    Heads,
    NewConversation,
    NewMessage,
    Nothing,
    Opened,
    Self,
    Shown,
    Thread,
    UpTo,
)
from openbook.errors import BadInput

TAGS = ["Chat"]
KEY = "/v1/chat/{key:str}"
ONE = f"{KEY}/conversations/{{conversation_id:uuid}}"
MAX_BODY = 200_000
"""Bytes: the longest text, every character of it escaped."""
MOST = 100
Key = Annotated[str, Parameter(description="The write key that stands in the page.")]
ToMany = Annotated[int, Parameter(ge=1, le=MOST, description="Messages at most.")]
Seq = Annotated[int | None, Parameter(ge=0, le=2**31 - 1)]


@post(f"{KEY}/session", guards=[with_key], tags=TAGS, status_code=200,
      operation_id="beginChatSession", request_max_body_size=MAX_BODY)  # fmt: skip
async def begin_session(request: Asked, key: Key, data: JSONBody[Begin]) -> Begun:
    """Begin a chat session, or continue the one whose token is sent.

    Ask only once the visitor opens the chat and needs it, or to see what waits for a device that
    has a proof: loading a page begins nothing. A session without a proof or a signature reads what
    it says itself. A token that opens nothing any more is as none. Where `token` of the customer's
    names another user than before, the former session ends and a new one begins.
    """
    refuse_bots(request)
    count(request, BEGIN)
    state = request.app.state

    async def work(conn: Any, who: Visitor, moment: Any, changes: Any) -> Begun:
        tools = who.admitted.tools
        named = naming.read_token(data.token, tools, moment)
        device = await sessions.show_device(
            conn, state.secret, tools.workspace_id, data.anonymous_id, data.proof
        )
        asking = sessions.Asking(
            workspace_id=tools.workspace_id,
            policy=tools.policy,
            token=who.token,
            named=None if isinstance(named, Forged) else named,
            is_refused=isinstance(named, Forged),
            device=device,
            lasting=data.lasting,
            locale=read_language(data.locale),
        )
        begun = await sessions.begin(conn, asking, moment, changes)
        session = begun.session
        name, email_known = None, False
        if session.contact_id is not None:
            name, email_known = await queries.shown_self(
                conn, tools.workspace_id, session.contact_id
            )
        verified = session.subject is not None
        return Begun(
            token=begun.token,
            expires_at=session.expires_at.timestamp(),
            verified=verified,
            refused=named.reason if isinstance(named, Forged) else None,
            contact=Self(name if verified else None, email_known),
        )

    return await in_workspace(request, work)


@post(f"{KEY}/logout", guards=[with_session], tags=TAGS, status_code=200,
      operation_id="endChatSession")  # fmt: skip
async def logout(request: Asked, key: Key) -> Nothing:
    """End the session: its token opens nothing any more, and its socket is closed."""

    async def work(conn: Any, who: Visitor, session: Any, moment: Any, changes: Any) -> Nothing:
        await sessions.end(conn, session.workspace_id, session.id, changes)
        return Nothing()

    return await in_session(request, ASK, work)


@post(f"{KEY}/waiting", guards=[with_key], tags=TAGS, status_code=200,
      operation_id="waitingConversations", request_max_body_size=MAX_BODY)  # fmt: skip
async def waiting(request: Asked, key: Key, data: JSONBody[Shown]) -> Heads:
    """What waits for a browser, by its session or by the proof of its device. Begins nothing.

    Without either, and with a proof that is none, nothing waits.
    """
    state = request.app.state

    async def work(conn: Any, who: Visitor, moment: Any, changes: Any) -> Heads:
        workspace_id = who.admitted.workspace_id
        if who.token is not None:
            found = await queries.session_by_token(conn, workspace_id, who.token, moment)
            if found is not None:
                return _listed(await showing.heads_seen(conn, workspace_id, found.session.sight))
        device = await sessions.show_device(
            conn, state.secret, workspace_id, data.anonymous_id, data.proof
        )
        if device is None:
            return _listed([])
        sight = Sight(session_id=None, contact_id=device.contact_id, device_id=device.id)
        return _listed(await showing.heads_seen(conn, workspace_id, sight))

    return await in_workspace(request, work)


@get(f"{KEY}/conversations", guards=[with_session], tags=TAGS, operation_id="listOwnConversations")
async def conversations(request: Asked, key: Key) -> Heads:
    """The conversations that the session may read, the latest first, a hundred at most."""

    async def work(conn: Any, who: Visitor, session: Any, moment: Any, changes: Any) -> Heads:
        return _listed(await showing.heads_seen(conn, session.workspace_id, session.sight))

    return await in_session(request, ASK, work)


@post(f"{KEY}/conversations", guards=[with_session], tags=TAGS, status_code=201,
      operation_id="beginOwnConversation", request_max_body_size=MAX_BODY)  # fmt: skip
async def open_one(request: Asked, key: Key, data: JSONBody[NewConversation]) -> Response[Opened]:
    """Begin a conversation with its first message. The same `cid` again: 200, and what is there."""
    refuse_bots(request)

    async def work(
        conn: Any, who: Visitor, session: Any, moment: Any, changes: Any
    ) -> tuple[Head, ChatMessage, bool]:
        policy = who.admitted.tools.policy
        may_make = _budget(request, who)
        return await speaking.begin_conversation(
            conn, session, data, policy, may_make, moment, changes
        )

    head, message, is_new = await in_session(request, SPEAK, work)
    return Response(Opened(head, message), status_code=201 if is_new else 200)


@get(f"{ONE}/messages", guards=[with_session], tags=TAGS, operation_id="readOwnConversation")
async def messages(
    request: Asked,
    key: Key,
    conversation_id: UUID,
    after: Seq = None,
    before: Seq = None,
    limit: ToMany = 50,
) -> Thread:
    """Messages of a conversation, ascending: after a `seq`, before one, or the latest."""
    if after is not None and before is not None:
        raise BadInput("Ask for what is after a message or for what is before one, not for both.")

    async def work(conn: Any, who: Visitor, session: Any, moment: Any, changes: Any) -> Thread:
        await speaking.require_seen(conn, session, conversation_id)
        found = await showing.shown_messages(
            conn, session.workspace_id, conversation_id,
            after=after, before=before, limit=limit + 1,
        )  # fmt: skip
        more = len(found) > limit
        if more:
            found = found[:limit] if after is not None else found[-limit:]
        heads = await showing.heads(conn, session.workspace_id, [conversation_id])
        return Thread(found, more, heads[conversation_id])

    return await in_session(request, ASK, work)


@post(f"{ONE}/messages", guards=[with_session], tags=TAGS, status_code=201,
      operation_id="sendOwnMessage", request_max_body_size=MAX_BODY)  # fmt: skip
async def send_message(
    request: Asked, key: Key, conversation_id: UUID, data: JSONBody[NewMessage]
) -> Response[ChatMessage]:
    """Say something. The same `cid` again: 200, and what is there."""

    async def work(
        conn: Any, who: Visitor, session: Any, moment: Any, changes: Any
    ) -> tuple[ChatMessage, bool]:
        policy = who.admitted.tools.policy
        return await speaking.say(conn, session, conversation_id, data, policy, moment, changes)

    message, is_new = await in_session(request, SPEAK, work)
    return Response(message, status_code=201 if is_new else 200)


@post(f"{ONE}/read", guards=[with_session], tags=TAGS, status_code=200,
      operation_id="markOwnRead", request_max_body_size=MAX_BODY)  # fmt: skip
async def read(request: Asked, key: Key, conversation_id: UUID, data: JSONBody[UpTo]) -> Nothing:
    """The visitor has read up to this message; it never goes back."""
    return await _mark(request, conversation_id, data, mark_read)


@post(f"{ONE}/received", guards=[with_session], tags=TAGS, status_code=200,
      operation_id="markOwnReceived", request_max_body_size=MAX_BODY)  # fmt: skip
async def received(
    request: Asked, key: Key, conversation_id: UUID, data: JSONBody[UpTo]
) -> Nothing:
    """Messages up to this one have arrived in the visitor's browser."""
    return await _mark(request, conversation_id, data, mark_received)


@post(f"{ONE}/typing", guards=[with_session], tags=TAGS, status_code=200,
      operation_id="typeInOwnConversation", request_max_body_size=MAX_BODY)  # fmt: skip
async def typing(request: Asked, key: Key, conversation_id: UUID) -> Nothing:
    """The visitor is writing. Nothing of it is showing."""

    async def work(conn: Any, who: Visitor, session: Any, moment: Any, changes: Any) -> Nothing:
        await speaking.require_seen(conn, session, conversation_id)
        return Nothing()

    done = await in_session(request, MARK, work)
    workspace_id = visitor(request).admitted.workspace_id
    request.app.state.chat.type_as_contact(workspace_id, conversation_id)
    return done


@post(f"{KEY}/contact", guards=[with_session], tags=TAGS, status_code=200,
      operation_id="claimOwnContact", request_max_body_size=MAX_BODY)  # fmt: skip
async def contact(request: Asked, key: Key, data: JSONBody[Claimed]) -> Nothing:
    """Leave an e-mail address or a name. It is kept as a claim, and opens nothing.

    The answer is the same whoever has the address.
    """
    refuse_bots(request)

    async def work(conn: Any, who: Visitor, session: Any, moment: Any, changes: Any) -> Nothing:
        policy = who.admitted.tools.policy
        may_make = _budget(request, who)
        await speaking.claim(conn, session, data, policy, may_make, moment, changes)
        return Nothing()

    return await in_session(request, SPEAK, work)


def _listed(heads: list[Head]) -> Heads:
    return Heads(heads, sum(head.unread for head in heads))


def _budget(request: Asked, who: Visitor) -> Callable[[], bool]:
    """Takes one from the budget of contacts that the collector goes by as well."""
    budget = request.app.state.contact_budget
    return partial(budget.take, who.admitted.workspace_id, who.address, who.admitted.tools.policy)


async def _mark(request: Asked, conversation_id: UUID, data: UpTo, mark: Any) -> Nothing:
    async def work(conn: Any, who: Visitor, session: Any, moment: Any, changes: Any) -> Nothing:
        await speaking.require_seen(conn, session, conversation_id)
        await mark(conn, session.workspace_id, conversation_id, data.seq, changes)
        return Nothing()

    return await in_session(request, MARK, work)


handlers = [
    begin_session, logout, waiting, conversations, open_one, messages, send_message, read,
    received, typing, contact,
]  # fmt: skip
