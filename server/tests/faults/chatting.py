"""Clients of a chat that never give up: each says things, and follows what is said, over kills.

A visitor does as the widget does (a socket; what is missing is asked for by its number), a member
as the inbox does (a socket that goes on from the number it has). Whatever either of them took over
stands in `heard`, in the order in which it was taken over.
"""

import json
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from random import Random
from typing import Any
from uuid import uuid4

import httpx

from tests.accounts.visiting import Browser
from tests.live.speaking import Closed, Refused, Socket

BROKEN = (OSError, Closed, Refused, httpx.HTTPError)
AGAIN = 0.2
QUIET = 3.0
"""Seconds without a frame after which a client looks whether the line holds."""
SITE = "https://shop.example"
Taken = tuple[int, str]
"""The number of a message, and its text."""


class Client(ABC):
    """One end of one conversation. `pace`: seconds between two messages, about."""

    def __init__(self, name: str, url: str, pace: float, seed: int):
        self.name = name
        self.url = url
        self.pace = pace
        self.said: list[str] = []
        """What was acknowledged."""
        self.heard: list[Taken] = []
        self.strange: list[str] = []
        self.reconnects = 0
        self.conversation = ""
        self._chance = Random(seed)
        self._quiet, self._over = threading.Event(), threading.Event()
        self._threads = [
            threading.Thread(target=self._speak, name=f"{name} speaks"),
            threading.Thread(target=self._follow, name=f"{name} listens"),
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def say_no_more(self) -> None:
        """Say what is under way until it is acknowledged, and nothing after it."""
        self._quiet.set()
        self._threads[0].join()

    def leave(self) -> None:
        self._quiet.set()
        self._over.set()
        for thread in self._threads:
            thread.join()

    @property
    def last(self) -> int:
        return self.heard[-1][0] if self.heard else 0

    @abstractmethod
    def post(self, cid: str, text: str) -> httpx.Response:
        """Say it; the same `cid` is the same message."""

    @abstractmethod
    def hear(self) -> None:
        """Follow by one socket, until it breaks."""

    def take(self, message: dict[str, Any], seq: int) -> None:
        """The next message; anything but the next one is strange."""
        if seq != self.last + 1:
            self.strange.append(f"{seq} after {self.last}")
        self.heard.append((seq, message["text"]))

    def _speak(self) -> None:
        while not self._quiet.wait(self.pace * self._chance.uniform(0.3, 1.7)):
            cid, text = uuid4().hex, f"{self.name} {len(self.said)}"
            while not self._over.is_set():
                try:
                    answer = self.post(cid, text)
                except httpx.HTTPError:
                    self._over.wait(AGAIN)
                    continue
                if answer.status_code in (200, 201):
                    self.said.append(text)
                    break
                if answer.status_code not in (429, 503):
                    self.strange.append(f"{answer.status_code} {answer.text[:200]}")
                self._over.wait(AGAIN)

    def _follow(self) -> None:
        while not self._over.is_set():
            try:
                self.hear()
            except BROKEN:
                self.reconnects += 1
            self._over.wait(AGAIN * self._chance.uniform(0.5, 1.5))

    def _frames(self, socket: Socket, take: Callable[[dict[str, Any]], None]) -> None:
        try:
            while not self._over.is_set():
                try:
                    take(socket.hear(QUIET))
                except TimeoutError:
                    socket.say('{"t":"pong"}')
        finally:
            socket.close()


class Visitor(Client):
    """With a widget."""

    def __init__(self, name: str, url: str, key: str, address: str, pace: float, seed: int):
        super().__init__(name, url, pace, seed)
        headers = {"Origin": SITE, "X-Forwarded-For": address, "User-Agent": "Firefox/145.0"}
        self.http = httpx.Client(base_url=f"{url}/v1/chat/{key}", headers=headers, timeout=10)
        self._path, self._address, self._token = f"/v1/chat/{key}/socket", address, ""

    def begin(self) -> None:
        """A session, and a conversation with its first message."""
        begun = self.http.post("/session", json={"lasting": True})
        assert begun.status_code == 200, begun.text
        self._token = begun.json()["token"]
        self.http.headers["Authorization"] = f"Bearer {self._token}"
        text = f"{self.name} begins"
        opened = self.http.post("/conversations", json={"cid": uuid4().hex, "text": text})
        assert opened.status_code == 201, opened.text
        self.conversation = opened.json()["conversation"]["id"]
        self.said.append(text)

    def post(self, cid: str, text: str) -> httpx.Response:
        path = f"/conversations/{self.conversation}/messages"
        return self.http.post(path, json={"cid": cid, "text": text})

    def hear(self) -> None:
        protocols = ("openbook.chat.1", self._token)
        told: dict[str, Any] = {
            "origin": SITE,
            "path": self._path,
            "forwarded": self._address,
        }
        self._frames(Socket(self.url, "", protocols=protocols, **told), self._take)

    def _take(self, frame: dict[str, Any]) -> None:
        if frame["t"] == "message" and frame["m"]["seq"] == self.last + 1:
            self.take(frame["m"], frame["m"]["seq"])
        head = frame["heads"][0] if frame["t"] == "hello" else frame.get("h")
        while head is not None and head["seq"] > self.last:
            answer = self.http.get(
                f"/conversations/{self.conversation}/messages", params={"after": self.last}
            )
            if answer.status_code != 200:
                raise Closed(None)
            for message in answer.json()["messages"]:
                self.take(message, message["seq"])


class Member(Client):
    """With an inbox, in which one conversation is open."""

    def __init__(self, name: str, url: str, browser: Browser, pace: float, seed: int):
        super().__init__(name, url, pace, seed)
        self._browser = browser

    def post(self, cid: str, text: str) -> httpx.Response:
        path = f"/api/conversations/{self.conversation}/messages"
        return self._browser.post(path, {"cid": cid, "text": text})

    def hear(self) -> None:
        answer = self._browser.post("/api/live/ticket")
        if answer.status_code != 201:
            time.sleep(AGAIN)
            raise Closed(None)
        protocols = ("openbook.inbox.1", answer.json()["ticket"])
        socket = Socket(self.url, "", protocols=protocols, path="/api/inbox/socket")
        opening = {"t": "open", "c": self.conversation, "after": self.last}
        socket.say(json.dumps(opening))
        self._frames(socket, self._take)

    def _take(self, frame: dict[str, Any]) -> None:
        if frame["t"] == "message":
            self.take(frame["m"], frame["m"]["seq"])
