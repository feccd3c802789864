"""The floor of a page: one with nothing on it, built with the dashboard's libraries.

python server/bench/empty_page.py FOLDER PORT: what `web/dashboard/empty` was built into, served as
openbook serves its own files.
"""

import os
import sys
from pathlib import Path

from litestar import Litestar, Response, get

from openbook import assets
from openbook.dashboard import routes
from openbook.http_server import http_server

FOLDER = "EMPTY_FOLDER"


@get("/contacts")
async def page() -> Response[bytes]:
    """The frame, with nothing in it."""
    return routes.framed(b"")


def application() -> Litestar:
    """The routes of built files and of the frame, for other files."""
    folder = Path(os.environ[FOLDER])
    assets.FOLDER, routes.PAGE = folder, folder / "index.html"
    return Litestar([*assets.handlers, page], openapi_config=None)


def main() -> None:
    os.environ[FOLDER] = sys.argv[1]
    target = "empty_page:application"
    http_server(target, address="127.0.0.1", port=int(sys.argv[2]), workers=1, factory=True).serve()


if __name__ == "__main__":
    main()
