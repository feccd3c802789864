"""The checks of `openbook doctor`: each says what was found and, if need be, what to do."""

import asyncio
import os
import tempfile
from collections.abc import Sequence
from datetime import datetime
from typing import Literal

import msgspec

from openbook import durability, geo
from openbook.accounts.provider.fetching import NoAnswer
from openbook.accounts.provider.provider import Provider, client_of
from openbook.collect.address import Hop, client_address, hops
from openbook.collect.enrich.place import Places
from openbook.collect.stream.broker import broker_settings, shown
from openbook.collect.stream.promises import ask_promises
from openbook.commands.queries import DatabaseState
from openbook.db import cannot_stage, may_stage
from openbook.errors import Misconfigured, OpenbookError
from openbook.settings import Settings

CLOCKS_APART = 2.0
"""Seconds by which the clocks of server and database may differ."""
FREE_MEGABYTES = 512


class Check(msgspec.Struct, frozen=True):
    """One finding. `advice` says what to do where the state is not ok."""

    name: str
    state: Literal["ok", "warn", "fail"]
    found: str
    advice: str | None = None


def check_data(settings: Settings) -> Check:
    """Whether the data folder can be written and has room."""
    folder = settings.data
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"openbook")
        free = os.statvfs(folder)
    except OSError as error:
        return Check(
            "data folder",
            "fail",
            f"{folder} cannot be written: {error.strerror}.",
            "Give the user that runs openbook access, or name another folder with --data.",
        )
    megabytes = free.f_bavail * free.f_frsize // 1_000_000
    if megabytes < FREE_MEGABYTES:
        found = f"{folder} can be written, but only {megabytes} MB are free."
        return Check("data folder", "warn", found, "Free some space before the disk is full.")
    return Check("data folder", "ok", f"{folder} can be written; {megabytes:,} MB are free.")


def check_secret(settings: Settings) -> Check:
    """Whether the instance's secret is there, long enough and nobody else's to read."""
    path = settings.secret_file or settings.data / "secret"
    try:
        settings.secret()
        mode = path.stat().st_mode
    except (Misconfigured, OSError) as error:
        return Check("secret", "fail", str(error), "Put it in place; see docs/settings.md.")
    if mode & 0o077:
        found = f"{path} can be read by other users of this machine."
        return Check("secret", "warn", found, f"Close it: chmod 600 {path}")
    return Check("secret", "ok", f"{path} is there and only its owner can read it.")


def check_database(state: DatabaseState, embedded: bool, unsafe: bool) -> list[Check]:
    """Whether the database is the right one and keeps what it says it keeps."""
    which = "embedded" if embedded else "OPENBOOK_DATABASE_URL"
    found = f"PostgreSQL {state.version} ({which}), schema {state.schema}."
    checks = [Check("database", "ok", found)]
    if state.careless:
        advice = "`openbook serve` refuses it: an answered message must survive a power cut."
        checks.append(Check("durability", "fail", durability.complaint(state.careless), advice))
    else:
        found = f"fsync and full_page_writes on, synchronous_commit {state.synchronous_commit}."
        checks.append(Check("durability", "ok", found))
    if unsafe:
        advice = f"Take {durability.VARIABLE} out of the server's environment."
        checks.append(Check("durability", "warn", durability.WARNING, advice))
    if state.unbound:
        found = "The application's role ignores row-level security."
        advice = "ALTER ROLE openbook_app NOSUPERUSER NOBYPASSRLS"
        checks.append(Check("isolation", "fail", found, advice))
    else:
        checks.append(Check("isolation", "ok", "Row-level security binds the application's role."))
    if state.may_stage:
        checks.append(Check("storing", "ok", f"{state.login} may make temporary tables."))
    else:
        found = cannot_stage(state.login, state.database)
        checks.append(Check("storing", "fail", found, may_stage(state.login, state.database)))
    return checks


def check_stream(settings: Settings) -> list[Check]:
    """Whether the ingest stream keeps what it acknowledges; nothing where none is named."""
    try:
        brokers = broker_settings(settings)
        if brokers is None:
            return []
        asyncio.run(ask_promises(brokers, settings.secret()))
    except OpenbookError as error:
        advice = "`openbook serve` refuses it; see docs/scale.md."
        return [Check("ingest stream", "fail", error.message, advice)]
    found = f"The brokers at {shown(brokers.servers)} keep what they acknowledge."
    return [Check("ingest stream", "ok", found)]


def check_provider(settings: Settings) -> list[Check]:
    """Whether the provider at which people sign in can be used; nothing where none is named."""
    client = client_of(settings)
    if client is None:
        return []
    try:
        asyncio.run(Provider(client).described())
    except NoAnswer as error:
        found = f"{client.issuer} cannot be used: {error}."
        advice = (
            "Nobody signs in there until it can; every other way in works. See docs/accounts.md."
        )
        return [Check("sign-in there", "fail", found, advice)]
    found = f"{client.issuer} answers; it sends people back to {client.return_to}."
    return [Check("sign-in there", "ok", found)]


def check_clock(state: DatabaseState, before: datetime, after: datetime) -> Check:
    """Whether this machine's clock and the database's agree; they were asked in between."""
    middle = before + (after - before) / 2
    apart = abs((state.clock - middle).total_seconds())
    if apart > CLOCKS_APART:
        found = f"This machine's clock and the database's differ by {apart:.0f} seconds."
        return Check("clock", "fail", found, "Let both follow the same time server (NTP).")
    return Check("clock", "ok", f"{middle:%Y-%m-%d %H:%M:%S} UTC, as the database's.")


def check_geo(settings: Settings) -> Check:
    """Which geolocation data is in use."""
    try:
        places = Places.open(settings.geo_city, settings.geo_isp, settings.geo_folders)
    except Misconfigured as error:
        return Check("geolocation", "fail", error.message, "Name a file that is there.")
    loaded = geo.describe(places)
    if not loaded:
        return Check(
            "geolocation",
            "warn",
            "No data is installed: the fields of place and provider stay empty.",
            "make geo, or your own file: openbook geo install FILE",
        )
    names = "; ".join(f"{one.label} {one.built or ''}".strip() for one in loaded)
    return Check("geolocation", "ok", f"{names}.")


class Route(msgspec.Struct, frozen=True):
    """The way of a test request, and the address that is taken for the client's."""

    hops: tuple[Hop, ...]
    winner: str | None


def route(settings: Settings, peer: str, forwarded: Sequence[str]) -> Route:
    """What the server would make of a request from `peer` with these X-Forwarded-For lines."""
    trusted = settings.trusted_proxies
    return Route(tuple(hops(peer, forwarded, trusted)), client_address(peer, forwarded, trusted))


def check_proxies(settings: Settings, peer: str, forwarded: Sequence[str]) -> Check:
    """Whether the address of a test request is the one the operator would expect."""
    trusted = ", ".join(map(str, settings.trusted_proxies)) or "nobody"
    winner = route(settings, peer, forwarded).winner
    found = f"Trusted: {trusted}. The test request's address is {winner or 'unknown'}."
    if not forwarded:
        advice = "Try a request of yours: openbook doctor --peer PROXY --forwarded 'A, B'"
        return Check("proxies", "ok", found, advice)
    nearest = hops(peer, forwarded, settings.trusted_proxies)[0]
    if not nearest.trusted:
        return Check(
            "proxies",
            "warn",
            f"{found} X-Forwarded-For is ignored: {peer} is not trusted.",
            f"If {peer} is your proxy, add: --trusted-proxy {peer}",
        )
    if winner is None:
        advice = "Let the proxy write plain addresses into X-Forwarded-For."
        return Check("proxies", "fail", f"{found} A hop is no address.", advice)
    return Check("proxies", "ok", found)
