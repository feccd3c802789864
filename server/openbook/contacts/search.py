"""What a list is asked for, read from an address or a body: one question, checked once."""

from typing import Any

from msgspec import Struct

from openbook.contacts.asked import storable
from openbook.contacts.filters import Filter, read_filter, read_filters
from openbook.contacts.schemas import Search
from openbook.contacts.values import email_key
from openbook.errors import BadInput

MAX_TEXT = 320
MAX_WORDS = 8


class Question(Struct, frozen=True, kw_only=True):
    """Conditions that must all hold. Texts are normalised as they are stored."""

    user_id: str | None = None
    email: str | None = None
    """The key of an address."""
    anonymous_id: str | None = None
    words: str | None = None
    filter: Filter | None = None


EVERYBODY = Question()


def read_question(
    *,
    user_id: str | None = None,
    email: str | None = None,
    anonymous_id: str | None = None,
    q: str | None = None,
    filters: list[str] | None = None,
    tree: dict[str, Any] | None = None,
) -> Question:
    """The question that an address asks (`filters`) or a body (`tree`)."""
    filter = read_filter(tree) if tree is not None else read_filters(filters or [])
    user_id, email = _text("user_id", user_id), _text("email", email)
    if email is not None:
        email = email_key(email.strip()) or email.strip().lower()
    words = " ".join((_text("q", q) or "").split()[:MAX_WORDS])
    return Question(
        user_id=None if user_id is None else user_id.strip(),
        email=email,
        anonymous_id=_text("anonymous_id", anonymous_id),
        words=words or None,
        filter=filter,
    )


def read_search(search: Search) -> Question:
    return read_question(
        user_id=search.user_id,
        email=search.email,
        anonymous_id=search.anonymous_id,
        q=search.q,
        tree=search.filter,
    )


def _text(name: str, value: str | None) -> str | None:
    if value is not None and (len(value) > MAX_TEXT or not storable(value)):
        raise BadInput(f"{name} is a text of at most {MAX_TEXT} characters, none of them NUL.")
    return value
