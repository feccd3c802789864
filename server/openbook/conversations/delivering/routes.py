"""The same news over HTTP, for visitors whose socket does not get through."""

from typing import Annotated

from litestar import get
from litestar.params import Parameter

from openbook.accounts.keys import digest
from openbook.accounts.sign_in.limits import UNKNOWN
from openbook.conversations.delivering.hub import Hub
from openbook.conversations.delivering.polling import Asker, Events
from openbook.conversations.visiting.guard import Asked, renew, visitor, with_session
from openbook.conversations.visiting.lifetimes import LONGEST_TOKEN
from openbook.conversations.visiting.limits import ASK
from openbook.conversations.visiting.sessions import over
from openbook.errors import Unavailable

TAGS = ["Chat"]
LONGEST_WAIT = 25.0
Key = Annotated[str, Parameter(description="The write key that stands in the page.")]
Cursor = Annotated[
    str | None, Parameter(max_length=64, description="The `cursor` of the answer before.")
]


@get(
    "/v1/chat/{key:str}/events",
    guards=[with_session],
    tags=TAGS,
    operation_id="ownChatEvents",
)
async def events(request: Asked, key: Key, after: Cursor = None) -> Events:
    """What happened in the visitor's conversations since a cursor: waits until something has, 25
    seconds at most.

    Without `after`, or with one that is out of date, at once. The first event is `hello` with the
    heads of all conversations: ask for the messages of those whose `seq` is greater than yours.
    What follows are the frames of the socket, which may repeat what you have.
    """
    who = visitor(request)
    hub: Hub = request.app.state.chat
    token = who.token or ""
    if len(token) > LONGEST_TOKEN:
        raise over()
    known = await hub.visit(who.admitted.workspace_id, digest(token))
    if known.version != who.admitted.version:  # what is remembered of the key is out of date
        await renew(request)
    if known.visit is None:
        raise over()
    request.app.state.chat_limits.take(ASK, known.visit.session_id.hex)
    asker = Asker()
    reader = hub.enter(known.visit, asker, None if who.address == UNKNOWN else who.address)
    try:
        return await asker.ask(after, LONGEST_WAIT, lambda: hub.greet(reader))
    except TimeoutError:
        raise Unavailable("The database does not answer. Try again in a few seconds.") from None
    finally:
        hub.leave(reader)


handlers = [events]
