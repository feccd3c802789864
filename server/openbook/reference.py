"""The OpenAPI document of the whole HTTP interface, and the routes that serve it and its page."""

from functools import cache
from typing import Any

import msgspec
from litestar import Litestar, Response, get
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.routes import HTTPRoute

from openbook import __version__, health, surroundings
from openbook.accounts import routes as accounts
from openbook.accounts.guards import NO_TOKEN, confirmed, requires, signed_in
from openbook.accounts.schemas import ALL_SCOPES, PERSONAL_SCOPES
from openbook.collect import routes as collect
from openbook.collect.reference import collect_paths, collect_schemas
from openbook.contacts import routes as contacts
from openbook.conversations.appearance import routes as appearance
from openbook.conversations.delivering import routes as delivering
from openbook.conversations.files import routes as chat_files
from openbook.conversations.inbox import routes as inbox
from openbook.conversations.mails import routes as chat_mails
from openbook.conversations.visiting import routes as visiting
from openbook.errors import BadInput, problem
from openbook.insight import routes as insight
from openbook.listening import routes as listening
from openbook.privacy.routes import public_pages
from openbook.reference_appearance import (
    APPEARANCE,
    APPEARANCE_BODIES,
    APPEARANCE_CONTRADICTED,
    APPEARANCE_STRICT,
    BYTES,
    RAW_ANSWERS,
    RAW_BODIES,
)
from openbook.reference_chat import (
    CHAT_BODIES,
    CHATS,
    GUARDS,
    SCHEMES,
    SECURITY,
)
from openbook.reference_chat import CONTRADICTED as CHAT_CONTRADICTED
from openbook.reference_conversations import (
    CONVERSATION_BODIES,
    CONVERSATIONS,
    CONVERSATIONS_CONTRADICTED,
    CONVERSATIONS_STRICT,
)
from openbook.reference_examples import BODIES, EXAMPLES
from openbook.reference_insight import FIGURES, FIGURES_BODIES
from openbook.reference_lists import LIST_BODIES, LISTS
from openbook.reference_page import SECURITY_POLICY, page
from openbook.reference_people import PEOPLE, PEOPLE_BODIES
from openbook.reference_settings import SETTINGS, SETTINGS_BODIES
from openbook.tags import routes as tags

TITLE = "openbook"
ABOUT = """\
Contacts, each with the forty fields that openbook collects and where every value came from.

Send an API token with each request: `Authorization: Bearer TOKEN`; `openbook token create` makes
one. The team's pages use a session cookie instead, and send `X-Requested-With: openbook` with all
that is not a GET. Bodies are JSON in UTF-8. Every `*_at` is UNIX time in whole seconds, and what is
unknown is `null`. A refusal is `application/problem+json` with a stable `code`.
"""
REFUSALS: dict[str, str] = {
    "400": "Something in the request is not right; `detail` says what.",
    "401": "Nobody is signed in, and the API token is missing or not valid.",
    "403": "The role or the API token lacks the scope, or the request is not from a page of ours.",
    "404": "There is no such thing.",
    "405": "The address does not take this method.",
    "409": "It contradicts what is there; `code` and `detail` say how.",
    "413": "The body is too large.",
    "415": "The body is coded in a way that is not taken.",
    "429": "Too many; `Retry-After` says when to come again.",
    "503": "Not now; `Retry-After` says when to come again.",
}
WRITING = frozenset({"createContact", "patchContact", "deleteContact", "mergeContacts"})
ANSWERS = APPEARANCE | CHATS | CONVERSATIONS | EXAMPLES | PEOPLE | LISTS | FIGURES | SETTINGS
ASKED = CHAT_BODIES | CONVERSATION_BODIES | BODIES | PEOPLE_BODIES | LIST_BODIES
ASKED |= FIGURES_BODIES | SETTINGS_BODIES | APPEARANCE_BODIES
CONTRADICTED = (
    WRITING
    | APPEARANCE_CONTRADICTED
    | CHAT_CONTRADICTED
    | CONVERSATIONS_CONTRADICTED
    | {
        "splitContacts",
        "previewMerge",
        "previewSplit",
        "withdrawValue",
        "makeView",
        "beginBulk",
        "stopBulk",
        "undoBulk",
        "makeTag",
        "changeTag",
        "importContacts",
        "importContactsInSteps",
        "signInByLink",
        "addPasskey",
        "beginPasskey",
        "askToConfirm",
        "askForSecondPasskey",
        "mailSignInLink",
        "beginTotp",
        "confirmTotp",
        "removeTotp",
        "invite",
        "acceptInvitation",
        "changeRole",
        "removeMember",
        "revokeWriteKey",
        "clearStored",
    }
)
"""What can answer 409."""
STRICT = frozenset(
    {"ContactWrite", "Search", "MergeWith", "SplitAt", "Withdrawal"}
    | {"Rename", "LinkTaken", "PasswordGiven", "MailAsked", "SecondGiven", "Proof", "NewPassword"}
    | {"TotpCode", "Invite", "InvitationToken", "Accept", "NewRole", "Named", "Choice"}
    | {"MakeToken", "Origins", "Layout", "ViewWrite", "BulkWrite"}
    | {"TagWrite", "TagChange"}
    | CONVERSATIONS_STRICT
    | APPEARANCE_STRICT
    | {"MapAsked", "InsightAsked", "Box"}
    | {"ClearFrom"}
)
"""Bodies that take no keys but their own."""
SESSION, CONFIRMATION = "a session", "a confirmation"
_NOISE = frozenset({"deprecated", "allowEmptyValue", "allowReserved"})


@cache
def openapi_document() -> dict[str, Any]:
    """OpenAPI 3.1, as spec/openapi.json holds it."""
    app = Litestar(
        [
            *contacts.handlers,
            *tags.handlers,
            *insight.handlers,
            *appearance.handlers,
            *chat_files.handlers,
            *chat_mails.handlers,
            *inbox.handlers,
            *visiting.handlers,
            *delivering.handlers,
            *accounts.handlers,
            *listening.handlers,
            *surroundings.handlers,
            *public_pages(None),
            *collect.handlers,
            *health.handlers,
        ],
        openapi_config=OpenAPIConfig(
            title=TITLE,
            version=__version__,
            description=ABOUT,
            use_handler_docstrings=True,
            path="/unserved",
            render_plugins=[JsonRenderPlugin(path="/openapi.json")],
        ),
    )
    document = app.openapi_schema.to_schema()
    document["servers"] = [{"url": "/"}]
    document["security"] = [{"token": []}, {"session": []}]
    scopes = _guarded(app)
    for item in document["paths"].values():
        for operation in item.values():
            _finish(operation, scopes.get(operation["operationId"]))
    document["paths"] |= collect_paths()
    for path, item in document["paths"].items():
        for method, operation in item.items():
            operation["responses"] |= _refusals(path, method, operation)
    components = document["components"]
    components["schemas"] |= collect_schemas() | {"Problem": _problem_schema()}
    for name in STRICT:
        components["schemas"][name]["additionalProperties"] = False
    components["securitySchemes"] = SCHEMES | {
        "token": {"type": "http", "scheme": "bearer", "description": NO_TOKEN},
        "writeKey": {
            "type": "http",
            "scheme": "basic",
            "description": "The write key as the user, without a password; or `writeKey` in the "
            "body.",
        },
        "session": {
            "type": "apiKey",
            "in": "cookie",
            "name": "__Host-openbook",
            "description": "Signed in; `openbook` on this machine's own addresses over plain http. "
            "`Openbook-Workspace: ID` says for which workspace a request is.",
        },
    }
    whole: dict[str, Any] = _simplified(msgspec.json.decode(msgspec.json.encode(document)))
    whole["paths"] = dict(sorted(whole["paths"].items(), key=_reading_order))
    return whole


@get("/api/openapi.json", include_in_schema=False, media_type="application/json")
async def openapi_json() -> Response[bytes]:
    """The document for machines."""
    return Response(_document_bytes(), media_type="application/json")


@get("/api/docs", include_in_schema=False, media_type="text/html")
async def docs() -> Response[str]:
    """The document for people: one page that loads nothing."""
    headers = {"Content-Security-Policy": SECURITY_POLICY, "X-Content-Type-Options": "nosniff"}
    return Response(_page(), media_type="text/html", headers=headers)


handlers = [openapi_json, docs]


@cache
def _document_bytes() -> bytes:
    return msgspec.json.encode(openapi_document())


@cache
def _page() -> str:
    return page(openapi_document())


def _guarded(app: Litestar) -> dict[str, list[str]]:
    """Operation -> what its guards ask for: a scope, `a session`, `a confirmation`."""
    by_guard = {requires(scope).__name__: scope for scope in ALL_SCOPES}
    by_guard |= GUARDS
    by_guard |= {signed_in.__name__: SESSION, confirmed.__name__: CONFIRMATION}
    return {
        str(handler.operation_id): [by_guard[guard.__name__] for guard in handler.resolve_guards()]
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        if handler.resolve_guards()
    }


def _finish(operation: dict[str, Any], guards: list[str] | None) -> None:
    """What the framework cannot know: examples, bodies that are no JSON, who may ask."""
    text = operation.get("description", "")
    summary, _, rest = text.partition("\n")
    operation["summary"] = summary.removesuffix(".")
    about = " ".join(rest.split())
    name = operation["operationId"]
    for code, answer in list(operation["responses"].items()):
        if not code.startswith("2"):
            del operation["responses"][code]
            continue
        answer["description"] = {"201": "Made.", "204": "Done."}.get(code, "The answer.")
        answer.pop("headers", None)
        if name in ANSWERS:
            for content in answer.get("content", {}).values():
                content["example"] = ANSWERS[name]
    if name in ("importContacts", "importContactsInSteps"):
        operation["requestBody"] = {
            "required": True,
            "content": {kind: _file(kind) for kind in ("text/csv", "application/x-ndjson")},
        }
    elif name in ASKED:
        for content in operation["requestBody"]["content"].values():
            content["example"] = ASKED[name]
    if name == "exportContacts":
        operation["responses"]["200"]["content"] = {
            "text/csv": {"schema": {"type": "string"}},
            "application/x-ndjson": {"schema": {"type": "string"}},
        }
    if name in RAW_BODIES:
        content = dict.fromkeys(RAW_BODIES[name], BYTES)
        operation["requestBody"] = {"required": True, "content": content}
    if name in RAW_ANSWERS:
        content = dict.fromkeys(RAW_ANSWERS[name], BYTES)
        operation["responses"]["200"]["content"] = content
    if name == "getTranscript":
        operation["responses"]["200"]["content"] = {
            "text/plain": {"schema": {"type": "string"}},
            "text/html": {"schema": {"type": "string"}},
        }
    if name == "importContactsInSteps":
        operation["responses"]["200"]["content"] = {
            "application/x-ndjson": {"schema": {"type": "string"}}
        }
    if guards is None:
        operation["security"] = [{}]
    else:
        if {SESSION, *PERSONAL_SCOPES}.intersection(guards):
            operation["security"] = [{"session": []}]
        for guard in SECURITY.keys() & guards:
            operation["security"] = SECURITY[guard]
        scopes = [guard for guard in guards if guard in ALL_SCOPES]
        about += "".join(f" Scope: `{scope}`." for scope in scopes)
        if CONFIRMATION in guards:
            about += " Asks for a confirmation (`confirmMe`) in the last 15 minutes."
        about = about.strip()
    operation["description"] = about


def _file(kind: str) -> dict[str, Any]:
    rows = {
        "text/csv": "user_id,email,name\r\n42,ada@example.com,Ada\r\n",
        "application/x-ndjson": '{"user_id": "42", "email": "ada@example.com", "name": "Ada"}\n',
    }
    return {"schema": {"type": "string"}, "example": rows[kind]}


def _refusals(path: str, method: str, operation: dict[str, Any]) -> dict[str, Any]:
    codes = {"400", "405", "503"}
    if operation.get("security") != [{}]:
        codes |= {"401"} if path not in collect_paths() else {"401", "415", "429"}
    guarded = operation.get("security") not in ([{}], [{"writeKey": []}])
    proving = method == "post" and path.startswith(("/api/sign-in", "/api/invitations"))
    if proving or path in ("/api/me/confirm", "/api/me/totp", "/api/mail/test"):
        codes |= {"401", "403", "429"}
    if path not in collect_paths() and guarded:
        codes.add("403")
    if "{" in path or path.startswith("/.well-known/") or path == "/sourceConfig":
        codes.add("404")
    if operation["operationId"] in ("startConversation", "showChatAvatar", "beginBulk"):
        codes.add("404")
    if operation["operationId"] in CONTRADICTED:
        codes.add("409")
    if path.startswith("/v1/chat/"):
        codes.add("429")
    if "requestBody" in operation:
        codes.add("413")
    if operation["operationId"] in RAW_BODIES:
        codes |= {"415", "429"}
    return {
        code: {
            "description": REFUSALS[code],
            "content": {
                "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
            },
        }
        for code in sorted(codes)
    }


def _problem_schema() -> dict[str, Any]:
    body = problem(BadInput("limit: Expected `int` <= 200."))
    return {
        "type": "object",
        "description": "A refusal (RFC 9457). `code` is stable; `contact_id` names the contact "
        "that is in the way, where one is.",
        "properties": {
            **{name: {"type": "integer" if name == "status" else "string"} for name in body},
            "contact_id": {"type": "string", "format": "uuid"},
        },
        "required": sorted(body),
        "example": body,
    }


def _simplified(part: Any) -> Any:
    """Without the framework's noise: `oneOf` of a type and null is a type; false flags go."""
    if isinstance(part, list):
        return [_simplified(item) for item in part]
    if not isinstance(part, dict):
        return part
    part = {
        key: _simplified(value)
        for key, value in part.items()
        if not (key in _NOISE and value is False)
    }
    choices = part.get("oneOf")
    if isinstance(choices, list):
        types = [choice for choice in choices if choice != {"type": "null"}]
        nullable = len(types) < len(choices)
        if part.keys() & {"in"}:
            return part
        if len(types) == 1 and not (nullable and "type" not in types[0]):
            (only,) = types
            del part["oneOf"]
            part = only | part
            if nullable:
                part["type"] = [only["type"], "null"]
    if part.get("in") in ("query", "path") and isinstance(part.get("schema"), dict):
        part["schema"] = _without_null(part["schema"])
    return part


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """A parameter is there or not; it is never null. Its description stands beside it."""
    types = schema.get("type")
    if isinstance(types, list):
        kept = [one for one in types if one != "null"]
        schema["type"] = kept[0] if len(kept) == 1 else kept
    if "enum" in schema:
        schema["enum"] = [one for one in schema["enum"] if one is not None]
    schema.pop("description", None)
    return schema


def _reading_order(item: tuple[str, Any]) -> tuple[bool, bool, str]:
    path = item[0]
    return not path.startswith("/api/"), path.startswith("/v1/"), path
