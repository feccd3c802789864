"""What a page was told and what it would read anew are the same, whatever happened meanwhile."""

import random
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from tests.accounts.visiting import join
from tests.conftest import Server, Workspace, serving
from tests.live.screens import Screen, snapshot

ACTIONS = 70
VISITORS, USERS, ADDRESSES = 8, 4, 3


@pytest.fixture(scope="module")
def second(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Another openbook on the same database, with the same secret."""
    data = tmp_path_factory.mktemp("second") / "data"
    secret = str(server.data / "secret")
    with serving(data, server.conninfo, OPENBOOK_SECRET_FILE=secret) as running:
        yield running


class World:
    """Does to the contacts of a workspace whatever can be done, at either server."""

    def __init__(self, workspace: Workspace, urls: tuple[str, str], chance: random.Random):
        self.workspace = workspace
        self.urls = urls
        self.chance = chance
        self.merges: list[tuple[str, str]] = []

    def act(self) -> None:
        """One thing, drawn by lot."""
        things: tuple[tuple[int, Callable[[], Any]], ...] = (
            (8, self.visit), (4, self.identify), (4, self.vouch), (3, self.create), (5, self.edit),
            (3, self.mark), (3, self.merge), (3, self.split), (2, self.erase), (2, self.load),
        )  # fmt: skip
        weights = [weight for weight, _ in things]
        self.chance.choices([thing for _, thing in things], weights)[0]()

    def visit(self) -> None:
        views = [
            {"type": "page", "anonymousId": self._visitor(), "context": {"page": self._page()}}
            for _ in range(self.chance.randint(1, 3))
        ]
        self._send(views, auth=(self.workspace.write_key, ""))

    def identify(self) -> None:
        """Somebody says who they are, which proves nothing."""
        traits = {"email": self._address(), "name": f"Said {self.chance.randrange(9)}"}
        said = {"type": "identify", "anonymousId": self._visitor(), "traits": traits}
        self._send([said], auth=(self.workspace.write_key, ""))

    def vouch(self) -> None:
        """The customer's server says who it is: contacts become one, devices change hands."""
        user = f"user-{self.chance.randrange(USERS)}"
        said = {"type": "identify", "anonymousId": self._visitor(), "userId": user}
        if self.chance.random() < 0.5:
            said["traits"] = {"email": self._address()}
        self._send([said], headers=dict(self.workspace.api.headers))

    def create(self) -> None:
        self._api("POST", "/api/contacts", json={"name": f"Made {self.chance.randrange(99)}"})

    def edit(self) -> None:
        field, value = self.chance.choice(
            [("name", f"Edited {self.chance.randrange(99)}"), ("name", None),
             ("email", self._address())]
        )  # fmt: skip
        self._on_one("PATCH", "", json={field: value})

    def mark(self) -> None:
        field = self.chance.choice(["spam", "unsubscribed"])
        self._on_one("PATCH", "", json={field: self.chance.random() < 0.6})

    def merge(self) -> None:
        ids = self._ids()
        if len(ids) > 1:
            kept, gone = self.chance.sample(ids, 2)
            done = self._api("POST", f"/api/contacts/{kept}/merge", json={"with": gone})
            if done.status_code == 200:
                self.merges.append((kept, done.json()["merge"]["id"]))

    def split(self) -> None:
        if self.merges:
            kept, merge = self.merges.pop(self.chance.randrange(len(self.merges)))
            self._api("POST", f"/api/contacts/{kept}/split", json={"merge": merge})

    def erase(self) -> None:
        self._on_one("DELETE", "")

    def load(self) -> None:
        rows = "user_id,email,name\n" + "\n".join(
            f"user-{number},{self._address()},Loaded {self.chance.randrange(99)}"
            for number in self.chance.sample(range(USERS * 2), 2)
        )
        headers = {**self.workspace.api.headers, "Content-Type": "text/csv"}
        httpx.post(
            f"{self._url()}/api/contacts/import", content=rows, headers=headers, timeout=30
        ).raise_for_status()

    def _url(self) -> str:
        return self.chance.choice(self.urls)

    def _visitor(self) -> str:
        return f"visitor-{self.chance.randrange(VISITORS)}"

    def _address(self) -> str:
        return f"a{self.chance.randrange(ADDRESSES)}@shop.test"

    def _page(self) -> dict[str, str]:
        return {"url": f"https://shop.test/{self.chance.randrange(99)}"}

    def _ids(self) -> list[str]:
        return sorted(one["id"] for one in self.workspace.contacts(limit=200))

    def _send(self, messages: list[dict[str, Any]], **who: Any) -> None:
        body = {"batch": messages}
        httpx.post(f"{self._url()}/v1/batch", json=body, timeout=30, **who).raise_for_status()

    def _on_one(self, method: str, rest: str, **more: Any) -> None:
        if ids := self._ids():
            self._api(method, f"/api/contacts/{self.chance.choice(ids)}{rest}", **more)

    def _api(self, method: str, path: str, **more: Any) -> httpx.Response:
        headers = dict(self.workspace.api.headers)
        answer = httpx.request(method, self._url() + path, headers=headers, timeout=30, **more)
        # What is taken, gone or split already is refused, and changes nothing.
        assert answer.status_code < 500, answer.text
        return answer


@pytest.mark.parametrize("seed", [1, 2])
def test_what_was_told_is_what_is_there(workspace: Workspace, second: Server, seed: int):
    chance = random.Random(seed)
    urls = workspace.url, second.url
    world = World(workspace, urls, chance)
    for _ in range(10):
        world.act()
    browser = join(workspace, "viewer").browser()
    screens = [Screen(browser, url) for url in urls]
    try:
        for number in range(ACTIONS):
            world.act()
            if number % 20 == 10:  # a line breaks, and is taken up at the other server
                chance.choice(screens).move(chance.choice(urls))
        (last,) = (world._api("POST", "/api/contacts", json={"name": "Last"}).json()["id"],)
        for screen in screens:
            screen.wait_for(last)
        there = snapshot(browser)
        for screen in screens:
            assert screen.shown == there
            assert screen.began_anew == 1, "only the first time: nothing was missed"
    finally:
        for screen in screens:
            screen.close()
