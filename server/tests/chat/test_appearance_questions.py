"""Where an answer goes that a visitor gave before the first message."""

from typing import Any

import pytest

from openbook.catalogue.policy import Policy, read_policy
from openbook.conversations.appearance.questions import Answered, read_answers
from openbook.conversations.appearance.schemas import ChatQuestion, ChatSettings
from openbook.errors import BadInput

POLICY = read_policy(
    {
        "attribute.plan": {"type": "text", "floor": 1},
        "attribute.seats": {"type": "number", "floor": 1},
        "attribute.credit": {"type": "text", "floor": 3},
    }
)
NAMELESS = read_policy({"collect.name": False})


def asked(type: Any = "text", to: str = "message", **more: Any) -> ChatSettings:
    label = {"en": "Which?", "it": "Quale?"}
    return ChatSettings(questions=(ChatQuestion(id="q", label=label, type=type, to=to, **more),))


CHOICES = ({"en": "Sales", "it": "Vendite"}, {"en": "Help"})
CASES: list[tuple[ChatSettings, str, Policy, Answered]] = [
    (asked(), "blue", POLICY, Answered(lines=(("Quale?", "blue"),))),
    (asked("email", "email"), " Ada@Example.com ", POLICY, Answered(email="Ada@Example.com")),
    (asked(to="name"), "Ada\u202e  Byron", POLICY, Answered(name="Ada Byron")),
    (asked(to="name"), "Ada", NAMELESS, Answered(lines=(("Quale?", "Ada"),))),
    (asked(to="attribute.plan"), "pro", POLICY, Answered(attributes={"plan": "pro"})),
    (asked(to="attribute.seats"), "12,5", POLICY, Answered(attributes={"seats": 12.5})),
    (asked(to="attribute.seats"), "a lot", POLICY, Answered(lines=(("Quale?", "a lot"),))),
    (asked(to="attribute.seats"), "nan", POLICY, Answered(lines=(("Quale?", "nan"),))),
    # Declared for the customer's backend alone, or not any more.
    (asked(to="attribute.credit"), "AAA", POLICY, Answered(lines=(("Quale?", "AAA"),))),
    (asked(to="attribute.gone"), "x", POLICY, Answered(lines=(("Quale?", "x"),))),
    # One answer is one value in whichever language it was chosen.
    (
        asked("choice", "attribute.plan", choices=CHOICES),
        "Vendite",
        POLICY,
        Answered(attributes={"plan": "Sales"}),
    ),
    (asked("choice", choices=CHOICES), "Vendite", POLICY, Answered(lines=(("Quale?", "Vendite"),))),
    (asked(), "  \x00 ", POLICY, Answered()),
]


@pytest.mark.parametrize(("settings", "said", "policy", "expected"), CASES)
def test_where_an_answer_goes(
    settings: ChatSettings, said: str, policy: Policy, expected: Answered
) -> None:
    assert read_answers(settings, {"q": said, "not asked": "x"}, policy, "it") == expected


def test_what_must_be_answered_is() -> None:
    for answers in ({}, {"q": " "}, {"other": "x"}):
        with pytest.raises(BadInput, match="Answer this first: Quale"):
            read_answers(asked(required=True), answers, POLICY, "it")
    with pytest.raises(BadInput, match="not an e-mail address"):
        read_answers(asked("email", "email"), {"q": "nobody"}, POLICY, "it")


def test_an_answer_is_not_in_what_is_logged() -> None:
    assert "ada" not in repr(Answered(email="ada@example.com")).lower()
