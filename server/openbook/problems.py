"""Every refusal as problem+json (RFC 9457): one place, one shape, stable codes.

`ApiRequest` reads JSON bodies so that whatever the bytes are, they are either read or refused:
a tower of brackets and broken UTF-8 are no errors of ours.
"""

import logging
from random import Random
from typing import Any

from litestar import Request, Response
from litestar.exceptions import HTTPException, LitestarException
from litestar.serialization import decode_json
from litestar.types import ExceptionHandlersMap

from openbook.errors import (
    BadInput,
    Forbidden,
    NotAllowed,
    NotFound,
    OpenbookError,
    Refused,
    TooLarge,
    TooMany,
    problem,
    seconds_to_wait,
)

MEDIA_TYPE = "application/problem+json"
MAX_BODY = 1_000_000
_CHANCE = Random()
log = logging.getLogger("openbook.problems")


class MethodNotAllowed(Refused):
    status, code = 405, "method_not_allowed"


class UnsupportedMediaType(Refused):
    status, code = 415, "unsupported_media_type"


_OURS: dict[int, Refused] = {
    400: BadInput("The request could not be read."),
    401: NotAllowed("Send an API token in the header: Authorization: Bearer TOKEN."),
    403: Forbidden("This API token may not do that."),
    404: NotFound("There is nothing at this address. /api/docs lists what there is."),
    405: MethodNotAllowed("This address does not take this method. See /api/docs."),
    413: TooLarge("The body is too large: 1 MB at most, 10 MB for an import."),
    415: UnsupportedMediaType("Send the body as application/json."),
    429: TooMany("Too many requests. Try again in a few seconds."),
}


class ApiRequest(Request[Any, Any, Any]):
    """A request whose JSON is read, or refused as the caller's mistake."""

    async def json(self) -> Any:
        body = await self.body()
        if not body:
            return None
        try:
            return decode_json(body)
        except RecursionError:
            raise BadInput("The JSON of the body is nested too deep.", "bad_json") from None
        except (LitestarException, ValueError):
            raise BadInput("The body is not JSON in UTF-8.", "bad_json") from None


def render(request: Request[Any, Any, Any], error: OpenbookError) -> Response[dict[str, object]]:
    """One of our own refusals."""
    wait = seconds_to_wait(error, _CHANCE)
    headers = {} if wait is None else {"Retry-After": str(wait)}
    if error.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    more: dict[str, object] = getattr(error, "more", {})
    return _response(problem(error) | more, error.status, headers)


def render_http(
    request: Request[Any, Any, Any], error: HTTPException
) -> Response[dict[str, object]]:
    """A refusal of the web framework's: unknown address, wrong method, a body of another shape."""
    status = error.status_code
    if status >= 500:
        return render_unexpected(request, error)
    ours = _OURS.get(status, _OURS[400])
    if ours.status == 400 and (wrong := _what_is_wrong(error.extra)):
        ours = BadInput(wrong)
    answer = render(request, ours)
    if allowed := (error.headers or {}).get("allow"):
        answer.headers["Allow"] = ", ".join(sorted(set(allowed.split(", "))))
    return answer


def render_unexpected(
    request: Request[Any, Any, Any], error: Exception
) -> Response[dict[str, object]]:
    """A mistake of ours: logged where it happened, without the values it happened with."""
    trace, last = error.__traceback__, None
    while trace is not None:
        last, trace = trace, trace.tb_next
    where = f"{last.tb_frame.f_code.co_filename}:{last.tb_lineno}" if last else "?"
    log.error("unexpected %s at %s", type(error).__name__, where)
    return _response(problem(OpenbookError("Something went wrong here. It is logged.")), 500, {})


HANDLERS: ExceptionHandlersMap = {
    OpenbookError: render,
    HTTPException: render_http,
    Exception: render_unexpected,
}


def _response(
    body: dict[str, object], status: int, headers: dict[str, str]
) -> Response[dict[str, object]]:
    headers = {"Cache-Control": "no-store", **headers}
    return Response(body, status_code=status, headers=headers, media_type=MEDIA_TYPE)


def _what_is_wrong(extra: Any) -> str | None:
    """The framework's list of what did not fit, as one sentence."""
    if not isinstance(extra, list):
        return None
    parts = [_sentence(part) for part in extra[:5] if isinstance(part, dict) and "message" in part]
    return f"The request does not fit: {'; '.join(parts)}." if parts else None


def _sentence(part: dict[str, Any]) -> str:
    key, message = part.get("key"), part["message"]
    if key == "data":
        return "the body is missing" if message == "'data'" else f"the body: {message}"
    return f"{key}: {message}" if key else str(message)
