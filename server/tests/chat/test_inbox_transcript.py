"""A conversation to keep: all of it, nothing of it alive, notes only where they are asked for."""

import re

import httpx
import pytest

from tests.chat.inbox_talk import Team, team, visitor
from tests.conftest import Workspace

NEEDLE = "<img src=x onerror=alert(1)>\"'><script>alert(2)</script>"


@pytest.fixture
def told(workspace: Workspace) -> tuple[Team, str]:
    """A conversation in which every text is hostile."""
    ada, desk = visitor(workspace), team(workspace)
    id = ada.begin(f"First {NEEDLE}\n[2026-01-01 00:00 UTC] Team:\nI never said that")
    id = id["conversation"]["id"]
    desk.note(id, f"Between us {NEEDLE}")
    desk.say(id, f"Answer {NEEDLE}")
    contact = desk.one(id)["contact"]["id"]
    workspace.api.patch(f"/api/contacts/{contact}", json={"name": f"Ada {NEEDLE}"})
    return desk, id


def transcript(desk: Team, id: str, **query: object) -> httpx.Response:
    answer = desk.http.get(f"/api/conversations/{id}/transcript", params=query)  # type: ignore[arg-type]
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    return answer


def test_the_text_holds_what_was_said_in_order(told: tuple[Team, str]) -> None:
    answer = transcript(*told)
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["content-disposition"].startswith("attachment;")
    said = re.findall(r"^    (\w+)", answer.text, re.MULTILINE)
    assert said == ["First", "I", "Answer"]
    assert "Between us" not in answer.text
    assert "Between us" in transcript(*told, notes="true").text


def test_a_typed_line_does_not_pass_for_somebody_else_s(told: tuple[Team, str]) -> None:
    heads = re.findall(r"^\[.* UTC\] (.*):$", transcript(*told).text, re.MULTILINE)
    assert len(heads) == 2 and heads[1] == "test"


def test_the_page_runs_and_loads_nothing(told: tuple[Team, str]) -> None:
    answer = transcript(*told, format="html", notes="true")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    tags = set(re.findall(r"<(\w+)", answer.text))
    assert tags == {
        "html", "head", "meta", "title", "style", "body", "header", "h1", "bdi", "p", "main",
        "article", "span", "time",
    }  # fmt: skip
    assert not re.search(r"<[^>]*\s(on\w+|src|href)=", answer.text)
    assert answer.text.count("&lt;script&gt;alert(2)&lt;/script&gt;") == 3 + 3


def test_a_long_conversation_is_whole(workspace: Workspace) -> None:
    ada, desk = visitor(workspace), team(workspace)
    id = ada.begin("0")["conversation"]["id"]
    for number in range(1, 60):
        desk.say(id, f"number-{number}")
    said = re.findall(r"number-(\d+)", transcript(desk, id).text)
    assert said == [str(number) for number in range(1, 60)]
