"""What a page is told of the chat: the settings in one language, for a moment."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import quote

from openbook.catalogue.policy import Policy
from openbook.conversations.appearance.checking import in_language
from openbook.conversations.appearance.colour import ink
from openbook.conversations.appearance.hours import opening
from openbook.conversations.appearance.languages import (
    ABOUTS,
    GREETINGS,
    Language,
    choose_language,
)
from openbook.conversations.appearance.schemas import (
    AskedQuestion,
    ChatConfig,
    ChatQuestion,
    ChatSettings,
    FilesTaken,
    Kept,
    ShownMember,
)
from openbook.conversations.files.kinds import MEDIA_TYPES


def build_config(
    kept: Kept,
    policy: Policy,
    key: str,
    workspace_name: str,
    team: Sequence[str],
    wanted: Sequence[str | None],
    moment: datetime,
) -> ChatConfig:
    """`team`: names of the members who are shown; `wanted`: languages, the most wanted first."""
    settings = kept.settings
    language = choose_language(wanted, settings.languages, settings.default_language)
    order: list[Language] = [language]
    now = opening(settings.hours, moment)
    return ChatConfig(
        enabled=settings.enabled,
        name=settings.name or workspace_name,
        colour=settings.colour,
        ink=ink(settings.colour),
        position=settings.position,
        greeting=in_language(settings.greeting, order, GREETINGS[language]),
        about=in_language(settings.about, order, ABOUTS[language]),
        avatar=avatar_path(key, kept.avatar),
        open=now.open,
        opens_at=int(now.opens_at.timestamp()) if now.opens_at else None,
        expected_reply=settings.expected_reply,
        team=[shown_person(name) for name in team],
        ask=settings.ask,
        questions=[_shown(one, language, settings) for one in settings.questions],
        files=FilesTaken(settings.files.enabled, settings.files.max_bytes, sorted(MEDIA_TYPES)),
        consent=policy.consent_mode,
        policy_url=f"/what-we-collect?key={quote(key)}",
        language=language,
        languages=list(settings.languages),
        default_language=settings.default_language,
    )


def avatar_path(key: str, name: str | None) -> str | None:
    return None if name is None else f"/v1/chat/{quote(key)}/avatar/{name}.webp"


def shown_person(name: str) -> ShownMember:
    """The first name, and the letters that stand where there is no picture."""
    words = name.split() or ["?"]
    letters = words[0][0] + (words[-1][0] if len(words) > 1 else "")
    return ShownMember(words[0], letters.upper())


def _shown(asked: ChatQuestion, language: Language, settings: ChatSettings) -> AskedQuestion:
    order: list[Language] = [language, settings.default_language]
    return AskedQuestion(
        id=asked.id,
        label=in_language(asked.label, order, asked.id),
        type=asked.type,
        choices=[in_language(one, order, "") for one in asked.choices],
        required=asked.required,
    )
