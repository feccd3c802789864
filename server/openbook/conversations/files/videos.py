"""Take out of a video what its camera wrote into it: where it was, what it is called.

In MP4 and QuickTime such things stand in boxes of their own (`udta`, `meta`, `uuid`: ISO/IEC
14496-12). Each is turned into a box of the same length that says `free`, with nothing in it, so
that no other place in the file has to move.
"""

from typing import BinaryIO

from openbook.conversations.files.kinds import FileRefused

TELLING = frozenset((b"udta", b"meta", b"uuid", b"XMP_", b"ilst", b"keys"))
HOLDING = frozenset((b"moov", b"trak", b"mdia", b"moof", b"traf", b"mvex"))
DEEPEST, MOST = 6, 20_000
ZEROS = bytes(1 << 16)


def blank_boxes(file: BinaryIO, size: int) -> None:
    """Blank them in place; FileRefused where the boxes make no sense."""
    left = [(0, size, 0)]
    seen = 0
    while left:
        at, end, depth = left.pop()
        while at < end:
            seen += 1
            name, head, length = _box(file, at, end)
            if seen > MOST or length < head or at + length > end:
                raise _damaged()
            if name in TELLING:
                _blank(file, at, head, length)
            elif name in HOLDING:
                if depth >= DEEPEST:
                    raise _damaged()
                left.append((at + head, at + length, depth + 1))
            at += length


def _box(file: BinaryIO, at: int, end: int) -> tuple[bytes, int, int]:
    """(name, length of its head, whole length)."""
    file.seek(at)
    raw = file.read(16)
    length, name = int.from_bytes(raw[:4], "big"), raw[4:8]
    if at + 8 > end:
        # QuickTime ends a list of user data with four zeros.
        return (b"", 0, end - at) if not any(raw[: end - at]) else (b"", 1, 0)
    if length == 1:
        return name, 16, int.from_bytes(raw[8:16], "big")
    return name, 8, length or end - at


def _blank(file: BinaryIO, at: int, head: int, length: int) -> None:
    file.seek(at + 4)
    file.write(b"free")
    file.seek(at + head)
    left = length - head
    while left > 0:
        left -= file.write(ZEROS[: min(left, len(ZEROS))])


def _damaged() -> FileRefused:
    return FileRefused("This video is damaged: it cannot be read.")
