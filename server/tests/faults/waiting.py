"""Waiting for something to become true, with a limit."""

import time
from collections.abc import Callable


def until(true: Callable[[], bool], seconds: float = 30) -> float:
    """Wait until `true`; the seconds it took. Fails after `seconds`."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < seconds, "waited too long"
        time.sleep(0.05)
    return time.monotonic() - began
