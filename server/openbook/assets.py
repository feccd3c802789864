"""Built files that never change: named by their content, compressed at build time, kept for a year.

`web/assets.mjs` keeps them: NAME-HASH.EXTENSION, the same with `.gz` and `.br`, and a manifest that
says which files each part of the product has.
"""

import re
from functools import lru_cache
from mimetypes import guess_type
from pathlib import Path
from typing import Any

import msgspec
from litestar import Request, Response, get

from openbook.errors import Misconfigured, NotFound

FOLDER = Path(__file__).parent / "static"
FORMER = re.compile(r"(widget)-[0-9a-f]{16}(\.js)")
"""The chat's beginning, by whatever name it had: the button of a page that has been open since
before an upgrade still asks for that one, and gets the present one."""
YEAR = "public, max-age=31536000, immutable"
CODINGS = (("br", ".br"), ("gzip", ".gz"))
"""Content coding and the suffix of its file, the smaller first."""


class Asset(msgspec.Struct, frozen=True):
    """A built file. `integrity` is for the attribute of that name (SRI, SHA-384)."""

    file: str
    integrity: str


class _Kept(msgspec.Struct, frozen=True):
    """A file as it is sent: coding -> bytes, plain under the empty name."""

    media_type: str
    bodies: dict[str, bytes]


def asset(part: str) -> Asset:
    """The one file of a part of the product, `collector.js` for example."""
    [(file, integrity)] = _manifest()[part].items()
    return Asset(file, integrity)


@get("/static/{name:str}", include_in_schema=False)
async def static(request: Request[Any, Any, Any], name: str) -> Response[bytes]:
    """A built file. Its name changes with its content, so browsers may keep it for a year."""
    lifetime = YEAR
    known = any(name in files for files in _manifest().values())
    if not known and (former := FORMER.fullmatch(name)):
        name, known, lifetime = asset("".join(former.groups())).file, True, "no-cache"
    kept = _kept(name) if known else None
    if kept is None:
        raise NotFound(
            "There is no such file. Its name changes with each release: load the page again, or "
            "take the present name from: openbook snippet --pinned"
        )
    headers = {
        "Access-Control-Allow-Origin": "*",
        "Cache-Control": lifetime,
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Vary": "Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
    }
    coding = _chosen(request.headers.get("accept-encoding", ""), kept)
    if coding:
        headers["Content-Encoding"] = coding
    return Response(kept.bodies[coding], headers=headers, media_type=kept.media_type)


def _chosen(accepted: str, kept: _Kept) -> str:
    """The smallest coding that the client names and does not refuse with `q=0`."""
    asked = set()
    for part in accepted.lower().split(","):
        coding, _, weight = part.partition(";")
        if weight.replace(" ", "").rstrip("0.") != "q=":
            asked.add(coding.strip())
    return next((coding for coding, _ in CODINGS if coding in asked and coding in kept.bodies), "")


@lru_cache(maxsize=1)
def _manifest() -> dict[str, dict[str, str]]:
    """Part -> file -> integrity."""
    try:
        read = (FOLDER / "manifest.json").read_bytes()
        return msgspec.json.decode(read, type=dict[str, dict[str, str]])
    except FileNotFoundError:
        raise Misconfigured(
            "The browser parts are not built. Build them with: make setup", "browser_parts_missing"
        ) from None


@lru_cache(maxsize=512)
def _kept(name: str) -> _Kept | None:
    path = FOLDER / name
    if not path.is_file():
        return None
    bodies = {"": path.read_bytes()}
    for coding, suffix in CODINGS:
        packed = FOLDER / f"{name}{suffix}"
        if packed.is_file():
            bodies[coding] = packed.read_bytes()
    return _Kept(guess_type(name)[0] or "application/octet-stream", bodies)


handlers = [static]
