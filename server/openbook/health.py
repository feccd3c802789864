"""Whether the process lives, and whether it can serve."""

from litestar import Response, get
from litestar.datastructures import State

from openbook import __version__
from openbook.errors import OpenbookError, Unavailable


@get("/health/live", tags=["Health"], operation_id="live")
async def live() -> dict[str, str]:
    """The process answers."""
    return {"status": "live", "version": __version__}


@get("/health/ready", tags=["Health"], operation_id="ready")
async def ready(state: State) -> Response[dict[str, str]]:
    """It can serve: the database answers and it is not being stopped."""
    try:
        if state.stopping:
            raise Unavailable("This process is being stopped.")
        async with state.db.connection() as conn:
            await conn.execute("SELECT 1")
    except OpenbookError as error:
        return Response(
            {"status": "not ready", "detail": error.message},
            status_code=503,
            headers={"Retry-After": "2"},
        )
    return Response({"status": "ready"})


handlers = [live, ready]
