"""Whether the process lives, and whether it can serve."""

import asyncio
import time
from random import Random
from typing import Protocol

from litestar import Response, get
from litestar.datastructures import State

from openbook import __version__
from openbook.durability import WARNING
from openbook.errors import OpenbookError, Unavailable, seconds_to_wait

ANSWER = 0.1
"""Seconds within which readiness is answered, however long the database takes."""
GRACE = 2.0
"""Seconds for which a database that is only slow counts as there."""
_CHANCE = Random()


class Keeper(Protocol):
    """Where what is accepted goes: the database, or the stream before it."""

    async def require_durable(self) -> None: ...


class Readiness:
    """Asks the database, one question at a time, and waits for the answer only so long."""

    def __init__(self, db: Keeper):
        self._db = db
        self._asking: asyncio.Task[OpenbookError | None] | None = None
        self._answered = float("-inf")

    async def require(self) -> None:
        """Return if the process can serve; Unavailable if not."""
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask())
        asked = self._asking
        done, _ = await asyncio.wait({asked}, timeout=ANSWER)
        if done:
            if (refusal := asked.result()) is not None:
                raise refusal
        elif time.monotonic() - self._answered > GRACE:
            raise Unavailable("The database does not answer. Try again in a few seconds.")

    async def _ask(self) -> OpenbookError | None:
        try:
            await self._db.require_durable()
        except OpenbookError as error:
            return error
        self._answered = time.monotonic()
        return None


@get("/health/live", tags=["Health"], operation_id="live")
async def live(state: State) -> dict[str, str]:
    """The process answers."""
    return {"status": "live", "version": __version__} | _warning(state)


@get("/health/ready", tags=["Health"], operation_id="ready")
async def ready(state: State) -> Response[dict[str, str]]:
    """It can serve: the database answers and keeps what it is told, and no stop was asked for."""
    try:
        if state.stopping.begun:
            raise Unavailable("This process is being stopped.")
        await state.readiness.require()
    except OpenbookError as error:
        return Response(
            {"status": "not ready", "detail": error.message} | _warning(state),
            status_code=503,
            headers={"Retry-After": str(seconds_to_wait(error, _CHANCE))},
        )
    return Response({"status": "ready"} | _warning(state))


def _warning(state: State) -> dict[str, str]:
    """What no answer may hide: that this process serves on a database that may lose data."""
    return {"warning": WARNING} if state.settings.unsafe_durability else {}


handlers = [live, ready]
