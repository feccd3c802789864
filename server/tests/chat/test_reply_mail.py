"""The mail "you have a reply": to whom, when, what stands in it, and what its link opens."""

import re
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import psycopg
import pytest
from playwright.sync_api import Browser

from tests.chat.talking import BROWSER, Visitor, seen_device
from tests.conftest import Server, Workspace, _workspace
from tests.journeys.conftest import browser_type_launch_args  # noqa: F401
from tests.mailing import PUBLIC, Mailbox, mailing

LINK = re.compile(re.escape(PUBLIC) + r"/chat/(ob_[\w-]+)\?lang=(\w\w)#(obr_[\w-]{43})")
SECRET = "the needle in the reply"
MOVED = "SELECT last_activity_at, last_seen_at FROM contacts WHERE id = %s"


@pytest.fixture(scope="module")
def mailed_from(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Mailbox]]:
    with mailing(tmp_path_factory.mktemp("mail") / "data") as made:
        yield made


@pytest.fixture
def place(mailed_from: tuple[Server, Mailbox]) -> Iterator[Workspace]:
    yield from _workspace(mailed_from[0])


@pytest.fixture
def box(mailed_from: tuple[Server, Mailbox]) -> Iterator[Mailbox]:
    mailed_from[1].empty()
    yield mailed_from[1]


def ask(place: Workspace, statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with psycopg.connect(place.server.conninfo) as conn:
        named = f"{{{place.id}}}"
        conn.execute("SELECT set_config('openbook.workspaces', %s, false)", (named,))
        cursor = conn.execute(statement, values)  # type: ignore[arg-type]
        return cursor.fetchall() if cursor.description else []


def lead(place: Workspace, address: str | None = None, **begun: Any) -> tuple[Visitor, str, str]:
    """A visitor who wrote and left an address: (visitor, conversation, contact)."""
    visitor = Visitor(place)
    visitor.begin(**begun)
    conversation = visitor.open("Do you ship to Malta?")["id"]
    if address is not None:
        assert visitor.ask("POST", "contact", json={"email": address}).status_code == 200
    [(contact,)] = ask(place, "SELECT contact_id FROM conversations WHERE id = %s", conversation)
    return visitor, conversation, str(contact)


def reply(place: Workspace, conversation: str, text: str = SECRET) -> None:
    body = {"cid": uuid4().hex, "text": text, "kind": "message"}
    answer = place.api.post(f"/api/conversations/{conversation}/messages", json=body)
    assert answer.status_code == 201, answer.text


def minutes_pass(place: Workspace, minutes: int = 6) -> None:
    """Everything that was said, sent and deferred was so many minutes earlier."""
    passed = f"- interval '{minutes} minutes'"
    for table, columns in (
        ("messages", ("created_at",)),
        ("reply_links", ("created_at", "expires_at", "sent_at")),
        ("jobs", ("due_at",)),
    ):
        changed = ", ".join(f"{column} = {column} {passed}" for column in columns)
        ask(place, f"UPDATE {table} SET {changed}")


def settled(place: Workspace) -> None:
    """Wait until no mail is due any more."""
    for _ in range(100):
        due = "SELECT 1 FROM jobs WHERE kind = 'chat.reply_mail' AND due_at <= now()"
        if not ask(place, due):
            return
        time.sleep(0.1)
    raise AssertionError("the job does not end")


def open_link(place: Workspace, token: str) -> httpx.Response:
    url = f"{place.url}/v1/chat/{place.write_key}/link"
    return httpx.post(url, json={"token": token}, headers={"User-Agent": BROWSER})


def mailed(place: Workspace, box: Mailbox) -> re.Match[str]:
    text = box.next().mail.get_content()
    found = LINK.search(text)
    assert found is not None, text
    return found


def address() -> str:
    return f"lead-{uuid4().hex[:8]}@example.com"


def test_who_has_left_gets_one_mail_with_a_link_and_no_word_of_it(
    place: Workspace, box: Mailbox
) -> None:
    to = address()
    _, conversation, contact = lead(place, to)
    reply(place, conversation)
    reply(place, conversation, SECRET + " again")
    moved = ask(place, MOVED, contact)
    time.sleep(2.5)
    assert box.kept == [], "not before the reply has waited some minutes"
    minutes_pass(place)
    recipients, mail, raw = box.next()
    assert recipients == [to] and mail["To"] == to
    assert mail["Subject"] == "Test: you have a reply"
    assert mail["Auto-Submitted"] == "auto-generated"
    for needle in (b"needle", b"Malta", contact.encode(), conversation.encode()):
        assert needle not in raw
    found = LINK.search(mail.get_content())
    assert found is not None and (found[1], found[2]) == (place.write_key, "en")
    settled(place)
    assert box.kept == []
    stored = ask(place, "SELECT token_hash::text FROM reply_links")
    assert found[3] not in str(stored)
    open_link(place, found[3])
    assert ask(place, MOVED, contact) == moved, "a mail is no dealing, a click is no word"


def test_the_link_opens_the_one_conversation_once_and_proves_the_mailbox(
    place: Workspace, box: Mailbox
) -> None:
    to = address()
    visitor, conversation, contact = lead(place, to)
    visitor.open("another, not to be seen")
    reply(place, conversation)
    minutes_pass(place)
    token = mailed(place, box)[3]
    shown = place.api.get(f"/api/contacts/{contact}").json()
    assert shown["email"] == to and shown["provenance"]["email"]["trust"] == "claimed"
    for _ in range(3):  # a scanner of mail opens what it finds
        page = httpx.get(f"{place.url}/chat/{place.write_key}?lang=en")
        assert page.status_code == 200
    opened = open_link(place, token)
    assert opened.status_code == 200, opened.text
    reader = Visitor(place, opened.json()["token"])
    assert [head["id"] for head in reader.heads()] == [conversation]
    assert opened.json()["conversation_id"] == conversation
    assert reader.messages(conversation)[-1]["text"] == SECRET
    assert reader.say(conversation, "Thank you").status_code == 201
    shown = place.api.get(f"/api/contacts/{contact}").json()
    assert shown["email"] == to and shown["provenance"]["email"]["trust"] == "mailbox"
    again = open_link(place, token)
    assert (again.status_code, again.json()["code"]) == (400, "link_over")


def test_a_link_is_over_after_a_week_and_no_other_text_is_one(
    place: Workspace, box: Mailbox
) -> None:
    _, conversation, _ = lead(place, address())
    reply(place, conversation)
    minutes_pass(place)
    token = mailed(place, box)[3]
    settled(place)
    for wrong in (token[:-1] + ("A" if token[-1] != "A" else "B"), "", "\x00", "obr_" + "x" * 43):
        assert open_link(place, wrong).status_code == 400
    minutes_pass(place, 7 * 24 * 60)
    assert open_link(place, token).json()["code"] == "link_over"


def test_a_link_is_of_its_workspace(place: Workspace, box: Mailbox) -> None:
    _, conversation, _ = lead(place, address())
    reply(place, conversation)
    minutes_pass(place)
    token = mailed(place, box)[3]
    for other in _workspace(place.server):
        assert open_link(other, token).status_code == 400
    assert open_link(place, token).status_code == 200


def test_who_has_seen_the_reply_gets_no_mail(place: Workspace, box: Mailbox) -> None:
    for mark in ("read", "received"):
        visitor, conversation, _ = lead(place, address())
        reply(place, conversation)
        seq = visitor.messages(conversation)[-1]["seq"]
        path = f"conversations/{conversation}/{mark}"
        assert visitor.ask("POST", path, json={"seq": seq}).status_code == 200
    minutes_pass(place)
    settled(place)
    assert box.kept == []
    assert ask(place, "SELECT 1 FROM jobs WHERE kind = 'chat.reply_mail'") == []


def test_who_is_spam_bounced_or_left_no_address_gets_none(place: Workspace, box: Mailbox) -> None:
    _, nameless, _ = lead(place)
    _, spam, spammer = lead(place, address())
    _, bounced, gone = lead(place, address())
    ask(place, "UPDATE contacts SET spam = true WHERE id = %s", spammer)
    ask(place, "UPDATE contacts SET bounce = 'hard' WHERE id = %s", gone)
    for conversation in (nameless, spam, bounced):
        reply(place, conversation)
    minutes_pass(place)
    settled(place)
    assert box.kept == []


def test_notes_bring_no_mail_and_unsubscribing_does_not_keep_it_back(
    place: Workspace, box: Mailbox
) -> None:
    _, conversation, contact = lead(place, address())
    ask(place, "UPDATE contacts SET unsubscribed = true WHERE id = %s", contact)
    body = {"cid": "n", "text": SECRET, "kind": "note"}
    place.api.post(f"/api/conversations/{conversation}/messages", json=body)
    minutes_pass(place)
    settled(place)
    assert box.kept == []
    reply(place, conversation)
    minutes_pass(place)
    assert LINK.search(box.next().mail.get_content())


def test_there_is_one_mail_a_day(place: Workspace, box: Mailbox) -> None:
    to = address()
    visitor, conversation, _ = lead(place, to)
    other = visitor.open("Another question")["id"]
    reply(place, conversation)
    minutes_pass(place)
    box.next()
    settled(place)
    reply(place, conversation, "one more")
    reply(place, other, "and here")
    # The same address, typed by somebody else, is the same mailbox.
    _, third, _ = lead(place, to)
    reply(place, third)
    minutes_pass(place, 60)
    settled(place)
    assert box.kept == [], "within the day"
    minutes_pass(place, 24 * 60)
    box.next()
    settled(place)
    assert len(box.kept) == 0, "one, though three wait"


def test_an_address_that_lets_links_lie_is_left_alone(place: Workspace, box: Mailbox) -> None:
    _, conversation, _ = lead(place, address())
    reply(place, conversation)
    minutes_pass(place)
    box.next()
    settled(place)
    minutes_pass(place, 24 * 60 + 1)
    ask(
        place,
        "INSERT INTO reply_links (workspace_id, id, contact_id, origin_id, conversation_id, "
        "token_hash, email, email_key, created_at, expires_at, sent_at) "
        "SELECT workspace_id, gen_random_uuid(), contact_id, origin_id, conversation_id, "
        "decode(md5(n::text), 'hex'), email, email_key, created_at, expires_at, sent_at "
        "FROM reply_links, generate_series(1, 2) AS n",
    )
    reply(place, conversation)
    minutes_pass(place)
    settled(place)
    assert box.kept == []


def test_a_mail_that_is_not_taken_is_sent_again(place: Workspace, box: Mailbox) -> None:
    _, conversation, _ = lead(place, address())
    box.refusal = "451 4.7.1 later"
    reply(place, conversation)
    minutes_pass(place)
    for _ in range(100):
        if ask(place, "SELECT 1 FROM jobs WHERE done = 1"):
            break
        time.sleep(0.1)
    time.sleep(0.5)
    assert ask(place, "SELECT sent_at FROM reply_links") == [(None,)]
    box.refusal = None
    minutes_pass(place)
    token = mailed(place, box)[3]
    settled(place)
    assert open_link(place, token).status_code == 200
    assert box.kept == []


def test_a_workspace_may_want_no_such_mail(place: Workspace, box: Mailbox) -> None:
    _, conversation, _ = lead(place, address())
    reply(place, conversation)
    answer = place.api.put("/api/chat/settings", json={"version": 0, "reply_mail": False})
    assert answer.status_code == 200
    minutes_pass(place)
    settled(place)
    assert box.kept == []


def test_the_mail_speaks_the_lead_s_language_and_a_name_breaks_no_header(
    place: Workspace, box: Mailbox
) -> None:
    named = {"version": 0, "name": "Bott=?utf-8?q?=0D=0ABcc:_x@y.z?= ega"}
    assert place.api.put("/api/chat/settings", json=named).status_code == 200
    _, conversation, _ = lead(place, address(), locale="it-IT")
    reply(place, conversation)
    minutes_pass(place)
    recipients, mail, raw = box.next()
    assert len(recipients) == 1 and mail["Bcc"] is None and b"\nBcc" not in raw
    assert str(mail["Subject"]).endswith("ega: hai una risposta")
    found = LINK.search(mail.get_content())
    assert found is not None and found[2] == "it"


def test_nobody_is_proved_to_be_whom_another_contact_is(place: Workspace, box: Mailbox) -> None:
    to = address()
    known = place.api.post("/api/contacts", json={"email": to}).json()["id"]
    _, conversation, contact = lead(place, to)
    reply(place, conversation)
    minutes_pass(place)
    opened = open_link(place, mailed(place, box)[3])
    assert opened.status_code == 200
    shown = place.api.get(f"/api/contacts/{contact}").json()
    assert shown["provenance"]["email"]["trust"] == "claimed", "it stays a claim"
    assert place.api.get("/api/contacts", params={"email": to}).json()["items"][0]["id"] == known


def test_an_address_that_was_replaced_meanwhile_is_not_proved(
    place: Workspace, box: Mailbox
) -> None:
    _, conversation, contact = lead(place, address())
    reply(place, conversation)
    minutes_pass(place)
    token = mailed(place, box)[3]
    other = address()
    place.api.patch(f"/api/contacts/{contact}", json={"email": other})
    assert open_link(place, token).status_code == 200
    shown = place.api.get(f"/api/contacts/{contact}").json()
    assert shown["email"] == other and shown["provenance"]["email"]["trust"] == "server"


def test_who_claims_an_address_from_outside_gets_no_link(place: Workspace, box: Mailbox) -> None:
    """The anonymous id is public: what its sender claims must open nobody's conversation."""
    victim, attacker = address(), address()
    shown = {"anonymous_id": "anna", "proof": seen_device(place, "anna")}
    claim = {"type": "identify", "anonymousId": "anna", "traits": {"email": attacker}}
    assert place.post("/v1/identify", claim).status_code == 200
    _, silent, contact = lead(place, **shown)
    held = place.api.get(f"/api/contacts/{contact}").json()
    assert held["email"] == attacker, "it fills what is empty, and no more than that"
    reply(place, silent)
    minutes_pass(place)
    settled(place)
    assert box.kept == []
    _, conversation, same = lead(place, victim, **shown)
    assert same == contact
    reply(place, conversation)
    minutes_pass(place)
    recipients, mail, _ = box.next()
    assert recipients == [victim]
    found = LINK.search(mail.get_content())
    assert found is not None and open_link(place, found[3]).status_code == 200
    assert place.api.get(f"/api/contacts/{contact}").json()["email"] == victim


def test_who_has_asked_nothing_gets_no_mail(place: Workspace, box: Mailbox) -> None:
    made = place.api.post("/api/contacts", json={"email": address()}).json()["id"]
    body = {"contact_id": made, "cid": uuid4().hex, "text": SECRET}
    assert place.api.post("/api/conversations", json=body).status_code == 201
    minutes_pass(place)
    settled(place)
    assert box.kept == []


def test_whoever_is_erased_gets_no_mail_and_their_link_is_dead(
    place: Workspace, box: Mailbox
) -> None:
    _, conversation, contact = lead(place, address())
    reply(place, conversation)
    minutes_pass(place)
    token = mailed(place, box)[3]
    assert place.api.delete(f"/api/contacts/{contact}").status_code in (200, 204)
    assert ask(place, "SELECT count(*) FROM reply_links") == [(0,)]
    assert open_link(place, token).status_code == 400


@pytest.mark.browser
def test_the_link_opens_the_chat_in_a_browser_on_a_press_of_the_button(
    place: Workspace, box: Mailbox, browser: Browser
) -> None:
    visitor, conversation, _ = lead(place, address())
    reply(place, conversation, "We do, in two days.")
    minutes_pass(place)
    found = mailed(place, box)
    link = found[0].replace(PUBLIC, place.url)
    page = browser.new_page(viewport={"width": 360, "height": 740})
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(link)
    page.get_by_role("heading", name="You have a reply from Test").wait_for()
    assert not any("/v1/chat/" in url for url in asked), "opening the page uses nothing up"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("We do, in two days.").wait_for()
    assert "obr_" not in page.url, "what was used is not kept in the history"
    page.get_by_role("textbox").fill("Thank you!")
    page.keyboard.press("Enter")
    for _ in range(50):
        if visitor.messages(conversation)[-1]["text"] == "Thank you!":
            break
        time.sleep(0.1)
    assert visitor.messages(conversation)[-1]["text"] == "Thank you!"
    assert said == []
    assert {urlsplit(url).netloc for url in asked if url.startswith("http")} == {
        urlsplit(place.url).netloc
    }
    page.goto("about:blank")
    page.goto(link)
    page.get_by_role("button", name="Read the reply").click()
    page.get_by_text("This link has been used already").wait_for()
    page.close()


def test_the_page_is_locked_down(place: Workspace) -> None:
    put = place.api.put("/api/chat/settings", json={"version": 0, "name": "<script>alert(1)"})
    assert put.status_code == 200
    page = httpx.get(f"{place.url}/chat/{place.write_key}?lang=ar")
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy and "*" not in policy
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["cache-control"] == "no-store"
    assert '<html lang="ar" dir="rtl">' in page.text and "<script>alert" not in page.text
    assert httpx.get(f"{place.url}/chat/ob_nobody").status_code == 404
    assert httpx.get(f"{place.url}/chat/{place.token}").status_code == 404
