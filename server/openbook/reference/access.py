"""Who may ask an operation: its guards, as the OpenAPI document says them."""

from typing import Any

from litestar import Litestar
from litestar.routes import HTTPRoute

from openbook.accounts.guards import NO_TOKEN, confirmed, requires, signed_in
from openbook.accounts.schemas import ALL_SCOPES, PERSONAL_SCOPES
from openbook.conversations.visiting.guard import with_key, with_session

SESSION, CONFIRMATION = "a session", "a confirmation"
CHAT, KEY = "a chat session", "a write key"
_BY_GUARD = {
    **{requires(scope).__name__: scope for scope in ALL_SCOPES},
    signed_in.__name__: SESSION,
    confirmed.__name__: CONFIRMATION,
    with_key.__name__: KEY,
    with_session.__name__: CHAT,
}
_CHAT_SECURITY: dict[str, list[dict[str, list[str]]]] = {
    CHAT: [{"chatSession": []}],
    # A session may be shown, and need not be.
    KEY: [{}, {"chatSession": []}],
}
SCHEMES: dict[str, Any] = {
    "chatSession": {
        "type": "http",
        "scheme": "bearer",
        "description": "The token of a chat session (`beginChatSession`). Beside it, the write key "
        "in the address says for which workspace; pages of other sites are kept out as from the "
        "collect routes.",
    },
    "token": {"type": "http", "scheme": "bearer", "description": NO_TOKEN},
    "writeKey": {
        "type": "http",
        "scheme": "basic",
        "description": "The write key as the user, without a password; or `writeKey` in the body.",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "__Host-openbook",
        "description": "Signed in; `openbook` on this machine's own addresses over plain http. "
        "`Openbook-Workspace: ID` says for which workspace a request is.",
    },
}


def guarded(app: Litestar) -> dict[str, list[str]]:
    """Operation -> what its guards ask for: a scope, `a session`, `a confirmation`."""
    return {
        str(handler.operation_id): [_BY_GUARD[one.__name__] for one in handler.resolve_guards()]
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        if handler.resolve_guards()
    }


def say_who(operation: dict[str, Any], guards: list[str] | None) -> None:
    """Enter what the guards ask for, as `security` and in words."""
    if guards is None:
        operation["security"] = [{}]
        return
    if {SESSION, *PERSONAL_SCOPES}.intersection(guards):
        operation["security"] = [{"session": []}]
    for guard in _CHAT_SECURITY.keys() & guards:
        operation["security"] = _CHAT_SECURITY[guard]
    words = [f"Scope: `{guard}`." for guard in guards if guard in ALL_SCOPES]
    if CONFIRMATION in guards:
        words.append("Asks for a confirmation (`confirmMe`) in the last 15 minutes.")
    operation["description"] = " ".join([operation["description"], *words]).strip()
