"""Tickets for WebSockets: good once, for half a minute, for a page of ours, while signed in."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from openbook import clock
from openbook.accounts.schemas import MEMBER_ROLES, Caller
from openbook.accounts.sign_in.tickets import issue_ticket, take_ticket
from openbook.db import Connection
from openbook.errors import Forbidden, NotAllowed, Refused
from tests.accounts.visiting import Browser, Member, join
from tests.conftest import Workspace, in_database

HOST = "chat.example.com"
OWN = f"https://{HOST}"


def issue(workspace: Workspace, member: Member, browser: Browser) -> str:
    (session,) = (
        UUID(one["id"]) for one in browser.get("/api/me/sessions").json()["items"] if one["current"]
    )
    caller = Caller(workspace.id, member.id, "agent", MEMBER_ROLES["agent"], member.id)

    async def work(conn: Connection) -> str:
        return await issue_ticket(conn, caller, session, clock.now())

    return in_database(workspace.server.conninfo, work)


def take(workspace: Workspace, ticket: str, origin: str | None = OWN, **later: float) -> Any:
    async def work(conn: Connection) -> Any:
        moment = clock.now() + timedelta(**later)
        return await take_ticket(conn, ticket, origin, HOST, OWN, moment)

    return in_database(workspace.server.conninfo, work)


def test_a_ticket_opens_the_workspace_it_was_made_for_once(workspace: Workspace):
    member = join(workspace, "agent")
    browser = member.browser()
    ticket = issue(workspace, member, browser)
    caller, session = take(workspace, ticket)
    assert caller.workspace_id == workspace.id and caller.user_id == member.id
    assert caller.scopes == MEMBER_ROLES["agent"]
    assert str(session) == browser.get("/api/me/sessions").json()["items"][0]["id"]
    with pytest.raises(NotAllowed):
        take(workspace, ticket)


def test_of_many_who_have_it_one_gets_in(workspace: Workspace):
    member = join(workspace, "agent")
    ticket = issue(workspace, member, member.browser())

    def got_in(_: int) -> bool:
        try:
            take(workspace, ticket)
        except Refused:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(got_in, range(8))) == 1


@pytest.mark.parametrize(
    "origin", [None, "", "null", "https://evil.example", f"http://{HOST}.evil"]
)
def test_no_other_site_opens_a_socket_and_none_spends_the_ticket(
    workspace: Workspace, origin: str | None
):
    member = join(workspace, "agent")
    ticket = issue(workspace, member, member.browser())
    with pytest.raises(Forbidden):
        take(workspace, ticket, origin)
    assert take(workspace, ticket)


def test_it_is_over_with_time_and_with_the_session(workspace: Workspace):
    member = join(workspace, "agent")
    browser = member.browser()
    late, signed_out, nonsense = issue(workspace, member, browser), "", "obl_" + "A" * 43
    with pytest.raises(NotAllowed):
        take(workspace, late, seconds=31)
    signed_out = issue(workspace, member, browser)
    assert browser.post("/api/sign-out").status_code == 204
    for ticket in (signed_out, nonsense):
        with pytest.raises(NotAllowed):
            take(workspace, ticket)


def test_a_ticket_signs_nobody_in_and_a_link_is_no_ticket(workspace: Workspace):
    member = join(workspace, "agent")
    ticket = issue(workspace, member, member.browser())
    assert Browser(workspace.url).open_link(ticket).status_code == 401
    with pytest.raises(NotAllowed):
        take(workspace, member.link())
    assert take(workspace, ticket)


def test_who_was_removed_opens_none(workspace: Workspace):
    member, owner = join(workspace, "agent"), join(workspace, "owner")
    ticket = issue(workspace, member, member.browser())
    assert owner.browser().delete(f"/api/team/{member.id}").status_code == 204
    with pytest.raises(NotAllowed):
        take(workspace, ticket)
