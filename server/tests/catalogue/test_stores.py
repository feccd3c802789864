"""What the SDKs declare to the app stores is what they send."""

import csv
import plistlib
from pathlib import Path
from typing import Any

import msgspec
import pytest

from openbook.catalogue.field import Source
from openbook.catalogue.fields import FIELDS
from openbook.catalogue.stores import DEVICE, data_safety, kind_of, kinds, privacy_manifest

ROOT = Path(__file__).parents[3]
CASES = msgspec.json.decode((ROOT / "spec" / "sdk" / "wire.json").read_bytes())["cases"]
TOLD = {
    "context.app.name": "app_name",
    "context.app.version": "app_version",
    "context.device.manufacturer": "device",
    "context.device.model": "device",
    "context.device.name": "device",
    "context.os.version": "os_version",
    "context.locale": "browser_language",
    "context.timezone": "timezone",
    "userId": "user_id",
    "traits.email": "email",
    "traits.name": "name",
    "name": "last_screen",
}
"""Where a message tells something -> the field it becomes; mobile ones without the platform."""
DEVICES = {"anonymousId", "context.device.token", "context.token"}
"""Who the installation is: no field, and declared as an identifier."""
SILENT = {
    "type", "messageId", "timestamp", "event", "traits", "properties", "context.device.type",
    "context.os.name", "context.library.name", "context.library.version",
}  # fmt: skip
"""Says nothing about the person: what kind of message it is, and what it looks like."""


def paths(value: Any, path: str = "") -> set[str]:
    if not isinstance(value, dict) or path in ("properties",) or not value:
        return {path}
    return set().union(*(paths(one, f"{path}.{key}".lstrip(".")) for key, one in value.items()))


def test_the_files_beside_the_sdks_are_made_from_the_catalogue() -> None:
    manifest = ROOT / "sdks" / "ios" / "Sources" / "Openbook" / "PrivacyInfo.xcprivacy"
    assert manifest.read_bytes() == privacy_manifest(), "make stores"
    assert (ROOT / "sdks" / "android" / "data-safety.csv").read_text() == data_safety()


@pytest.mark.parametrize("platform", [Source.ANDROID, Source.IOS])
def test_every_field_that_an_app_may_fill_is_of_a_declared_kind(platform: Source) -> None:
    of_it = [field for field in FIELDS if platform in field.sources]
    assert len(of_it) > 10
    assert [field.id for field in of_it if kind_of(field.id, field.section) is None] == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['platform']}: {case['name']}")
def test_all_that_a_message_tells_is_declared(case: dict[str, Any]) -> None:
    declared = kinds(Source.ANDROID if case["platform"] == "android" else Source.IOS)
    sections = {field.id: field.section for field in FIELDS}
    for path in paths(case["message"]) - SILENT:
        if path in DEVICES:
            assert DEVICE in declared
            continue
        field = TOLD[path]
        mobile = f"{case['platform']}_{field}"
        named = mobile if mobile in sections else field
        assert kind_of(named, sections[named]) in declared, path


def test_apple_is_told_that_nobody_is_tracked() -> None:
    manifest = plistlib.loads(privacy_manifest())
    assert manifest["NSPrivacyTracking"] is False and manifest["NSPrivacyTrackingDomains"] == []
    prefix = "NSPrivacyCollectedDataType"
    named = {one[prefix].removeprefix(prefix) for one in manifest[f"{prefix}s"]}
    assert {"CoarseLocation", "DeviceID", "UserID", "CustomerSupport"} < named
    assert not any("Precise" in name or "Advertising" in name for name in named)


def test_play_is_told_of_each_kind_how_it_is_used() -> None:
    rows = list(csv.reader(data_safety().splitlines()))
    assert {len(row) for row in rows} == {5}
    for kind in kinds(Source.ANDROID):
        questions = [row[0] for row in rows if f":{kind.play}:" in row[0]]
        assert len(questions) >= 4
        assert [kind.question, kind.play] in [row[:2] for row in rows]
