"""Names phones and tablets: Apple's by machine id, Android's by maker, model and device."""

import csv
import gzip
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

import msgspec

from openbook.collect.enrich.clean import clean
from openbook.errors import Misconfigured

LONGEST_NAME = 255
LONGEST_PART = 80
# What android.os.Build holds where the maker filled in nothing (Build.UNKNOWN), and what
# JavaScript bridges make of a missing value.
_UNFILLED = frozenset({"", "unknown", "null", "undefined"})
# What is left in Google's list of characters lost in transit: half a replacement character
# (U+BFEF) or a private one.
_LOST_CHARACTER = re.compile("[\ubfef\ue000-\uf8ff]")
_DATA = files("openbook.collect.enrich") / "data"
_NOTHING_NEWER: dict[str, str] = {}

AndroidNames = Mapping[tuple[str, str], str]
"""(device, model) -> marketing name."""


def apple_name(machine_id: str, newer: Mapping[str, str] = _NOTHING_NEWER) -> str:
    """``iPhone14,3`` -> ``iPhone 13 Pro Max``; an unknown id comes back as it was sent.

    ``newer`` holds the operator's own names (see ``read_apple_devices``) and wins. The id of a
    simulator (``x86_64``, ``arm64``, ``i386``: the computer's) is named ``Simulator``. Some iPads
    report their id with the variant of the board (``iPad14,3-A``): the same device.
    """
    machine_id = clean(machine_id, LONGEST_PART)
    known = _apple_names()
    for key in (machine_id, machine_id.removesuffix("-A").removesuffix("-B")):
        name = newer.get(key) or known.get(key)
        if name:
            return name
    return machine_id


def android_name(manufacturer: str | None, model: str | None, device: str | None) -> str | None:
    """``MANUFACTURER MODEL (DEVICE)`` as ``android.os.Build`` has them, e.g. ``OnePlus IN2023
    (OnePlus8Pro)``.

    Literal: a model that starts with its maker's name is not shortened. A part that is missing
    or ``unknown`` is left out; without maker and model the device stands alone; None if all miss.
    """
    maker_and_model = " ".join(part for part in (_part(manufacturer), _part(model)) if part)
    device = _part(device)
    if device and maker_and_model:
        return f"{maker_and_model} ({device})"
    return maker_and_model or device or None


def android_marketing_name(
    model: str | None, device: str | None, newer: AndroidNames | None = None
) -> str | None:
    """The name in the shop: model ``IN2023``, device ``OnePlus8Pro`` -> ``OnePlus 8 Pro``.

    Both must match Google's list of supported devices exactly (the one built in ends in 2023,
    ``newer`` is the operator's, see ``read_android_devices``). None where the list has several
    names for the pair, or none that says more than the model.
    """
    if not model or not device:
        return None
    key = (device, model)
    return (newer.get(key) if newer else None) or _android_names().get(key)


def read_apple_devices(path: Path) -> dict[str, str]:
    """The operator's names for newer machine ids: a JSON object, ``{"iPhone20,1": "..."}``."""
    try:
        names = msgspec.json.decode(path.read_bytes(), type=dict[str, str])
    except (OSError, ValueError) as error:
        raise Misconfigured(
            f"The Apple device names in {path} cannot be read ({error}). The file must hold one "
            'JSON object of machine ids and names, for example {"iPhone14,3": "iPhone 13 Pro Max"}.'
        ) from error
    return {machine_id: clean(name, LONGEST_NAME) for machine_id, name in names.items()}


def read_android_devices(path: Path) -> dict[tuple[str, str], str]:
    """Google's list as Google Play publishes it: CSV in UTF-16 (or UTF-8), with the columns
    Retail Branding, Marketing Name, Device, Model."""
    try:
        raw = path.read_bytes()
        text = raw.decode("utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
        table = csv.DictReader(text.splitlines())
        return unambiguous_names(
            (row["Device"], row["Model"], row["Marketing Name"]) for row in table
        )
    except (OSError, ValueError, KeyError, csv.Error) as error:
        raise Misconfigured(
            f"The Android device list {path} cannot be read ({error}). Use supported_devices.csv "
            "as Google publishes it: Retail Branding, Marketing Name, Device, Model."
        ) from error


def unambiguous_names(
    rows: Iterable[tuple[str, str, str]],
) -> dict[tuple[str, str], str]:
    """(device, model, name) rows -> the one name of each pair that says more than its model."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    for device, model, name in rows:
        name = clean(name or "", LONGEST_NAME)
        if not name or not device or not model or name.casefold() == model.casefold():
            continue
        if not _LOST_CHARACTER.search(name):
            found.setdefault((device, model), {})[name.casefold()] = name
    return {key: next(iter(names.values())) for key, names in found.items() if len(names) == 1}


def _part(value: str | None) -> str:
    value = clean(value, LONGEST_PART) if value else ""
    return "" if value.lower() in _UNFILLED else value


@lru_cache(maxsize=1)
def _apple_names() -> dict[str, str]:
    names: dict[str, str] = {}
    for line in (_DATA / "apple_devices.txt").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            name, machine_ids = line.split("\t")
            names.update(dict.fromkeys(machine_ids.split(), name))
    return names


@lru_cache(maxsize=1)
def _android_names() -> dict[tuple[str, str], str]:
    packed = (_DATA / "android_devices.tsv.gz").read_bytes()
    names: dict[tuple[str, str], str] = {}
    for line in gzip.decompress(packed).decode("utf-8").splitlines():
        name, device, model = line.split("\t")
        names[device, model] = name
    return names
