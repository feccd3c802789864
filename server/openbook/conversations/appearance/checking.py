"""What settings of the chat may be: refusals that say what is wrong and what would be right."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from itertools import pairwise
from zoneinfo import available_timezones

import msgspec

from openbook.catalogue.field import Trust
from openbook.catalogue.policy import Policy
from openbook.conversations.appearance.colour import read_colour
from openbook.conversations.appearance.hours import read_clock
from openbook.conversations.appearance.languages import Language
from openbook.conversations.appearance.schemas import (
    MEBIBYTE,
    ChatFiles,
    ChatQuestion,
    ChatSettings,
    OfficeHours,
    Texts,
)
from openbook.errors import BadInput

LONGEST_NAME, LONGEST_GREETING, LONGEST_ABOUT = 60, 200, 300
LONGEST_LABEL, LONGEST_CHOICE = 120, 80
MOST_QUESTIONS, MOST_CHOICES = 8, 20
MOST_RANGES, MOST_HOLIDAYS, MOST_SHOWN = 50, 100, 3
MOST_BYTES = 25 * MEBIBYTE
MOST_MINUTES = 24 * 60
ATTRIBUTE = "attribute."
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# Controls, and what turns the direction of a text around so that it reads as another one.
_UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_ID = re.compile(r"[a-z0-9_]{1,32}")


def check(settings: ChatSettings, policy: Policy) -> ChatSettings:
    """The settings as they are to be kept; BadInput for the first thing that is not right."""
    colour = read_colour(settings.colour)
    if colour is None:
        raise _bad(f"colour is {settings.colour[:20]!r}. It is written like #1f6feb.")
    if not settings.languages:
        raise _bad("languages names none. The chat speaks at least one.")
    if len(set(settings.languages)) != len(settings.languages):
        raise _bad("languages names one of them twice.")
    if settings.default_language not in settings.languages:
        raise _bad(f"default_language is {settings.default_language}, which is not in languages.")
    name = _text("name", settings.name, LONGEST_NAME) if settings.name is not None else None
    if len(settings.team) > MOST_SHOWN or len(set(settings.team)) != len(settings.team):
        raise _bad(f"team names {MOST_SHOWN} different members at most.")
    if not 1 <= settings.reply_mail_minutes <= MOST_MINUTES:
        raise _bad(f"reply_mail_minutes is a number from 1 to {MOST_MINUTES}.")
    return msgspec.structs.replace(
        settings,
        colour=colour,
        name=name,
        greeting=_texts("greeting", settings.greeting, LONGEST_GREETING),
        about=_texts("about", settings.about, LONGEST_ABOUT),
        hours=_hours(settings.hours) if settings.hours is not None else None,
        questions=_questions(settings, policy),
        files=_files(settings.files),
    )


def may_write(policy: Policy, attribute: str) -> bool:
    """Whether what a visitor types may go into this attribute."""
    declared = policy.attributes.get(attribute)
    return declared is not None and declared.floor <= Trust.CLAIMED


def _hours(hours: OfficeHours) -> OfficeHours:
    if hours.zone not in _zones():
        raise _bad(f"hours.zone is {hours.zone[:40]!r}. It is a time zone such as Europe/Rome.")
    if len(hours.weekly) > MOST_RANGES:
        raise _bad(f"hours.weekly has at most {MOST_RANGES} ranges.")
    ordered = sorted(hours.weekly, key=lambda one: (one.day, one.begins))
    for one in ordered:
        begins, ends = read_clock(one.begins), read_clock(one.ends)
        named = f"{DAYS[one.day]} {one.begins[:8]} to {one.ends[:8]}"
        if begins is None or ends is None:
            raise _bad(f"hours.weekly: {named} is not written in HH:MM, from 00:00 to 24:00.")
        if begins >= ends:
            raise _bad(
                f"hours.weekly: {named} ends before it begins. OfficeHours past midnight are two "
                "ranges: one until 24:00, and one of the next day from 00:00."
            )
    for one, following in pairwise(ordered):
        if one.day == following.day and following.begins < one.ends:
            raise _bad(f"hours.weekly: two ranges of {DAYS[one.day]} overlap.")
    holidays = tuple(sorted(set(hours.holidays)))
    if len(holidays) > MOST_HOLIDAYS:
        raise _bad(f"hours.holidays has at most {MOST_HOLIDAYS} days.")
    for day in holidays:
        try:
            date.fromisoformat(day if len(day) == 10 else "")
        except ValueError:
            raise _bad(f"hours.holidays: {day[:20]!r} is not a day such as 2026-12-25.") from None
    return OfficeHours(hours.zone, tuple(ordered), holidays)


def _questions(settings: ChatSettings, policy: Policy) -> tuple[ChatQuestion, ...]:
    asked = settings.questions
    if len(asked) > MOST_QUESTIONS:
        raise _bad(f"There are at most {MOST_QUESTIONS} questions before the first message.")
    if len({one.id for one in asked}) != len(asked):
        raise _bad("Two questions have the same id.")
    return tuple(_question(one, settings.default_language, policy) for one in asked)


def _question(asked: ChatQuestion, language: Language, policy: Policy) -> ChatQuestion:
    if not _ID.fullmatch(asked.id):
        raise _bad(f"A question's id is 1 to 32 small letters, digits and _, not {asked.id[:40]!r}")
    named = f"questions.{asked.id}"
    label = _texts(f"{named}.label", asked.label, LONGEST_LABEL)
    _need(f"{named}.label", label, language)
    if (asked.type == "choice") != bool(asked.choices):
        raise _bad(f"{named}: a question of the type choice has choices, and no other has.")
    if len(asked.choices) > MOST_CHOICES:
        raise _bad(f"{named} has at most {MOST_CHOICES} choices.")
    choices = tuple(_texts(f"{named}.choices", one, LONGEST_CHOICE) for one in asked.choices)
    for one in choices:
        _need(f"{named}.choices", one, language)
    to = "email" if asked.type == "email" else asked.to
    attribute = to.removeprefix(ATTRIBUTE) if to.startswith(ATTRIBUTE) else None
    if attribute is not None and not may_write(policy, attribute):
        raise _bad(
            f"{named}: the attribute {attribute[:64]!r} is not declared as one that visitors may "
            "write. Declare it with a trust of 1, or let the answer stand in the first message."
        )
    if attribute is None and to not in ("email", "name", "message"):
        raise _bad(f"{named}.to is email, name, message or attribute.KEY.")
    if to == "email" and asked.type != "email":
        raise _bad(f"{named}: what goes to email is asked by a question of the type email.")
    return msgspec.structs.replace(asked, label=label, choices=choices, to=to)


def _files(files: ChatFiles) -> ChatFiles:
    if not MEBIBYTE // 1024 <= files.max_bytes <= MOST_BYTES:
        raise _bad(f"files.max_bytes is a number from 1024 to {MOST_BYTES}.")
    return files


def _texts(named: str, texts: Mapping[Language, str], longest: int) -> Texts:
    """Without the languages whose text is empty."""
    return {
        language: _text(f"{named}.{language}", text, longest)
        for language, text in texts.items()
        if text.strip()
    }


def _text(named: str, text: str, longest: int) -> str:
    text = text.strip()
    if not 0 < len(text) <= longest:
        raise _bad(f"{named} has 1 to {longest} characters.")
    if _UNFIT.search(text):
        raise _bad(f"{named} has characters that control a text instead of being part of it.")
    return text


def _need(named: str, texts: Texts, language: Language) -> None:
    if language not in texts:
        raise _bad(f"{named} is missing in {language}, the language for everybody else.")


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _bad(sentence: str) -> BadInput:
    return BadInput(sentence, "bad_chat_settings")


def in_language(texts: Texts, wanted: Sequence[Language], otherwise: str) -> str:
    """The text in the first of the wanted languages that there is."""
    return next((texts[language] for language in wanted if language in texts), otherwise)
