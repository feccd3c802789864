"""What storing one message of a batch of a hundred costs, against the floor of the same run.

    python server/bench/batch.py [--batches N] [--rounds N]

Half of the batches come from phones (one installation each), half from a shop's server (a hundred
visitors each, a quarter of them signed in). The floor: unpacking and decoding the same bodies with
msgspec, and the bare upsert, in batches of 500, of the rows that they touch. That is next to
nothing for phones, whose hundred messages end in two rows; `ratio_row_a_message` takes a pair of
rows for every message instead.
"""

import argparse
import os
import statistics
import zlib
from random import Random
from typing import Any

import msgspec
from crowd import visitors
from figures import Round, figures, progress, tell
from floors import Bare
from ingest import PROXIED, measured, require_stored
from measuring import openbook
from senders import MESSAGES, Installation, installations, phone_batch, server_batch

from openbook.embedded import joined

LIMIT = 2.0


class Page(msgspec.Struct):
    url: Any = None
    referrer: Any = None


class Named(msgspec.Struct):
    id: Any = None
    type: Any = None
    manufacturer: Any = None
    model: Any = None
    name: Any = None
    version: Any = None


class Context(msgspec.Struct, rename="camel"):
    page: Page | None = None
    app: Named | None = None
    device: Named | None = None
    os: Named | None = None
    library: Named | None = None
    locale: Any = None
    timezone: Any = None
    user_agent: Any = None
    ip: Any = None


class Message(msgspec.Struct, rename="camel"):
    """What the fields are made of; the rest is skipped, which is the quickest way to decode."""

    type: Any = None
    message_id: Any = None
    anonymous_id: Any = None
    user_id: Any = None
    timestamp: Any = None
    name: Any = None
    context: Context | None = None
    properties: dict[str, Any] | None = None


class Body(msgspec.Struct, rename="camel"):
    batch: list[Message]
    sent_at: Any = None
    write_key: Any = None


def decoding(requests: list[bytes]) -> float:
    """Processor microseconds a message, to unpack and decode the bodies."""
    decode = msgspec.json.Decoder(Body).decode
    bodies = [request.partition(b"\r\n\r\n")[2] for request in requests]
    messages = 0
    before = sum(os.times()[:2])
    for body in bodies:
        plain = zlib.decompress(body, 31) if body[:2] == b"\x1f\x8b" else body
        messages += len(decode(plain).batch)
    return (sum(os.times()[:2]) - before) / messages * 1e6


class Side:
    """One of the two kinds of senders: its rounds and floors."""

    def __init__(self) -> None:
        self.rounds: list[Round] = []
        self.floors: list[float] = []
        self.of_rows: list[float] = []
        """The floor with a pair of rows for each message."""

    def ratio(self) -> float:
        cost = statistics.median(one.cost for one in self.rounds)
        return round(cost / statistics.median(self.floors), 2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--batches", type=int, default=100, help="of either kind in a round")
    parser.add_argument("--visitors", type=int, default=20_000)
    parser.add_argument("--installations", type=int, default=2_000)
    parser.add_argument("--connections", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    people, apps = visitors(asked.visitors), installations(asked.installations)
    phones, servers = Side(), Side()
    with openbook(*PROXIED) as server:
        assert server.data is not None and server.postmaster is not None
        write_key = server.prepare()
        words = ("token", "create", "--name", "bench", "--scope", "collect", "--json")
        token = msgspec.json.decode(server.command(*words))["token"]
        progress("everybody once")
        chance = Random(0)

        def load(made: list[bytes]) -> Round:
            return measured(server, made, len(made) * MESSAGES, asked.connections)

        load([server_batch(token, some, chance) for some in _hundreds(people)])
        load([phone_batch(write_key, app, chance) for app in _some(apps, 200, chance)])
        with joined(server.data) as conninfo:
            floor = Bare(conninfo, server.postmaster)
            require_stored(floor, asked.visitors)
            for turn in range(asked.rounds):
                progress(f"round {turn + 1} of {asked.rounds}")
                chance = Random(turn + 1)
                messages = asked.batches * MESSAGES
                bare = floor.cost(messages, turn * 1000)
                made = [
                    server_batch(token, chance.sample(people, MESSAGES), chance)
                    for _ in range(asked.batches)
                ]
                _add(servers, load(made), decoding(made), bare, 1.0)
                some = _some(apps, asked.batches, chance)
                made = [phone_batch(write_key, app, chance) for app in some]
                _add(phones, load(made), decoding(made), bare, 1 / MESSAGES)
    _tell(phones, servers)


def _add(side: Side, done: Round, decode: float, bare: float, pairs_a_message: float) -> None:
    side.rounds.append(done)
    side.floors.append(decode + bare * pairs_a_message)
    side.of_rows.append(decode + bare)


def _tell(phones: Side, servers: Side) -> None:
    both = [one.joined(other) for one, other in zip(phones.rounds, servers.rounds, strict=True)]
    floors = [sum(pair) / 2 for pair in zip(phones.floors, servers.floors, strict=True)]
    of_rows = [sum(pair) / 2 for pair in zip(phones.of_rows, servers.of_rows, strict=True)]
    result = figures(
        "batch",
        "message",
        both,
        floors,
        passed=False,
        server_sdk_us=round(statistics.median(one.cost for one in servers.rounds), 1),
        server_sdk_floor_us=round(statistics.median(servers.floors), 1),
        server_sdk_ratio=servers.ratio(),
        phone_us=round(statistics.median(one.cost for one in phones.rounds), 1),
        phone_floor_us=round(statistics.median(phones.floors), 1),
        phone_ratio=phones.ratio(),
        ratio_row_a_message=round(
            statistics.median(one.cost for one in both) / statistics.median(of_rows), 2
        ),
    )
    result["passed"] = result["ratio"] <= LIMIT
    tell(
        result,
        [
            ("message stored", f"{result['cpu_us_per_unit']} us of processor time"),
            ("floor: decoding, upsert of the rows touched", f"{result['floor_us_per_unit']} us"),
            ("ratio (limit 2.0)", f"{result['ratio']} "
             f"({result['ratio_lowest']} to {result['ratio_highest']})"),
            ("servers' batches", f"{result['server_sdk_us']} us, floor "
             f"{result['server_sdk_floor_us']} us, ratio {result['server_sdk_ratio']}"),
            ("phones' batches", f"{result['phone_us']} us, floor "
             f"{result['phone_floor_us']} us, ratio {result['phone_ratio']}"),
            ("ratio if each message were a pair of rows", f"{result['ratio_row_a_message']}"),
            ("messages a second; a request's p50, p99", f"{result['per_second']}/s, "
             f"{result['p50_ms']} ms, {result['p99_ms']} ms"),
        ],
    )  # fmt: skip


def _hundreds(people: list[Any]) -> list[list[Any]]:
    return [people[at : at + MESSAGES] for at in range(0, len(people), MESSAGES)]


def _some(apps: list[Installation], count: int, chance: Random) -> list[Installation]:
    return chance.sample(apps, min(count, len(apps)))


if __name__ == "__main__":
    main()
