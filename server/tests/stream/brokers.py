"""Real brokers on loopback: one alone or three in a cluster, each a process that can be killed.

with cluster(folder) as brokers:
    brokers.url            # for OPENBOOK_INGEST
    brokers.kill(1)        # SIGKILL; started again by `brokers.start(1)`
"""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.conftest import free_port

NATS_SERVER = Path(sys.executable).with_name("nats-server")


class Brokers:
    """The processes, by number."""

    def __init__(
        self, folder: Path, many: int, *, jetstream: str = "", more: str = "", name: str = "broker"
    ):
        self._folder = folder
        self._name = name
        self.ports = [free_port() for _ in range(many)]
        self.monitors = [f"http://127.0.0.1:{free_port()}" for _ in range(many)]
        self._routes = [free_port() for _ in range(many)]
        self._processes: list[subprocess.Popen[bytes] | None] = [None] * many
        for number in range(many):
            self._write(number, jetstream, more)

    @property
    def url(self) -> str:
        return ",".join(f"nats://127.0.0.1:{port}" for port in self.ports)

    def start(self, number: int) -> None:
        with self._log(number).open("ab") as sink:
            self._processes[number] = subprocess.Popen(
                [NATS_SERVER, "-c", self._folder / f"{number}.conf"], stdout=sink, stderr=sink
            )

    def kill(self, number: int, kind: signal.Signals = signal.SIGKILL) -> None:
        process = self._processes[number]
        if process is not None:
            process.send_signal(kind)
            process.wait(30)
            self._processes[number] = None

    def wait_until_ready(self) -> None:
        """Until JetStream answers on each, which in a cluster needs a leader."""
        for number, monitor in enumerate(self.monitors):
            for _ in range(300):
                try:
                    if httpx.get(f"{monitor}/healthz", timeout=5).status_code == 200:
                        break
                except httpx.TransportError:
                    pass
                time.sleep(0.1)
            else:
                raise AssertionError(f"no broker:\n{self._log(number).read_text()[-4000:]}")

    def clear(self) -> None:
        for number in range(len(self.ports)):
            self.kill(number)

    def _log(self, number: int) -> Path:
        return self._folder / f"{number}.log"

    def _write(self, number: int, jetstream: str, more: str) -> None:
        store = self._folder / f"store-{number}"
        monitor = self.monitors[number].removeprefix("http://")
        lines = [
            f"server_name: {self._name}-{number}",
            f"listen: 127.0.0.1:{self.ports[number]}",
            f"http: {monitor}",
            f"jetstream {{ store_dir: {store}, max_file_store: 2G, {jetstream} }}",
            more,
        ]
        if len(self.ports) > 1:
            routes = ", ".join(f"nats://127.0.0.1:{port}" for port in self._routes)
            listen = f"127.0.0.1:{self._routes[number]}"
            lines.append(f"cluster {{ name: test, listen: {listen}, routes: [{routes}] }}")
        (self._folder / f"{number}.conf").write_text("\n".join(lines) + "\n")


@contextmanager
def cluster(
    folder: Path, many: int = 3, *, jetstream: str = "", more: str = "", name: str = "broker"
) -> Iterator[Brokers]:
    """Brokers that run for the time of the block."""
    folder.mkdir(parents=True, exist_ok=True)
    brokers = Brokers(folder, many, jetstream=jetstream, more=more, name=name)
    try:
        for number in range(many):
            brokers.start(number)
        brokers.wait_until_ready()
        yield brokers
    finally:
        brokers.clear()


def environ_of(brokers: Brokers, monitors: Sequence[str] = ()) -> dict[str, str]:
    """The variables that send messages through these brokers."""
    found = {"OPENBOOK_INGEST": brokers.url, "OPENBOOK_INGEST_BYTES": "200000000"}
    if monitors:
        found["OPENBOOK_INGEST_MONITOR"] = " ".join(monitors)
    return found
