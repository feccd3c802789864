"""One request to the provider: a time limit, a size limit, no redirects."""

import asyncio
from ssl import SSLContext
from typing import Any
from urllib.parse import urlsplit

import httpx

from openbook.accounts.sessions.cookies import is_loopback

SECONDS = 8.0
MOST_BYTES = 256_000


class NoAnswer(Exception):
    """What went wrong at the provider: for the log of the operator."""


def is_address(url: str, issuer: str) -> bool:
    """Whether this is asked at all: https; http where the issuer itself is on this machine."""
    try:
        parts = urlsplit(url)
        local = is_loopback(parts.netloc) and is_loopback(urlsplit(issuer).netloc)
        safe = parts.scheme == "https" or (parts.scheme == "http" and local)
        return safe and bool(parts.hostname) and "@" not in parts.netloc and not parts.fragment
    except ValueError:
        return False


async def fetch(method: str, url: str, tls: SSLContext, **more: Any) -> bytes:
    """The body of a 200 answer. NoAnswer for all else."""
    # Unpacked, a small answer can be a large one; a proxy of the environment is for other machines.
    headers = {"Accept": "application/json", "Accept-Encoding": "identity"} | more.pop(
        "headers", {}
    )
    outside = not is_loopback(urlsplit(url).netloc)
    try:
        async with (
            asyncio.timeout(SECONDS),
            httpx.AsyncClient(verify=tls, timeout=SECONDS, trust_env=outside) as client,
            client.stream(method, url, headers=headers, **more) as answer,
        ):
            if answer.status_code != 200:
                raise NoAnswer(f"status {answer.status_code}")
            if answer.headers.get("content-encoding", "identity") != "identity":
                raise NoAnswer("a packed answer")
            body = bytearray()
            async for piece in answer.aiter_raw():
                body += piece
                if len(body) > MOST_BYTES:
                    raise NoAnswer("an answer that is too large")
            return bytes(body)
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, OSError) as error:
        raise NoAnswer(type(error).__name__) from None
