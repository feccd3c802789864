"""Passwords: which may be chosen, and how they are kept and compared.

NIST SP 800-63B-4: length and what is known to be guessed first count; no rules about which letters,
no expiry. Kept as argon2id with OWASP's parameters (19 MiB, two passes); comparing takes the same
time for an address that nobody has.
"""

import asyncio
import unicodedata
from collections.abc import Callable
from functools import cache
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn import zxcvbn

from openbook.errors import BadInput, TooMany

SHORTEST, LONGEST = 10, 128
FEWEST_GUESSES = 8
"""As a power of ten: what a thief of the hashes would not try out within years."""
LOOKED_AT = 72
"""Letters that are judged: the judging slows down with the length, and these are enough."""
AT_ONCE, WAITING = 2, 40
"""Each comparison takes 19 MiB and a core for a moment: this many at once, and that many wait."""
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
T = TypeVar("T")


def check_password(password: str, *known: str) -> None:
    """Refuse what is too short, or what somebody who knows the words `known` would try early."""
    text = _normal(password)
    if not SHORTEST <= len(text) <= LONGEST:
        raise BadInput(f"A password has {SHORTEST} to {LONGEST} characters.", "weak_password")
    words = [part for word in known for part in (word, *word.replace("@", ".").split(".")) if part]
    if zxcvbn(text[:LOOKED_AT], ["openbook", *words])["guesses_log10"] < FEWEST_GUESSES:
        raise BadInput(
            "This password is one of those that are tried first. Take several words that have "
            "nothing to do with each other or with you.",
            "weak_password",
        )


class Passwords:
    """Hashes and compares away from the event loop, a few at a time."""

    def __init__(self) -> None:
        self._turn = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0

    async def hashed(self, password: str) -> str:
        return await self._run(lambda: _hasher.hash(_normal(password)))

    async def match(self, kept: str | None, password: str) -> bool:
        """Whether it is the password; without one to compare with, no, after the same time."""
        same = await self._run(lambda: _verify(kept or _nobodys(), _normal(password)))
        return same and kept is not None

    async def _run(self, work: Callable[[], T]) -> T:
        if self._waiting >= WAITING:
            raise TooMany("Too many people sign in just now. Try again in a few seconds.")
        self._waiting += 1
        try:
            async with self._turn:
                return await asyncio.to_thread(work)
        finally:
            self._waiting -= 1


def outdated(kept: str) -> bool:
    """Whether a hash was made with other parameters than today's."""
    return _hasher.check_needs_rehash(kept)


def _verify(kept: str, password: str) -> bool:
    try:
        return _hasher.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobodys() -> str:
    """A hash to compare with where there is none."""
    return _hasher.hash("nobody has this one")


def _normal(password: str) -> str:
    """The same letters typed on another system are the same password: NFKC, as NIST asks."""
    return unicodedata.normalize("NFKC", password)[: LONGEST * 4]
