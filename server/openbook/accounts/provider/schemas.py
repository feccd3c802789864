"""What signing in at the provider takes, gives and believes."""

from datetime import timedelta
from typing import Annotated

import msgspec
from msgspec import Meta

ATTEMPT_LIFE = timedelta(minutes=10)
"""How long somebody may take at the provider."""
LONGEST_CODE = 4_000
Given = Annotated[str, Meta(max_length=LONGEST_CODE)]


class Client(msgspec.Struct, frozen=True):
    """What the operator says of the provider, and what openbook is called there."""

    issuer: str
    client_id: str
    client_secret: str | None
    scopes: str
    domains: frozenset[str]
    """Whose addresses may come in; empty: all."""
    label: str
    return_to: str
    """Where the provider sends people back to, as it is registered there."""

    def __repr__(self) -> str:  # a secret must not get into a log by way of a struct's repr
        return f"Client(issuer={self.issuer!r})"


class Metadata(msgspec.Struct, frozen=True):
    """What is read of the provider's own description (OpenID Connect Discovery, 3)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)
    authorization_response_iss_parameter_supported: bool = False


class Tokens(msgspec.Struct, frozen=True):
    """What the provider gives for a code; of the rest nothing is read."""

    id_token: str
    access_token: str | None = None

    def __repr__(self) -> str:
        return "Tokens(...)"


class Proved(msgspec.Struct, frozen=True):
    """Whom the provider has signed in, as its signature says."""

    issuer: str
    subject: str
    email: str | None
    email_verified: bool
    name: str | None

    def __repr__(self) -> str:  # personal: not for logs
        return "Proved(...)"


class ProviderAsked(msgspec.Struct, frozen=True):
    """Where to go to sign in. Good once, for ten minutes, in this browser."""

    url: str


class ProviderAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the provider sent back with the browser, as it stands behind the `#`."""

    state: Given
    code: Given | None = None
    iss: Given | None = None
    error: Given | None = None

    def __repr__(self) -> str:
        return "ProviderAnswer(...)"
