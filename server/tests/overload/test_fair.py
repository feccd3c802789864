"""One workspace sends twenty times its part: the others notice nothing."""

import statistics
from collections import Counter

import msgspec
import pytest

from tests.conftest import Server, Workspace
from tests.overload.open_loop import Outcome, Plan, offer, percentile
from tests.overload.running import FULL

SECONDS = 30 if FULL else 10
MESSAGES = 20
WORKSPACES = 10
"""Among whom the capacity is shared out, whether or not they use it."""


def shown(name: str, outcomes: list[Outcome]) -> float:
    """The 99th percentile of what was stored; a line for whoever runs the test with -s."""
    taken = [it.latency for it in outcomes if it.status == 200]
    p99 = percentile(taken, 0.99)
    kinds = dict(Counter(it.status for it in outcomes))
    print(f"{name}: {kinds} p50 {1000 * statistics.median(taken):.1f} p99 {1000 * p99:.1f} ms")
    return p99


@pytest.mark.timeout(240)
def test_a_noisy_workspace_makes_no_other_one_wait_or_be_refused(
    slow: Server, place: Workspace, another: Workspace
) -> None:
    quiet = Plan(
        port=int(slow.url.rpartition(":")[2]),
        write_key=place.write_key,
        rate=20,
        seconds=3,
        messages=MESSAGES,
        name="warm",
    )
    noisy = msgspec.structs.replace(quiet, write_key=another.write_key)
    offer(quiet, noisy)
    [found] = offer(msgspec.structs.replace(noisy, name="most", rate=400, seconds=5))
    share = len([it for it in found if it.status == 200]) / 5 / WORKSPACES
    # Single messages, so that there are enough requests for a 99th percentile.
    quiet = msgspec.structs.replace(
        quiet, name="alone", rate=share * MESSAGES, seconds=SECONDS, messages=1
    )
    noisy = msgspec.structs.replace(noisy, name="noisy", rate=20 * share, seconds=SECONDS)
    [before] = offer(quiet)
    beside, loud = offer(msgspec.structs.replace(quiet, name="beside"), noisy)
    [after] = offer(msgspec.structs.replace(quiet, name="again"))
    alone = shown(f"alone, {share:.1f} requests/s", before + after)
    shown("the noisy one", loud)
    p99 = shown("beside it", beside)
    assert {it.status for it in beside} == {200}, Counter(it.status for it in beside)
    assert {it.status for it in loud} <= {200, 429, 503}
    assert p99 <= 1.5 * alone, f"{1000 * alone:.1f} ms, {1000 * p99:.1f} ms"
