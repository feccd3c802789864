"""Pictures without what they say of who took them: made anew in a process that may die.

A camera writes into a picture where it was taken. What comes out of here has the pixels and nothing
else. Decoding happens in a process of its own with little memory and time, so that a picture made
to break a decoder breaks that process and nothing else.
"""

import asyncio
import contextlib
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO

from openbook.conversations.files.kinds import FileRefused, Kind, read_kind
from openbook.errors import TooLarge, Unavailable

PROGRAM = Path(__file__).with_name("repainting.py")
MOST_PIXELS = 50_000_000
"""A phone's camera makes up to 50 million."""
AVATAR_SIDE = 192
AVATAR_PIXELS = 30_000_000
SECONDS = 25
AT_ONCE = 2
WAITING = 16
TOO_MANY = 3
_KEPT = ("PATH", "LD_LIBRARY_PATH", "LANG")


class Painters:
    """So many pictures are made anew at once in one process, and so many wait."""

    def __init__(self, at_once: int = AT_ONCE, waiting: int = WAITING):
        self._free = asyncio.Semaphore(at_once)
        self._room = at_once + waiting

    @contextlib.asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        if self._room <= 0:
            raise Unavailable("Too many pictures arrive at once. Send it again in a few seconds.")
        self._room -= 1
        try:
            async with self._free:
                yield
        finally:
            self._room += 1


_PAINTERS = Painters()


async def repaint(source: BinaryIO, target: BinaryIO, kind: Kind) -> tuple[int, int]:
    """Write the picture in `source` anew into `target`: its width and height. Refuses what is none.

    Both are real files: the other process reads and writes them itself.
    """
    async with _PAINTERS.turn():
        return await asyncio.to_thread(_run, source, target, kind, MOST_PIXELS, None)


async def make_avatar(raw: bytes) -> bytes:
    """A square WebP of 192 pixels a side from a picture of any of the kinds we take."""
    with TemporaryFile() as source, TemporaryFile() as target:
        source.write(raw)
        kind = read_kind(source, "")
        if kind.picture is None:
            raise FileRefused("That is no picture. Send a PNG, a JPEG, a GIF or a WebP.")
        async with _PAINTERS.turn():
            await asyncio.to_thread(_run, source, target, kind, AVATAR_PIXELS, AVATAR_SIDE)
        target.seek(0)
        return target.read()


def _run(
    source: BinaryIO, target: BinaryIO, kind: Kind, most: int, square: int | None
) -> tuple[int, int]:
    source.flush()
    source.seek(0)
    command = [sys.executable, "-I", str(PROGRAM), str(kind.picture), str(most)]
    if square is not None:
        command.append(str(square))
    environ = {name: os.environ[name] for name in _KEPT if name in os.environ}
    try:
        done = subprocess.run(
            command,
            stdin=source,
            stdout=target,
            stderr=subprocess.PIPE,
            env=environ,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise FileRefused("This picture takes too long to read. Send it in another form.") from None
    if done.returncode == TOO_MANY:
        raise TooLarge(
            f"A picture may have {most // 1_000_000} million pixels. Make it smaller first.",
            "too_many_pixels",
        )
    size = done.stderr.decode("ascii", "replace").split("\n")[-2:][0].split()
    if done.returncode != 0 or len(size) != 2 or not all(part.isdecimal() for part in size):
        raise FileRefused("This picture is damaged: it cannot be read.", "bad_picture")
    return int(size[0]), int(size[1])
