"""Push tokens of apps: whose they are, when they end, and what the operator's pusher is told."""

import base64
import hmac
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any
from uuid import uuid4

import pytest

from tests.chat.talking import Backend, Visitor, backend, reply
from tests.conftest import Workspace, _workspace, serving

KEY = b"a secret of twenty-four or more bytes"
PUBLIC = "http://localhost:9"
NEEDLE = "the needle in the reply"
SCENARIOS = json.loads(
    (Path(__file__).parents[3] / "spec" / "sdk" / "behaviour.json").read_text("utf-8")
)["scenarios"]
WITHDRAWAL = next(
    step["request"]["message"]
    for scenario in SCENARIOS
    for step in scenario["steps"]
    if "message" in step.get("request", {})
)
"""The one message that follows a no."""


class Pusher:
    """The operator's own pusher, as far as openbook sees it."""

    def __init__(self) -> None:
        self.heard: Queue[tuple[dict[str, str], bytes]] = Queue()
        self.answers: list[int] = []
        pusher = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                said = {name.lower(): value for name, value in self.headers.items()}
                pusher.heard.put((said, body))
                self.send_response(pusher.answers.pop(0) if pusher.answers else 204)
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/push"


@pytest.fixture(scope="module")
def pusher() -> Iterator[Pusher]:
    made = Pusher()
    yield made
    made.server.shutdown()


@pytest.fixture(scope="module")
def pushing(
    tmp_path_factory: pytest.TempPathFactory, database_url: str | None, pusher: Pusher
) -> Iterator[Workspace]:
    """A workspace of a server that has a pusher."""
    folder = tmp_path_factory.mktemp("pushing") / "data"
    secret = "whsec_" + base64.b64encode(KEY).decode()
    with serving(
        folder, None, OPENBOOK_PUSH_URL=pusher.url, OPENBOOK_PUSH_SECRET=secret,
        OPENBOOK_PUBLIC_URL=PUBLIC,
    ) as server:  # fmt: skip
        yield from _workspace(server)


def ago(seconds: int) -> str:
    return (datetime.now(UTC) - timedelta(seconds=seconds)).isoformat()


class App:
    """An installed app: it hands over what it is told to."""

    def __init__(self, workspace: Workspace, platform: str = "android") -> None:
        self.workspace, self.platform = workspace, platform
        self.anonymous_id, self.proof = str(uuid4()), None
        self.proof = self.say(name="Home", type="screen")["proof"]

    def say(self, token: str | None = None, *, proved: bool = True, **more: Any) -> dict[str, Any]:
        device: dict[str, Any] = {"type": self.platform}
        context: dict[str, Any] = {"library": {"name": f"openbook-{self.platform}"}}
        if token is not None:
            device["token"] = token
        if proved and self.proof:
            context["proof"] = self.proof
        context |= {"device": device, **more.pop("context", {})}
        message = {"type": "track", "event": "Push Token Registered", "messageId": str(uuid4()),
                   "anonymousId": self.anonymous_id, "context": context} | more  # fmt: skip
        answer = self.workspace.batch(message)
        assert answer.status_code == 200
        return answer.json()

    def withdraw(self, **said: Any) -> None:
        """What an SDK says after a no, as the vectors have it."""
        words = {"$installation": self.anonymous_id, "$platform": self.platform, "$now": ago(0)}
        context = {"proof": said.get("proof", self.proof), "device": {"type": self.platform}}
        assert WITHDRAWAL["context"].keys() == context.keys()
        plain = (WITHDRAWAL | {"context": ""}).items()
        message = {name: words.get(value, value) for name, value in plain}
        answer = self.workspace.batch(message | {"context": context})
        assert (answer.status_code, answer.json()) == (200, {"success": True})

    def shown(self) -> dict[str, Any]:
        return self.workspace.contact(anonymous_id=self.anonymous_id)

    def push(self) -> dict[str, Any] | None:
        (device,) = (
            one for one in self.shown()["devices"] if one["anonymous_id"] == self.anonymous_id
        )
        return device["push"]

    def chat(self) -> Visitor:
        visitor = Visitor(self.workspace)
        visitor.begin(anonymous_id=self.anonymous_id, proof=self.proof)
        return visitor

    def log_in(self, signer: Backend, user_id: str) -> None:
        signed = {"token": signer.sign(user_id)}
        self.say(type="identify", userId=user_id, context=signed)


def token_of(app: App) -> str | None:
    found = app.push()
    return found["token"] if found else None


def test_a_token_is_kept_shown_on_its_contact_and_nowhere_else(workspace: Workspace) -> None:
    app = App(workspace)
    assert app.push() is None
    app.say("fcm:first")
    app.say("fcm:second")
    push = app.push()
    assert push is not None and (push["token"], push["proved"]) == ("fcm:second", True)
    assert push["handed_at"] == pytest.approx(time.time(), abs=60)
    assert "fcm:second" not in workspace.api.get("/api/contacts").text
    app.say("")
    assert app.push() is None, "taken back"
    app.say("has a blank")
    app.say("x" * 4097)
    assert app.push() is None
    app.say("fcm:third")
    contact = app.shown()["id"]
    assert workspace.api.delete(f"/api/contacts/{contact}").status_code == 204
    app.proof = None
    app.say()
    assert app.push() is None, "erased with the contact"


def test_what_anybody_says_in_a_devices_name_replaces_nothing(workspace: Workspace) -> None:
    app = App(workspace)
    app.say("claimed", proved=False)
    push = app.push()
    assert push is not None and not push["proved"]
    app.say("own")
    app.say("stolen", proved=False)
    app.say("", proved=False)
    assert token_of(app) == "own"
    other = App(workspace)
    other.say("own", proved=False)
    assert token_of(app) == "own"


@pytest.mark.parametrize("platform", ["android", "ios"])
def test_a_no_ends_the_token_and_nothing_is_learnt_by_it(
    workspace: Workspace, platform: str
) -> None:
    app = App(workspace, platform)
    earlier = ago(3600)
    app.say("own", timestamp=earlier)
    shown = app.shown()
    app.withdraw(proof=None)
    app.withdraw(proof="somebody else's")
    assert token_of(app) == "own", "without the proof it is anybody's word"
    app.withdraw()
    assert app.push() is None
    shown["devices"][0]["push"] = None
    assert app.shown() == shown, "no sign of life, no address, no session"
    app.say("own", timestamp=earlier)
    assert app.push() is None, "handed over before, come late"
    app.say("again")
    assert token_of(app) == "again", "after another yes"


def test_a_no_of_nobody_makes_nobody(workspace: Workspace) -> None:
    app = App(workspace)
    app.anonymous_id = str(uuid4())
    app.withdraw()
    assert len(workspace.contacts()) == 1


def test_a_phone_is_its_latest_persons(workspace: Workspace) -> None:
    """A token that another installation hands over is there now; a switch of persons ends it."""
    signer = backend(workspace)
    first, second = App(workspace), App(workspace)
    first.say("phone")
    second.say("phone")
    assert (token_of(first), token_of(second)) == (None, "phone")
    second.log_in(signer, "u-1")
    assert token_of(second) == "phone", "the same person, known by now"
    second.log_in(signer, "u-2")
    shown = [device for device in second.shown()["devices"] if device["push"]]
    former = workspace.contact(user_id="u-1")["devices"]
    assert shown == [] and not any(device["push"] for device in former)


def test_where_tokens_are_dropped_none_is_kept(workspace: Workspace) -> None:
    workspace.set(push__tokens="drop")
    app = App(workspace)
    app.say("phone")
    assert app.push() is None


def test_the_pusher_is_told_that_a_reply_waits_and_nothing_of_it(
    pushing: Workspace, pusher: Pusher
) -> None:
    phone, elsewhere = App(pushing), App(pushing, "ios")
    signer = backend(pushing)
    for app, token in ((phone, "fcm:phone"), (elsewhere, "0a1b")):
        app.log_in(signer, "u-1")
        app.say(token)
    stranger = App(pushing)
    stranger.say("fcm:stranger", proved=False)
    conversation = phone.chat().open("Hello")
    unheard = stranger.chat().open("Hello")
    reply(pushing, unheard, NEEDLE)
    pusher.answers = [503]
    reply(pushing, conversation, NEEDLE)
    headers, body = pusher.heard.get(timeout=30)
    notice = json.loads(body)
    assert notice["type"] == "chat.reply_waiting"
    assert notice["data"] == {
        "workspace_id": str(pushing.id), "conversation_id": conversation["id"],
        "platform": "android", "token": "fcm:phone", "unread": 1,
        "link": f"{PUBLIC}/chat/{pushing.write_key}#c={conversation['id']}",
    }  # fmt: skip
    assert NEEDLE.encode() not in body
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.digest(KEY, signed, "sha256")).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert abs(int(headers["webhook-timestamp"]) - time.time()) < 30
    log = (pushing.server.data.with_suffix(".log")).read_text()
    assert "fcm:" not in log and conversation["id"] not in log
    # The first call was not taken: the same notice comes again, under the same id.
    again, _ = pusher.heard.get(timeout=60)
    assert again["webhook-id"] == headers["webhook-id"]
    pusher.answers = [410]
    reply(pushing, conversation, "One more")
    _, body = pusher.heard.get(timeout=30)
    assert json.loads(body)["data"]["unread"] == 2
    until_gone = time.monotonic() + 10
    while token_of(phone) and time.monotonic() < until_gone:
        time.sleep(0.1)
    assert token_of(phone) is None, "the push service knows it no more"
    assert pusher.heard.empty()


def test_a_reply_that_has_arrived_is_not_pushed(pushing: Workspace, pusher: Pusher) -> None:
    app = App(pushing)
    app.say("fcm:open")
    visitor = app.chat()
    conversation = visitor.open("Hello")
    reply(pushing, conversation, "Here")
    visitor.ask("POST", f"conversations/{conversation['id']}/received", json={"seq": 2})
    time.sleep(9)
    assert pusher.heard.empty()
