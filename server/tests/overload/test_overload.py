"""Five times as much as can be stored: what is taken is stored soon, the rest is told when."""

import statistics
import threading
import time
from collections import Counter
from collections.abc import Callable

import httpx
import msgspec
import psycopg
import pytest

from tests.conftest import Server, Workspace
from tests.overload.open_loop import Outcome, Plan, first_visitor, offer, offering, percentile
from tests.overload.running import FULL, memory_of, stored

SECONDS = 60 if FULL else 12
MESSAGES = 20
"""In a request: what the collector sends at most, and few enough requests for the loader."""
MIB = 2**20


def latencies(outcomes: list[Outcome]) -> list[float]:
    """Seconds, of the requests that were stored."""
    return [it.latency for it in outcomes if it.status == 200]


def shown(name: str, outcomes: list[Outcome]) -> None:
    """A line for whoever runs the test with -s."""
    taken, kinds = latencies(outcomes), Counter(it.status for it in outcomes)
    late = percentile([it.late for it in outcomes], 0.99)
    print(
        f"{name}: {dict(kinds)} p50 {1000 * statistics.median(taken):.1f} ms "
        f"p99 {1000 * percentile(taken, 0.99):.1f} ms, loader late p99 {1000 * late:.1f} ms"
    )


class Watch:
    """Asks a running server the same again and again, beside the load."""

    def __init__(self, ask: Callable[[], httpx.Response]):
        self._ask = ask
        self._over = threading.Event()
        self.answers: list[tuple[int, float]] = []
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._over.wait(0.2):
            began = time.monotonic()
            answer = self._ask()
            self.answers.append((answer.status_code, time.monotonic() - began))


@pytest.mark.timeout(240)
def test_five_times_the_capacity_is_refused_politely_and_what_is_taken_is_stored_soon(
    slow: Server, place: Workspace
) -> None:
    assert commits_take(slow) > 0.02
    port = int(slow.url.rpartition(":")[2])
    plan = Plan(
        port=port,
        write_key=place.write_key,
        rate=20,
        seconds=3,
        messages=MESSAGES,
        name="warm",
    )
    offer(plan)
    [found] = offer(msgspec.structs.replace(plan, name="most", rate=400, seconds=6))
    capacity = len(latencies(found)) / 6
    time.sleep(2)
    [calm] = offer(
        msgspec.structs.replace(plan, name="calm", rate=capacity / 10, seconds=max(8, SECONDS / 4))
    )
    shown("calm", calm)
    assert {it.status for it in calm} == {200}
    before = memory_of(slow.process)
    flood = msgspec.structs.replace(plan, name="flood", rate=5 * capacity, seconds=SECONDS)
    load = offering(flood)
    most = before
    with (
        httpx.Client(base_url=slow.url, timeout=10) as client,
        Watch(lambda: client.get("/health/live")) as live,
        Watch(lambda: client.get("/health/ready")) as ready,
        Watch(lambda: place.api.get("/api/contacts?limit=20")) as listed,
    ):
        while not load.done():
            most = max(most, memory_of(slow.process))
            time.sleep(0.2)
    [outcomes] = load.result()
    shown(f"5 x {capacity:.0f} requests/s", outcomes)
    print(f"memory +{(most - before) / MIB:.0f} MiB")
    for name, watch in (("live", live), ("ready", ready), ("list", listed)):
        print(name, f"{1000 * max(took for _, took in watch.answers):.0f} ms at most")

    refused = [it for it in outcomes if it.status != 200]
    assert {it.status for it in refused} <= {429, 503}, Counter(it.status for it in refused)
    assert len(refused) > len(outcomes) / 2, "this was no overload"
    waits = Counter(int(it.headers["retry-after"]) for it in refused)
    assert min(waits) >= 1 and max(waits) <= 30 and len(waits) > 20, waits
    assert all(
        it.headers["access-control-allow-origin"] == "https://shop.example"
        and "retry-after" in it.headers["access-control-expose-headers"].lower()
        for it in refused
    )
    assert percentile([it.late for it in outcomes], 0.9) < 0.02, "the loader could not keep up"
    unloaded, loaded = percentile(latencies(calm), 0.99), percentile(latencies(outcomes), 0.99)
    assert loaded <= 2 * unloaded, f"{1000 * unloaded:.1f} ms, {1000 * loaded:.1f} ms"
    assert most - before <= 64 * MIB
    for watch in (live, ready):
        assert {status for status, _ in watch.answers} == {200}
        assert max(took for _, took in watch.answers) < 0.2
    assert {status for status, _ in listed.answers} == {200}
    names = [first_visitor(flood, it.number) for it in outcomes if it.status == 200]
    assert stored(place, names) == set(names)


def commits_take(server: Server) -> float:
    """Seconds that a commit takes, at the least of some."""
    with psycopg.connect(server.conninfo, autocommit=True) as conn:
        conn.execute("CREATE TABLE IF NOT EXISTS tried (at timestamptz)")
        took = []
        for _ in range(5):
            began = time.monotonic()
            conn.execute("INSERT INTO tried VALUES (now())")
            took.append(time.monotonic() - began)
        conn.execute("DROP TABLE tried")
    return min(took)
