"""The routes that serve the OpenAPI document and its page."""

from functools import cache

import msgspec
from litestar import Response, get

from openbook.reference.document import openapi_document
from openbook.reference.page import SECURITY_POLICY, page


@get("/api/openapi.json", include_in_schema=False, media_type="application/json")
async def openapi_json() -> Response[bytes]:
    """The document for machines."""
    return Response(_document_bytes(), media_type="application/json")


@get("/api/docs", include_in_schema=False, media_type="text/html")
async def docs() -> Response[str]:
    """The document for people: one page that loads nothing."""
    headers = {"Content-Security-Policy": SECURITY_POLICY, "X-Content-Type-Options": "nosniff"}
    return Response(_page(), media_type="text/html", headers=headers)


handlers = [openapi_json, docs]


@cache
def _document_bytes() -> bytes:
    return msgspec.json.encode(openapi_document())


@cache
def _page() -> str:
    return page(openapi_document())
