"""The settings of the chat: what pages are told, what is refused, who changed what."""

import gzip
import io
from typing import Any
from uuid import uuid4

import httpx
import pytest
from PIL import Image, ImageDraw

from openbook.conversations.appearance.colour import BLACK, WHITE, contrast, ink
from tests.accounts.visiting import join
from tests.conftest import Workspace


def config(workspace: Workspace, **more: Any) -> httpx.Response:
    return httpx.get(f"{workspace.url}/v1/chat/{workspace.write_key}/config", **more)


def put(workspace: Workspace, version: int = 0, **settings: Any) -> httpx.Response:
    return workspace.api.put("/api/chat/settings", json={"version": version, **settings})


def refused(workspace: Workspace, **settings: Any) -> str:
    answer = put(workspace, **settings)
    assert answer.status_code == 400, answer.text
    return answer.json()["detail"]


def test_a_chat_nobody_has_set_up_works(workspace: Workspace) -> None:
    shown = workspace.api.get("/api/chat/settings").json()
    assert shown["version"] == 0 and shown["enabled"] and shown["open"]
    told = config(workspace).json()
    assert told["name"] == "Test" and told["language"] == "en" and told["open"] is True
    assert told["greeting"] and told["about"] and told["consent"] == "assumed"
    assert told["files"]["max_bytes"] == 10 * 1024 * 1024
    assert "image/png" in told["files"]["types"] and "text/html" not in told["files"]["types"]
    assert told["team"] == [], "nobody's name is told to the world unless somebody chose so"
    assert httpx.get(workspace.url + told["policy_url"]).status_code == 200


def test_what_is_set_is_what_pages_get(workspace: Workspace) -> None:
    answer = put(
        workspace,
        name="Bottega",
        colour="#0A5",
        position="left",
        greeting={"en": "Welcome", "it": "Benvenuti"},
        expected_reply="hours",
        ask="always",
        questions=[
            {
                "id": "topic",
                "label": {"en": "About what?", "it": "Di cosa si tratta?"},
                "type": "choice",
                "choices": [{"en": "Sales", "it": "Vendite"}, {"en": "Help"}],
                "required": True,
            }
        ],
    )
    assert answer.status_code == 200, answer.text
    assert answer.json()["version"] == 1 and answer.json()["colour"] == "#00aa55"
    told = config(workspace, params={"lang": "it-CH"}).json()
    assert (told["name"], told["position"], told["language"]) == ("Bottega", "left", "it")
    assert told["greeting"] == "Benvenuti" and told["expected_reply"] == "hours"
    [asked] = told["questions"]
    assert asked["label"] == "Di cosa si tratta?" and asked["choices"] == ["Vendite", "Help"]
    assert config(workspace, params={"lang": "ja"}).json()["greeting"] != "Welcome"
    assert config(workspace, params={"lang": "tlh"}).json()["greeting"] == "Welcome"


def test_pages_may_keep_the_answer_for_a_minute(workspace: Workspace) -> None:
    first = config(workspace)
    assert first.headers["cache-control"] == "public, max-age=60"
    same = config(workspace, headers={"If-None-Match": first.headers["etag"]})
    assert same.status_code == 304 and same.content == b""
    put(workspace, name="Another")
    later = config(workspace, headers={"If-None-Match": first.headers["etag"]})
    assert later.status_code == 200 and later.json()["name"] == "Another"
    with httpx.stream("GET", str(later.request.url), headers={"Accept-Encoding": "gzip"}) as answer:
        assert gzip.decompress(b"".join(answer.iter_raw())) == later.content


def test_no_key_and_a_foreign_site_get_nothing(workspace: Workspace) -> None:
    answer = httpx.get(f"{workspace.url}/v1/chat/ob_nobody/config")
    assert (answer.status_code, answer.json()["code"]) == (401, "not_allowed")
    token = httpx.get(f"{workspace.url}/v1/chat/{workspace.token}/config")
    assert token.status_code == 401, "an API token is no write key"


def test_two_who_change_at_once_do_not_overwrite_each_other(workspace: Workspace) -> None:
    assert put(workspace, 0, name="Mine").status_code == 200
    late = put(workspace, 0, name="Yours")
    assert (late.status_code, late.json()["code"]) == (409, "chat_settings_changed")
    assert put(workspace, 1, name="Yours").status_code == 200
    assert put(workspace, 7, name="Nobody's").status_code == 409
    assert workspace.api.get("/api/chat/settings").json()["name"] == "Yours"


def test_a_refusal_says_what_is_wrong(workspace: Workspace) -> None:
    week = {"zone": "Europe/Rome", "weekly": [{"day": 0, "begins": "09:00", "ends": "18:00"}]}
    cases = [
        ({"colour": "red"}, "#1f6feb"),
        ({"name": " "}, "1 to 60"),
        ({"name": "a\u202eb"}, "control"),
        ({"greeting": {"en": "x" * 201}}, "200"),
        ({"languages": []}, "at least one"),
        ({"languages": ["it"], "default_language": "en"}, "not in languages"),
        ({"team": [str(uuid4())]}, "not a member"),
        ({"hours": {"zone": "Mars/Base"}}, "Europe/Rome"),
        ({"hours": {**week, "holidays": ["2026-13-01"]}}, "2026-12-25"),
        ({"hours": {"zone": "UTC", "weekly": [{"day": 4, "begins": "22:00", "ends": "02:00"}]}},
         "24:00"),
        ({"hours": {"zone": "UTC", "weekly": [{"day": 4, "begins": "9:00", "ends": "12:00"}]}},
         "HH:MM"),
        ({"hours": {**week, "weekly": [*week["weekly"],
                                       {"day": 0, "begins": "17:00", "ends": "19:00"}]}},
         "overlap"),
        ({"files": {"max_bytes": 10**9}}, "max_bytes"),
        ({"questions": [{"id": "A b", "label": {"en": "?"}}]}, "small letters"),
        ({"questions": [{"id": "a", "label": {"it": "?"}}]}, "missing in en"),
        ({"questions": [{"id": "a", "label": {"en": "?"}, "type": "choice"}]}, "choices"),
        ({"questions": [{"id": "a", "label": {"en": "?"}, "to": "attribute.plan"}]}, "plan"),
        ({"questions": [{"id": "a", "label": {"en": "?"}, "to": "user_id"}]}, "email, name"),
    ]  # fmt: skip
    for settings, expected in cases:
        assert expected in refused(workspace, **settings), settings
    assert put(workspace, nonsense=True).status_code == 400
    assert put(workspace, greeting={"tlh": "nuqneH"}).status_code == 400
    assert workspace.api.get("/api/chat/settings").json()["version"] == 0


def test_a_question_may_fill_an_attribute_that_visitors_may_write(workspace: Workspace) -> None:
    asked = [{"id": "plan", "label": {"en": "Which plan?"}, "to": "attribute.plan"}]
    workspace.set(attribute__plan="text:3")
    assert "visitors may write" in refused(workspace, questions=asked)
    workspace.set(attribute__plan="text:1")
    assert put(workspace, questions=asked).status_code == 200


def test_changes_are_noted_with_who_made_them(workspace: Workspace) -> None:
    put(workspace, name="Bottega", greeting={"it": "Ciao"})
    put(workspace, 1, name="Bottega", greeting={"it": "Salve"})
    noted = join(workspace, "owner").browser().get("/api/history").json()["items"]
    changed = [one["detail"]["settings"] for one in noted if one["action"] == "settings.changed"]
    assert {"chat.greeting.it": ["Ciao", "Salve"]} in changed
    assert {"chat.greeting.it": [None, "Ciao"], "chat.name": [None, "Bottega"]} in changed


def test_only_who_may_change_settings_does(workspace: Workspace) -> None:
    reader = {"Authorization": f"Bearer {workspace.new_token('settings:read')}"}
    url = f"{workspace.url}/api/chat/settings"
    assert httpx.get(url, headers=reader).status_code == 200
    assert httpx.put(url, headers=reader, json={"version": 0}).status_code == 403
    assert httpx.get(url).status_code == 401


def picture(width: int, height: int, kind: str = "PNG", **more: Any) -> bytes:
    drawn = Image.new("RGB", (width, height), (200, 30, 60))
    ImageDraw.Draw(drawn).ellipse((5, 5, width - 5, height - 5), fill=(20, 90, 200))
    out = io.BytesIO()
    drawn.save(out, kind, **more)
    return out.getvalue()


def test_a_picture_is_made_anew_and_served_by_us(workspace: Workspace) -> None:
    told = Image.Exif()
    told[0x010E] = "needle"
    sent = picture(900, 500, "JPEG", exif=told) + b"<script>needle</script>"
    answer = workspace.api.put("/api/chat/avatar", content=sent)
    assert answer.status_code == 200, answer.text
    path = config(workspace).json()["avatar"]
    got = httpx.get(workspace.url + path)
    assert (
        got.headers["content-type"] == "image/webp" and "immutable" in got.headers["cache-control"]
    )
    assert Image.open(io.BytesIO(got.content)).size == (192, 192)
    assert b"needle" not in got.content and len(got.content) < 40_000
    own = workspace.api.get(answer.json()["avatar"])
    assert own.content == got.content
    assert workspace.api.delete("/api/chat/avatar").json()["avatar"] is None
    assert config(workspace).json()["avatar"] is None
    assert httpx.get(workspace.url + path).status_code == 404


@pytest.mark.parametrize(
    "body", [b"<svg onload=alert(1)>", b"hello", b"", b"\x89PNG\r\n\x1a\n" + bytes(40)]
)
def test_what_is_no_picture_is_no_avatar(workspace: Workspace, body: bytes) -> None:
    answer = workspace.api.put("/api/chat/avatar", content=body)
    assert answer.status_code == 415, answer.text


def test_what_stands_on_any_colour_can_be_read() -> None:
    steps = range(0, 256, 17)
    for red in steps:
        for green in steps:
            for blue in steps:
                colour = f"#{red:02x}{green:02x}{blue:02x}"
                assert contrast(colour, ink(colour)) >= 4.5, colour
    assert ink("#1f6feb") == WHITE and ink("#ffd500") == BLACK
