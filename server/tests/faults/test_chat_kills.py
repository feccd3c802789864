"""Fifty clients chat while the server is killed again and again: each message exactly once, in
order, on both sides.

OPENBOOK_TEST_KILLS makes the run longer, OPENBOOK_TEST_SEED repeats the deck of one.
"""

import os
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from random import Random, SystemRandom
from uuid import UUID

import pytest

from openbook import clock
from openbook.accounts.people.actions import create_person
from openbook.accounts.people.queries import insert_membership
from openbook.accounts.sign_in.actions import make_one_time_token
from openbook.db import Connection
from openbook.embedded import joined
from tests.accounts.visiting import Browser
from tests.conftest import free_port, in_database
from tests.faults.chatting import Client, Member, Visitor
from tests.faults.killing import Supervised
from tests.faults.running import prepared
from tests.faults.waiting import until

KILLS = int(os.environ.get("OPENBOOK_TEST_KILLS", "20"))
SEED = int(os.environ.get("OPENBOOK_TEST_SEED") or SystemRandom().randrange(1 << 32))
PAIRS, MEMBERS = 25, 5
PACE = 1.5
DECK = ("server",) * 5 + ("worker",) * 3 + ("both",) + ("database",)
PROXIED = {"OPENBOOK_TRUSTED_PROXY": "127.0.0.1/32"}


@pytest.mark.timeout(600)
def test_each_message_is_there_once_and_in_order_on_both_sides(
    tmp_path: Path, say: Callable[[str], None]
) -> None:
    say(f"seed {SEED}")
    random, data = Random(SEED), tmp_path / "data"
    (account,) = prepared(data)
    links = made_links(data, account.id)
    server = Supervised(data, free_port(), environ=PROXIED, random=random)
    began = time.monotonic()
    with server:
        visitors = [
            Visitor(f"v{at}", server.url, account.write_key, f"10.0.0.{at + 1}", PACE, SEED + at)
            for at in range(PAIRS)
        ]
        browsers = [signed_in(server.url, link) for link in links]
        members = [
            Member(f"m{at}", server.url, browsers[at % MEMBERS], PACE, SEED - at)
            for at in range(PAIRS)
        ]
        for visitor, member in zip(visitors, members, strict=True):
            visitor.begin()
            member.conversation = visitor.conversation
        clients: list[Client] = [*visitors, *members]
        try:
            for client in clients:
                client.start()
            killed = harass(server, random)
            server.wait_until_ready()
            for client in clients:
                client.say_no_more()
            settled = until(lambda: all(map(is_complete, visitors, members)), 40)
        finally:
            for client in clients:
                client.leave()
        took = time.monotonic() - began
    said = sum(len(client.said) for client in clients)
    reconnects = sum(client.reconnects for client in clients)
    say(
        f"{said:,} messages over {killed} kills in {took:.0f} s, {reconnects:,} reconnects, "
        f"all heard {settled:.1f} s after the last"
    )
    for visitor, member in zip(visitors, members, strict=True):
        assert (visitor.strange, member.strange) == ([], [])
        assert visitor.heard == member.heard
        assert [seq for seq, _ in visitor.heard] == list(range(1, len(visitor.heard) + 1))
        texts = [text for _, text in visitor.heard]
        assert [text for text in texts if text in set(visitor.said)] == visitor.said
        assert [text for text in texts if text in set(member.said)] == member.said
        assert len(texts) == len(visitor.said) + len(member.said)
    assert killed == KILLS and said > 10 * KILLS
    assert reconnects >= len(clients)


def harass(server: Supervised, random: Random) -> int:
    """Kill at random moments, mostly once it serves again; how often there was something to."""
    strikes = {
        "database": server.kill_database,
        "server": server.kill,
        "both": server.kill_all,
        "worker": server.kill_worker,
    }
    cards: list[str] = []
    killed = 0
    while killed < KILLS:
        cards = cards or random.sample(DECK, len(DECK))
        killed += strikes[cards.pop()]()
        if random.random() > 0.2:
            server.wait_until_ready()
        time.sleep(random.uniform(0.1, 1.2))
    return killed


def is_complete(visitor: Visitor, member: Member) -> bool:
    """Whether both have heard all that both have said."""
    said = len(visitor.said) + len(member.said)
    return len(visitor.heard) >= said and len(member.heard) >= said


def made_links(data: Path, workspace_id: UUID) -> list[str]:
    """Links with which members of the team sign in."""

    async def make(conn: Connection) -> list[str]:
        moment, links = clock.now(), []
        for at in range(MEMBERS):
            person = await create_person(conn, f"m{at}@team.example", f"M {at}", moment)
            await insert_membership(conn, workspace_id, person.id, "agent", moment)
            life = timedelta(hours=1)
            links.append(await make_one_time_token(conn, "link", person.id, life, moment))
        return links

    with joined(data) as conninfo:
        return in_database(conninfo, make, workspace_id)


def signed_in(url: str, link: str) -> Browser:
    browser = Browser(url)
    answer = browser.open_link(link)
    assert answer.status_code == 200, answer.text
    return browser
