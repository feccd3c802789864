"""Duplicates, reorderings and retries under fire leave the same contacts as a single delivery."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from random import Random, SystemRandom
from typing import Any
from uuid import UUID

import msgspec
import psycopg
import pytest

from openbook.db import APP_ROLE
from openbook.embedded import joined
from tests.conftest import free_port
from tests.faults.crowd import request
from tests.faults.killing import Supervised
from tests.faults.loading import Loader, Request
from tests.faults.running import Account, harass, prepared
from tests.faults.stories import SETTINGS, Said, stories

PEOPLE, KILLS = 200, 3
STORED = {
    "workspace_id",
    # The address is observed at delivery: when, and with which message it came last.
    "connection_at",
    "connection_tie",
    "connection_from",
    # What the last update made of a sum, and the message that happened to come first.
    "session_count_before",
    "birth",
}
"""Columns that say when or in which order something was stored."""

Rows = dict[Any, dict[str, Any]]


class Kept(msgspec.Struct):
    """What a workspace holds. Contacts go by the devices they own, since their ids are random."""

    devices: Rows
    contacts: Rows
    identities: Rows
    claims: Rows


@pytest.mark.timeout(400)
def test_duplicates_reorderings_and_retries_leave_what_a_single_delivery_does(
    tmp_path: Path, say: Callable[[str], None]
) -> None:
    seed = SystemRandom().randrange(1 << 32)
    random = Random(seed)
    data = tmp_path / "data"
    once, often = prepared(data, 2, SETTINGS)
    said = stories(PEOPLE, datetime.now(UTC), random)
    with Supervised(data, free_port(), random=random) as server:
        strikes = [
            ("database", server.kill_database),
            ("server", server.kill),
            ("both", server.kill_all),
        ]
        in_order = Loader([server.port], _in_order(said, once, random), _forget, connections=1)
        asyncio.run(in_order.run())
        mixed = Loader([server.port], _mixed(said, often, random), _forget, random=random)
        run = harass(mixed, strikes, random, KILLS, len(said), say, to_the_end=True)
        killed, _ = asyncio.run(run)
    say(
        f"seed {seed}: {len(said):,} messages once and in order; {mixed.acknowledged:,} "
        f"deliveries, mixed, over {killed.total()} kills; {mixed.attempts}"
    )
    assert mixed.strange == in_order.strange == []
    with joined(data) as conninfo:
        expected, found = kept(conninfo, once.id), kept(conninfo, often.id)
    assert len(expected.contacts) > PEOPLE / 2 and len(expected.identities) > PEOPLE / 2
    for name in Kept.__struct_fields__:
        assert differences(getattr(expected, name), getattr(found, name)) == [], name


def _in_order(said: Sequence[Said], account: Account, random: Random) -> Iterator[Request]:
    """Each message once, in the order in which it happened."""
    for by_server, many in groupby(said, key=lambda one: one.by_server):
        messages = [one.message for one in many]
        while messages:
            size = random.randrange(1, 40)
            yield _request(account, by_server, messages[:size])
            messages = messages[size:]


def _mixed(said: Sequence[Said], account: Account, random: Random) -> Iterator[Request]:
    """Each message one to three times, in any order and company, some requests again as a whole."""
    copies = [one for one in said for _ in range(random.randrange(1, 4))]
    random.shuffle(copies)
    while copies:
        size = random.randrange(1, 40)
        for by_server in (False, True):
            messages = [one.message for one in copies[:size] if one.by_server is by_server]
            if messages:
                repeat = 1 if random.random() < 0.2 else 0
                yield _request(account, by_server, messages, repeat)
        copies = copies[size:]


def _request(
    account: Account, by_server: bool, messages: list[dict[str, Any]], repeat: int = 0
) -> Request:
    key = account.token if by_server else account.write_key
    names = [message["messageId"] for message in messages]
    return request(key, names, messages, always_batch=True, repeat=repeat)


def _forget(request: Request) -> None:
    """What was acknowledged is not looked for one by one here: all of it is compared."""


def kept(conninfo: str, workspace_id: UUID) -> Kept:
    with psycopg.connect(conninfo) as conn:
        conn.execute(f"SET ROLE {APP_ROLE}")
        conn.execute(
            "SELECT set_config('openbook.workspaces', %s, false)", (f"{{{workspace_id}}}",)
        )

        def rows(table: str) -> list[dict[str, Any]]:
            found = conn.execute(f"SELECT to_jsonb(t) FROM {table} t".encode()).fetchall()
            return [row for (row,) in found]

        devices, contacts = rows("devices"), rows("contacts")
        identities, claims = rows("identities"), rows("claims")
    owned: dict[str, list[str]] = {row["id"]: [] for row in contacts}
    for row in devices:
        owned[row["contact_id"]].append(row["id"])
    owner = {contact: tuple(sorted(many)) for contact, many in owned.items()}

    def plain(row: dict[str, Any], *without: str) -> dict[str, Any]:
        row = {key: value for key, value in row.items() if key not in STORED | {*without}}
        return row | ({"contact_id": owner[row["contact_id"]]} if "contact_id" in row else {})

    return Kept(
        devices={row["id"]: plain(row) for row in devices},
        contacts={owner[row["id"]]: plain(row, "id") for row in contacts},
        identities={(row["field"], row["value"]): plain(row, "verified_at") for row in identities},
        claims={
            (row["origin_id"], row["field"], row["trust"], row["digest"]): plain(row)
            for row in claims
        },
    )


def differences(expected: Rows, found: Rows) -> list[str]:
    """The first few rows and fields in which they differ."""
    told = [f"{key} is missing" for key in expected.keys() - found.keys()]
    told += [f"{key} is too much" for key in found.keys() - expected.keys()]
    for key in expected.keys() & found.keys():
        for field, value in expected[key].items():
            if found[key][field] != value:
                told.append(f"{key}: {field} is {found[key][field]!r} instead of {value!r}")
    return told[:10]


def test_what_counts_as_a_difference() -> None:
    rows = {"a": {"x": 1, "y": 2}}
    assert differences(rows, {"a": {"x": 1, "y": 2}}) == []
    assert differences(rows, {"a": {"x": 1, "y": 3}}) == ["a: y is 3 instead of 2"]
    assert differences(rows, {}) == ["a is missing"]
    assert differences({}, rows) == ["a is too much"]
