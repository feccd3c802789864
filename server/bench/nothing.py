"""The floor of HTTP: an application that reads the body and answers, on the server of openbook.

python server/bench/nothing.py PORT
"""

import sys
from typing import Any

from openbook.http_server import http_server

ANSWER = b'{"success":true}'
HEADERS = [(b"content-type", b"application/json"), (b"content-length", b"16")]


async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
    if scope["type"] != "http":
        return
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    await send({"type": "http.response.body", "body": ANSWER})


def main() -> None:
    http_server("nothing:app", address="127.0.0.1", port=int(sys.argv[1]), workers=1).serve()


if __name__ == "__main__":
    main()
