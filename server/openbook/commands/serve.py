"""`openbook serve`: the server."""

from typing import Annotated

from cyclopts import Parameter

from openbook import serving
from openbook.commands.options import Data
from openbook.settings import read_networks, read_settings


def serve(
    *,
    host: Annotated[str | None, Parameter(help="The address to listen on (127.0.0.1).")] = None,
    port: Annotated[int | None, Parameter(help="The port to listen on (8000).")] = None,
    data: Data = None,
    workers: Annotated[int | None, Parameter(help="How many processes answer (1).")] = None,
    trusted_proxy: Annotated[
        list[str] | None,
        Parameter(negative="", help="A proxy's address or network, as 10.0.0.0/8; repeatable."),
    ] = None,
) -> None:
    """Serve until stopped. Each option is also an OPENBOOK_* variable: see docs/settings.md."""
    given = read_settings(
        host=host,
        port=port,
        data=data,
        workers=workers,
        trusted_proxies=read_networks(trusted_proxy) if trusted_proxy else None,
    )
    serving.serve(given)
