"""`openbook worker`: stores what the ingest stream holds, where OPENBOOK_INGEST names one."""

import asyncio
import logging
import signal
import sys
from typing import Annotated

from cyclopts import Parameter
from prometheus_client import start_http_server

from openbook import clock
from openbook.collect.counts import REGISTRY
from openbook.collect.stream.broker import Broker, broker_settings
from openbook.collect.stream.gates import WorkerGate
from openbook.collect.stream.worker import Worker
from openbook.commands.opening import with_database
from openbook.commands.options import Data
from openbook.contacts.staging import create_staging
from openbook.db import Database
from openbook.errors import Misconfigured
from openbook.settings import read_settings


def worker(
    *,
    data: Data = None,
    metrics: Annotated[
        int | None, Parameter(help="Show the counts to Prometheus on this port of 127.0.0.1.")
    ] = None,
) -> None:
    """Pull messages from the ingest stream, store them, acknowledge them; until stopped.

    Any number of them may run, on any machines that reach the brokers and the database.
    """
    settings = read_settings(data=data)
    brokers = broker_settings(settings)
    if brokers is None:
        raise Misconfigured(
            "OPENBOOK_INGEST names no broker, so there is no stream to work on: `openbook serve` "
            "stores by itself. See docs/scale.md."
        )
    logging.basicConfig(stream=sys.stderr, format="%(asctime)s worker: %(message)s")
    logging.getLogger("openbook").setLevel(logging.INFO)
    logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)  # we say it ourselves
    if metrics is not None:
        start_http_server(metrics, "127.0.0.1", REGISTRY)
    secret = settings.secret()

    async def work(db: Database) -> None:
        stop = asyncio.Event()
        for kind in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(kind, stop.set)
        gate = WorkerGate(db, secret)
        broker = Broker(brokers, "openbook worker")
        try:
            await Worker(db, gate, broker, secret, clock.now).run(stop)
        finally:
            await broker.close()

    with_database(settings, work, begin=create_staging, durable=True)
