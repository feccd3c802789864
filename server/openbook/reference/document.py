"""The OpenAPI document of the whole HTTP interface."""

from functools import cache
from typing import Any

import msgspec
from litestar import Litestar
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin

from openbook import __version__, health, surroundings
from openbook.accounts import routes as accounts
from openbook.collect import routes as collect
from openbook.collect.reference import collect_paths, collect_schemas
from openbook.contacts import routes as contacts
from openbook.conversations.appearance import routes as appearance
from openbook.conversations.delivering import routes as delivering
from openbook.conversations.files import routes as chat_files
from openbook.conversations.inbox import routes as inbox
from openbook.conversations.mails import routes as chat_mails
from openbook.conversations.visiting import routes as visiting
from openbook.insight import routes as insight
from openbook.listening import routes as listening
from openbook.privacy.routes import public_pages
from openbook.reference.access import SCHEMES, guarded, say_who
from openbook.reference.bodies import show
from openbook.reference.plain import without_noise
from openbook.reference.refusals import problem_schema, refusals
from openbook.tags import routes as tags

TITLE = "openbook"
ABOUT = """\
Contacts, each with the forty fields that openbook collects and where every value came from.

Send an API token with each request: `Authorization: Bearer TOKEN`; `openbook token create` makes
one. The team's pages use a session cookie instead, and send `X-Requested-With: openbook` with all
that is not a GET. Bodies are JSON in UTF-8. Every `*_at` is UNIX time in whole seconds, and what is
unknown is `null`. A refusal is `application/problem+json` with a stable `code`.
"""
STRICT = frozenset(
    {"ContactWrite", "Search", "MergeWith", "SplitAt", "Withdrawal"}
    | {"Rename", "LinkTaken", "PasswordGiven", "MailAsked", "SecondGiven", "Proof", "NewPassword"}
    | {"TotpCode", "Invite", "InvitationToken", "Accept", "NewRole", "Named", "Choice"}
    | {"MakeToken", "Origins", "Layout", "ViewWrite", "BulkWrite"}
    | {"TagWrite", "TagChange"}
    | {"StartConversation", "MessageWrite", "ConversationChange", "ReadTo", "WritingNow"}
    | {"MergeInto", "CannedReplyWrite"}
    | {"ChatSettingsWrite", "ChatFiles", "ChatQuestion", "OfficeHours", "HoursRange", "MailLink"}
    | {"MapAsked", "InsightAsked", "Box"}
    | {"ClearFrom"}
)
"""Bodies that take no keys but their own."""


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
    asked = guarded(app)
    for item in document["paths"].values():
        for operation in item.values():
            _finish(operation, asked.get(operation["operationId"]))
    document["paths"] |= collect_paths()
    for path, item in document["paths"].items():
        for method, operation in item.items():
            operation["responses"] |= refusals(path, method, operation)
    components = document["components"]
    components["schemas"] |= collect_schemas() | {"Problem": problem_schema()}
    for name in STRICT:
        components["schemas"][name]["additionalProperties"] = False
    components["securitySchemes"] = SCHEMES
    whole: dict[str, Any] = without_noise(msgspec.json.decode(msgspec.json.encode(document)))
    whole["paths"] = dict(sorted(whole["paths"].items(), key=_reading_order))
    return whole


def _finish(operation: dict[str, Any], guards: list[str] | None) -> None:
    """What the framework cannot know: a summary, bodies, who may ask."""
    summary, _, rest = operation.get("description", "").partition("\n")
    operation["summary"] = summary.removesuffix(".")
    operation["description"] = " ".join(rest.split())
    show(operation)
    say_who(operation, guards)


def _reading_order(item: tuple[str, Any]) -> tuple[bool, bool, str]:
    path = item[0]
    return not path.startswith("/api/"), path.startswith("/v1/"), path
