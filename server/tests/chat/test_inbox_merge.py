"""Two conversations become one: nothing is lost, doubled, renumbered or shown to anybody new."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from openbook.accounts.keys import digest
from openbook.db import Connection
from tests.accounts.visiting import join, refused
from tests.chat.inbox_talk import BROWSER, Team, Visitor, at_desk, cid, team, visitor
from tests.conftest import Workspace, in_database


def gap_free(desk: Team, id: str) -> list[dict[str, Any]]:
    """The messages of a conversation, of which both counts have no gap."""
    found = desk.messages(id)
    assert [one["seq"] for one in found] == list(range(1, len(found) + 1))
    public = [one["public_seq"] for one in found if one["public_seq"] is not None]
    assert public == list(range(1, len(public) + 1))
    return found


def test_what_was_said_in_one_follows_in_the_other(workspace: Workspace) -> None:
    ada, desk = visitor(workspace), team(workspace)
    kept, gone = (ada.begin(text)["conversation"]["id"] for text in ("First", "Other"))
    desk.note(gone, "A note about zebras")
    desk.say(gone, "An answer")
    ada.say(kept, "Second")
    before = desk.messages(kept)
    moved = desk.messages(gone)
    tag = workspace.api.post("/api/tags", json={"name": "vip"}).json()["id"]
    desk.patch(gone, tags=[tag])

    merged = desk.do("POST", f"/{kept}/merge", {"other_id": gone})
    assert merged["id"] == kept and merged["tags"] == [tag]
    after = gap_free(desk, kept)
    assert after[: len(before)] == before, "no number means another message than before"
    event = after[len(before)]
    assert event["event"] == {"name": "merged", "other_id": gone, "messages": 4}
    assert [one["id"] for one in after[len(before) + 1 :]][:3] == [one["id"] for one in moved]
    assert [one["text"] for one in ada.messages(kept)] == ["First", "Second", "Other", "An answer"]
    assert [head["id"] for head in ada.heads()] == [kept]
    assert desk.view("all") == desk.view("all", q="zebras") == [kept]
    assert desk.counts()["open"]["all"] == 1
    assert merged["contact_seq"] == after[len(before) + 1]["seq"]


def test_the_id_that_went_leads_to_where_it_went(workspace: Workspace) -> None:
    ada, desk = visitor(workspace), team(workspace)
    first, second, third = (ada.begin(text)["conversation"]["id"] for text in "abc")
    desk.do("POST", f"/{second}/merge", {"other_id": third})
    desk.do("POST", f"/{first}/merge", {"other_id": third})
    for id in (first, second, third):
        assert desk.one(id)["id"] == first
        assert len(desk.messages(id)) == len(desk.messages(first))
    desk.say(third, "To whichever")
    assert gap_free(desk, first)[-1]["text"] == "To whichever"
    body = {"cid": "late", "text": "By a browser that has not heard of it"}
    late = ada.http.post(f"{ada.url}/conversations/{third}/messages", json=body)
    assert refused(late) == (409, "merged")
    assert late.json()["merged_into"] == first
    assert refused(
        workspace.api.post(f"/api/conversations/{second}/merge", json={"other_id": third})
    ) == (409, "same_conversation")


def test_a_message_retried_over_a_merge_is_there_once(workspace: Workspace) -> None:
    ada, desk = visitor(workspace), team(workspace)
    kept, gone = (ada.begin(text)["conversation"]["id"] for text in "ab")
    same = {"cid": "retried", "text": "Sent before, answered never"}
    for id in (kept, gone):
        answer = workspace.api.post(f"/api/conversations/{id}/messages", json=same)
        assert answer.status_code == 201
    mine = ada.say(gone, "Mine", cid="my-own")
    desk.do("POST", f"/{kept}/merge", {"other_id": gone})
    again = workspace.api.post(f"/api/conversations/{gone}/messages", json=same)
    assert again.status_code == 200
    assert ada.say(kept, "Mine", cid="my-own")["id"] == mine["id"]
    texts = [one["text"] for one in gap_free(desk, kept)]
    assert texts.count("Mine") == 1
    assert texts.count(same["text"]) == 2, "one of each conversation"


def test_what_was_unread_in_either_is_unread_in_both(workspace: Workspace) -> None:
    ada = visitor(workspace)
    bea = join(workspace, "agent")
    desk = at_desk(bea.browser())
    for read_kept, read_gone in ((True, True), (True, False), (False, True), (False, False)):
        kept, gone = (ada.begin(text)["conversation"]["id"] for text in "ab")
        for id, read in ((kept, read_kept), (gone, read_gone)):
            if read:
                desk.do("POST", f"/{id}/read", {"seq": 1})
        merged = desk.do("POST", f"/{kept}/merge", {"other_id": gone})
        assert merged["unread"] is not (read_kept and read_gone), (read_kept, read_gone)


def test_a_mention_goes_along(workspace: Workspace) -> None:
    ada, desk, bea = visitor(workspace), team(workspace), join(workspace, "agent")
    kept, gone = (ada.begin(text)["conversation"]["id"] for text in "ab")
    desk.note(gone, "Look", mentions=[str(bea.id)])
    desk.do("POST", f"/{kept}/merge", {"other_id": gone})
    at_bea = at_desk(bea.browser())
    assert at_bea.view("mentions") == [kept]
    assert at_bea.messages(kept)[-1]["mentions"] == [str(bea.id)]
    assert at_bea.counts()["mentions"] == {"all": 1, "unread": 1}


def test_conversations_of_two_contacts_stay_two(workspace: Workspace) -> None:
    desk = team(workspace)
    ids = [visitor(workspace).begin()["conversation"]["id"] for _ in range(2)]
    answer = workspace.api.post(f"/api/conversations/{ids[0]}/merge", json={"other_id": ids[1]})
    assert refused(answer) == (409, "other_contact")
    assert sorted(desk.view()) == sorted(ids)


def test_a_merge_shows_no_browser_what_was_said_in_another(workspace: Workspace) -> None:
    desk = team(workspace)
    ada, eve = visitor(workspace), visitor(workspace)
    hers, evil = (one.begin("Mine")["conversation"]["id"] for one in (ada, eve))
    contacts = [desk.one(id)["contact"]["id"] for id in (hers, evil)]
    joined = workspace.api.post(f"/api/contacts/{contacts[0]}/merge", json={"with": contacts[1]})
    assert joined.status_code == 200, joined.text
    answer = workspace.api.post(f"/api/conversations/{evil}/merge", json={"other_id": hers})
    assert refused(answer) == (409, "other_reader")
    assert [head["id"] for head in eve.heads()] == [evil]


def test_what_the_team_began_goes_to_the_reader_of_the_other(workspace: Workspace) -> None:
    ada, desk = visitor(workspace), team(workspace)
    hers = ada.begin()["conversation"]["id"]
    contact = desk.one(hers)["contact"]["id"]
    ours = desk.do("POST", "", {"contact_id": contact, "cid": cid(), "text": "By the way"})
    merged = desk.do("POST", f"/{ours['conversation']['id']}/merge", {"other_id": hers})
    assert [head["id"] for head in ada.heads()] == [merged["id"]]
    assert [one["text"] for one in ada.messages(merged["id"])] == ["By the way", "Hello"]


def test_nothing_is_lost_while_both_go_on(workspace: Workspace) -> None:
    """Everybody writes into the one that goes, the visitor with the retries of a client."""
    ada, desk = visitor(workspace), team(workspace)
    kept, gone = (ada.begin(text)["conversation"]["id"] for text in "ab")

    def answers(number: int) -> None:
        for count in range(6):
            desk.say(gone, f"team {number} {count}")

    def speaks(count: int) -> None:
        body = {"cid": f"mine-{count}", "text": f"visitor {count}"}
        path = f"{ada.url}/conversations/{gone}/messages"
        answer = ada.http.post(path, json=body)
        if answer.status_code == 409:
            into = answer.json()["merged_into"]
            answer = ada.http.post(f"{ada.url}/conversations/{into}/messages", json=body)
        assert answer.status_code == 201, answer.text

    with ThreadPoolExecutor(6) as pool:
        working = [pool.submit(answers, number) for number in range(3)]
        working += [pool.submit(speaks, count) for count in range(6)]
        merging = pool.submit(desk.do, "POST", f"/{kept}/merge", {"other_id": gone})
        for one in (*working, merging):
            one.result(60)
    found = gap_free(desk, kept)
    texts = [one["text"] for one in found if one["kind"] == "message"]
    assert sorted(texts) == sorted(
        ["a", "b"]
        + [f"team {number} {count}" for number in range(3) for count in range(6)]
        + [f"visitor {count}" for count in range(6)]
    )
    for number in range(3):
        said = [text for text in texts if text.startswith(f"team {number}")]
        assert said == sorted(said), "in the order in which they were said"
    assert [one["text"] for one in ada.messages(kept)] == texts


@pytest.mark.parametrize(("address", "opens"), [("ada@x.test", True), ("typo@x.test", False)])
def test_a_link_in_a_mail_opens_both_only_at_the_contact_s_address(
    workspace: Workspace, address: str, opens: bool
) -> None:
    """A link that went astray, to an address that was mended since, opened one of them alone."""
    ada, desk = visitor(workspace), team(workspace)
    kept, gone = (ada.begin(text)["conversation"]["id"] for text in "ab")
    contact = UUID(desk.one(kept)["contact"]["id"])
    workspace.api.patch(f"/api/contacts/{contact}", json={"email": "ada@x.test"})

    async def mailed(conn: Connection) -> None:
        for conversation, token in ((gone, "unused"), (kept, "used")):
            await conn.execute(
                "INSERT INTO reply_links (workspace_id, id, contact_id, origin_id, token_hash, "
                "conversation_id, email, email_key, created_at, expires_at) "
                "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, now(), now() + interval '1 week')",
                (workspace.id, uuid4(), contact, contact, digest(token), conversation, address,
                 address),
            )  # fmt: skip

    in_database(workspace.server.conninfo, mailed, workspace.id)

    def opened(token: str) -> httpx.Response:
        return httpx.post(f"{ada.url}/link", json={"token": token}, headers=BROWSER)

    mailbox = Visitor(ada.url, httpx.Client(headers=BROWSER))
    token = opened("used").json()["token"]
    mailbox.http.headers["Authorization"] = f"Bearer {token}"
    assert [head["id"] for head in mailbox.heads()] == [kept]
    desk.do("POST", f"/{kept}/merge", {"other_id": gone})
    assert [head["id"] for head in mailbox.heads()] == ([kept] if opens else [])
    late = opened("unused")
    assert late.status_code == (200 if opens else 400), late.text


def test_a_merge_is_in_the_history(workspace: Workspace) -> None:
    ada, desk = visitor(workspace), team(workspace)
    kept, gone = (ada.begin(text)["conversation"]["id"] for text in "ab")
    desk.do("POST", f"/{kept}/merge", {"other_id": gone})
    browser = join(workspace, "owner").browser()
    changes = browser.get("/api/history").json()["items"]
    merged = [one for one in changes if one["action"] == "conversation.merged"]
    assert [(one["subject"], one["detail"]) for one in merged] == [(kept, {"gone": gone})]
