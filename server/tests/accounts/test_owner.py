"""The first owner: a link that the first start prints, or one from the machine itself."""

import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from openbook.accounts.sign_in.actions import BAD_LINK
from tests.accounts.visiting import LINK, Browser, change, refused
from tests.conftest import Server, serving

PRINTED = re.compile(r"sign in\s+http://127\.0\.0\.1:\d+/sign-in#(obl_\S{43})\s")


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that was started for the first time just now."""
    with serving(tmp_path_factory.mktemp("owner") / "data", None) as server:
        yield server


def printed(server: Server) -> str:
    """The token of the link that the start printed."""
    for _ in range(100):  # it is printed when the server is ready, which is a moment after it is
        found = PRINTED.search(server.data.with_suffix(".log").read_text())
        if found is not None:
            return found[1]
        time.sleep(0.1)
    raise AssertionError("the start printed no link")


def test_the_link_of_the_first_start_makes_the_owner_and_opens_the_interface(fresh: Server):
    browser, token = Browser(fresh.url), printed(fresh)
    assert browser.get("/api/sign-in").json()["started"] is False
    for wrong in ({}, {"email": "no address"}, {"email": "ada@team.example", "name": "a\nb"}):
        answer = browser.post("/api/sign-in/link", {"token": token} | wrong)
        assert answer.status_code == 400, "and the link is not spent by it"

    body = {"token": token, "email": "Ada@Team.example", "name": "Ada"}
    me = browser.post("/api/sign-in/link", body).json()["me"]
    assert me["person"]["email"] == "Ada@team.example" and me["person"]["name"] == "Ada"
    assert [one["role"] for one in me["workspaces"]] == ["owner"]
    assert browser.get("/api/sign-in").json()["started"] is True
    assert browser.get("/api/settings").status_code == 200
    assert browser.patch("/api/settings", {"ip.mode": "none"}).json()["ip.mode"] == "none"

    again = Browser(fresh.url).post("/api/sign-in/link", body)
    assert refused(again) == (401, "bad_link") and again.json()["detail"] == BAD_LINK


def test_a_link_from_the_machine_itself_signs_the_owner_in_once(fresh: Server):
    done = fresh.command("owner-link", "--url", "https://chat.example.com")
    assert done.stdout.startswith("https://chat.example.com/sign-in#") and done.returncode == 0
    found = LINK.search(done.stdout)
    assert found is not None
    with ThreadPoolExecutor(20) as pool:
        codes = list(
            pool.map(lambda _: Browser(fresh.url).open_link(found[1]).status_code, [0] * 20)
        )
    assert sorted(codes) == [200] + [401] * 19, "of many at once, one gets in"


def test_a_link_is_good_for_an_hour(fresh: Server):
    found = LINK.search(fresh.command("owner-link").stdout)
    assert found is not None
    change(fresh, "UPDATE one_time_tokens SET expires_at = now() - interval '1 second'")
    assert refused(Browser(fresh.url).open_link(found[1])) == (401, "bad_link")


def test_before_there_is_an_owner_only_the_newest_link_is_good(tmp_path: Path):
    with serving(tmp_path / "data", None) as server:
        former, newest = printed(server), LINK.search(server.command("owner-link").stdout)
        assert newest is not None
        mine = {"email": "ada@team.example"}
        first = Browser(server.url).post("/api/sign-in/link", {"token": former} | mine)
        assert refused(first) == (401, "bad_link")
        last = Browser(server.url).post("/api/sign-in/link", {"token": newest[1]} | mine)
        assert last.status_code == 200
