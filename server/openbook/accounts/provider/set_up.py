"""How the provider is set up, over REST: what is set, and whether it can be used just now."""

from typing import Any

import msgspec
from litestar import Request, get, post
from litestar.datastructures import State

from openbook.accounts.guards import requires, visit
from openbook.accounts.mail_routes import Variable
from openbook.accounts.provider.fetching import NoAnswer
from openbook.accounts.provider.provider import RETURN, Provider
from openbook.accounts.sign_in import limits
from openbook.accounts.sign_in.trying import count
from openbook.errors import NotFound, Unavailable
from openbook.settings import Settings

TAGS = ["Signing in"]
NONE = "No sign-in service is set up. OPENBOOK_OIDC_ISSUER names one."
UNUSABLE = "The sign-in service cannot be used: {reason}. It was asked at {issuer}."
Asking = Request[Any, Any, Any]


class ProviderState(msgspec.Struct, frozen=True):
    """How signing in at a provider is set up. The secret is told nobody."""

    ready: bool
    label: str | None
    """What stands on the button."""
    issuer: str | None
    client_id: str | None
    domains: list[str]
    """Whose addresses may come in; empty: those of every member and every open invitation."""
    return_to: str
    """The address to register there."""
    variables: list[Variable]
    """What it is set up by, and which of it is set."""


class ProviderFound(msgspec.Struct, frozen=True):
    """What the provider says of itself."""

    issuer: str
    authorization_endpoint: str
    """Where people are sent to sign in."""


@get("/api/provider", guards=[requires("settings:read")], tags=TAGS, operation_id="showProvider")
async def show_provider(state: State) -> ProviderState:
    """Whether people may sign in at a provider (OpenID Connect), and at which."""
    settings: Settings = state.settings
    provider: Provider | None = state.provider
    client = provider.client if provider else None
    variables = [
        Variable("OPENBOOK_PUBLIC_URL", settings.public_url is not None),
        Variable("OPENBOOK_OIDC_ISSUER", settings.oidc_issuer is not None),
        Variable("OPENBOOK_OIDC_CLIENT_ID", settings.oidc_client_id is not None),
        Variable("OPENBOOK_OIDC_CLIENT_SECRET", settings.oidc_client_secret is not None),
        Variable("OPENBOOK_OIDC_DOMAINS", bool(settings.oidc_domains)),
        Variable("OPENBOOK_OIDC_LABEL", settings.oidc_label is not None),
    ]
    return ProviderState(
        ready=client is not None,
        label=client.label if client else None,
        issuer=client.issuer if client else None,
        client_id=client.client_id if client else None,
        domains=sorted(client.domains) if client else [],
        return_to=settings.address + RETURN,
        variables=variables,
    )


@post(
    "/api/provider/test",
    guards=[requires("team:write")],
    tags=TAGS,
    operation_id="testProvider",
    status_code=200,
)
async def test_provider(request: Asking, state: State) -> ProviderFound:
    """Read the provider's description just now. If it cannot be used, the answer says why."""
    provider: Provider | None = state.provider
    if provider is None:
        raise NotFound(NONE, "no_provider")
    email = visit(request).person.email
    await count(request, state.clock(), limits.a_try(limits.PROVIDER_TEST, email, state.secret))
    try:
        found = await provider.described()
    except NoAnswer as error:
        issuer = provider.client.issuer
        text = UNUSABLE.format(reason=error, issuer=issuer)
        raise Unavailable(text, "provider_away") from None
    return ProviderFound(found.issuer, found.authorization_endpoint)


handlers = [show_provider, test_provider]
