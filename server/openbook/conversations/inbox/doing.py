"""The inbox over REST: what the team does. Each route runs one action and tells it once."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from litestar import Controller, Request, Response, delete, patch, post
from litestar.datastructures import State
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import JSONBody

from openbook.accounts.guards import caller, requires
from openbook.accounts.schemas import Caller
from openbook.contacts.allowed import policy_of
from openbook.contacts.identity import Moved
from openbook.contacts.parameters import PRIVATE
from openbook.conversations.actions import Changes, Merged, tell
from openbook.conversations.inbox import actions, reading
from openbook.conversations.inbox.merging import merge
from openbook.conversations.inbox.parameters import ConversationId
from openbook.conversations.inbox.schemas import (
    Conversation,
    ConversationChange,
    InboxMessage,
    MergeInto,
    MessageWrite,
    ReadTo,
    StartConversation,
    StartedConversation,
    WritingNow,
)
from openbook.conversations.inbox.threads import one_message
from openbook.db import Connection
from openbook.errors import Unavailable

Asking = Request[Any, Any, Any]
T = TypeVar("T")
WRITE = [requires("conversations:write")]
READ = [requires("conversations:read")]
THERE = "It was there already, under the same `cid`."


async def _do(state: State, who: Caller, work: Callable[[Connection, Changes], Awaitable[T]]) -> T:
    """Run `work` in a transaction, anew where another writer was in the way, and tell it once.

    Work begins by asking where an id leads to: anew, a conversation that was merged meanwhile leads
    to the one that took it over.
    """

    async def run(conn: Connection, changes: Changes) -> T:
        try:
            return await work(conn, changes)
        except Merged:
            raise Moved from None

    try:
        return await tell(state.db, state.teller, who.workspace_id, run)
    except Moved:
        raise Unavailable("Other changes were in the way. Try again in a few seconds.") from None


class Doing(Controller):
    """What is said and done in conversations; `routes.py` adds what is read."""

    path = "/api/conversations"
    request_max_body_size = 200_000
    response_headers = PRIVATE
    tags = ("Conversations",)

    @post(
        guards=WRITE,
        operation_id="startConversation",
        responses={200: ResponseSpec(StartedConversation, description=THERE)},
    )
    async def start_conversation(
        self, request: Asking, state: State, data: JSONBody[StartConversation]
    ) -> Response[StartedConversation]:
        """Start a conversation with a contact.

        Who proves to be this contact, with the browser last seen or by a signed user id, is shown
        it; nobody else is. The same `cid` again answers 200 with what is there.
        """
        who, moment = caller(request), state.clock()

        async def work(conn: Connection, changes: Changes) -> tuple[StartedConversation, bool]:
            policy = await policy_of(conn, who.workspace_id)
            done = await actions.start(conn, who, policy, data, moment, changes)
            shown = await reading.one(conn, who, done.conversation.id, moment)
            said = await one_message(conn, who.workspace_id, shown.id, done.message.seq)
            return StartedConversation(shown, said), done.is_new

        started, is_new = await _do(state, who, work)
        return Response(started, status_code=201 if is_new else 200)

    @post(
        "/{conversation_id:uuid}/messages",
        guards=WRITE,
        operation_id="sendMessage",
        responses={200: ResponseSpec(InboxMessage, description=THERE)},
    )
    async def send_message(
        self,
        request: Asking,
        state: State,
        conversation_id: ConversationId,
        data: JSONBody[MessageWrite],
    ) -> Response[InboxMessage]:
        """Answer the contact, or leave a note for colleagues, which the contact never sees.

        A message moves the contact's `last_activity_at`; a note does not. The same `cid` again
        answers 200 with what is there.
        """
        who, moment = caller(request), state.clock()

        async def work(conn: Connection, changes: Changes) -> tuple[InboxMessage, bool]:
            policy = await policy_of(conn, who.workspace_id)
            done = await actions.say(conn, who, policy, conversation_id, data, moment, changes)
            where = done.conversation.id
            said = await one_message(conn, who.workspace_id, where, done.message.seq)
            return said, done.is_new

        said, is_new = await _do(state, who, work)
        return Response(said, status_code=201 if is_new else 200)

    @patch("/{conversation_id:uuid}", guards=WRITE, operation_id="patchConversation")
    async def patch_conversation(
        self,
        request: Asking,
        state: State,
        conversation_id: ConversationId,
        data: JSONBody[ConversationChange],
    ) -> Conversation:
        """Open, snooze, close, assign or tag a conversation; what is not named stays."""
        who, moment = caller(request), state.clock()

        async def work(conn: Connection, changes: Changes) -> Conversation:
            kept = await actions.change(conn, who, conversation_id, data, moment, changes)
            return await reading.one(conn, who, kept, moment)

        return await _do(state, who, work)

    @post("/{conversation_id:uuid}/read", guards=READ, status_code=200, operation_id="readMessages")
    async def read_messages(
        self,
        request: Asking,
        state: State,
        conversation_id: ConversationId,
        data: JSONBody[ReadTo],
    ) -> Conversation:
        """Say how far you have read. The contact is shown how far anybody has who may answer."""
        who, moment = caller(request), state.clock()

        async def work(conn: Connection, changes: Changes) -> Conversation:
            await actions.read(conn, who, conversation_id, data.seq, moment, changes)
            return await reading.one(conn, who, conversation_id, moment)

        return await _do(state, who, work)

    @post(
        "/{conversation_id:uuid}/unread",
        guards=READ,
        status_code=200,
        operation_id="unreadMessages",
    )
    async def unread_messages(
        self, request: Asking, state: State, conversation_id: ConversationId
    ) -> Conversation:
        """Have the contact's latest message count as unread again, for you alone."""
        who, moment = caller(request), state.clock()

        async def work(conn: Connection, changes: Changes) -> Conversation:
            await actions.unread(conn, who, conversation_id, changes)
            return await reading.one(conn, who, conversation_id, moment)

        return await _do(state, who, work)

    @post(
        "/{conversation_id:uuid}/typing", guards=WRITE, status_code=204, operation_id="tellTyping"
    )
    async def tell_typing(
        self,
        request: Asking,
        state: State,
        conversation_id: ConversationId,
        data: JSONBody[WritingNow],
    ) -> None:
        """Say that you are writing; nothing of it is kept. Good for some seconds."""
        who = caller(request)
        async with state.db.transaction(who.workspace_id) as conn:
            await actions.tell_typing(conn, who, conversation_id, note=data.kind == "note")

    @post(
        "/{conversation_id:uuid}/merge",
        guards=WRITE,
        status_code=200,
        operation_id="mergeConversations",
    )
    async def merge_conversations(
        self,
        request: Asking,
        state: State,
        conversation_id: ConversationId,
        data: JSONBody[MergeInto],
    ) -> Conversation:
        """Take over the messages of another conversation with the same contact.

        They follow behind the last message here, in their own order and with their times. The
        other id leads here from then on. 409 `other_contact`, or `other_reader` where that would
        show one browser what was said in another.
        """
        who, moment = caller(request), state.clock()

        async def work(conn: Connection, changes: Changes) -> Conversation:
            kept = await merge(conn, who, conversation_id, data.other_id, moment, changes)
            return await reading.one(conn, who, kept, moment)

        return await _do(state, who, work)

    @post("/{conversation_id:uuid}/spam", guards=WRITE, status_code=200, operation_id="markSpam")
    async def mark_spam(
        self, request: Asking, state: State, conversation_id: ConversationId
    ) -> Conversation:
        """Mark the contact as spam: its conversations leave every view but `spam`."""
        return await self._spam(request, state, conversation_id, True)

    @delete(
        "/{conversation_id:uuid}/spam",
        guards=WRITE,
        status_code=200,
        operation_id="unmarkSpam",
    )
    async def unmark_spam(
        self, request: Asking, state: State, conversation_id: ConversationId
    ) -> Conversation:
        """Take the mark away: its conversations are back where they were."""
        return await self._spam(request, state, conversation_id, False)

    async def _spam(
        self, request: Asking, state: State, conversation_id: ConversationId, spam: bool
    ) -> Conversation:
        who, moment = caller(request), state.clock()

        async def work(conn: Connection, changes: Changes) -> Conversation:
            policy = await policy_of(conn, who.workspace_id)
            kept = await actions.set_spam(conn, who, policy, conversation_id, spam, moment, changes)
            return await reading.one(conn, who, kept, moment)

        return await _do(state, who, work)
