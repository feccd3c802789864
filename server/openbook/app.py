"""create_app(settings): the one file that knows everything.

Requests for the collect routes go to a plain ASGI callable; everything else to Litestar.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import msgspec
from litestar import Litestar
from litestar.datastructures import State
from litestar.exceptions import NotFoundException

from openbook import assets, clock, health, surroundings
from openbook.accounts import routes as accounts
from openbook.accounts.background import Background
from openbook.accounts.provider.provider import Provider, client_of
from openbook.accounts.sign_in.passwords import Passwords
from openbook.collect import routes as collect
from openbook.collect.address import client_address
from openbook.collect.budget import Budget
from openbook.collect.counts import count_cache
from openbook.collect.edge import Edge, Receive, Scope, Send, takes
from openbook.collect.enrich.device import read_apple_devices
from openbook.collect.enrich.place import EVERY as PLACES_EVERY
from openbook.collect.enrich.place import Places
from openbook.collect.gate import Gate
from openbook.collect.storing import Storing
from openbook.collect.stream.broker import Broker, broker_settings
from openbook.collect.stream.gates import EdgeGate
from openbook.collect.stream.publisher import StreamWriter
from openbook.collect.using import EVERY as KEYS_EVERY
from openbook.collect.using import KeysUsed
from openbook.collect.writer import Writer
from openbook.contacts import routes as contacts
from openbook.contacts.bulk.tasks import STEPS as BULK_STEPS
from openbook.contacts.staging import create_staging
from openbook.conversations.appearance import routes as appearance
from openbook.conversations.appearance.launching import launcher_of
from openbook.conversations.delivering import doors
from openbook.conversations.delivering import routes as delivering
from openbook.conversations.delivering.doors import Doors
from openbook.conversations.delivering.hub import Hub as ChatHub
from openbook.conversations.files import routes as chat_files
from openbook.conversations.files.tasks import STEPS as FILE_STEPS
from openbook.conversations.inbox import routes as inbox
from openbook.conversations.inbox.tasks import STEPS as INBOX_STEPS
from openbook.conversations.mails import routes as chat_mails
from openbook.conversations.mails.tasks import reply_steps
from openbook.conversations.pushing.calling import Pusher
from openbook.conversations.pushing.tasks import push_steps
from openbook.conversations.teller import Teller
from openbook.conversations.visiting import routes as visiting
from openbook.conversations.visiting.door import answer_preflight, is_visitors, opened
from openbook.conversations.visiting.forgetting import EVERY as OVER_EVERY
from openbook.conversations.visiting.forgetting import delete_over
from openbook.conversations.visiting.limits import Limits
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
from openbook.reference import routes as reference
from openbook.repeating import Repeating
from openbook.settings import Settings
from openbook.statistics import EVERY as YOUNG_EVERY
from openbook.statistics import Statistics
from openbook.stopping import Stopping, closing
from openbook.tags import routes as tags
from openbook.tags.tasks import STEPS as TAG_STEPS

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
    budget = Budget(settings.workers)
    if brokers is None:
        gate = Gate(db, secret, places, apple_names)
        writer = Writer(db, Storing(gate, budget, secret, clock.now))
        keeper = db
    else:
        gate = EdgeGate(db, secret, places, apple_names)
        keeper = writer = StreamWriter(Broker(brokers, "openbook serve"), secret)
    edge = Edge(gate, writer, settings.trusted_proxies, clock.now)

    client = client_of(settings)
    stopping = Stopping()
    background = Background()
    hub = Hub(db, clock.now, settings.live_pages)
    teller = Teller(db)
    limits = Limits(settings.workers)
    chat = ChatHub(db, clock.now, settings.chat_sockets, settings.live_pages)
    for name, sizes in (hub.sizes() | chat.sizes()).items():
        count_cache(name, sizes)
    keys_used = KeysUsed(gate, db, clock.now)
    take_up_places = partial(asyncio.to_thread, places.reload_if_changed)
    repeating = [
        Repeating("taking up new places", take_up_places, PLACES_EVERY),
        Repeating("noting used keys", keys_used.note, KEYS_EVERY),
        Repeating("deleting what is over", partial(delete_over, db, clock.now), OVER_EVERY),
        Repeating("looking at young tables", Statistics(db).look, YOUNG_EVERY),
    ]
    mailer = Mailer(settings.smtp_url, settings.mail_from)
    replies = reply_steps(db, mailer, background, settings.address, clock.now)
    pusher = Pusher(settings.push_url, settings.push_secret)
    pushes = push_steps(db, pusher, background, settings.address, clock.now)
    steps = {**BULK_STEPS, **TAG_STEPS, **INBOX_STEPS, **FILE_STEPS, **replies, **pushes}
    jobs = Runner(db, steps, clock.now)

    async def send_away() -> None:
        await asyncio.gather(hub.close(), chat.close())

    @asynccontextmanager
    async def running(app: Litestar) -> AsyncIterator[None]:
        stopping.listen(send_away)
        await db.open()
        writer.start()
        jobs.start()
        for task in repeating:
            task.start()
        try:
            yield
        finally:
            stopping.begin()
            await send_away()
            for task in repeating:
                await task.stop()
            await jobs.stop()
            await background.close()
            await writer.stop()
            with contextlib.suppress(OpenbookError):
                await keys_used.note()
            await teller.close()
            await db.close()

    api = Litestar(
        route_handlers=[
            *health.handlers,
            *assets.handlers,
            *collect.handlers,
            *contacts.handlers,
            *tags.handlers,
            *insight.handlers,
            *appearance.handlers,
            *chat_files.handlers,
            *chat_mails.handlers,
            *inbox.handlers,
            *visiting.handlers,
            *delivering.handlers,
            *accounts.handlers,
            *listening.handlers,
            *surroundings.handlers,
            *public_pages(settings.security_contact),
            *demo.handlers,
            *dashboard.handlers,
            *reference.handlers,
        ],
        lifespan=[running],
        exception_handlers={**HANDLERS, NotFoundException: dashboard.lost},
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
                "mailer": mailer,
                "background": background,
                "hub": hub,
                "chat": chat,
                "teller": teller,
                "chat_limits": limits,
                "contact_budget": budget,
                "jobs": jobs,
                "passwords": Passwords(),
                "provider": Provider(client) if client else None,
                "client_address": partial(client_address, trusted=settings.trusted_proxies),
                "places": places,
                "readiness": health.Readiness(keeper),
                "launcher": partial(launcher_of, db),
                "stopping": stopping,
            }
        ),
        request_max_body_size=10_000_000,
        logging_config=None,
    )
    sockets = Doors(
        chat, gate, db, clock.now, limits, settings.trusted_proxies, settings.public_url
    )
    return Dispatcher(edge, api, sockets, stopping)


class Dispatcher:
    """The outermost door: the hot endpoint past the web framework, the rest into it."""

    def __init__(self, edge: Edge, api: Litestar, sockets: Doors, stopping: Stopping):
        self.edge = edge
        self._sockets = sockets
        self.api = api
        self._drained = Draining(api)  # type: ignore[arg-type]
        self._stopping = stopping

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._stopping.begun and scope["type"] == "http":
            send = closing(scope, send)
        if scope["type"] == "websocket" and doors.takes(scope):
            await self._sockets(scope, receive, send)
        elif scope["type"] != "http":
            await self._drained(scope, receive, send)
        elif sum([len(name) + len(value) for name, value in scope["headers"]]) > MAX_HEADERS:
            await _refuse_headers(send)
        elif takes(scope):
            await self.edge(scope, receive, send)
        elif is_visitors(scope):
            await self._visitors(scope, receive, send)
        else:
            await self._drained(scope, receive, send)

    async def _visitors(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] == "OPTIONS":
            await answer_preflight(scope, send)
        else:
            await self._drained(scope, receive, opened(scope, send))


async def _refuse_headers(send: Send) -> None:
    error = _HeadersTooLarge(f"The headers of a request may have {MAX_HEADERS} bytes.")
    body = msgspec.json.encode(problem(error))
    headers: list[tuple[bytes, bytes]] = [
        (b"content-type", b"application/problem+json"),
        (b"content-length", str(len(body)).encode()),
    ]
    await send({"type": "http.response.start", "status": error.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
