"""What anybody may read without a token: what is collected, and the well-known pages."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

from litestar import MediaType, Request, Response, get
from litestar.datastructures import State
from litestar.handlers import HTTPRouteHandler
from litestar.params import Parameter

from openbook.accounts.guards import caller, requires
from openbook.accounts.queries import (
    unscoped_first_workspace,
    unscoped_workspace_by_write_key,
    workspace,
)
from openbook.accounts.schemas import Workspace
from openbook.catalogue.declaration import Declaration, declare
from openbook.catalogue.fields import FIELDS
from openbook.catalogue.listing import ShownField, field_list
from openbook.catalogue.page import SECURITY_POLICY, Links, render
from openbook.catalogue.wording import LANGUAGES, Words, words_for
from openbook.clock import now
from openbook.contacts.segments import operators_of
from openbook.errors import NotFound

GPC_SINCE = "2026-11-23"
"""When what openbook does on Global Privacy Control last changed."""
SECURITY_TXT_LIFE = timedelta(days=180)  # RFC 9116: less than a year ahead
OPERATORS = {field.id: operators_of(field.type) for field in FIELDS}
LONGEST_KEY = 64

WriteKey = Annotated[
    str | None,
    Parameter(description="A write key: its workspace. Without it: the installation's first."),
]
Language = Annotated[
    str | None,
    Parameter(
        description="Of the sentences: "
        + ", ".join(f"`{language}`" for language in LANGUAGES)
        + ". Without it, what `Accept-Language` asks for, else English."
    ),
]


@get("/what-we-collect", media_type=MediaType.HTML, tags=["Public"], operation_id="whatWeCollect")
async def what_we_collect(
    request: Request[Any, Any, Any],
    state: State,
    key: WriteKey = None,
    language: Language = None,
) -> Response[str]:
    """The page that says what is collected, for the people it is about."""
    words = _words(request, language)
    declaration = await _declaration(state, key, words)
    own = {"key": key} if key else {}
    links = Links(
        machine="/what-we-collect.json?" + urlencode(own | {"language": words.language}),
        languages={
            other: "/what-we-collect?" + urlencode(own | {"language": other}) for other in LANGUAGES
        },
    )
    headers = {
        "Content-Security-Policy": SECURITY_POLICY,
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
    return _answer(request, declaration, render(declaration, words, links), MediaType.HTML, headers)


@get(
    "/what-we-collect.json",
    media_type=MediaType.JSON,
    tags=["Public"],
    operation_id="whatWeCollectJson",
)
async def what_we_collect_json(
    request: Request[Any, Any, Any],
    state: State,
    key: WriteKey = None,
    language: Language = None,
) -> Response[Declaration]:
    """The same for machines. `revision` changes whenever anything else here does."""
    declaration = await _declaration(state, key, _words(request, language))
    headers = {"Access-Control-Allow-Origin": "*"}
    return _answer(request, declaration, declaration, MediaType.JSON, headers)


@get("/.well-known/gpc.json", tags=["Public"], operation_id="gpc")
async def gpc() -> dict[str, Any]:
    """That Global Privacy Control is respected here, in every mode there is."""
    return {"gpc": True, "lastUpdate": GPC_SINCE}


@get("/api/fields", guards=[requires("contacts:read")], tags=["Fields"], operation_id="listFields")
async def list_fields(
    request: Request[Any, Any, Any], state: State, language: Language = None
) -> list[ShownField]:
    """The catalogue: every field, whether it is collected here, and what a filter can ask of it."""
    workspace_id = caller(request).workspace_id
    async with state.db.transaction(workspace_id) as conn:
        found = _existing(await workspace(conn, workspace_id))
    return field_list(found.policy, OPERATORS, _words(request, language))


def security_txt(contact: str, moment: datetime, address: str | None) -> str:
    """RFC 9116. `contact`: a URL or an e-mail address; `address`: this installation's, if known."""
    uri = f"mailto:{contact}" if "@" in contact and ":" not in contact else contact
    expires = (moment + SECURITY_TXT_LIFE).astimezone(UTC).strftime("%Y-%m-%dT00:00:00Z")
    lines = [f"Contact: {uri}", f"Expires: {expires}", "Preferred-Languages: en"]
    if address:
        lines.append(f"Canonical: {address}/.well-known/security.txt")
    return "\n".join(lines) + "\n"


def public_pages(security_contact: str | None) -> list[HTTPRouteHandler]:
    """The handlers of this file. `security_contact`: whom to tell of a weakness, if it was set."""

    @get(
        "/.well-known/security.txt",
        media_type=MediaType.TEXT,
        tags=["Public"],
        operation_id="securityTxt",
    )
    async def security(state: State) -> str:
        """Whom to tell of a weakness (RFC 9116)."""
        if not security_contact:
            raise NotFound(
                "The operator of this installation has not said whom to tell of a weakness. "
                "OPENBOOK_SECURITY_CONTACT is where it is said."
            )
        async with state.db.transaction() as conn:
            found = _existing(await unscoped_first_workspace(conn))
        return security_txt(security_contact, now(), found.policy.public_url)

    return [what_we_collect, what_we_collect_json, gpc, security, list_fields]


def _answer(
    request: Request[Any, Any, Any],
    declaration: Declaration,
    body: Any,
    media_type: MediaType,
    headers: dict[str, str],
) -> Response[Any]:
    """Cached only until asked again, so that a changed setting shows at once."""
    etag = f'W/"{declaration.revision}-{media_type.value.partition("/")[2]}"'
    headers |= {"Cache-Control": "no-cache", "ETag": etag}
    headers |= {"Vary": "Accept-Language", "Content-Language": declaration.language}
    if request.headers.get("if-none-match") == etag:
        return Response(None, status_code=304, headers=headers, media_type=media_type)
    return Response(body, headers=headers, media_type=media_type)


def _words(request: Request[Any, Any, Any], language: str | None) -> Words:
    return words_for(language, request.headers.get("accept-language"))


async def _declaration(state: State, key: str | None, words: Words) -> Declaration:
    async with state.db.transaction() as conn:
        if key is None:
            found = await unscoped_first_workspace(conn)
        elif len(key) <= LONGEST_KEY:
            found = await unscoped_workspace_by_write_key(conn, key)
        else:
            found = None
    found = _existing(found)
    return declare(found.policy, found.name, words)


def _existing(found: Workspace | None) -> Workspace:
    if found is None:
        raise NotFound("There is no workspace with this write key. Look at the key in the snippet.")
    return found
