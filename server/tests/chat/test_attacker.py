"""Somebody who knows all the names of a victim calls whatever is public, at random.

They know the e-mail, the user id, the anonymous id, the ids of conversations and files. Whatever
the order of the calls, the answers show nothing of the victim, and nothing of the victim changes.
OPENBOOK_TEST_SEQUENCES makes the run longer (10,000 take some minutes), OPENBOOK_TEST_SEED repeats
one.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from ipaddress import IPv4Address
from pathlib import Path
from random import Random, SystemRandom
from typing import Any
from uuid import uuid4

import httpx
import msgspec
import pytest

from tests.chat.talking import (
    BROWSER,
    Backend,
    Visitor,
    at_database,
    backend,
    new_cid,
    page_view,
    reply,
    seen_device,
)
from tests.conftest import Workspace, _workspace, serving

SEQUENCES = int(os.environ.get("OPENBOOK_TEST_SEQUENCES", "100"))
SEED = int(os.environ.get("OPENBOOK_TEST_SEED") or SystemRandom().randrange(1 << 32))
LONGEST = 9
NEEDLES = ("needle-of-victim", "Victoria", "needle-file", "needle-of-team")
EMAIL, USER_ID, ANONYMOUS_ID = "victoria@example.com", "user-of-victoria", "device-of-victoria"


class Victim(msgspec.Struct):
    """What there is of the victim, and what the attacker knows of it."""

    workspace: Workspace
    shop: Backend
    visitor: Visitor
    proof: str
    conversations: list[str]
    file: str
    contact: str

    def record(self) -> Any:
        """All that is stored of the victim, as the team and the database have it."""
        contact = self.workspace.api.get(f"/api/contacts/{self.contact}").json()
        tables = {
            table: at_database(
                self.workspace,
                f"SELECT * FROM {table} WHERE contact_id = %s ORDER BY {table}::text",
                self.contact,
            )
            for table in ("conversations", "messages", "files", "identities", "claims", "devices")
        }
        return contact, tables


class Attacker:
    """One browser, from a network of its own, that does as its dice say."""

    def __init__(self, victim: Victim, number: int):
        self.victim, self.dice = victim, Random(SEED + number)
        self.http = httpx.Client(
            base_url=f"{victim.workspace.url}/v1/chat/{victim.workspace.write_key}",
            headers={
                "User-Agent": BROWSER,
                "Origin": "https://evil.example",
                "X-Forwarded-For": str(IPv4Address(0x0B000000 + number)),
            },
            # An answer waits for the disk, which other suites may keep busy for half a minute.
            timeout=120,
            verify=False,  # no TLS here: reading the certificates takes longer than a sequence
        )
        self.token: str | None = None
        self.own: list[str] = []
        self.told: list[str] = []

    def play(self) -> list[str]:
        """One sequence; what was answered."""
        moves: list[Callable[[], httpx.Response]] = [
            self.begin, self.begin, self.open, self.say, self.read_on, self.mark, self.type,
            self.claim, self.wait, self.list, self.fetch, self.poll, self.log_out, self.identify,
            self.upload,
        ]  # fmt: skip
        with self.http:
            first = [self.begin] if self.dice.random() < 0.9 else []
            later = self.dice.choices(moves, k=self.dice.randint(3, LONGEST))
            for move in (*first, *later):
                answer = move()
                # 503 is no fault of ours: the machine is busy.
                assert answer.status_code in range(200, 500) or answer.status_code == 503
                self.told.append(f"{answer.status_code} {answer.text}")
        return self.told

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return self.http.request(method, path, headers=headers, **more)

    def conversation(self) -> str:
        return self.dice.choice([*self.victim.conversations, *self.own, str(uuid4())])

    def forged(self) -> str | None:
        """Tokens that name the victim and are none, and a good one of the attacker's own."""
        shop = self.victim.shop
        good = shop.sign(USER_ID)
        head, body, _ = good.split(".")
        mine = shop.sign(f"attacker-{self.dice.random()}", email=EMAIL)
        return self.dice.choice(
            [
                None, None, mine, shop.expired(USER_ID, email=EMAIL), f"{head}.{body}.",
                f"{head}.{body}.{mine.rpartition('.')[2]}", shop.sign(USER_ID, aud=str(uuid4())),
                shop.sign(USER_ID, kid="none"), "a.b.c",
            ]
        )  # fmt: skip

    def begin(self) -> httpx.Response:
        body = {
            "anonymous_id": self.dice.choice([ANONYMOUS_ID, "mine", None]),
            "proof": self.dice.choice([None, "x", self.victim.proof[:-1] + "A", "A" * 43]),
            "token": self.forged(),
            "lasting": self.dice.random() < 0.5,
        }
        answer = self.ask("POST", "/session", json=body)
        if answer.status_code == 200:
            self.token = answer.json()["token"] or self.token
        return answer

    def open(self) -> httpx.Response:
        said = {"cid": new_cid(), "text": f"I am {EMAIL}, user {USER_ID}"}
        answer = self.ask("POST", "/conversations", json=said)
        if answer.status_code == 201:
            self.own.append(answer.json()["conversation"]["id"])
        return answer

    def say(self) -> httpx.Response:
        files = self.dice.choice([[], [self.victim.file]])
        said = {"cid": new_cid(), "text": "Hello", "file_ids": files}
        return self.ask("POST", f"/conversations/{self.conversation()}/messages", json=said)

    def read_on(self) -> httpx.Response:
        return self.ask("GET", f"/conversations/{self.conversation()}/messages?after=0")

    def mark(self) -> httpx.Response:
        what = self.dice.choice(["read", "received"])
        return self.ask("POST", f"/conversations/{self.conversation()}/{what}", json={"seq": 99})

    def type(self) -> httpx.Response:
        return self.ask("POST", f"/conversations/{self.conversation()}/typing", json={})

    def claim(self) -> httpx.Response:
        return self.ask("POST", "/contact", json={"email": EMAIL, "name": "Somebody"})

    def wait(self) -> httpx.Response:
        return self.ask("POST", "/waiting", json={"anonymous_id": ANONYMOUS_ID, "proof": "x" * 43})

    def list(self) -> httpx.Response:
        return self.ask("GET", "/conversations")

    def fetch(self) -> httpx.Response:
        return self.ask("GET", f"/files/{self.victim.file}")

    def poll(self) -> httpx.Response:
        return self.ask("GET", "/events")

    def log_out(self) -> httpx.Response:
        return self.ask("POST", "/logout", json={})

    def upload(self) -> httpx.Response:
        return self.ask("POST", "/files?name=a.txt", content=b"of the attacker")

    def identify(self) -> httpx.Response:
        """The same by way of the collector."""
        token = self.forged()
        message = {
            "type": self.dice.choice(["identify", "alias", "group"]),
            "messageId": new_cid(),
            "anonymousId": f"thief-{self.dice.random()}",
            "userId": USER_ID,
            "groupId": USER_ID,
            "previousId": USER_ID,
            "traits": {"email": EMAIL, "name": "Somebody"},
            "context": {"token": token} if token else {},
        }
        url = f"{self.victim.workspace.url}/v1/batch"
        key = (self.victim.workspace.write_key, "")
        return self.http.post(url, json={"batch": [message]}, auth=key)


@pytest.fixture(scope="module")
def victim(tmp_path_factory: pytest.TempPathFactory, database_url: str | None) -> Iterator[Victim]:
    """On a server of its own, which believes in proxies: each attacker has another address."""
    data: Path = tmp_path_factory.mktemp("attacked") / "data"
    with serving(data, None, OPENBOOK_TRUSTED_PROXY="127.0.0.1") as server:
        for workspace in _workspace(server):
            shop = backend(workspace)
            proof = seen_device(workspace, ANONYMOUS_ID)
            before = Visitor(workspace)
            before.begin(anonymous_id=ANONYMOUS_ID, proof=proof)
            first = before.open("needle-of-victim, before signing in")
            token = shop.sign(USER_ID, email=EMAIL, name="Victoria")
            identify = {"type": "identify", "userId": USER_ID, "proof": proof, "messageId": "i"}
            context = page_view(ANONYMOUS_ID)["context"] | {"token": token}
            workspace.batch(page_view(ANONYMOUS_ID, **identify, context=context))
            visitor = Visitor(workspace, before.token)
            visitor.begin(token=token)
            sent = visitor.ask("POST", "files?name=needle-file.txt", content=b"needle-of-victim")
            assert sent.status_code == 201, sent.text
            file = sent.json()["id"]
            second = visitor.open("needle-of-victim, signed in", file_ids=[file])
            reply(workspace, second, "needle-of-team")
            reply(workspace, second, "needle-of-team in a note", kind="note")
            contact = workspace.contact(user_id=USER_ID)["id"]
            ids = [first["id"], second["id"]]
            yield Victim(workspace, shop, visitor, proof, ids, file, contact)


@pytest.mark.timeout(1_800)
def test_a_stranger_sees_nothing_and_changes_nothing(victim: Victim) -> None:
    assert {head["id"] for head in victim.visitor.heads()} == set(victim.conversations)
    before = victim.record()
    assert NEEDLES[0] in str(before)
    with ThreadPoolExecutor(4) as pool:
        players = (Attacker(victim, number) for number in range(1, SEQUENCES + 1))
        answers = [told for sequence in pool.map(Attacker.play, players) for told in sequence]
    for told in answers:
        assert not any(needle in told for needle in NEEDLES), (SEED, told)
        assert victim.contact not in told
    assert victim.record() == before
    # The dice did what they were to do: most calls were let in, and few were too many.
    by_status = Counter(told[:3] for told in answers)
    assert by_status["200"] > len(answers) / 4, by_status
    assert min(by_status["201"], by_status["401"], by_status["404"]) > 0, by_status
    assert by_status["429"] < len(answers) / 20, by_status
    assert {head["id"] for head in victim.visitor.heads()} == set(victim.conversations)
