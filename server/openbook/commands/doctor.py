"""`openbook doctor`: is everything in place, and what to do where it is not."""

import sys
from typing import Annotated, Any

import msgspec
from cyclopts import Parameter
from rich.text import Text

from openbook import clock
from openbook.commands import checks
from openbook.commands.checks import Check, Route
from openbook.commands.opening import with_database
from openbook.commands.options import Data, Json
from openbook.commands.output import OUT, answer_json
from openbook.commands.queries import database_state
from openbook.db import Database
from openbook.errors import OpenbookError
from openbook.settings import Settings, read_networks, read_settings

MARKS = {"ok": ("✓", "green"), "warn": ("!", "yellow"), "fail": ("✗", "red")}


def doctor(
    *,
    peer: Annotated[
        str, Parameter(help="The other end of a test request's connection.")
    ] = "127.0.0.1",
    forwarded: Annotated[
        list[str] | None,
        Parameter(negative="", help="Its X-Forwarded-For, as 'A, B'; one for each header line."),
    ] = None,
    trusted_proxy: Annotated[
        list[str] | None,
        Parameter(negative="", help="Trust these for the test, as `serve` would; repeatable."),
    ] = None,
    json: Json = False,
    data: Data = None,
) -> None:
    """Check database, data folder, stream, places, clock and proxies; exit 1 if one fails."""
    networks = read_networks(trusted_proxy) if trusted_proxy else None
    settings = read_settings(data=data, trusted_proxies=networks)
    lines = forwarded or []
    found = [checks.check_data(settings), checks.check_secret(settings)]
    found += _database(settings)
    found += checks.check_stream(settings)
    found += checks.check_provider(settings)
    found.append(checks.check_geo(settings))
    found.append(checks.check_proxies(settings, peer, lines))
    way = checks.route(settings, peer, lines)
    if json:
        answer_json({"checks": found, "route": _plain(way)})
    else:
        _print(found, way)
    if any(check.state == "fail" for check in found):
        sys.exit(1)


def _database(settings: Settings) -> list[Check]:
    async def work(db: Database) -> list[Check]:
        async with db.connection() as conn:
            before = clock.now()
            state = await database_state(conn)
            after = clock.now()
        embedded = settings.database_url is None
        clocks = checks.check_clock(state, before, after)
        unsafe = settings.unsafe_durability
        return [*checks.check_database(state, embedded, unsafe), clocks]

    try:
        return with_database(settings, work)
    except OpenbookError as error:
        return [Check("database", "fail", error.message, "Nothing works without it.")]


def _plain(way: Route) -> dict[str, Any]:
    return msgspec.to_builtins(way)


def _print(found: list[Check], way: Route) -> None:
    for check in found:
        mark, colour = MARKS[check.state]
        OUT.print(
            Text.assemble((f"{mark} ", colour), (f"{check.name:<13}", "bold"), check.found),
            soft_wrap=True,
        )
        if check.name == "proxies":
            _print_route(way)
        if check.advice:
            OUT.print(Text(f"{'':<15}{check.advice}", style="dim"), soft_wrap=True)


def _print_route(way: Route) -> None:
    """Each hop from the nearest, and which address wins."""
    taken = False
    for number, hop in enumerate(way.hops):
        wins = not taken and (not hop.trusted or number == len(way.hops) - 1)
        taken |= wins
        what = "trusted proxy" if hop.trusted else "not trusted"
        if hop.address is None:
            what = "no address"
        where = "the connection" if number == 0 else "X-Forwarded-For"
        line = f"{'':<15}{number + 1}. {hop.text:<24}{where:<17}{what:<15}"
        OUT.print(Text.assemble(line, ("← the client" if wins else "", "bold")), soft_wrap=True)
