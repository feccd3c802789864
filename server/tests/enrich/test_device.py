"""Device names: Apple's machine ids, Android's three parts, and the names in the shops."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openbook.collect.enrich.device import (
    android_marketing_name,
    android_name,
    apple_name,
    read_android_devices,
    read_apple_devices,
    unambiguous_names,
)
from openbook.errors import Misconfigured


@pytest.mark.parametrize(
    ("machine_id", "name"),
    [
        ("iPhone14,3", "iPhone 13 Pro Max"),
        ("iPhone1,1", "iPhone"),
        ("iPhone12,8", "iPhone SE (2nd generation)"),
        ("iPhone17,5", "iPhone 16e"),
        ("iPhone18,4", "iPhone Air"),
        ("iPhone19,7", "iPhone 18 Pro Max"),
        ("iPad7,11", "iPad (7th generation)"),
        ("iPad13,4", "iPad Pro (11-inch) (3rd generation)"),
        ("iPad16,3-A", "iPad Pro 11-inch (M4)"),
        ("iPod9,1", "iPod touch (7th generation)"),
        ("Watch6,18", "Apple Watch Ultra"),
        ("AppleTV5,3", "Apple TV HD"),
        ("RealityDevice14,1", "Apple Vision Pro"),
        (" iPhone14,3\n", "iPhone 13 Pro Max"),
        ("x86_64", "Simulator"),
        ("arm64", "Simulator"),
    ],
)
def test_a_machine_id_gets_the_name_in_the_shop(machine_id: str, name: str) -> None:
    assert apple_name(machine_id) == name


@pytest.mark.parametrize("machine_id", ["iPhone99,1", "Mac16,1", "iphone14,3", ""])
def test_an_unknown_machine_id_comes_back_raw(machine_id: str) -> None:
    assert apple_name(machine_id) == machine_id


def test_the_operators_names_win_over_the_built_in_ones(tmp_path: Path) -> None:
    file = tmp_path / "apple_devices.json"
    file.write_text(json.dumps({"iPhone99,1": "iPhone 99", "iPhone14,3": "Max"}))
    newer = read_apple_devices(file)
    assert apple_name("iPhone99,1", newer) == "iPhone 99"
    assert apple_name("iPhone14,3", newer) == "Max"
    assert apple_name("iPhone14,2", newer) == "iPhone 13 Pro"


@pytest.mark.parametrize("content", ["", "[]", '{"iPhone99,1": 5}', "{"])
def test_a_broken_file_of_names_says_what_it_must_hold(tmp_path: Path, content: str) -> None:
    file = tmp_path / "apple_devices.json"
    file.write_text(content)
    with pytest.raises(Misconfigured, match="one JSON object of machine ids"):
        read_apple_devices(file)


@pytest.mark.parametrize(
    ("manufacturer", "model", "device", "name"),
    [
        ("OnePlus", "IN2023", "OnePlus8Pro", "OnePlus IN2023 (OnePlus8Pro)"),
        ("samsung", "SM-S918B", "dm3q", "samsung SM-S918B (dm3q)"),
        ("Google", "Pixel 8", "shiba", "Google Pixel 8 (shiba)"),
        ("OnePlus", "OnePlus A6003", "OnePlus6", "OnePlus OnePlus A6003 (OnePlus6)"),
        (None, "IN2023", "OnePlus8Pro", "IN2023 (OnePlus8Pro)"),
        ("OnePlus", None, "OnePlus8Pro", "OnePlus (OnePlus8Pro)"),
        ("OnePlus", "IN2023", None, "OnePlus IN2023"),
        ("OnePlus", "IN2023", "unknown", "OnePlus IN2023"),
        (None, None, "OnePlus8Pro", "OnePlus8Pro"),
        (" OnePlus ", "IN\x002023", "", "OnePlus IN2023"),
        (None, "", "UNKNOWN", None),
    ],
)
def test_an_android_device_is_named_by_its_three_parts(
    manufacturer: str | None, model: str | None, device: str | None, name: str | None
) -> None:
    assert android_name(manufacturer, model, device) == name


@pytest.mark.parametrize(
    ("model", "device", "name"),
    [
        ("IN2023", "OnePlus8Pro", "OnePlus 8 Pro"),
        ("SM-S918B", "dm3q", "Galaxy S23 Ultra"),
        ("IN2023", "another", None),
        ("Pixel 7", "panther", None),  # the model says it already
        ("AI PONT", "longshan", None),  # sold under forty names
        (None, "OnePlus8Pro", None),
    ],
)
def test_the_marketing_name_is_given_where_the_list_is_sure(
    model: str | None, device: str | None, name: str | None
) -> None:
    assert android_marketing_name(model, device) == name


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8", "utf-8-sig"])
def test_googles_current_list_can_be_dropped_in(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "supported_devices.csv"
    rows = "Retail Branding,Marketing Name,Device,Model\nSamsung,Galaxy S99,s99q,SM-S999B\n"
    file.write_bytes(rows.encode(encoding))
    assert android_marketing_name("SM-S999B", "s99q", read_android_devices(file)) == "Galaxy S99"


def test_a_list_without_the_columns_is_refused_with_their_names(tmp_path: Path) -> None:
    file = tmp_path / "supported_devices.csv"
    file.write_text("a,b\n1,2\n")
    with pytest.raises(Misconfigured, match="Retail Branding, Marketing Name, Device, Model"):
        read_android_devices(file)


def test_names_that_lost_characters_are_left_out() -> None:
    assert unambiguous_names([("d", "m", "Caf\ubfef\xbd 5"), ("e", "m", "Fine")]) == {
        ("e", "m"): "Fine"
    }


@given(st.text(), st.text(), st.text())
def test_any_text_gives_a_bounded_printable_name(maker: str, model: str, device: str) -> None:
    name = android_name(maker, model, device)
    assert name is None or (0 < len(name) <= 255 and "\x00" not in name and name.encode())
    assert len(apple_name(model)) <= 255
    android_marketing_name(model, device)
