"""What storing one page view costs, against the floor measured in the same run.

    python server/bench/ingest.py [--views N] [--visitors N] [--rounds N]

Single requests with the browser SDK's body, 128 connections, everything on, fsync on. The floor is
(a) a no-op application on the same HTTP server with the same requests and (b) a bare upsert, in
batches of 500, of the two rows a view touches, on the same database. Processor time of all server
and database processes, from the operating system; the loader is another process.
"""

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import psycopg
from loading import Load, post, run
from measuring import OPENBOOK, Server, application, openbook, show, tree_seconds
from psycopg.rows import dict_row
from psycopg.types.json import JsonbDumper
from sqlalchemy.dialects import postgresql

from openbook.embedded import joined
from openbook.tables.contacts import contacts, devices

SHOP = Path(__file__).parent.parent / "openbook" / "demo" / "data"
BATCH = 500
AIM, LIMIT = 1.5, 2.0


def requests(write_key: str, visitors: int, views: int, seed: int) -> list[bytes]:
    """Page views as the collector sends them: mixed browsers, addresses of many countries."""
    chance = random.Random("the same people in every round")
    agents = [
        json.loads(line)["agent"] for line in (SHOP / "agents.jsonl").read_text().splitlines()
    ]
    networks = [
        line.split("\t")[0].rsplit(".", 1)[0]
        for line in (SHOP / "networks.tsv").read_text().splitlines()
        if line[:1].isdigit()
    ]
    people = [
        (
            str(uuid.UUID(int=chance.getrandbits(128))),
            chance.choice(agents),
            f"{chance.choice(networks)}.{chance.randrange(1, 255)}",
        )
        for _ in range(visitors)
    ]
    chance = random.Random(seed)
    made = []
    for number in range(views):
        # Seed 0 is the first visit: everybody once.
        anonymous_id, agent, address = people[number] if seed == 0 else chance.choice(people)
        made.append(post("/v1/b", body(write_key, anonymous_id, agent, chance), address, agent))
    return made


def body(write_key: str, anonymous_id: str, agent: str, chance: random.Random) -> bytes:
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    brands = [{"brand": "Google Chrome", "version": "142"}, {"brand": "Chromium", "version": "142"}]
    context: dict[str, Any] = {
        "page": {
            "url": f"https://shop.example/product/{chance.randrange(100)}",
            "referrer": "https://www.google.com",
        },
        "locale": "en-US",
        "timezone": "Europe/Rome",
        "userAgent": agent,
        "library": {"name": "openbook-web", "version": "0.1.0"},
    }
    if "Chrome/" in agent:
        context["userAgentData"] = {
            "brands": brands,
            "fullVersionList": [one | {"version": "142.0.7444.60"} for one in brands],
            "mobile": False,
            "platform": "Windows",
            "platformVersion": "15.0.0",
        }
    message = {
        "type": "page",
        "messageId": str(uuid.UUID(int=chance.getrandbits(128))),
        "anonymousId": anonymous_id,
        "timestamp": now,
        "context": context,
    }
    return msgspec.json.encode({"writeKey": write_key, "sentAt": now, "batch": [message]})


def measured(server: Server, made: list[bytes]) -> tuple[float, Load]:
    """Processor microseconds a request, and what the load saw."""
    before = server.cpu_seconds()
    load = run(server.port, made)
    used = server.cpu_seconds() - before
    if load.refused:
        sys.exit(f"{load.refused} of {len(made)} requests were refused: the figure means nothing.")
    return used / len(made) * 1e6, load


class Bare:
    """The bare upsert: whole rows of real contacts and devices, written back in batches."""

    def __init__(self, conninfo: str, postmaster: int):
        self.postmaster = postmaster
        self.conn = psycopg.connect(conninfo, row_factory=dict_row, autocommit=True)
        self.conn.adapters.register_dumper(dict, JsonbDumper)
        self.conn.execute("SET ROLE openbook_app")
        found = self.conn.execute("SELECT id FROM workspaces LIMIT 1").fetchone()
        assert found is not None
        self.conn.execute(
            "SELECT set_config('openbook.workspaces', %s, false)", (f"{{{found['id']}}}",)
        )
        self.tables = []
        for table in (devices, contacts):
            names = [column.name for column in table.columns]
            shown = ", ".join(
                f"{name}::text AS {name}" if name in ("sessions", "ip") else name for name in names
            )
            rows = self.conn.execute(f"SELECT {shown} FROM {table.name} ORDER BY id").fetchall()
            self.tables.append((_plain_upsert(table, names), names, rows))

    def cost(self, views: int) -> float:
        """Processor microseconds a view: this process's and the database's."""
        before = tree_seconds(self.postmaster) + sum(os.times()[:2])
        chance = random.Random(1)
        for _ in range(views // BATCH):
            with self.conn.transaction():
                for statement, names, rows in self.tables:
                    some = chance.sample(rows, min(BATCH, len(rows)))
                    some.sort(key=lambda row: row["id"])
                    arrays = {name: [row[name] for row in some] for name in names}
                    self.conn.execute(statement, arrays)
        used = tree_seconds(self.postmaster) + sum(os.times()[:2]) - before
        return used / (views // BATCH * BATCH) * 1e6


def _plain_upsert(table: Any, names: list[str]) -> str:
    changed = ", ".join(f"{name} = excluded.{name}" for name in names[2:])
    types = {name: table.c[name].type.compile(dialect=postgresql.dialect()) for name in names}
    types |= {"sessions": "text", "ip": "text"}
    arrays = ", ".join(f"%({name})s::{types[name]}[]" for name in names)
    typed = ", ".join(
        f"t.{name}::{'tstzmultirange' if name == 'sessions' else 'inet'}"
        if name in ("sessions", "ip")
        else f"t.{name}"
        for name in names
    )
    return (
        f"INSERT INTO {table.name} ({', '.join(names)}) SELECT {typed} "
        f"FROM unnest({arrays}) AS t({', '.join(names)}) "
        f"ON CONFLICT (workspace_id, id) DO UPDATE SET {changed}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--views", type=int, default=20_000)
    parser.add_argument("--visitors", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    costs, bare, nothing, loads = [], [], [], []
    with openbook("--trusted-proxy", "127.0.0.1/32") as server, application("nothing:app") as noop:
        assert server.data is not None
        write_key = _prepare(server)
        everyone = requests(write_key, asked.visitors, asked.visitors, 0)
        first, _ = measured(server, everyone)
        with joined(server.data) as conninfo:
            pid = (server.data / "postgres" / "postmaster.pid").read_text().split()[0]
            floor = Bare(conninfo, int(pid))
            for turn in range(asked.rounds):
                made = requests(write_key, asked.visitors, asked.views, turn + 1)
                cost, load = measured(server, made)
                costs.append(cost)
                loads.append(load)
                nothing.append(measured(noop, made)[0])
                bare.append(floor.cost(asked.views))
            hot = _hot_share(floor.conn)
    floors = [rows + request for rows, request in zip(bare, nothing, strict=True)]
    cost, below = statistics.median(costs), statistics.median(floors)
    load = loads[costs.index(cost)] if cost in costs else loads[-1]
    figures = {
        "name": "ingest",
        "unit": "page view",
        "cpu_us_per_unit": round(cost, 1),
        "floor_us_per_unit": round(below, 1),
        "ratio": round(cost / below, 2),
        "per_second": round(load.per_second),
        "p50_ms": round(load.percentile(0.5) * 1e3, 1),
        "p99_ms": round(load.percentile(0.99) * 1e3, 1),
        "new_visitor_us": round(first, 1),
        "hot_updates_percent": hot,
        "passed": cost / below <= LIMIT and hot >= 95,
    }
    show(
        [
            ("page view stored", f"{cost:.0f} us of processor time"),
            ("floor: no-op request", f"{statistics.median(nothing):.0f} us"),
            ("floor: bare upsert of its two rows", f"{statistics.median(bare):.0f} us"),
            ("ratio (limit 2.0, aim 1.5)", f"{cost / below:.2f}"),
            ("first view of a visitor", f"{first:.0f} us"),
            ("HOT updates", f"{hot} %"),
            ("throughput, p50, p99", f"{load.per_second:.0f}/s, {figures['p50_ms']} ms, "
             f"{figures['p99_ms']} ms"),
        ]
    )  # fmt: skip
    print(json.dumps(figures))


def _prepare(server: Server) -> str:
    """Everything on, and a budget that does not refuse the made-up crowd; the write key."""
    environ = os.environ | {"OPENBOOK_DATA": str(server.data)}
    settings = ["collect.utms=true", "budget.workspace_per_hour=100000000"]
    settings.append("budget.address_per_hour=100000000")

    def command(*words: str) -> bytes:
        return subprocess.run(
            [OPENBOOK, *words], env=environ, check=True, capture_output=True, timeout=60
        ).stdout

    command("settings", "set", *settings)
    shown = command("workspace", "show", "--json")
    return json.loads(shown)["write_key"]


def _hot_share(conn: psycopg.Connection[Any]) -> float:
    """Per cent of the updates of both tables that touched no index."""
    time.sleep(1)
    row = conn.execute(
        "SELECT sum(n_tup_hot_upd) AS hot, sum(n_tup_upd) AS updates FROM pg_stat_user_tables "
        "WHERE relname IN ('contacts', 'devices')"
    ).fetchone()
    return round(100 * float(row["hot"]) / float(row["updates"]), 1) if row["updates"] else 0.0


if __name__ == "__main__":
    main()
