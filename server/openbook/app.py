"""create_app(settings): the one file that knows everything.

Requests for the collect routes go to a plain ASGI callable; everything else to Litestar.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from itertools import chain

import msgspec
from litestar import Litestar
from litestar.datastructures import State

from openbook import assets, clock, health, reference, surroundings
from openbook.accounts import routes as accounts
from openbook.accounts.background import Background
from openbook.accounts.sign_in.passwords import Passwords
from openbook.collect import routes as collect
from openbook.collect.address import client_address
from openbook.collect.budget import Budget
from openbook.collect.counts import count_cache
from openbook.collect.edge import Edge, Receive, Scope, Send, takes
from openbook.collect.enrich.device import read_apple_devices
from openbook.collect.enrich.place import Places
from openbook.collect.gate import Gate
from openbook.collect.storing import Storing
from openbook.collect.stream.broker import Broker, broker_settings
from openbook.collect.stream.gates import EdgeGate
from openbook.collect.stream.publisher import StreamWriter
from openbook.collect.writer import Writer
from openbook.contacts import routes as contacts
from openbook.contacts.bulk.tasks import STEPS as BULK_STEPS
from openbook.contacts.staging import create_staging
from openbook.dashboard import routes as dashboard
from openbook.db import Database
from openbook.demo import routes as demo
from openbook.draining import Draining
from openbook.errors import OpenbookError, problem
from openbook.insight import routes as insight
from openbook.jobs.running import Runner
from openbook.listening import routes as listening
from openbook.listening.hub import Hub
from openbook.mailer import Mailer
from openbook.paging import Cursors
from openbook.privacy.routes import public_pages
from openbook.problems import HANDLERS, ApiRequest
from openbook.settings import Settings
from openbook.stopping import Stopping, closing

MAX_HEADERS = 32 * 1024
log = logging.getLogger(__name__)


class _HeadersTooLarge(OpenbookError):
    status, code = 431, "headers_too_large"


def create_app(settings: Settings, conninfo: str) -> "Dispatcher":
    """The application over a migrated database."""
    secret = settings.secret()
    db = Database(conninfo, unsafe=settings.unsafe_durability, begin=create_staging)
    places = Places.open(settings.geo_city, settings.geo_isp, settings.geo_folders)
    apple_devices = settings.apple_devices
    apple_names = read_apple_devices(apple_devices) if apple_devices else {}
    brokers = broker_settings(settings)
    if brokers is None:
        gate = Gate(db, secret, places, apple_names)
        writer = Writer(db, Storing(gate, Budget(settings.workers), secret, clock.now))
        keeper = db
    else:
        gate = EdgeGate(db, secret, places, apple_names)
        keeper = writer = StreamWriter(Broker(brokers, "openbook serve"), secret)
    edge = Edge(gate, writer, settings.trusted_proxies, clock.now)

    stopping = Stopping()
    background = Background()
    hub = Hub(db, clock.now, settings.live_pages)
    for name, sizes in hub.sizes().items():
        count_cache(name, sizes)
    jobs = Runner(db, BULK_STEPS, clock.now)

    @asynccontextmanager
    async def running(app: Litestar) -> AsyncIterator[None]:
        stopping.listen()
        await db.open()
        writer.start()
        jobs.start()
        watch = asyncio.create_task(_watch_places(places))
        try:
            yield
        finally:
            stopping.begin()
            await hub.close()
            watch.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watch
            await jobs.stop()
            await background.close()
            await writer.stop()
            await db.close()

    api = Litestar(
        route_handlers=[
            *health.handlers,
            *assets.handlers,
            *collect.handlers,
            *contacts.handlers,
            *insight.handlers,
            *accounts.handlers,
            *listening.handlers,
            *surroundings.handlers,
            *public_pages(settings.security_contact),
            *demo.handlers,
            *dashboard.handlers,
            *reference.handlers,
        ],
        lifespan=[running],
        exception_handlers=HANDLERS,
        request_class=ApiRequest,
        openapi_config=None,
        state=State(
            {
                "db": db,
                "settings": settings,
                "cursors": Cursors(secret),
                "gate": gate,
                "clock": clock.now,
                "secret": secret,
                "mailer": Mailer(settings.smtp_url, settings.mail_from),
                "background": background,
                "hub": hub,
                "jobs": jobs,
                "passwords": Passwords(),
                "client_address": partial(client_address, trusted=settings.trusted_proxies),
                "places": places,
                "readiness": health.Readiness(keeper),
                "stopping": stopping,
            }
        ),
        request_max_body_size=10_000_000,
        logging_config=None,
    )
    return Dispatcher(edge, api, stopping)


class Dispatcher:
    """The outermost door: the hot endpoint past the web framework, the rest into it."""

    def __init__(self, edge: Edge, api: Litestar, stopping: Stopping):
        self.edge = edge
        self.api = api
        self._drained = Draining(api)  # type: ignore[arg-type]
        self._stopping = stopping

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._stopping.begun and scope["type"] == "http":
            send = closing(scope, send)
        if scope["type"] != "http":
            await self._drained(scope, receive, send)
        elif sum(map(len, chain.from_iterable(scope["headers"]))) > MAX_HEADERS:
            await _refuse_headers(send)
        elif takes(scope):
            await self.edge(scope, receive, send)
        else:
            await self._drained(scope, receive, send)


async def _refuse_headers(send: Send) -> None:
    error = _HeadersTooLarge(f"The headers of a request may have {MAX_HEADERS} bytes.")
    body = msgspec.json.encode(problem(error))
    headers: list[tuple[bytes, bytes]] = [
        (b"content-type", b"application/problem+json"),
        (b"content-length", str(len(body)).encode()),
    ]
    await send({"type": "http.response.start", "status": error.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _watch_places(places: Places) -> None:
    """Take up new geolocation data without a restart."""
    while True:
        await asyncio.sleep(5)
        with contextlib.suppress(Exception):
            await asyncio.to_thread(places.reload_if_changed)
