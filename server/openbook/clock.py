"""Time, passed in wherever a rule needs it, so that a test can move it."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def now() -> datetime:
    """The present moment, UTC, with microseconds."""
    return datetime.now(UTC)
