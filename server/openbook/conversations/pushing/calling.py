"""Calls the operator's pusher: one signed notice, and whether it was taken."""

from datetime import datetime
from hashlib import blake2b
from typing import Literal

import httpx
import msgspec

from openbook.conversations.pushing.schemas import Notice, Waiting
from openbook.conversations.pushing.signing import read_secret, signed_headers

SECONDS = 10
Outcome = Literal["taken", "gone", "later"]


class Pusher:
    """Where notices go: an address of the operator's own, and the secret it knows us by."""

    def __init__(self, url: str | None, secret: str | None):
        self._url = url
        self._key = read_secret(secret) if secret else b""
        # Made once: reading the certificates of all authorities takes longer than a call.
        self._trust = httpx.create_ssl_context(trust_env=False) if url else None

    @property
    def ready(self) -> bool:
        return self._url is not None

    async def call(self, call_id: str, notice: Notice, moment: datetime) -> Outcome:
        """`gone`: the push service knows the token no more (404, 410). Nothing is followed or read
        but the status: an answer says all with that."""
        assert self._url is not None and self._trust is not None
        body = msgspec.json.encode(notice)
        headers = {"Content-Type": "application/json", "User-Agent": "openbook"}
        headers |= signed_headers(self._key, call_id, int(moment.timestamp()), body)
        try:
            async with (
                httpx.AsyncClient(timeout=SECONDS, trust_env=False, verify=self._trust) as client,
                client.stream("POST", self._url, content=body, headers=headers) as answer,
            ):
                status = answer.status_code
        except (httpx.HTTPError, httpx.InvalidURL):
            return "later"
        if status in (404, 410):
            return "gone"
        return "taken" if 200 <= status < 300 else "later"


def call_id(waiting: Waiting, device: bytes) -> str:
    """The same for each attempt to tell one device of one message, so that it counts once."""
    name = waiting.id.bytes + device + waiting.public_seq.to_bytes(4)
    return f"push_{blake2b(name, digest_size=16).hexdigest()}"
