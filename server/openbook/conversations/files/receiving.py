"""Take the body of an upload in: bounded, within a time, on disk; then look into it and clean it.

No connection of the database is held while bytes come, however slowly they come.
"""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from tempfile import TemporaryFile
from typing import BinaryIO

from msgspec import Struct

from openbook.conversations.files.kinds import MOV, MP4, Kind, read_kind
from openbook.conversations.files.names import clean_name
from openbook.conversations.files.pictures import repaint
from openbook.conversations.files.videos import blank_boxes
from openbook.errors import OpenbookError, TooLarge, TooMany, Unavailable

SECONDS = 300
AT_ONCE = 24
OF_ONE = 4
LONGEST_NAME = 1000


class TooSlow(OpenbookError):
    status, code = 408, "too_slow"


class Cleaned(Struct, frozen=True):
    """What an upload came to. `content` holds `size` bytes."""

    name: str
    kind: Kind
    content: BinaryIO
    size: int
    width: int | None = None
    height: int | None = None


class Uploads:
    """So many files come in at once in one process, and so many of one sender: who sends slowly on
    purpose keeps nobody else out."""

    def __init__(self, at_once: int = AT_ONCE, of_one: int = OF_ONE):
        self._at_once, self._of_one = at_once, of_one
        self._senders: Counter[str] = Counter()

    @contextlib.contextmanager
    def turn(self, sender: str) -> Iterator[None]:
        if self._senders[sender] >= self._of_one:
            raise TooMany("Wait until the files before this one have arrived.", "too_many_files")
        if self._senders.total() >= self._at_once:
            raise Unavailable("Too many files arrive at once. Send it again in a few seconds.")
        self._senders[sender] += 1
        try:
            yield
        finally:
            self._senders[sender] -= 1
            if not self._senders[sender]:
                del self._senders[sender]


_UPLOADS = Uploads()


@contextlib.asynccontextmanager
async def received(
    stream: AsyncIterator[bytes], given_name: str, most: int, sender: str
) -> AsyncIterator[Cleaned]:
    """The file that a stream of bytes is, cleaned; gone from the disk when the block ends.

    Refuses what is larger than `most` bytes, what takes longer than five minutes, every kind that
    is not on the list, and too many at once of one `sender`.
    """
    with _UPLOADS.turn(sender), TemporaryFile() as raw, TemporaryFile() as painted:
        try:
            async with asyncio.timeout(SECONDS):
                size = await _spool(stream, raw, most)
        except TimeoutError:
            raise TooSlow(f"The file did not arrive within {SECONDS} seconds.") from None
        kind = await asyncio.to_thread(read_kind, raw, given_name)
        name = clean_name(given_name[:LONGEST_NAME], kind)
        if kind.picture is not None:
            width, height = await repaint(raw, painted, kind)
            size = painted.seek(0, 2)
            yield Cleaned(name, kind, painted, size, width, height)
            return
        if kind in (MP4, MOV):
            await asyncio.to_thread(blank_boxes, raw, size)
        yield Cleaned(name, kind, raw, size)


async def _spool(stream: AsyncIterator[bytes], raw: BinaryIO, most: int) -> int:
    size = 0
    async for chunk in stream:
        size += len(chunk)
        if size > most:
            raise TooLarge(f"A file may have {_megabytes(most)}.", "file_too_large")
        raw.write(chunk)
    return size


def _megabytes(size: int) -> str:
    return f"{size / 1_048_576:.0f} MB" if size >= 1_048_576 else f"{size // 1024} KB"
