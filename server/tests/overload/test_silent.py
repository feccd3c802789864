"""Connections that say nothing: through the shipped proxy they keep nobody waiting."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager

import httpx
import pytest

from tests.conftest import Server, Workspace, _workspace, serving
from tests.overload.running import proxied

CAP = 1024
"""Connections that one process of openbook takes at once (Granian's `backpressure`)."""
EACH = 100
"""Connections that the proxy takes from one address, where that is what it is told."""
HEAD = b"POST /v1/b HTTP/1.1\r\nHost: openbook.test\r\nContent-Length: 400\r\n\r\n"


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, int]]:
    """One process behind the proxy, and the proxy's port."""
    with serving(tmp_path_factory.mktemp("silent") / "data", None) as running:
        port = int(running.url.rpartition(":")[2])
        with proxied(port, port) as found:
            yield running, found


@pytest.fixture
def place(front: tuple[Server, int]) -> Iterator[Workspace]:
    yield from _workspace(front[0])


@contextmanager
def silent(port: int, sockets: int, each: int, said: bytes) -> Iterator[list[socket.socket]]:
    """Connections from as many addresses as it takes, which said something and no more."""
    with ExitStack() as stack:
        held = []
        for number in range(sockets):
            address = (f"127.9.{number // each // 250}.{number // each % 250 + 1}", 0)
            found = socket.create_connection(("127.0.0.1", port), 5, source_address=address)
            held.append(stack.enter_context(closing(found)))
            if said:
                found.sendall(said)
        yield held


def seconds_for_a_request(port: int, key: str, source: str = "127.0.0.1") -> float:
    """How long a new client waits for its answer."""
    began = time.monotonic()
    with httpx.Client(transport=httpx.HTTPTransport(local_address=source), timeout=10) as client:
        answer = client.post(
            f"http://127.0.0.1:{port}/v1/t",
            json={"anonymousId": "new", "event": "e"},
            auth=(key, ""),
        )
    assert answer.status_code == 200, answer.text
    return time.monotonic() - began


@pytest.mark.parametrize("each", [60, 2 * CAP])
@pytest.mark.parametrize("said", [b"", HEAD[:40], HEAD + b'{"batch":['])
def test_twice_as_many_silent_sockets_as_openbook_takes_keep_nobody_waiting(
    front: tuple[Server, int], place: Workspace, said: bytes, each: int
) -> None:
    seconds_for_a_request(front[1], place.write_key)
    with silent(front[1], 2 * CAP, each, said):
        waits = [seconds_for_a_request(front[1], place.write_key) for _ in range(5)]
        assert max(waits) < 1, waits
        assert httpx.get(f"http://127.0.0.1:{front[1]}/health/ready").status_code == 200


def test_idle_connections_that_were_answered_once_keep_nobody_waiting(
    front: tuple[Server, int], place: Workspace
) -> None:
    ask = b"GET /health/live HTTP/1.1\r\nHost: openbook.test\r\n\r\n"
    with silent(front[1], 2 * CAP, 60, ask) as held:
        assert all(it.recv(15) == b"HTTP/1.1 200 OK" for it in held)
        waits = [seconds_for_a_request(front[1], place.write_key) for _ in range(5)]
        assert max(waits) < 1, waits


def test_one_address_cannot_take_the_connections_of_others(
    front: tuple[Server, int], place: Workspace
) -> None:
    openbook = int(front[0].url.rpartition(":")[2])
    with proxied(openbook, openbook, OPENBOOK_EACH=str(EACH)) as port, ExitStack() as stack:
        open_ones = 0
        for _ in range(2 * EACH):
            try:
                found = socket.create_connection(("127.0.0.1", port), 5, ("127.8.0.1", 0))
                stack.enter_context(closing(found))
                found.settimeout(0.02)
                open_ones += found.recv(1) != b""
            except TimeoutError:
                open_ones += 1
            except ConnectionError:
                continue
        assert open_ones <= EACH
        assert seconds_for_a_request(port, place.write_key, "127.8.0.2") < 1


def test_without_the_proxy_they_would_keep_everybody_waiting(
    front: tuple[Server, int],
) -> None:
    port = int(front[0].url.rpartition(":")[2])
    with silent(port, CAP + 8, 60, b""), pytest.raises(httpx.TimeoutException):
        httpx.get(f"http://127.0.0.1:{port}/health/live", timeout=1)
