"""Examples for the OpenAPI document, by operation: made-up people and addresses."""

from typing import Any

from openbook.reference.examples import (
    appearance,
    chat,
    contacts,
    conversations,
    insight,
    lists,
    people,
    settings,
)

_PARTS = (appearance, chat, contacts, conversations, insight, lists, people, settings)
ANSWERS: dict[str, Any] = {name: one for part in _PARTS for name, one in part.ANSWERS.items()}
"""Operation -> an answer."""
BODIES: dict[str, Any] = {name: one for part in _PARTS for name, one in part.BODIES.items()}
"""Operation -> a body."""
