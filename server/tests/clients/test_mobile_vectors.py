"""What every SDK sends, by the vectors they all run: the server makes of it what stands there."""

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import msgspec
import pytest

from tests.conftest import Workspace

SPEC = Path(__file__).parents[3] / "spec" / "sdk"
CASES = msgspec.json.decode((SPEC / "wire.json").read_bytes())["cases"]
SCENARIOS = msgspec.json.decode((SPEC / "behaviour.json").read_bytes())["scenarios"]
AGENTS = {
    "android": "Dalvik/2.1.0 (Linux; U; Android 13; IN2023 Build/RKQ1.211119.001)",
    "ios": "Shop/42 CFNetwork/1494.0.7 Darwin/23.4.0",
}


def sent(workspace: Workspace, platform: str, *messages: dict[str, Any]) -> httpx.Response:
    """The request as an SDK makes it: gzip, the key in the envelope, the platform's own agent."""
    envelope = {"writeKey": workspace.write_key, "sentAt": now(), "batch": list(messages)}
    return httpx.post(
        f"{workspace.url}/v1/b",
        content=gzip.compress(json.dumps(envelope, ensure_ascii=False).encode()),
        headers={
            "Content-Type": "application/json",
            "Content-Encoding": "gzip",
            "User-Agent": AGENTS[platform],
        },
        timeout=30,
    )


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def filled(message: Any, installation: str) -> Any:
    """The vector's message with values where its words stand."""
    words = {"$id": str(uuid4()), "$installation": installation, "$now": now(), "$token": "a.b.c"}
    if isinstance(message, dict):
        return {key: filled(value, installation) for key, value in message.items()}
    return words.get(message, message) if isinstance(message, str) else message


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['platform']}: {case['name']}")
def test_a_message_of_the_vectors_becomes_the_contact_of_the_vectors(
    workspace: Workspace, case: dict[str, Any]
) -> None:
    installation = str(uuid4())
    message = filled(case["message"], installation)
    first = sent(workspace, case["platform"], message)
    assert first.status_code == 200 and len(first.json()["proof"]) > 20
    assert sent(workspace, case["platform"], message).status_code == 200, "as after a lost answer"
    contact = workspace.contact()
    assert {name: contact[name] for name in case["contact"]} == case["contact"]
    (device,) = contact["devices"]
    assert (device["push"] and device["push"]["token"]) == case.get("push")
    platform = case["platform"]
    assert contact[f"{platform}_last_seen_at"] == pytest.approx(
        datetime.now(UTC).timestamp(), abs=60
    )


def test_the_vectors_name_every_field_of_both_platforms() -> None:
    for platform in ("android", "ios"):
        named = {name for case in CASES if case["platform"] == platform for name in case["contact"]}
        parts = ("app_name", "app_version", "device", "os_version", "sessions")
        assert {f"{platform}_{part}" for part in parts} <= named
    assert len({scenario["name"] for scenario in SCENARIOS}) == len(SCENARIOS) > 20
