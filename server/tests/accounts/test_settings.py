"""Settings over REST: shown whole, changed as one, in force when the answer comes."""

import pytest

from openbook.accounts.schemas import setting_text
from openbook.catalogue.policy import shown_settings
from openbook.errors import BadInput
from tests.conftest import Workspace


def test_every_setting_is_shown_with_its_default(workspace: Workspace):
    assert workspace.api.get("/api/settings").json() == shown_settings({})


def test_a_change_is_answered_with_all_settings_and_null_takes_it_back(workspace: Workspace):
    changes = {
        "collect.city": False,
        "ip.mode": "truncated",
        "url.keep": ["tab", "page"],
        "budget.address_per_hour": 7,
        "public_url": "https://chat.example.com/",
        "attribute.plan": {"type": "text", "floor": 1},
        "attribute.seats": "number:4",
    }
    answer = workspace.api.patch("/api/settings", json=changes)
    assert answer.status_code == 200
    shown = answer.json()
    assert shown["collect.city"] is False
    assert shown["url.keep"] == ["page", "tab"]
    assert shown["budget.address_per_hour"] == 7
    assert shown["public_url"] == "https://chat.example.com"
    assert shown["attribute.plan"] == {"type": "text", "floor": 1}
    assert shown["attribute.seats"] == {"type": "number", "floor": 4}
    assert workspace.api.get("/api/settings").json() == shown
    back = workspace.api.patch("/api/settings", json=dict.fromkeys(changes)).json()
    assert back == shown_settings({})


@pytest.mark.parametrize(
    "changes",
    [
        {"collect.shoe_size": True},
        {"collect.city": "perhaps"},
        {"ip.mode": "half"},
        {"ip.mode": 1},
        {"consent.mode": ["required"], "ip.mode": "bogus"},
        {"nonsense": "1"},
        {"attribute.email": "text"},
        {"attribute.plan": {"type": "text", "floor": 9}},
        {"attribute.plan": {"type": "text", "floor": 1, "more": 1}},
        {"attribute.": "text"},
        {"url.keep": [1]},
        {"url.keep": ["a\x00"]},
        {"public_url": "javascript:alert(1)"},
        {"public_url": "https://a\x00b"},
        {"x\x00": None},
        {"budget.address_per_hour": -1},
        {"budget.address_per_hour": 1.5},
    ],
)
def test_a_change_that_is_none_is_refused_whole(workspace: Workspace, changes):
    answer = workspace.api.patch("/api/settings", json=changes | {"collect.isp": False})
    assert answer.status_code == 400
    assert answer.json()["code"] == "bad_input"
    assert workspace.api.get("/api/settings").json() == shown_settings({})


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", b"{", b'"x"', b"\xff", b"[" * 100_000, b'{"a":' * 50_000]
)
def test_a_body_that_is_no_object_is_refused(workspace: Workspace, body: bytes):
    headers = {"Content-Type": "application/json"}
    answer = workspace.api.patch("/api/settings", content=body, headers=headers)
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""), (True, "true"), (False, "false"), (3, "3"), ("x", "x"), (["a", "b"], "a,b"),
        ({"type": "text", "floor": 2}, "text:2"),
    ],
)  # fmt: skip
def test_a_setting_as_json_is_the_text_of_the_command_line(value, text):
    assert setting_text("key", value) == text


@pytest.mark.parametrize("value", [1.5, [1], {"type": "text"}, {"type": 1, "floor": 1}, [[]]])
def test_what_is_no_setting_at_all_is_refused(value):
    with pytest.raises(BadInput):
        setting_text("key", value)
