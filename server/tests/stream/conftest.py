"""Three brokers, a server that publishes, workers that store: started once for the folder."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest

from openbook.embedded import joined
from tests.conftest import OPENBOOK, Server, Workspace, free_port, stop, wait_until_ready
from tests.conftest import _workspace as workspace_of
from tests.stream.brokers import Brokers, cluster, environ_of
from tests.stream.crew import Crew


class Distributed(NamedTuple):
    """What belongs together."""

    server: Server
    crew: Crew
    brokers: Brokers


def usual_environ(data: Path, more: dict[str, str]) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("OPENBOOK_")}
    return kept | {"OPENBOOK_DATA": str(data)} | more


@contextmanager
def distributed_over(brokers: Brokers, folder: Path, **more: str) -> Iterator[Distributed]:
    """`openbook serve` and two workers that were not started yet, on an embedded PostgreSQL."""
    data, port = folder / "data", free_port()
    environ = usual_environ(data, environ_of(brokers) | more)
    log = folder / "serve.log"
    with log.open("wb") as sink, ExitStack() as stack:
        process = subprocess.Popen(
            [OPENBOOK, "serve", "--port", str(port)], env=environ, stderr=sink
        )
        stack.callback(stop, process)
        url = f"http://127.0.0.1:{port}"
        wait_until_ready(url, process, log)
        server = Server(url, data, stack.enter_context(joined(data)), environ, process)
        crew = Crew(folder / "workers.log", environ)
        stack.callback(crew.clear)
        shown = server.command("workspace", "show", "--json")
        server.write_key = msgspec.json.decode(shown.stdout)["write_key"]
        yield Distributed(server, crew, brokers)


@pytest.fixture(scope="session")
def distributed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Distributed]:
    folder = tmp_path_factory.mktemp("distributed")
    with cluster(folder / "brokers") as brokers, distributed_over(brokers, folder) as running:
        running.crew.start()
        yield running


@pytest.fixture
def crew(distributed: Distributed) -> Iterator[Crew]:
    yield distributed.crew
    distributed.crew.resume()


@pytest.fixture
def far(distributed: Distributed) -> Iterator[Workspace]:
    """A workspace of its own in the distributed installation."""
    yield from workspace_of(distributed.server)
