"""The database is away: refusals at once, bounded memory, and all is well when it is back."""

import contextlib
import time
from collections import Counter
from collections.abc import Callable, Iterator

import httpx
import pytest

from tests.conftest import Server, Workspace, _workspace, serving
from tests.overload.open_loop import Plan, first_visitor, offering, percentile
from tests.overload.running import (
    FULL,
    frozen,
    memory_of,
    stored,
    unlimited,
    unreachable,
)

SECONDS = {frozen: 60 if FULL else 8, unreachable: 20 if FULL else 8}
RATE = 200
MIB = 2**20


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("away") / "data", None) as running:
        yield running


@pytest.fixture
def place(server: Server) -> Iterator[Workspace]:
    making = _workspace(server)
    yield unlimited(next(making))
    making.close()


@pytest.mark.timeout(240)
@pytest.mark.parametrize("away", [frozen, unreachable])
def test_a_database_that_is_away_is_told_at_once_and_used_when_it_is_back(
    server: Server, place: Workspace, away: Callable[[Server], contextlib.AbstractContextManager]
) -> None:
    seconds = SECONDS[away]
    plan = Plan(
        port=int(server.url.rpartition(":")[2]),
        write_key=place.write_key,
        rate=RATE,
        seconds=seconds + 17,
        name=away.__name__,
    )
    before = memory_of(server.process)
    load = offering(plan)
    time.sleep(3)
    most = before
    with away(server):
        gone = time.monotonic()
        time.sleep(4)
        while time.monotonic() - gone < seconds:
            began = time.monotonic()
            ready = httpx.get(f"{server.url}/health/ready")
            assert ready.status_code == 503
            assert 1 <= int(ready.headers["retry-after"]) <= 30
            assert httpx.get(f"{server.url}/health/live").status_code == 200
            assert time.monotonic() - began < 0.4
            most = max(most, memory_of(server.process))
            time.sleep(0.5)
    back = time.monotonic()
    while httpx.get(f"{server.url}/health/ready").status_code != 200:
        assert time.monotonic() - back < 10
        time.sleep(0.05)
    print(f"{away.__name__}: ready again after {time.monotonic() - back:.2f} s")
    [outcomes] = load.result()

    kinds = Counter(it.status for it in outcomes)
    assert set(kinds) == {200, 503}, kinds
    refused = [it for it in outcomes if it.status == 503]
    waits = {int(it.headers["retry-after"]) for it in refused}
    assert min(waits) >= 1 and max(waits) <= 30 and len(waits) > 20
    # Those who were let in before it was noticed wait longest; afterwards nobody waits.
    print(f"refused {len(refused)}, longest {max(it.latency for it in refused):.1f} s")
    assert max(it.latency for it in refused) < 12
    late = [it for it in refused if 3 + 6 < it.due < 3 + seconds]
    assert percentile([it.latency for it in late], 0.95) < 0.2
    print(f"memory +{(most - before) / MIB:.0f} MiB")
    assert most - before <= 64 * MIB
    last = [it for it in outcomes if it.due > plan.seconds - 3]
    assert {it.status for it in last} == {200}
    names = [first_visitor(plan, it.number) for it in outcomes if it.status == 200]
    assert stored(place, names) == set(names)


def test_who_leaves_before_the_answer_leaves_nothing_behind(
    server: Server, place: Workspace
) -> None:
    with frozen(server):
        for number in range(50):
            with contextlib.suppress(httpx.TimeoutException):
                httpx.post(
                    f"{server.url}/v1/t",
                    json={"anonymousId": f"gone-{number}", "event": "e"},
                    auth=(place.write_key, ""),
                    timeout=0.02,
                )
    for _ in range(100):
        shown = place.api.get("/metrics").text
        if "\nopenbook_messages_waiting 0.0" in shown and "\nopenbook_bytes_waiting 0.0" in shown:
            return
        time.sleep(0.1)
    raise AssertionError(shown)
