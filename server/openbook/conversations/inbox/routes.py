"""The inbox over REST: what the team reads. What it does is in `doing.py`."""

from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

from litestar import Request, get
from litestar.datastructures import State
from litestar.params import Parameter
from litestar.response import Stream

from openbook.accounts.guards import caller, requires
from openbook.contacts.allowed import policy_of
from openbook.contacts.parameters import PRIVATE
from openbook.conversations.inbox import reading
from openbook.conversations.inbox.canned import routes as canned
from openbook.conversations.inbox.counting import counts
from openbook.conversations.inbox.doing import Doing
from openbook.conversations.inbox.lists import Asked, read_words
from openbook.conversations.inbox.parameters import (
    After,
    AssigneeId,
    Before,
    ContactId,
    ConversationId,
    Cursor,
    Limit,
    Stretch,
    TagId,
    Words,
)
from openbook.conversations.inbox.schemas import (
    Conversation,
    ConversationPage,
    InboxCounts,
    InboxThread,
    LiveVisitors,
    View,
)
from openbook.conversations.inbox.transcript import POLICY
from openbook.conversations.inbox.visitors import live_visitors
from openbook.errors import BadInput
from openbook.paging import scope_of

TEXT, PAGE = "text/plain; charset=utf-8", "text/html; charset=utf-8"
Asking = Request[Any, Any, Any]


class Inbox(Doing):
    """Conversations: what is read here, and what is done of which `Doing` has the routes."""

    @get(guards=[requires("conversations:read")], operation_id="listConversations")
    async def list_conversations(
        self,
        request: Asking,
        state: State,
        view: Annotated[View, Parameter(description="Which part of the inbox.")] = "open",
        contact: ContactId = None,
        tag: TagId = None,
        assignee: AssigneeId = None,
        q: Words = None,
        limit: Limit = 50,
        cursor: Cursor = None,
    ) -> ConversationPage:
        """List conversations, the latest first.

        What is with contacts that are marked as spam is in the view `spam` alone.
        """
        who, moment = caller(request), state.clock()
        asked = Asked(view=view, contact=contact, tag=tag, assignee=assignee, words=read_words(q))
        scope = scope_of(who.workspace_id, who.caller_id, ("conversations", asked))
        after = state.cursors.open(scope, cursor, moment) if cursor else None
        async with state.db.transaction(who.workspace_id) as conn:
            shown, ending = await reading.a_page(conn, who, asked, limit, after, moment)
        following = state.cursors.seal(scope, ending, moment) if ending else None
        return ConversationPage(shown, following)

    @get("/counts", guards=[requires("conversations:read")], operation_id="countConversations")
    async def count_conversations(self, request: Asking, state: State) -> InboxCounts:
        """How many conversations each view has for you, and in how many something is unread."""
        who = caller(request)
        async with state.db.transaction(who.workspace_id) as conn:
            return await counts(conn, who.workspace_id, who.caller_id)

    @get(
        "/{conversation_id:uuid}",
        guards=[requires("conversations:read")],
        operation_id="getConversation",
    )
    async def get_conversation(
        self, request: Asking, state: State, conversation_id: ConversationId
    ) -> Conversation:
        """One conversation; the id of one that was merged away gives the one that was kept."""
        who = caller(request)
        async with state.db.transaction(who.workspace_id) as conn:
            return await reading.one(conn, who, conversation_id, state.clock())

    @get(
        "/{conversation_id:uuid}/messages",
        guards=[requires("conversations:read")],
        operation_id="getMessages",
    )
    async def get_messages(
        self,
        request: Asking,
        state: State,
        conversation_id: ConversationId,
        after: After = None,
        before: Before = None,
        limit: Stretch = 50,
    ) -> InboxThread:
        """What was said, in its order: the latest, or what is behind or before a `seq`."""
        if after is not None and before is not None:
            raise BadInput("Ask for what is `after` a seq or `before` one, not for both.")
        who = caller(request)
        async with state.db.transaction(who.workspace_id) as conn:
            return await reading.a_thread(
                conn, who, conversation_id, limit, state.clock(), after=after, before=before
            )

    @get(
        "/{conversation_id:uuid}/transcript",
        guards=[requires("conversations:read")],
        operation_id="getTranscript",
        media_type="text/plain",
    )
    async def get_transcript(
        self,
        request: Asking,
        state: State,
        conversation_id: ConversationId,
        format: Annotated[
            Literal["text", "html"], Parameter(description="`html` is a page to print.")
        ] = "text",
        notes: Annotated[bool, Parameter(description="With what the team noted.")] = False,
    ) -> Stream:
        """A whole conversation, to copy, print or keep. Times are UTC."""
        who, moment = caller(request), state.clock()
        make = reading.transcript_page if format == "html" else reading.transcript_text
        pieces = make(state.db, who, conversation_id, moment, notes=notes)
        # The first piece is made before the answer begins, so that a refusal can still be one.
        first = await anext(pieces)

        async def body() -> AsyncIterator[str]:
            yield first
            async for more in pieces:
                yield more

        if format == "html":
            kind = {"Content-Type": PAGE, "Content-Security-Policy": POLICY}
        else:
            name = f'attachment; filename="conversation-{conversation_id}.txt"'
            kind = {"Content-Type": TEXT, "Content-Disposition": name}
        # As a header: a route's own media type would win over one that is given with the body.
        return Stream(body(), headers=PRIVATE | kind)


@get(
    "/api/visitors",
    guards=[requires("contacts:read")],
    tags=["Conversations"],
    operation_id="listVisitors",
    response_headers=PRIVATE,
)
async def list_visitors(request: Asking, state: State) -> LiveVisitors:
    """Who is on the site now, the last seen first: 200 at most, nobody who is marked as spam.

    `conversation_id` takes the scope `conversations:read` besides.
    """
    who = caller(request)
    reads = who.may("conversations:read")
    async with state.db.transaction(who.workspace_id) as conn:
        policy = await policy_of(conn, who.workspace_id)
        return await live_visitors(conn, who.workspace_id, policy, state.clock(), reads=reads)


handlers = [Inbox, list_visitors, *canned.handlers]
