"""Restarts that nobody notices: two processes, one after the other, behind the shipped proxy."""

import signal
import subprocess
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from openbook.embedded import joined
from tests.conftest import Server, _workspace, free_port, stop
from tests.overload.open_loop import Plan, first_visitor, offering
from tests.overload.running import FULL, proxied, start, stored, unlimited, wait_for

RESTARTS = 10 if FULL else 2
DRAIN = 2.0


@pytest.mark.timeout(240)
def test_rolling_restarts_of_two_processes_fail_no_request_and_lose_nothing(tmp_path: Path) -> None:
    data, ports = tmp_path / "data", (free_port(), free_port())
    environ = {"OPENBOOK_DRAIN_SECONDS": str(DRAIN), "OPENBOOK_TRUSTED_PROXY": "127.0.0.1"}
    with ExitStack() as stack:
        conninfo = stack.enter_context(joined(data))
        processes: list[subprocess.Popen[bytes]] = []
        stack.callback(lambda: [stop(process) for process in processes])
        for port in ports:
            processes.append(start(data, port, **environ))
            wait_for(data, port, processes[-1])
        front = stack.enter_context(proxied(*ports))
        server = Server(f"http://127.0.0.1:{front}", data, conninfo, {}, processes[0])
        making = _workspace(server)
        place = unlimited(next(making))
        stack.callback(making.close)

        plan = Plan(
            port=front,
            write_key=place.write_key,
            rate=200,
            seconds=600,
            name="roll",
            until=tmp_path / "enough",
        )
        load = offering(plan)
        time.sleep(1.5)
        unready = 0
        for restart in range(RESTARTS):
            at = restart % 2
            processes[at].send_signal(signal.SIGTERM)
            unready += says_not_ready(ports[at])
            assert processes[at].wait(40) == 0
            processes[at] = start(data, ports[at], **environ)
            wait_for(data, ports[at], processes[at])
            time.sleep(0.75)  # until the proxy has seen it too
        (tmp_path / "enough").touch()
        [outcomes] = load.result()

        kinds = Counter((it.status, it.headers.get("error", "")) for it in outcomes)
        assert set(kinds) == {(200, "")}, kinds
        assert len(outcomes) > 150 * (outcomes[-1].due - outcomes[0].due)
        assert unready == RESTARTS
        names = [first_visitor(plan, it.number) for it in outcomes]
        assert stored(place, names) == set(names)


def says_not_ready(port: int) -> bool:
    """Whether a process that is told to stop answers, and says that it is not ready."""
    for _ in range(20):
        answer = httpx.get(f"http://127.0.0.1:{port}/health/ready")
        if answer.status_code == 503:
            assert 1 <= int(answer.headers["retry-after"]) <= 30
            return True
        time.sleep(0.02)
    return False
