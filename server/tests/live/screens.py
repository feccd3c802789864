"""A page that shows every contact of a workspace: read once, then kept true by what it is told."""

import threading
from typing import Any

import httpx

from tests.accounts.visiting import Browser
from tests.live.speaking import Closed, Socket

Contacts = dict[str, dict[str, Any]]
HEARD = 10
"""Seconds within which everything that happened is told."""


def snapshot(browser: Browser) -> Contacts:
    """Every contact as its own page shows it."""
    ids: list[str] = []
    cursor: str | None = None
    while True:
        asked = {"limit": 200} | ({"cursor": cursor} if cursor else {})
        page = browser.post("/api/contacts/search", asked).json()
        ids += [one["id"] for one in page["items"]]
        cursor = page["next"]
        if not cursor:
            break
    return {contact_id: found for contact_id in ids if (found := contact(browser, contact_id))}


def contact(browser: Browser, contact_id: str) -> dict[str, Any] | None:
    """None if it is not there, or if its id leads to another one by now."""
    answer = browser.get(f"/api/contacts/{contact_id}")
    if answer.status_code == httpx.codes.NOT_FOUND:
        return None
    assert answer.status_code == 200, answer.text
    found = answer.json()
    return found if found["id"] == contact_id else None


class Screen:
    """Listens in a thread of its own; `shown` is what somebody would see."""

    def __init__(self, browser: Browser, url: str):
        self.browser = browser
        self.shown: Contacts = {}
        self.began_anew = 0
        self._heard = threading.Condition()
        self._version: str | None = None
        self._over = False
        self._socket = self._open(url)
        self._url = url
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()

    def move(self, url: str) -> None:
        """The line breaks, and is taken up at another server."""
        self._url = url
        self._socket.line.shutdown(2)

    def wait_for(self, contact_id: str) -> None:
        with self._heard:
            assert self._heard.wait_for(lambda: contact_id in self.shown, HEARD), "not told"

    def close(self) -> None:
        self._over = True
        self._socket.line.shutdown(2)
        self._thread.join(HEARD)

    def _open(self, url: str) -> Socket:
        headers = httpx.Headers(self.browser.http.headers)
        headers["Origin"] = url
        cookies = {"openbook": self.browser.session or ""}
        answer = httpx.post(f"{url}/api/live/ticket", headers=headers, cookies=cookies)
        assert answer.status_code == 201, answer.text
        return Socket(url, answer.json()["ticket"], self._version)

    def _listen(self) -> None:
        while not self._over:
            try:
                self._take(self._socket.hear())
            except (Closed, OSError):
                if not self._over:
                    self._socket = self._open(self._url)

    def _take(self, news: dict[str, Any]) -> None:
        self._version = news["version"]
        if news["anew"]:
            self.began_anew += 1
            shown = snapshot(self.browser)
        else:
            shown = dict(self.shown)
            for contact_id in (*news["made"], *news["seen"], *news["changed"]):
                found = contact(self.browser, contact_id)
                if found:
                    shown[contact_id] = found
                else:
                    shown.pop(contact_id, None)
            for contact_id in (*news["gone"], *(pair["gone"] for pair in news["merged"])):
                shown.pop(contact_id, None)
        with self._heard:
            self.shown = shown
            self._heard.notify_all()
