"""What reading costs while page views keep coming: lists, filters, searches and counts by REST.

    python server/bench/read.py [--contacts N] [--data FOLDER] [--rounds N] [--rate N]

A million made-up contacts (ten million: --contacts 10000000), page views at a steady rate from a
process of their own, and meanwhile each question over HTTP, one at a time, with other values each
time. Bars are of the 95th percentile. `--data` keeps the filled database for the next run.
"""

import argparse
import http.client
import json
import multiprocessing
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlencode

import msgspec
import psycopg
from crowd import view, visitors
from figures import progress, tell
from loading import run
from measuring import Server, nothing, openbook
from populating import PATTERNS, RARE_CITY, RARE_ISP, Names, fill, visitor
from psycopg.rows import dict_row

from openbook.contacts.search import EVERYBODY
from openbook.db import APP_ROLE
from openbook.embedded import joined
from openbook.paging import Cursors, scope_of

MILLION = 1_000_000
COMMON = 50.0, 150.0
"""Milliseconds at one million contacts and at ten."""
NO_HEAD = 1 << 30
"""As if no hour were in the exact order: the cursor stands behind the newest contacts."""
SPARSE = 500.0
COUNTED = 100.0
MAX_BYTES = 2_000
FLOOR = (
    "SELECT c.*, (SELECT array_agg(d.id) FROM devices d WHERE d.workspace_id = c.workspace_id "
    "AND d.contact_id = c.id) FROM contacts c WHERE workspace_id = %s "
    "ORDER BY seen_hour DESC, id DESC LIMIT 50"
)

Chosen = Callable[[Random], dict[str, str] | str]


class Asked(msgspec.Struct, frozen=True):
    """One kind of question: its path with other values each time, and its bar."""

    name: str
    bar: float
    choose: Chosen


class Sample:
    """Real values to ask for, read from the database beforehand."""

    def __init__(self, conn: psycopg.Connection[dict[str, Any]], server: Server):
        assert server.data is not None
        made = json.loads(server.command("token", "create", "--name", "bench", "--role", "admin",
                                         "--json"))  # fmt: skip
        self.token, token_id = made["token"], made["id"]
        found = conn.execute("SELECT id FROM workspaces").fetchone()
        assert found is not None
        conn.execute("SELECT set_config('openbook.workspaces', %s, false)", (f"{{{found['id']}}}",))
        conn.execute(f"SET ROLE {APP_ROLE}")
        self.known = conn.execute(
            "SELECT id, email, name, user_id FROM contacts TABLESAMPLE SYSTEM (2) "
            "WHERE email IS NOT NULL LIMIT 5000"
        ).fetchall()
        self.users = [one for one in self.known if one["user_id"]]
        self.countries = [
            row["country_code"]
            for row in conn.execute(
                "SELECT country_code FROM contacts TABLESAMPLE SYSTEM (1) "
                "WHERE country_code IS NOT NULL LIMIT 1000"
            )
        ]
        self._cursors = Cursors((server.data / "secret").read_bytes())
        self._scope = scope_of(found["id"], token_id, EVERYBODY)
        self.conn, self.workspace_id = conn, found["id"]

    def cursor_at(self, part: str, offset: int) -> str:
        """A cursor of the whole list that begins behind the row that `part` finds."""
        row = self.conn.execute(
            f"SELECT seen_hour, id FROM contacts {part} OFFSET {offset} LIMIT 1"
        ).fetchone()
        assert row is not None
        place = [NO_HEAD, row["seen_hour"], None, row["id"].hex]
        return self._cursors.seal(self._scope, place, datetime.now(UTC))


def questions(sample: Sample, count: int) -> list[Asked]:
    """Everything that is asked, each with the bar of its kind."""
    common = COMMON[count > MILLION]
    names = Names()

    def listed(**query: Any) -> str:
        return f"/api/contacts?{urlencode(query, doseq=True)}"

    def three(chance: Random) -> str:
        return listed(filter=[
            f"country_code:eq:{chance.choice(sample.countries)}",
            f"browser_name:in:{chance.choice(('Chrome', 'Safari', 'Chrome,Edge'))}",
            f"web_sessions:{chance.choice(('gte:1', 'gte:2', 'eq:1'))}",
        ])  # fmt: skip

    def beginning(chance: Random, of: str) -> str:
        if of == "name":
            return names.name(chance).split()[chance.randrange(2)][: chance.randrange(2, 6)]
        return chance.choice(sample.users)[of][: chance.randrange(8, 12)]

    full_hour = (
        "WHERE seen_hour = (SELECT seen_hour FROM contacts TABLESAMPLE SYSTEM (1) "
        "GROUP BY 1 ORDER BY count(*) DESC LIMIT 1) ORDER BY seen_hour DESC, id DESC"
    )
    end = sample.cursor_at("ORDER BY seen_hour, id", 60)
    inside = sample.cursor_at(full_hour, min(200_000, count // 5) // 2)
    counted = "/api/contacts/count"
    return [
        Asked("first page", common, lambda _: listed()),
        Asked("page inside a full hour", common, lambda _: listed(cursor=inside)),
        Asked("page at the end", common, lambda _: listed(cursor=end)),
        Asked("three common fields", common, three),
        Asked("prefix of an e-mail", common, lambda c: listed(q=beginning(c, "email"))),
        Asked("prefix of a user id", common, lambda c: listed(q=beginning(c, "user_id"))),
        Asked("beginning of a name", common, lambda c: listed(q=beginning(c, "name"))),
        Asked("two words of a name", common, lambda c: listed(q=chance_name(c, sample))),
        Asked("contact by id", common, lambda c: f"/api/contacts/{c.choice(sample.known)['id']}"),
        Asked("contact by e-mail", common, lambda c: listed(email=c.choice(sample.known)["email"])),
        Asked("one in 100,000", SPARSE, lambda _: listed(filter=f"city:eq:{RARE_CITY}")),
        Asked("one in 100,000, no index", SPARSE, lambda _: listed(filter=f"isp:eq:{RARE_ISP}")),
        Asked("count of all", COUNTED, lambda _: counted),
        Asked("count of a common filter", COUNTED,
              lambda _: f"{counted}?filter=browser_name:eq:Chrome"),
        Asked("count of three fields", COUNTED,
              lambda c: f"{counted}?{three(c).partition('?')[2]}"),
    ]  # fmt: skip


def chance_name(chance: Random, sample: Sample) -> str:
    """Two words of a name that somebody has, the second one begun."""
    first, _, last = chance.choice(sample.known)["name"].partition(" ")
    return f"{first} {last[:3]}"


def ask(port: int, token: str, asked: Sequence[Asked], rounds: int) -> dict[str, list[float]]:
    """Milliseconds of every answer, by question; the questions take turns."""
    conn = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    chance = Random("questions")
    took: dict[str, list[float]] = {one.name: [] for one in asked}
    for _ in range(rounds):
        for one in asked:
            path = one.choose(chance)
            start = time.perf_counter()
            conn.request("GET", path, headers={"Authorization": f"Bearer {token}"})
            answer = conn.getresponse()
            body = answer.read()
            took[one.name].append((time.perf_counter() - start) * 1e3)
            if answer.status != 200:
                sys.exit(f"{path} was answered {answer.status}: {body[:300]!r}")
    return took


@contextmanager
def page_views(port: int, write_key: str, count: int, rate: int) -> Iterator[None]:
    """Page views of all contacts at a steady rate, from another process, while the block runs."""
    process = multiprocessing.get_context("spawn").Process(
        target=_send, args=(port, write_key, count, rate), daemon=True
    )
    process.start()
    try:
        time.sleep(3)
        yield
    finally:
        if process.exitcode is not None:
            sys.exit("The page views stopped: the figures would mean nothing.")
        process.terminate()
        process.join(10)


def _send(port: int, write_key: str, count: int, rate: int) -> None:
    chance, patterns = Random("page views"), visitors(PATTERNS)
    due = time.monotonic()
    while True:
        some = [
            view(write_key, visitor(patterns, chance.randrange(count)), chance)
            for _ in range(max(1, rate // 5))
        ]
        if run(port, some, connections=min(16, len(some))).refused:
            sys.exit(1)
        due += 0.2
        time.sleep(max(0.0, due - time.monotonic()))


def bytes_per_contact(conn: psycopg.Connection[dict[str, Any]], count: int) -> dict[str, float]:
    """Bytes on disk by table and index, divided by the contacts."""
    rows = conn.execute(
        "SELECT relname, pg_table_size(oid) AS own, pg_indexes_size(oid) AS indexes FROM pg_class "
        "WHERE relkind = 'r' AND relname IN "
        "('contacts', 'devices', 'identities', 'claims', 'contact_words')"
    ).fetchall()
    parts = {}
    for row in sorted(rows, key=lambda row: row["relname"]):
        parts[row["relname"]] = round(row["own"] / count)
        parts[f"{row['relname']} indexes"] = round(row["indexes"] / count)
    return parts


def alone(server: Server, token: str, asked: Sequence[Asked], times: int) -> dict[str, float]:
    """Processor milliseconds of an answer while nothing else is asked, by question."""
    found = {}
    for one in asked:
        before = server.spent()
        ask(server.port, token, [one], times)
        found[one.name] = server.spent().since(before).total / times * 1e3
    return found


def cost(server: Server, sample: Sample, reads: int) -> tuple[float, float]:
    """Processor microseconds of a first page; and of its floor, no-op request and statement."""
    headers = f"Host: x\r\nAuthorization: Bearer {sample.token}\r\n\r\n"
    made = [f"GET /api/contacts HTTP/1.1\r\n{headers}".encode()] * reads
    before = server.spent()
    run(server.port, made, connections=4)
    own = server.spent().since(before).total
    with nothing() as noop:
        before = noop.spent()
        run(noop.port, made, connections=4)
        floor = noop.spent().since(before).total
    before = server.spent()
    start = time.process_time()
    for _ in range(reads):
        sample.conn.execute(FLOOR, (sample.workspace_id,)).fetchall()
    floor += server.spent().since(before).total + time.process_time() - start
    return own / reads * 1e6, floor / reads * 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--contacts", type=int, default=MILLION)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--rate", type=int, default=200, help="page views a second meanwhile")
    asked = parser.parse_args()
    options = ("--trusted-proxy", "127.0.0.1/32")
    with openbook(*options, data=asked.data) as server:
        assert server.data is not None
        write_key = server.prepare()
        fill(server, asked.contacts)
        with joined(server.data) as conninfo:
            conn = psycopg.connect(conninfo, row_factory=dict_row, autocommit=True)
            sizes = bytes_per_contact(conn, asked.contacts)
            sample = Sample(conn, server)
            every = questions(sample, asked.contacts)
            progress("warming up")
            ask(server.port, sample.token, every, 2)
            progress("the processor time of a page")
            own = alone(server, sample.token, every, 10)
            costs = [cost(server, sample, 200) for _ in range(3)]
            progress(f"{asked.rounds} rounds of {len(every)} questions")
            with page_views(server.port, write_key, asked.contacts, asked.rate):
                took = ask(server.port, sample.token, every, asked.rounds)
    report(asked.contacts, asked.rate, every, took, own, sizes, costs)


def report(
    count: int,
    rate: int,
    every: Sequence[Asked],
    took: dict[str, list[float]],
    alone: dict[str, float],
    sizes: dict[str, float],
    costs: Sequence[tuple[float, float]],
) -> None:
    """Tell the figures, each beside its bar."""
    answers = {}
    rows = []
    for one in every:
        times = sorted(took[one.name])
        p50, p95, p99 = (times[int(len(times) * part)] for part in (0.5, 0.95, 0.99))
        answers[one.name] = {
            "p50_ms": round(p50, 1), "p95_ms": round(p95, 1), "p99_ms": round(p99, 1),
            "bar_ms": one.bar, "passed": p95 < one.bar, "cpu_ms": round(alone[one.name], 1),
        }  # fmt: skip
        mark = "" if p95 < one.bar else "  MISSED"
        rows.append(
            (
                one.name,
                f"p50 {p50:.1f}, p95 {p95:.1f} ms (bar {one.bar:.0f}), "
                f"{alone[one.name]:.1f} ms of processor time{mark}",
            )
        )
    whole = sum(sizes.values())
    own, floor = (statistics.median(column) for column in zip(*costs, strict=True))
    first = answers["first page"]
    result = {
        "name": "read",
        "unit": "first page of the list",
        "cpu_us_per_unit": round(own, 1),
        "floor_us_per_unit": round(floor, 1),
        "ratio": round(own / floor, 2),
        "per_second": round(1e6 / own),
        "p50_ms": first["p50_ms"],
        "p99_ms": first["p99_ms"],
        "passed": all(one["passed"] for one in answers.values()) and whole < MAX_BYTES,
        "contacts": count,
        "page_views_per_second": rate,
        "load_average": round(os.getloadavg()[0], 1),
        "answers": answers,
        "bytes_per_contact": round(whole),
        "bytes": sizes,
    }
    rows += [
        (f"bytes a contact (bar {MAX_BYTES:,})", f"{whole:,.0f}"),
        *((f"  {part}", f"{size:,.0f}") for part, size in sizes.items()),
        ("first page", f"{own:.0f} us of processor time, {own / floor:.2f} times the floor"),
    ]
    tell(result, rows)


if __name__ == "__main__":
    main()
