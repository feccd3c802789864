"""Every refusal: an error class with its status and stable code.

    OpenbookError
    ├── Refused                    the caller can mend it (4xx)
    │   ├── BadInput       400     bad_input
    │   ├── NotAllowed     401     not_allowed
    │   ├── Forbidden      403     forbidden
    │   ├── NotFound       404     not_found
    │   ├── Conflict       409     conflict
    │   ├── TooLarge       413     too_large
    │   └── TooMany        429     too_many
    ├── Unavailable        503     unavailable
    └── Misconfigured              the operator can mend it; the command line prints it

Raised where the rule is known, rendered in one place as problem+json (RFC 9457).
"""

from random import Random


class OpenbookError(Exception):
    """A sentence that says what happened and what to do."""

    status = 500
    code = "internal"
    retry_after: int | None = None
    """Seconds after which the longest waits may try again; each is told a time of its own."""
    free_after: int | None = None
    """Seconds until what was used up is there again, where that is known: nobody is told less."""

    def __init__(
        self,
        message: str,
        code: str | None = None,
        *,
        retry_after: int | None = None,
        free_after: int | None = None,
    ):
        super().__init__(message)
        self.message = message
        if code is not None:
            self.code = code
        if retry_after is not None:
            self.retry_after = retry_after
        self.free_after = free_after


class Refused(OpenbookError):
    status = 400


class BadInput(Refused):
    status, code = 400, "bad_input"


class NotAllowed(Refused):
    status, code = 401, "not_allowed"


class Forbidden(Refused):
    status, code = 403, "forbidden"


class NotFound(Refused):
    status, code = 404, "not_found"


class Conflict(Refused):
    status, code = 409, "conflict"


class TooLarge(Refused):
    status, code = 413, "too_large"


class TooMany(Refused):
    status, code, retry_after = 429, "too_many", 10


class Unavailable(OpenbookError):
    status, code, retry_after = 503, "unavailable", 10


class Misconfigured(OpenbookError):
    status, code = 500, "misconfigured"


def seconds_to_wait(error: OpenbookError, chance: Random) -> int | None:
    """What `Retry-After` says: the wait that is known; else drawn, so that who is refused together
    does not return together."""
    if error.free_after is not None:
        return error.free_after
    return None if error.retry_after is None else chance.randint(1, error.retry_after)


def problem(error: OpenbookError) -> dict[str, object]:
    """The problem+json body. `code` and `message` are there for clients that only know those."""
    return {
        "type": f"about:blank#{error.code}",
        "title": type(error).__name__,
        "status": error.status,
        "code": error.code,
        "detail": error.message,
        "message": error.message,
    }
