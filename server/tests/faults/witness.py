"""Reads what strace wrote: in which order the kernel was asked to store and to answer.

Each line is written when strace saw a call begin or end, and no call goes on before that. So a
flush that ended above the line where the answer begins did end before the answer could.
"""

import re
from collections.abc import Iterable

import msgspec

CALLS = ("pwrite64", "pwritev", "pwritev2", "write", "writev", "sendto", "sendmsg", "fsync",
         "fdatasync", "read", "readv", "recvfrom", "recvmsg")  # fmt: skip
TRACE = ("strace", "-D", "-f", "-qq", "--seccomp-bpf", "-y", "-s", "64", "-e", "signal=none",
         "-e", f"trace={','.join(CALLS)}")  # fmt: skip
_LINE = re.compile(r"(\d+) +(.*)")
_RESUMED = re.compile(r"<\.\.\. (\w+) resumed>(.*)")
_UNFINISHED = " <unfinished ...>"
_WAL = re.compile(r"\w+\(\d+<[^>]*/pg_wal/[0-9A-F]{24}")
_WRITES = ("pwrite64", "pwritev", "pwritev2", "write", "writev")
_FLUSHES = ("fsync", "fdatasync")


class Call(msgspec.Struct):
    """A system call. `began` and `ended` are the lines on which strace saw it."""

    pid: int
    name: str
    text: str
    began: int
    ended: int

    @property
    def is_request(self) -> bool:
        return self.name in ("read", "readv", "recvfrom", "recvmsg") and "POST /v1/" in self.text

    @property
    def is_answer(self) -> bool:
        return self.name in ("write", "writev", "sendto", "sendmsg") and "HTTP/1.1 " in self.text

    @property
    def writes_log(self) -> bool:
        """Bytes of the write-ahead log, handed to the kernel."""
        return self.name in _WRITES and _WAL.match(self.text) is not None and self._worked

    @property
    def flushes_log(self) -> bool:
        """The write-ahead log, on the disk when this ends."""
        return self.name in _FLUSHES and _WAL.match(self.text) is not None and self._worked

    @property
    def _worked(self) -> bool:
        return not self.text.rpartition(" = ")[2].startswith("-")


class Order(msgspec.Struct, frozen=True):
    """What happened between the arrival of a request and its answer."""

    written: bool
    flushed: bool
    """The log was written after the request came, and flushed before the answer began."""


def read_calls(lines: Iterable[str]) -> list[Call]:
    """The calls, in the order in which they ended."""
    calls: list[Call] = []
    begun: dict[int, tuple[int, str]] = {}
    for number, line in enumerate(lines):
        if (found := _LINE.match(line)) is None:
            continue
        pid, text, began = int(found[1]), found[2], number
        if text.endswith(_UNFINISHED):
            begun[pid] = number, text.removesuffix(_UNFINISHED)
            continue
        if (resumed := _RESUMED.match(text)) is not None:
            if pid not in begun:
                continue
            began, start = begun.pop(pid)
            text = start + resumed[2]
        calls.append(Call(pid, text.partition("(")[0], text, began, number))
    return calls


def orders(calls: list[Call]) -> list[Order]:
    """One for each request that was answered, in their order; one at a time was under way."""
    found: list[Order] = []
    came: int | None = None
    for call in calls:
        if call.is_request:
            came = call.ended
        elif call.is_answer and came is not None:
            written = [c.ended for c in calls if c.writes_log and c.began > came]
            written = [line for line in written if line < call.began]
            flushed = any(
                c.flushes_log and c.began > min(written) and c.ended < call.began
                for c in calls
                if written
            )
            found.append(Order(bool(written), flushed))
            came = None
    return found
