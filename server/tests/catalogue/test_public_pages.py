"""What anybody may read over HTTP: the public page and the well-known ones."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from openbook.privacy.routes import security_txt
from tests.conftest import Workspace

MOMENT = datetime(2026, 11, 23, 12, tzinfo=UTC)


def read(workspace: Workspace, path: str, **more) -> httpx.Response:
    return httpx.get(f"{workspace.url}{path}", **more)


def test_the_page_of_a_workspace_shows_a_switch_at_once(workspace: Workspace):
    path = f"/what-we-collect?key={workspace.write_key}"
    before = read(workspace, path)
    assert before.status_code == 200
    assert before.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in before.headers["content-security-policy"]
    assert 'class="item on" id="field-city"' in before.text
    workspace.set(collect__city="false")
    assert 'class="item off" id="field-city"' in read(workspace, path).text


def test_without_a_key_it_is_the_page_of_the_first_workspace(workspace: Workspace):
    assert "What My workspace collects" in read(workspace, "/what-we-collect").text
    named = read(workspace, f"/what-we-collect?key={workspace.write_key}").text
    assert "What Test collects" in named


def test_the_machine_form_may_be_read_by_any_page_and_is_not_sent_twice(workspace: Workspace):
    path = f"/what-we-collect.json?key={workspace.write_key}"
    answer = read(workspace, path)
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.json()["workspace"] == "Test" and len(answer.json()["fields"]) >= 40
    again = read(workspace, path, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    workspace.set(ip__mode="none")
    changed = read(workspace, path, headers={"If-None-Match": answer.headers["etag"]})
    assert changed.status_code == 200


def test_the_page_and_the_list_of_fields_speak_the_readers_language(workspace: Workspace):
    path = f"/what-we-collect?key={workspace.write_key}"
    italian = read(workspace, path, headers={"Accept-Language": "it-IT,it;q=0.9"})
    assert "Che cosa raccoglie Test di te" in italian.text
    assert italian.headers["content-language"] == "it"
    assert "accept-language" in italian.headers["vary"].lower()
    chosen = read(workspace, f"{path}&language=en", headers={"Accept-Language": "it"})
    assert "What Test collects about you" in chosen.text
    assert chosen.headers["etag"] != italian.headers["etag"]
    machine = read(workspace, path.replace("?", ".json?") + "&language=it").json()
    assert machine["language"] == "it"
    fields = workspace.api.get("/api/fields", params={"language": "it"}).json()
    city = next(field for field in fields if field["id"] == "city")
    assert (city["label"], city["title"]) == ("City", "Città")
    assert city["legal_basis"] == "legittimo interesse"


@pytest.mark.parametrize("key", ["", "x", "%00", "%F0%9F%98%80", "%FF", "x" * 5000, "'--"])
@pytest.mark.parametrize("page", ["/what-we-collect", "/what-we-collect.json"])
def test_an_unknown_key_is_a_404_with_a_sentence(workspace: Workspace, page: str, key: str):
    answer = read(workspace, f"{page}?key={key}")
    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"


def test_global_privacy_control_is_declared(workspace: Workspace):
    answer = read(workspace, "/.well-known/gpc.json").json()
    assert answer["gpc"] is True
    assert datetime.fromisoformat(answer["lastUpdate"]).year >= 2026


def test_without_a_contact_there_is_no_security_txt_and_it_says_why(workspace: Workspace):
    answer = read(workspace, "/.well-known/security.txt")
    assert answer.status_code == 404
    assert "OPENBOOK_SECURITY_CONTACT" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("contact", "line"),
    [
        ("security@example.com", "Contact: mailto:security@example.com"),
        ("mailto:security@example.com", "Contact: mailto:security@example.com"),
        ("https://example.com/report", "Contact: https://example.com/report"),
    ],
)
def test_security_txt_names_the_contact_and_expires_within_a_year(contact: str, line: str):
    lines = security_txt(contact, MOMENT, "https://chat.example.com").splitlines()
    assert lines[0] == line
    expires = datetime.fromisoformat(lines[1].removeprefix("Expires: "))
    assert timedelta(days=30) < expires - MOMENT < timedelta(days=366)
    assert "Canonical: https://chat.example.com/.well-known/security.txt" in lines


def test_the_list_of_fields_names_the_operators_a_filter_has(workspace: Workspace):
    fields = {field["id"]: field for field in workspace.api.get("/api/fields").json()}
    assert fields["email"]["number"] == 2 and fields["email"]["on"] is True
    assert fields["utms"]["on"] is False
    assert "contains" in fields["name"]["operators"]
    assert "gt" in fields["web_sessions"]["operators"]
