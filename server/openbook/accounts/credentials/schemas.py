"""What tokens and write keys take and show."""

from typing import Annotated, Literal
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
from msgspec import Meta

from openbook.accounts.people.schemas import Moment
from openbook.accounts.schemas import Token, WriteKey
from openbook.errors import BadInput

MOST_ORIGINS = 50


class ShownToken(msgspec.Struct, frozen=True):
    """An API token as it is listed: everything but the token, which nobody holds but its owner."""

    id: UUID
    name: str
    role: str
    scopes: list[str]
    created_at: Moment
    used_at: Moment | None
    """When it last opened the REST interface, to the minute."""
    revoked_at: Moment | None


class TokenList(msgspec.Struct, frozen=True):
    """All of them, revoked ones too, oldest first."""

    items: list[ShownToken]


class MakeToken(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the token is for and what it may do: by a role, by scopes, or both."""

    name: Annotated[str, Meta(max_length=300)]
    role: Literal["admin", "agent", "viewer"] | None = None
    scopes: Annotated[list[str], Meta(max_length=50)] = []


class MadeToken(msgspec.Struct, frozen=True):
    """The token, shown this once."""

    token: str
    listed: ShownToken


class ShownWriteKey(msgspec.Struct, frozen=True):
    """A write key in force. It is public: it stands in the snippet."""

    key: str
    created_at: Moment
    origins: list[str] | None
    """From which sites a browser may send with it; null: from all."""
    used_at: Moment | None
    """When something was last sent with it, to a quarter of an hour; null: nothing yet."""


class WriteKeyList(msgspec.Struct, frozen=True):
    """The write keys in force, the newest first."""

    items: list[ShownWriteKey]


class Origins(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From which sites a browser may send with a write key; null: from all."""

    origins: list[Annotated[str, Meta(max_length=300)]] | None = None


def shown_token(token: Token) -> ShownToken:
    return ShownToken(
        token.id,
        token.name,
        token.role,
        list(token.scopes),
        int(token.created_at.timestamp()),
        int(token.used_at.timestamp()) if token.used_at else None,
        int(token.revoked_at.timestamp()) if token.revoked_at else None,
    )


def shown_write_key(key: WriteKey) -> ShownWriteKey:
    origins = list(key.origins) if key.origins is not None else None
    used = int(key.used_at.timestamp()) if key.used_at else None
    return ShownWriteKey(key.key, int(key.created_at.timestamp()), origins, used)


def read_origins(texts: list[str] | None) -> tuple[str, ...] | None:
    """The sites as a browser writes them in the header Origin; None for all."""
    if texts is None:
        return None
    if not 0 < len(texts) <= MOST_ORIGINS:
        raise BadInput(f"Name 1 to {MOST_ORIGINS} sites, or null for all.", "bad_origin")
    return tuple(dict.fromkeys(_origin(text) for text in texts))


def _origin(text: str) -> str:
    try:
        parts = urlsplit(text.strip().lower().rstrip("/"))
        usual, port = {"http": 80, "https": 443}.get(parts.scheme), parts.port
        host = (parts.hostname or "").encode("idna").decode()
    except (ValueError, UnicodeError):
        parts, usual, port, host = urlsplit(""), None, None, ""
    whole = parts.path or parts.query or parts.fragment or "@" in parts.netloc
    if usual is None or not host or whole or "*" in host:
        raise BadInput(
            f"{text[:80]!r} is no site. A site is written like https://shop.example, without a "
            "path.",
            "bad_origin",
        )
    named = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{named}" + ("" if port in (None, usual) else f":{port}")
