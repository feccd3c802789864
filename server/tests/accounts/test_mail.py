"""Mail: sign-in links and invitations arrive, strangers learn nothing, no header is smuggled in."""

import email
import email.policy
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from email.headerregistry import Address
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openbook.errors import BadInput, Misconfigured
from openbook.mailer import (
    HEADERS,
    Mail,
    Mailer,
    compose,
    read_sender,
    read_smtp_url,
    require_headers,
)
from openbook.settings import read_settings
from tests.accounts.visiting import LINK, Browser, Member, change, join, refused
from tests.conftest import Server, Workspace, _workspace
from tests.mailing import PUBLIC, Mailbox, mailing

MOMENT = datetime(2026, 11, 23, 12, tzinfo=UTC)
REFUSAL = "554 5.7.1 <needle@team.example>: not today"
SENDER = Address("openbook", addr_spec="openbook@example.com")


@pytest.fixture(scope="module")
def mailed_from(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Mailbox]]:
    with mailing(tmp_path_factory.mktemp("mail") / "data") as made:
        yield made


@pytest.fixture
def place(mailed_from: tuple[Server, Mailbox]) -> Iterator[Workspace]:
    change(mailed_from[0], "DELETE FROM attempts")
    yield from _workspace(mailed_from[0])


@pytest.fixture
def box(mailed_from: tuple[Server, Mailbox]) -> Iterator[Mailbox]:
    yield mailed_from[1]
    mailed_from[1].empty()


def ask_for_link(place: Workspace, address: str) -> int:
    return Browser(place.url).post("/api/sign-in/mail", {"email": address}).status_code


def test_a_link_comes_by_mail_and_signs_in_once(place: Workspace, box: Mailbox):
    member = join(place, "agent")
    assert Browser(place.url).get("/api/sign-in").json()["mail"] is True
    assert ask_for_link(place, member.email.upper()) == 202
    mail = box.next(member.email).mail
    assert mail["From"] == "openbook <openbook@example.com>" and mail["To"] == member.email
    assert mail["Auto-Submitted"] == "auto-generated" and mail["Subject"] == "Sign in to openbook"
    text = mail.get_content()
    assert f"{PUBLIC}/sign-in#obl_" in text, "the address of the settings, whatever the Host said"
    found = LINK.search(text)
    assert found is not None
    browser = Browser(place.url)
    assert browser.open_link(found[1]).json()["me"]["person"]["email"] == member.email
    assert browser.put("/api/me/password", {"password": "velvet otter on the tram"})
    assert Browser(place.url).open_link(found[1]).status_code == 401
    assert "password" in box.next(member.email).mail["Subject"], "told that it was changed"


def test_a_stranger_gets_the_same_answer_and_no_mail(place: Workspace, box: Mailbox):
    member = join(place, "agent")
    answers = [
        Browser(place.url).post("/api/sign-in/mail", {"email": address})
        for address in (member.email, f"{uuid4().hex}@team.example", "no address")
    ]
    assert {(one.status_code, one.content) for one in answers} == {(202, answers[0].content)}
    assert len({str(sorted(one.headers.keys())) for one in answers}) == 1
    box.next(member.email)
    time.sleep(0.5)
    assert box.kept == []


def test_nobody_is_flooded_and_a_link_that_was_sent_stays_good(place: Workspace, box: Mailbox):
    member = join(place, "agent")
    codes = [ask_for_link(place, member.email) for _ in range(5)]
    assert codes == [202, 202, 202, 429, 429]
    found = LINK.search(box.next(member.email).mail.get_content())
    assert found is not None
    assert Browser(place.url).open_link(found[1]).status_code == 200


@pytest.mark.parametrize("header", ["Host", "X-Forwarded-Host", "Forwarded", "X-Host"])
def test_no_header_of_a_request_gets_into_a_link(place: Workspace, box: Mailbox, header: str):
    member = join(place, "agent")
    poison = {header: "evil.example", "Origin": "http://localhost:9"}
    asked = Browser(place.url).post("/api/sign-in/mail", {"email": member.email}, headers=poison)
    assert asked.status_code == 202
    assert "evil" not in box.next(member.email).mail.as_string()


def test_an_invitation_goes_to_the_invited_alone(place: Workspace, box: Mailbox):
    owner: Member = join(place, "owner")
    address = f"new-{uuid4().hex[:8]}@team.example"
    body = {"email": address, "role": "agent"}
    answer = owner.browser().post("/api/team/invitations", body)
    assert answer.json()["mailed"] is True and answer.json()["url"] is None
    text = box.next(address).mail.get_content()
    found = LINK.search(text)
    assert found is not None and owner.email in text and f"{PUBLIC}/invitation#obi_" in text
    joined = Browser(place.url).post("/api/invitations/accept", {"token": found[1]})
    assert joined.status_code == 200


def test_where_the_mail_server_refuses_the_link_is_shown_instead(place: Workspace, box: Mailbox):
    owner, box.refusal = join(place, "owner"), REFUSAL
    address = f"new-{uuid4().hex[:8]}@team.example"
    browser = owner.browser()
    answer = browser.post("/api/team/invitations", {"email": address, "role": "agent"})
    assert answer.json()["mailed"] is False and "/invitation#obi_" in answer.json()["url"]
    test = browser.post("/api/mail/test")
    assert refused(test) == (503, "mail_failed") and "554" in test.json()["detail"]
    log = place.server.data.with_suffix(".log").read_text()
    assert "mail was not taken" in log and "needle" not in log and address not in log


def test_the_test_button_sends_to_whoever_pressed_it(place: Workspace, box: Mailbox):
    admin = join(place, "admin")
    browser = admin.browser()
    assert browser.get("/api/mail").json()["ready"] is True
    assert browser.post("/api/mail/test").json() == {"to": admin.email}
    assert PUBLIC in box.next(admin.email).mail.get_content()
    assert join(place, "agent").browser().post("/api/mail/test").status_code == 403


def test_without_mail_it_says_so_to_everybody_alike(workspace: Workspace):
    known = join(workspace, "agent").email
    for address in (known, "nobody@team.example"):
        answer = Browser(workspace.url).post("/api/sign-in/mail", {"email": address})
        assert refused(answer) == (409, "no_mail")
    answer = join(workspace, "owner").browser().post("/api/mail/test")
    assert refused(answer) == (503, "no_mail")


# What is sent ----------------------------------------------------------------------------------

NASTY = [
    "hi\r\nBcc: x@evil.example",
    "=?utf-8?q?hi=0D=0ABcc:_x@evil.example?=",
    "=?utf-8?b?aGkNCkJjYzogeEBldmlsLmV4YW1wbGU=?=",
    "\x00",
    "a\x85Bcc: x@evil.example",
    "a\u2028Bcc: x@evil.example",
]


@pytest.mark.parametrize("nasty", NASTY)
def test_a_known_way_to_smuggle_a_header_in_is_refused_or_stays_text(nasty: str):
    try:
        composed = compose(Mail("ada@team.example", nasty, nasty), SENDER, MOMENT)
    except BadInput:
        return
    read = email.message_from_bytes(composed, policy=email.policy.compat32)
    assert sorted(read.keys()) == sorted(HEADERS)


@given(st.text(), st.text(), st.text(max_size=60))
def test_no_text_makes_another_header(subject: str, text: str, local: str):
    address = f"{local}@team.example"
    try:
        composed = compose(Mail(address, subject, text), SENDER, MOMENT)
    except (BadInput, UnicodeEncodeError):
        return
    read = email.message_from_bytes(composed, policy=email.policy.compat32)
    assert sorted(read.keys()) == sorted(HEADERS)
    assert b"\r\n\r\n" in composed


def test_the_last_look_finds_what_the_library_lets_through():
    """On Python 3.11.7 this very message has a Bcc that nobody wrote (CVE-2024-6923)."""
    fine = compose(Mail("ada@team.example", "Hello", "Text"), SENDER, MOMENT)
    require_headers(fine)
    for wrong in (
        fine.replace(b"Subject: Hello", b"Subject: Hello\r\nBcc: x@evil.example"),
        fine.replace(b"Subject: Hello\r\n", b""),
        fine.replace(b"Subject: Hello", b"Subject: Hello\r\nSubject: Other"),
    ):
        with pytest.raises(BadInput):
            require_headers(wrong)


@pytest.mark.parametrize(
    ("url", "host", "port", "security"),
    [
        ("smtps://u:p%40ss@mail.example.com", "mail.example.com", 465, "tls"),
        ("smtp://u:p%40ss@mail.example.com:2525", "mail.example.com", 2525, "starttls"),
        ("smtp://mail.example.com?tls=none", "mail.example.com", 587, "none"),
        ("smtp://127.0.0.1:25", "127.0.0.1", 25, "none"),
    ],
)
def test_how_the_mail_server_is_written(url: str, host: str, port: int, security: str):
    read = read_smtp_url(url)
    assert (read.host, read.port, read.security) == (host, port, security)
    assert read.password in (None, "p@ss") and "p@ss" not in repr(read)


@pytest.mark.parametrize(
    "url", ["mail.example.com", "http://x", "smtp://", "smtp://h:x", "smtp://h/p"]
)
def test_what_is_no_mail_server_is_refused(url: str):
    with pytest.raises(Misconfigured, match="OPENBOOK_SMTP_URL"):
        read_smtp_url(url)


def test_settings_of_mail_that_cannot_work_are_refused_at_the_start():
    smtp = {"OPENBOOK_SMTP_URL": "smtp://127.0.0.1"}
    with pytest.raises(Misconfigured, match="OPENBOOK_PUBLIC_URL"):
        read_settings(smtp)
    with pytest.raises(Misconfigured, match="OPENBOOK_MAIL_FROM"):
        Mailer("smtp://127.0.0.1", None)
    for wrong in ("openbook", "a\nb <x@example.com>", "<>"):
        with pytest.raises(Misconfigured, match="OPENBOOK_MAIL_FROM"):
            read_sender(wrong)
    for wrong in ("chat.example.com", "https://chat.example.com/path", "ftp://x", "https://a@b"):
        with pytest.raises(Misconfigured, match="OPENBOOK_PUBLIC_URL"):
            read_settings({"OPENBOOK_PUBLIC_URL": wrong})
    read = read_settings(smtp | {"OPENBOOK_PUBLIC_URL": "https://Chat.example.com:443/"})
    assert read.public_url == "https://chat.example.com"
