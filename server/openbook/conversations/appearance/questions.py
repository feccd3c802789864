"""What a visitor answered before the first message, sorted to where each answer may go."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from openbook.catalogue.policy import AttributeType, Policy
from openbook.contacts.attributes import read_attribute
from openbook.contacts.values import clean_text, read_email, read_name
from openbook.conversations.appearance.checking import ATTRIBUTE, in_language, may_write
from openbook.conversations.appearance.languages import Language
from openbook.conversations.appearance.schemas import ChatQuestion, ChatSettings
from openbook.errors import BadInput

LONGEST_ANSWER = 500


class Answered(Struct, frozen=True):
    """Claims (T1, source `chat`), and lines to stand above the first message."""

    email: str | None = None
    name: str | None = None
    attributes: dict[str, Any] = {}
    """Without `attribute.` before the key; only what is declared as writable by visitors."""
    lines: tuple[tuple[str, str], ...] = ()
    """(the question, the answer) in the visitor's language."""

    def __repr__(self) -> str:  # personal: not for logs
        return "Answered(...)"


def read_answers(
    settings: ChatSettings, answers: Mapping[str, str], policy: Policy, language: Language
) -> Answered:
    """Sort the answers, by the id of their question. BadInput where a required one is missing.

    Answers to questions that are not asked (any more) are dropped. What does not fit where it was
    to go stands above the message instead: nothing that somebody typed is lost.
    """
    email = name = None
    attributes: dict[str, Any] = {}
    lines: list[tuple[str, str]] = []
    order = (language, settings.default_language)
    for asked in settings.questions:
        label = in_language(asked.label, order, asked.id)
        said = clean_text(answers.get(asked.id), LONGEST_ANSWER)
        if said is None:
            if asked.required:
                raise BadInput(f"Answer this first: {label}", "answer_missing")
            continue
        key = asked.to.removeprefix(ATTRIBUTE) if asked.to.startswith(ATTRIBUTE) else None
        if asked.to == "email":
            email = read_email(said)
            if email is None:
                raise BadInput("That is not an e-mail address.", "bad_email")
        elif asked.to == "name" and policy.keeps("name") and (read := read_name(said)):
            name = read
        elif key is not None and may_write(policy, key):
            value = _typed(policy.attributes[key].type, _chosen(asked, said, settings))
            if value is None:
                lines.append((label, said))
            else:
                attributes[key] = value
        else:
            lines.append((label, said))
    return Answered(email, name, attributes, tuple(lines))


def _typed(type: AttributeType, said: str) -> Any | None:
    """What was typed as a value of the attribute's type; None where it is none."""
    if type != "number":
        return read_attribute(type, said)
    try:
        return read_attribute(type, float(said.replace(",", ".")))
    except ValueError:
        return None


def _chosen(asked: ChatQuestion, said: str, settings: ChatSettings) -> str:
    """A choice in the default language, so that one answer is one value whoever chose it."""
    for choice in asked.choices:
        if said in choice.values():
            return choice[settings.default_language]
    return said
