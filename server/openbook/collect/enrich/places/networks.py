"""IP address -> organisation that announces its network, from one small mapped file.

The file is made from the CSV of `@ip-location-db/asn` (first address, last address, AS number,
organisation): sorted first addresses beside the number of a name, gaps written out as ranges of
name 0, so that one binary search answers. IPv6 is searched by its upper 64 bits: nobody announces
less than a /64. About 8 MB, built in 3 s; an .mmdb of the same took 47 s and 561 MB.

A gap belongs to the organisation on both its sides where that is one and the same and the gap is
inside one /16 (IPv4), or where a /32 of IPv6, which is what a registry hands out, has one only:
announcements come and go from week to week, the holder stays.
"""

import csv
import mmap
import struct
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from io import BytesIO
from ipaddress import ip_address
from pathlib import Path

_MAGIC = b"OBNET1\0\0"
_HEADER = struct.Struct("<8s4Q")  # magic, IPv4 ranges, IPv6 ranges, names, bytes of names


class Networks:
    """The mapped file; memory is shared by all processes that open it."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            view = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        magic, v4, v6, names, size = _HEADER.unpack_from(view)
        if magic != _MAGIC:
            raise ValueError(f"{path} is not a list of networks")
        at = _HEADER.size
        self._starts_v6, at = view[at : at + 8 * v6].cast("Q"), at + 8 * v6
        self._starts_v4, at = view[at : at + 4 * v4].cast("I"), at + 4 * v4
        self._names_v4, at = view[at : at + 4 * v4].cast("I"), at + 4 * v4
        self._names_v6, at = view[at : at + 4 * v6].cast("I"), at + 4 * v6
        self._offsets, at = (
            view[at : at + 4 * (names + 1)].cast("I"),
            at + 4 * (names + 1),
        )
        self._text = view[at : at + size]
        if at + size != len(view):
            raise ValueError(f"{path} is not a whole list of networks")

    def organisation(self, number: int, version: int) -> str | None:
        """Name of the organisation for an address given as a number, None in a gap."""
        if version == 4:
            name = self._names_v4[bisect_right(self._starts_v4, number) - 1]
        else:
            name = self._names_v6[bisect_right(self._starts_v6, number >> 64) - 1]
        if name == 0:
            return None
        return str(self._text[self._offsets[name] : self._offsets[name + 1]], "utf-8")


def write_networks(v4: Path, v6: Path, target: Path) -> int:
    """Build the file from the two CSV files; answers with the number of ranges."""
    names: dict[str, int] = {"": 0}
    starts_v4, names_v4 = _fill_gaps(*_ranges(_rows(v4), 0, names), block_bits=16)
    starts_v6, names_v6 = _fill_gaps(*_ranges(_rows(v6), 64, names), block_bits=32)
    text = [name.encode() for name in names]
    offsets = array("I", [0])
    for name in text:
        offsets.append(offsets[-1] + len(name))
    body = BytesIO()
    body.write(_HEADER.pack(_MAGIC, len(starts_v4), len(starts_v6), len(text), sum(map(len, text))))
    for part in (
        array("Q", starts_v6),
        array("I", starts_v4),
        array("I", names_v4),
        array("I", names_v6),
        offsets,
    ):
        body.write(part.tobytes())
    body.write(b"".join(text))
    target.write_bytes(body.getvalue())
    return len(starts_v4) + len(starts_v6)


def _rows(path: Path) -> Iterable[tuple[int, int, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        for first, last, _, name in csv.reader(file):
            yield int(ip_address(first)), int(ip_address(last)), name.strip()


def _ranges(
    rows: Iterable[tuple[int, int, str]], dropped_bits: int, names: dict[str, int]
) -> tuple[list[int], list[int]]:
    """Sorted first addresses and their names, with the gaps between ranges as name 0."""
    starts, owners = [0], [0]
    for first, last, name in sorted(rows):
        first, after = first >> dropped_bits, (last >> dropped_bits) + 1
        if first < starts[-1]:  # two ranges in one /64: the first keeps it
            continue
        if first == starts[-1]:  # the gap is empty
            owners[-1] = names.setdefault(name, len(names))
        else:
            starts.append(first)
            owners.append(names.setdefault(name, len(names)))
        if after < 1 << (64 if dropped_bits else 32):
            starts.append(after)
            owners.append(0)
    return starts, owners


def _fill_gaps(
    starts: list[int], owners: list[int], block_bits: int
) -> tuple[list[int], list[int]]:
    """Give a gap to the neighbour that holds all that is announced of its block.

    `block_bits` is the size of a block: 16 of the 32 bits of IPv4, 32 of the 64 kept of IPv6.
    """
    new_starts, new_owners = [starts[0]], [owners[0]]
    for at in range(1, len(starts)):
        new_starts.append(starts[at])
        new_owners.append(owners[at])
        if owners[at] or at + 1 == len(starts):
            continue
        before, after = owners[at - 1], owners[at + 1]
        block = (starts[at] - 1) >> block_bits
        next_block = starts[at + 1] >> block_bits
        if before and before == after and block == next_block:
            new_owners[-1] = before
        elif block_bits == 32 and before and next_block != block:
            first = bisect_left(starts, block << block_bits)
            end = (block + 1) << block_bits
            if starts[at] < end and set(owners[first:at]) <= {0, before}:
                new_owners[-1] = before
                new_starts.append(end)
                new_owners.append(0)
    return new_starts, new_owners
