"""Import and export: what goes out comes in again, and the report tells the truth."""

import csv
import io
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import Workspace

CSV, NDJSON = "text/csv", "application/x-ndjson"


def bring(
    workspace: Workspace, body: str | bytes, kind: str = CSV, *, dry_run: bool = False
) -> dict[str, Any]:
    answer = workspace.api.post(
        "/api/contacts/import",
        content=body.encode() if isinstance(body, str) else body,
        headers={"Content-Type": kind},
        params={"dry_run": "true"} if dry_run else {},
    )
    assert answer.status_code == 200, answer.text
    report = answer.json()
    parts = ("created", "updated", "unchanged", "rejected")
    assert sum(report[part] for part in parts) == report["rows"]
    assert len(report["rejected_rows"]) == report["rejected"]
    assert report["dry_run"] is dry_run
    return report


def outcome(report: dict[str, Any]) -> tuple[int, int, int, int]:
    return report["created"], report["updated"], report["unchanged"], report["rejected"]


def fetch(workspace: Workspace, **query: Any) -> str:
    answer = workspace.api.get("/api/contacts/export", params=query)
    assert answer.status_code == 200, answer.text
    return answer.content.decode()


def test_rows_are_created_updated_and_left_alone(workspace: Workspace) -> None:
    rows = "user_id,email,name\r\nu1,ada@example.com,Ada\r\nu2,,Bob\r\n,cleo@example.com,\r\n"
    assert outcome(bring(workspace, rows, dry_run=True)) == (3, 0, 0, 0)
    assert workspace.contacts() == []
    assert outcome(bring(workspace, rows)) == (3, 0, 0, 0)
    assert outcome(bring(workspace, rows)) == (0, 0, 3, 0)
    changed = rows.replace("Bob", "Bobby")
    assert outcome(bring(workspace, changed, dry_run=True)) == (0, 1, 2, 0)
    assert workspace.contact(user_id="u2")["name"] == "Bob"
    assert outcome(bring(workspace, changed)) == (0, 1, 2, 0)
    bob = workspace.contact(user_id="u2")
    assert bob["name"] == "Bobby"
    assert bob["provenance"]["name"]["source"] == "import"
    assert len(workspace.contacts()) == 3


def test_a_row_is_matched_by_verified_identities_only(workspace: Workspace) -> None:
    workspace.batch({
        "type": "identify", "messageId": "1", "anonymousId": "forger", "userId": "u1",
        "traits": {"email": "ada@example.com", "name": "Mallory"},
    })  # fmt: skip
    assert outcome(bring(workspace, "user_id,email,name\nu1,ada@example.com,Ada\n")) == (1, 0, 0, 0)
    assert workspace.contact(user_id="u1")["name"] == "Ada"
    assert workspace.contact(anonymous_id="forger")["name"] == "Mallory"
    assert outcome(bring(workspace, "email,name\nADA@example.com,Ada King\n")) == (0, 1, 0, 0)
    assert workspace.contact(user_id="u1")["name"] == "Ada King"
    # Two user ids may share an address; a third row without one means its verified owner.
    assert outcome(bring(workspace, "user_id,email\nu2,ada@example.com\n")) == (1, 0, 0, 0)
    assert outcome(bring(workspace, "email,user_id\nADA@example.com,u1\n")) == (0, 0, 1, 0)


def test_rejected_rows_say_line_and_reason_and_stop_nothing(workspace: Workspace) -> None:
    workspace.set(attribute__seats="number", attribute__vip="flag")
    rows = (
        b"\xef\xbb\xbfuser_id,email,name,unsubscribed,first_seen_at,attributes.seats,country\r\n"
        b'u1,,"Ada\r\nKing",,,,IT\r\n'
        b"null,,,,,,\r\n"
        b",nobody,,,,,\r\n"
        b",,Nobody,,,,\r\n"
        b"u2,,,maybe,,,\r\n"
        b"u3,,,,tomorrow,,\r\n"
        b"u4,,,,4102444800,,\r\n"
        b"u5,,,,,many,\r\n"
        b"u6,too,few\r\n"
        b'u7,"x"y,,,,,\r\n'
        b"u8,,\xff,,,,\r\n"
        b"u9,,,no,1700000000,3,\r\n"
    )
    report = bring(workspace, rows)
    assert outcome(report) == (2, 0, 0, 10)
    assert [row["line"] for row in report["rejected_rows"]] == [4, 5, 6, 7, 8, 9, 10, 11, 12, 13]
    assert all(row["reason"] for row in report["rejected_rows"])
    assert [(row["code"], row["about"]) for row in report["rejected_rows"]] == [
        ("bad_user_id", "user_id"),
        ("bad_email", "email"),
        ("no_identity", None),
        ("not_flag", "unsubscribed"),
        ("not_time", "first_seen_at"),
        ("in_the_future", "first_seen_at"),
        ("not_number", "attributes.seats"),
        ("cell_count", None),
        ("bad_quotes", None),
        ("bad_text", "name"),
    ]
    assert report["ignored_columns"] == ["country"]
    assert workspace.contact(user_id="u1")["name"] == "Ada King"
    nine = workspace.contact(user_id="u9")
    assert nine["first_seen_at"] == 1_700_000_000
    assert nine["attributes"] == {"seats": 3}


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("", "no line with the names"),
        ("user_id,emial\nu1,a\n", "no column 'emial'"),
        ("user_id,user_id\nu1,u1\n", "same name"),
        ("user_id,attributes.shoe\nu1,44\n", "'shoe' is not declared"),
    ],
)
def test_a_file_that_is_none_is_refused(workspace: Workspace, body: str, sentence: str) -> None:
    answer = workspace.api.post("/api/contacts/import", content=body, headers={"Content-Type": CSV})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_import")
    assert sentence in answer.json()["detail"]


def test_lines_of_json_are_rows(workspace: Workspace) -> None:
    workspace.set(attribute__plan="text", attribute__renews="time")
    lines = [
        b'{"user_id": "u1", "name": null, "attributes": {"plan": "pro", "renews": "2026-12-31"}}',
        b'{"user_id": "u2", "attributes.plan": "free", "city": "Milan", "devices": []}',
        b"",
        b"[1]", b"{", b"\xff", b"[" * 100_000, b'{"user_id": "u3", "shoe": 44}',
        b'{"user_id": "u4", "attributes": 5}', b'{"user_id": 5.5, "email": []}',
        b'{"user_id": "u\\u0000"}', b'{"user_id": "u5", "unsubscribed": 1}',
    ]  # fmt: skip
    report = bring(workspace, b"\n".join(lines), NDJSON)
    assert outcome(report) == (2, 0, 0, 9)
    assert [row["line"] for row in report["rejected_rows"]] == [4, 5, 6, 7, 8, 9, 10, 11, 12]
    assert report["ignored_columns"] == ["city", "devices"]
    one = workspace.contact(user_id="u1")
    assert one["attributes"] == {"plan": "pro", "renews": "2026-12-31T00:00:00+00:00"}


def test_an_import_unsubscribes_and_never_subscribes(workspace: Workspace) -> None:
    bring(workspace, "user_id,email\nu1,ada@example.com\n")
    assert outcome(bring(workspace, "user_id,unsubscribed\nu1,true\n")) == (0, 1, 0, 0)
    ada = workspace.contact(user_id="u1")
    assert (ada["unsubscribed"], ada["unsubscribed_how"]) == (True, "import")
    assert outcome(bring(workspace, "user_id,unsubscribed\nu1,false\n")) == (0, 0, 1, 0)
    assert workspace.contact(user_id="u1")["unsubscribed"] is True


def test_an_import_does_not_overwrite_what_is_newer(workspace: Workspace) -> None:
    bring(workspace, "user_id,name\nu1,Ada\n")
    rows = "user_id,name,occurred_at\nu1,Old Name,2020-01-01T00:00:00Z\n"
    assert outcome(bring(workspace, rows)) == (0, 0, 1, 0)
    assert workspace.contact(user_id="u1")["name"] == "Ada"


def test_of_two_rows_about_the_same_contact_the_later_one_stands(workspace: Workspace) -> None:
    rows = "user_id,name\nu1,First\nu1,Second\nu1,Third\n"
    assert outcome(bring(workspace, rows, dry_run=True)) == (1, 2, 0, 0)
    assert outcome(bring(workspace, rows)) == (1, 2, 0, 0)
    assert workspace.contact(user_id="u1")["name"] == "Third"


def test_first_seen_only_moves_back(workspace: Workspace) -> None:
    bring(workspace, "user_id,first_seen_at\nu1,1700000000\n")
    assert outcome(bring(workspace, "user_id,first_seen_at\nu1,1600000000\n")) == (0, 1, 0, 0)
    assert outcome(bring(workspace, "user_id,first_seen_at\nu1,1800000000\n"))[3] in (0, 1)
    assert workspace.contact(user_id="u1")["first_seen_at"] == 1_600_000_000


def test_an_export_has_everything_and_where_it_is_from(workspace: Workspace) -> None:
    workspace.set(attribute__plan="text")
    bring(workspace, "user_id,email,name,attributes.plan\nu1,ada@example.com,=Ada,+pro\n")
    workspace.batch({"type": "page", "messageId": "1", "anonymousId": "a"})
    (ada, visitor) = csv.DictReader(io.StringIO(fetch(workspace)))
    assert ada["name"] == "'=Ada"
    assert ada["attributes.plan"] == "'+pro"
    assert msgspec.json.decode(ada["provenance"])["name"]["source"] == "import"
    assert (visitor["kind"], visitor["email"], visitor["web_sessions"]) == ("visitor", "", "1")
    lines = [msgspec.json.decode(line) for line in fetch(workspace, format="ndjson").splitlines()]
    assert [line["name"] for line in lines] == ["=Ada", None]
    shown = workspace.contact(user_id="u1")
    shown.pop("claims")
    assert lines[0] == shown | {"conversations": []}


@pytest.mark.parametrize(
    ("format", "kind"), [("csv", "text/csv; charset=utf-8"), ("ndjson", "application/x-ndjson")]
)
def test_a_file_says_of_what_kind_it_is(workspace: Workspace, format: str, kind: str) -> None:
    workspace.api.post("/api/contacts", json={"name": "Ada"})
    answer = workspace.api.get("/api/contacts/export", params={"format": format})
    assert answer.headers["content-type"] == kind
    assert answer.headers["content-disposition"] == f'attachment; filename="contacts.{format}"'


def test_an_export_can_be_narrowed(workspace: Workspace) -> None:
    bring(workspace, "user_id,name\nu1,Ada\nu2,Bob\n")
    lines = fetch(workspace, format="ndjson", filter="name:eq:ada").splitlines()
    assert [msgspec.json.decode(line)["user_id"] for line in lines] == ["u1"]
    assert fetch(workspace, format="ndjson", q="nobody") == ""
    assert fetch(workspace, q="nobody").startswith("id,kind,display_name,user_id,")
    wrong = workspace.api.get("/api/contacts/export", params={"filter": "x"})
    assert (wrong.status_code, wrong.json()["code"]) == (400, "bad_filter")


def test_an_export_longer_than_a_batch_is_whole(workspace: Workspace) -> None:
    rows = "user_id\n" + "".join(f"u{number}\n" for number in range(1_203))
    assert outcome(bring(workspace, rows)) == (1_203, 0, 0, 0)
    ids = [row["user_id"] for row in csv.DictReader(io.StringIO(fetch(workspace)))]
    assert sorted(ids) == sorted(f"u{number}" for number in range(1_203))


NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    ["=1+1", "+39", "-", "@x", "'=x", '"', "a,b", "\uff21\uff24", "\uff1d1"]
)


@settings(max_examples=15)
@given(names=st.lists(NAMES, min_size=1, max_size=8), kind=st.sampled_from(["csv", "ndjson"]))
def test_what_is_exported_is_imported_unchanged(
    workspace: Workspace, names: list[str], kind: str
) -> None:
    rows = [
        msgspec.json.encode({"user_id": f"u{place}", "name": name or None, "email": None})
        for place, name in enumerate(names)
    ]
    bring(workspace, b"\n".join(rows), NDJSON)
    exported = fetch(workspace, format=kind)
    kept = {row["name"] for row in workspace.contacts(limit=200)}
    report = bring(workspace, exported, CSV if kind == "csv" else NDJSON)
    assert report["created"] == report["updated"] == report["rejected"] == 0
    assert report["unchanged"] == report["rows"] == len(workspace.contacts(limit=200))
    clear(workspace)
    again = bring(workspace, exported, CSV if kind == "csv" else NDJSON)
    assert again["created"] == again["rows"]
    assert {row["name"] for row in workspace.contacts(limit=200)} == kept
    clear(workspace)


def clear(workspace: Workspace) -> None:
    for contact in workspace.contacts(limit=200):
        assert workspace.api.delete(f"/api/contacts/{contact['id']}").status_code == 204


@pytest.mark.parametrize(("kind", "format"), [(CSV, "csv"), (NDJSON, "ndjson")])
def test_an_export_brought_in_again_makes_no_claim_true(
    workspace: Workspace, kind: str, format: str
) -> None:
    bring(workspace, "user_id,email,name\nu1,ada@example.com,Ada\n")
    before = workspace.contact(user_id="u1")
    forged = {"email": "mallory@example.com", "name": "Mallory"}
    workspace.batch({"type": "identify", "anonymousId": "m", "userId": "u1", "traits": forged})
    workspace.batch({"type": "identify", "anonymousId": "n", "traits": forged})
    assert outcome(bring(workspace, fetch(workspace, format=format), kind)) == (0, 0, 1, 2)
    assert workspace.contact(user_id="u1") == before
    claimants = workspace.contacts(email="mallory@example.com")
    assert [one["identities"] for one in claimants] == [[], []]
    assert len(workspace.contacts()) == 3
