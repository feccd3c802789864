"""The catalogue as others are shown it: for GET /api/fields, the public page and `explain`."""

from collections.abc import Mapping, Sequence

import msgspec

from openbook.catalogue.field import Field, Source
from openbook.catalogue.fields import FIELDS
from openbook.catalogue.policy import Policy
from openbook.catalogue.wording import ENGLISH, Words

SECTIONS: dict[str, tuple[str, str]] = {
    "who": (
        "Who you are",
        "Known only if you say it, or if the business you have an account with does.",
    ),
    "visit": (
        "What you are looking at",
        "One page: the last. There is no list of the pages you opened before it.",
    ),
    "place": (
        "Where you are, roughly",
        "The place is looked up from your network address in a file on this server. It means a "
        "city, never a street, and is often wrong by some kilometres.",
    ),
    "browser": (
        "Your browser",
        "What every browser tells each site it opens.",
    ),
    "history": (
        "When you were here",
        "Moments and counts, kept without what you did in between.",
    ),
    "campaign": (
        "How you found us",
        "Left out if your browser sends Global Privacy Control.",
    ),
    "mail": (
        "E-mail and your choices",
        "So that a choice you made is remembered.",
    ),
    "android": ("Our Android app", "Only if you use it."),
    "ios": ("Our iOS app", "Only if you use it."),
}
"""Section -> its heading and one sentence, in the words of the person it is about."""

SOURCE_WORDS: dict[Source, str] = {
    Source.WEB: "your browser",
    Source.ANDROID: "the Android app",
    Source.IOS: "the iOS app",
    Source.CHAT: "what you write in the chat",
    Source.SERVER: "the business's own servers",
    Source.AGENT: "the team",
    Source.MAIL: "the mail system",
    Source.IMPORT: "an imported list",
}
TITLES = {
    "email": "E-mail",
    "timezone": "Time zone",
    "web_sessions": "Web sessions",
    "android_sessions": "Android sessions",
    "ios_sessions": "iOS sessions",
    "unsubscribed": "Unsubscribed",
}
"""Headings of values, where the label is another word."""
_CLIENTS = (Source.WEB, Source.ANDROID, Source.IOS)
_ANY_CLIENT = "your browser or app"
_BY_ADDRESS = "looked up from your network address"
_BY_MODEL = "looked up from the model of your device"
_OR = "{some} or {last}"


class ShownField(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of the catalogue, and whether this workspace collects it."""

    id: str
    number: int | None
    label: str
    """The article's; the same in every language."""
    title: str
    about: str
    type: str
    section: str
    group: str | None
    part_of: str | None
    sources: tuple[str, ...]
    source_words: str
    purpose: str
    legal_basis: str
    retention: str
    switch: str
    on: bool
    written_by: tuple[str, ...]
    floor: str
    limit: int | None
    choices: tuple[str, ...]
    operators: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET


def field_list(
    policy: Policy,
    operators: Mapping[str, Sequence[str]] | None = None,
    words: Words = ENGLISH,
) -> list[ShownField]:
    """Every field in the article's order, then the derived ones; `operators`: id -> what lists
    can compare it by."""
    return [_shown(field, policy, operators, words) for field in FIELDS]


def title(field: Field) -> str:
    """The label as a heading, in sentence case: where it is only the identifier, that in words."""
    if field.id in TITLES:
        return TITLES[field.id]
    if field.label == field.id:
        return field.id.replace("_", " ").capitalize()
    first, *others = field.label.split()
    small = (word.lower() if word.istitle() and word != "Android" else word for word in others)
    return " ".join((first, *small))


def source_words(field: Field, words: Words = ENGLISH) -> str:
    """Where the values come from, in the words of the person they are about."""
    if field.sources == (Source.DERIVED,):
        return words(_BY_ADDRESS if field.group == "connection" else _BY_MODEL)
    told = [words(one) for source, one in SOURCE_WORDS.items() if source in field.sources]
    if set(_CLIENTS) <= set(field.sources):
        told = [words(_ANY_CLIENT), *told[len(_CLIENTS) :]]
    if len(told) == 1:
        return told[0]
    return words(_OR).format(some=", ".join(told[:-1]), last=told[-1])


def _shown(
    field: Field, policy: Policy, operators: Mapping[str, Sequence[str]] | None, words: Words
) -> ShownField:
    return ShownField(
        id=field.id,
        number=field.number,
        label=field.label,
        title=words(title(field)),
        about=words(field.about),
        type=field.type,
        section=field.section,
        group=field.group,
        part_of=field.part_of,
        sources=tuple(source.name.lower() for source in field.sources),
        source_words=source_words(field, words),
        purpose=words(field.purpose),
        legal_basis=words(field.legal_basis),
        retention=words(field.retention),
        switch=field.switch,
        on=policy.keeps(field.id) and not (field.id == "ip" and policy.ip_mode == "none"),
        written_by=field.written_by,
        floor=field.floor.name.lower(),
        limit=field.limit,
        choices=field.choices,
        operators=tuple(operators.get(field.id, ())) if operators is not None else msgspec.UNSET,
    )
