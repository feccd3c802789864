"""The application with a clock of its own, for what takes hours and days."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from openbook.app import create_app
from openbook.settings import Settings
from tests.conftest import Server

URL = "http://localhost:8000"
OWN = {"Origin": URL, "Sec-Fetch-Site": "same-origin", "X-Requested-With": "openbook"}


class Moving:
    """The application at a moment that the test moves on."""

    def __init__(self, app: Any, moment: datetime):
        self.app = app
        self.moment = moment

    def move(self, **by: float) -> None:
        self.moment += timedelta(**by)

    def browser(self, address: str = "127.0.0.1") -> httpx.AsyncClient:
        """A browser at an address of its own."""
        transport = httpx.ASGITransport(app=self.app, client=(address, 50_000))
        return httpx.AsyncClient(transport=transport, base_url=URL, headers=OWN)


def run(
    server: Server, story: Callable[[Moving], Awaitable[None]], moment: datetime | None = None
) -> None:
    """Run a story with the application on the server's database; it has the server's secret."""

    async def whole() -> None:
        app = create_app(Settings(data=Path(server.data)), server.conninfo)
        moving = Moving(app, moment or datetime.now(UTC))
        app.api.state.clock = lambda: moving.moment
        async with _running(app.api):
            await story(moving)

    asyncio.run(whole())


@asynccontextmanager
async def _running(api: Any) -> Any:
    async with api.lifespan():
        yield
