"""The stock clients for servers, unchanged: Node and Python, Segment's and RudderStack's."""

import gzip
import json
import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest
import rudderstack.analytics as rudder
import segment.analytics as segment

from tests.clients.expected import CONTEXT, TOLD, assert_forty
from tests.conftest import Workspace

SEEN = ("first_seen_at", "last_page_viewed_at")


@pytest.fixture(params=["write key", "token"])
def credential(request: pytest.FixtureRequest, workspace: Workspace) -> tuple[str, dict[str, Any]]:
    """What the client is given for a key, and what that makes of the fields it decides."""
    workspace.set(collect__utms="true")
    if request.param == "write key":
        # The address is the one that sent it: this machine's, which is in no place.
        return workspace.write_key, {"ip": "127.0.0.1", "web_sessions": 1}
    return workspace.new_token("collect"), {"ip": "8.8.8.8"}


def assert_told(workspace: Workspace, **values: Any) -> None:
    """A server told of a visit, and all that it told is there."""
    contact = workspace.contact(anonymous_id="anna")
    if values["ip"] == "8.8.8.8":
        place = ("latitude", "longitude", "city", "postal_code", "region", "country",
                 "country_code", "isp")  # fmt: skip
        assert contact["country_code"] == "US"
        values |= {name: contact[name] for name in place}
    assert contact["kind"] == "user"
    assert contact["provenance"]["user_id"]["trust"] == (
        "claimed" if "web_sessions" in values else "server"
    )
    assert_forty(contact, *SEEN, **TOLD, **values)


@pytest.mark.parametrize("client", ["segment", "rudder"])
def test_the_clients_for_node(
    workspace: Workspace, packages: Path, credential: tuple[str, dict[str, Any]], client: str
) -> None:
    key, values = credential
    subject = {"anonymousId": "anna", "context": CONTEXT, "url": CONTEXT["page"]["url"]}
    words = ["node", packages.parent / "send.js", client, workspace.url, key, json.dumps(subject)]
    subprocess.run(words, check=True, timeout=60)
    assert_told(workspace, **values)


@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize("library", [segment, rudder])
def test_the_clients_for_python(
    workspace: Workspace, credential: tuple[str, dict[str, Any]], library: Any, zipped: bool
) -> None:
    key, values = credential
    failed: list[Exception] = []
    client = library.Client(
        key, host=workspace.url, gzip=zipped, max_retries=0, upload_size=4,
        on_error=lambda error, batch: failed.append(error),
    )  # fmt: skip
    who, url = {"anonymous_id": "anna", "context": CONTEXT}, CONTEXT["page"]["url"]
    traits = {"email": "anna@example.org", "name": "Anna"}
    client.page(user_id="u-1", name="Tea", properties={"url": url}, **who)
    client.identify(user_id="u-1", traits=traits, **who)
    client.track(user_id="u-1", event="Bought", properties={"price": 3.5, "what": None}, **who)
    client.group(user_id="u-1", group_id="g-1", traits={"plan": "gold"}, **who)
    client.screen(user_id="u-1", name="Cart", **who)
    client.alias(previous_id="anna", user_id="u-1", context=CONTEXT)
    client.flush()
    client.join()
    assert not failed
    assert_told(workspace, **values)


def test_a_refusal_is_one_that_the_clients_can_read(workspace: Workspace) -> None:
    """RudderStack's client for Python wants a code and a message, or fails on its own error."""
    failed: list[Exception] = []
    client = rudder.Client(
        "ob_wrong", host=workspace.url, max_retries=0,
        on_error=lambda error, batch: failed.append(error),
    )  # fmt: skip
    client.track(anonymous_id="anna", event="Bought")
    client.flush()
    client.join()
    assert [type(error).__name__ for error in failed] == ["APIError"]
    assert "unknown_key" in str(failed[0])


@pytest.mark.parametrize("system", ["android", "ios"])
def test_the_clients_for_phones(workspace: Workspace, system: str) -> None:
    """As Segment's libraries for Kotlin and Swift send it: the key in the body, gzip, as text.

    The contexts are those of analytics-kotlin's AndroidContextPlugin and of analytics-swift's
    Plugins/Context.swift and DeviceToken.swift, the headers those of their HTTPClient. The Kotlin
    client itself runs in the Android SDK's tests.
    """
    phones = {
        "android": {
            "device": {"id": "7f3a", "manufacturer": "OnePlus", "model": "IN2023",
                       "name": "OnePlus8Pro", "type": "android"},
            "os": {"name": "Android", "version": "14"},
            "library": {"name": "analytics-kotlin", "version": "1.19.1"},
            "userAgent": "Dalvik/2.1.0 (Linux; U; Android 14; IN2023 Build/UP1A)",
            "network": {"cellular": False, "wifi": True, "bluetooth": False},
        },
        "ios": {
            "device": {"id": "A1B2", "manufacturer": "Apple", "model": "iPhone14,3",
                       "name": "Anna's iPhone", "type": "ios", "token": "0a1b2c"},
            "os": {"name": "iOS", "version": "17.4.1"},
            "library": {"name": "analytics-swift", "version": "1.7.0"},
            "userAgent": "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4_1 like Mac OS X)",
            "network": {"cellular": True, "wifi": False},
        },
    }  # fmt: skip
    context = phones[system] | {
        "app": {"name": "Shop", "version": "2.1.0", "build": "21", "namespace": "org.shop"},
        "locale": "it-IT", "timezone": "Europe/Rome", "instanceId": "0d9c",
        "screen": {"density": 2.6, "height": 2263, "width": 1080},
    }  # fmt: skip
    who = {"anonymousId": "anna", "context": context, "integrations": {}, "_metadata": {}}
    batch = [
        {"type": "track", "event": "Application Opened", "messageId": "1", "properties": {}, **who},
        {
            "type": "screen",
            "name": "Cart",
            "category": "",
            "messageId": "2",
            "properties": {},
            **who,
        },
        {"type": "identify", "userId": "u-1", "messageId": "3", "traits": {"name": "Anna"}, **who},
    ]
    body = json.dumps({"batch": batch, "sentAt": "", "writeKey": workspace.write_key}).encode()
    kotlin = {
        "Content-Type": "text/plain",
        "Content-Encoding": "gzip",
        "User-Agent": "analytics-kotlin/1.19.1",
    }
    swift = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "analytics-ios/1.7.0"}
    answer = httpx.post(
        f"{workspace.url}/v1/b",
        content=gzip.compress(body) if system == "android" else body,
        headers=kotlin if system == "android" else swift,
    )
    assert answer.json() == {"success": True}
    device = {
        "android": {"android_app_name": "Shop", "android_app_version": "2.1.0",
                    "android_sessions": 1, "android_os_version": "14",
                    "android_device": "OnePlus IN2023 (OnePlus8Pro)"},
        "ios": {"ios_app_name": "Shop", "ios_app_version": "2.1.0", "ios_sessions": 1,
                "ios_device": "iPhone 13 Pro Max", "ios_os_version": "17.4.1"},
    }  # fmt: skip
    contact = workspace.contact(anonymous_id="anna")
    assert contact["last_screen"] == "Cart"
    push = contact["devices"][0]["push"]
    assert (push["token"] if push else None) == ("0a1b2c" if system == "ios" else None)
    assert_forty(
        contact, "first_seen_at", f"{system}_last_seen_at",
        **device[system], user_id="u-1", name="Anna", ip="127.0.0.1",
        timezone="Europe/Rome", browser_language="it-IT",
    )  # fmt: skip


def test_what_phones_ask_for_before_they_send(workspace: Workspace) -> None:
    settings = httpx.get(f"{workspace.url}/v1/projects/{workspace.write_key}/settings").json()
    assert list(settings["integrations"]) == ["Segment.io"]
    assert (
        settings["integrations"]["Segment.io"]["apiHost"]
        == workspace.url.partition("//")[2] + "/v1"
    )
    assert httpx.post(f"{workspace.url}/v1/m", json={"series": []}).json() == {"success": True}
