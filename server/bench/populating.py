"""Made-up contacts by the million: rows that the product stored, copied with other people in them.

    python server/bench/populating.py --data FOLDER [--contacts N]

A few thousand real visits go through the collect endpoint; each row they leave is a pattern. The
copies differ in ids, times, pages, addresses and, for those who are known, in names, addresses and
user ids. They are inserted under row-level security in the order in which the contacts would have
come. A folder that has been filled can be used again.
"""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import msgspec
import psycopg
from crowd import CAMPAIGN, Visitor, view, visitors
from figures import progress
from loading import run
from measuring import Server, openbook
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from openbook.contacts.fold import digest
from openbook.embedded import joined
from openbook.ids import device_id
from openbook.tables.contacts import contacts, devices
from openbook.words import words_of

PATTERNS = 5_000
BATCH = 10_000
YEARS = timedelta(days=730)
FULL_HOURS_AGO = 30
FULL_HOUR = 200_000
"""Contacts last seen in one and the same hour, after a campaign; at most a fifth of all."""
RARE = 100_000
"""One contact in so many is in RARE_CITY, and has RARE_ISP."""
RARE_CITY, RARE_ISP = "Ushuaia", "Tierra del Fuego Telecom"
USERS, LEADS = 0.08, 0.12
RETURNING = 0.3
REFERRED, BY_CAMPAIGN = 0.5, 0.25
SECOND_DEVICE = 0.25  # of the users
PLANS = ("free", "starter", "team", "enterprise")
_SYLLABLES = (
    "ka", "ri", "do", "lu", "ma", "be", "ni", "to", "sa", "vel", "an", "dor", "mi", "ra", "el",
    "is", "ta", "no", "gre", "hal", "jo", "ber", "pe", "lin", "os", "zu", "fa", "che", "wi", "ko",
)  # fmt: skip


class Person(msgspec.Struct):
    """One made-up contact: what is its own and not its pattern's."""

    number: int
    id: UUID
    device: UUID
    first_seen: datetime
    last_seen: datetime
    sessions: int
    page: int
    pattern: int
    kind: int
    name: str | None = None
    email: str | None = None
    user_id: str | None = None
    plan: str | None = None


class Names:
    """First and last names: common ones often, and ever more that few people have."""

    def __init__(self) -> None:
        path = Path(__file__).parent.parent / "openbook" / "demo" / "data" / "names.tsv"
        lines = [line.split("\t") for line in path.read_text().splitlines() if line[:1] != "#"]
        self.first = [name for line in lines for name in line[1].split()]
        self.last = [name for line in lines for name in line[2].split()]

    def name(self, chance: Random) -> str:
        return f"{self._one(self.first, chance)} {self._one(self.last, chance)}"

    def _one(self, common: list[str], chance: Random) -> str:
        if chance.random() < 0.5:
            return common[int(len(common) * chance.random() ** 2)]
        return "".join(chance.choices(_SYLLABLES, k=chance.randrange(2, 5))).capitalize()


def anonymous_id(number: int) -> str:
    """The anonymous id of contact `number`'s browser; patterns have numbers below zero."""
    return str(UUID(bytes=blake2b(b"%d" % number, digest_size=16).digest()))


def visitor(patterns: Sequence[Visitor], number: int) -> Visitor:
    """The browser of contact `number`, so that it can come back."""
    return msgspec.structs.replace(
        patterns[number % len(patterns)], anonymous_id=anonymous_id(number)
    )


def people(start: int, end: int, whole: int, now: datetime, names: Names) -> Iterator[Person]:
    """The contacts numbered from `start` to `end` of `whole`, in the order in which they came."""
    chance = Random(f"people {start}")
    campaign = min(FULL_HOUR, whole // 5) / whole
    hour = now.replace(minute=0, second=0, microsecond=0) - timedelta(hours=FULL_HOURS_AGO)
    for number in range(start, end):
        first = now - YEARS * (1 - number / whole) - timedelta(seconds=chance.random())
        person = Person(
            number, _id(first, chance), device_id(anonymous_id(number), "web", ""), first,
            first, 1, int(3000 * chance.random() ** 3), number % PATTERNS, 0,
        )  # fmt: skip
        if chance.random() < RETURNING:
            person.sessions = 2 + int(chance.expovariate(0.4))
            person.last_seen = now - (now - first) * chance.random() ** 2
        if chance.random() < campaign and first < hour:
            person.last_seen = hour + timedelta(seconds=3599 * chance.random())
        drawn = chance.random()
        if drawn < USERS + LEADS:
            person.name = names.name(chance)
            first_name = person.name.split()[0].lower()
            person.email = (
                f"{''.join(c for c in first_name if c.isascii() and c.isalnum())}{number}"
                f"@{chance.choice(('example.com', 'mail.example', 'post.example'))}"
            )
            person.kind = 1
        if drawn < USERS:
            person.kind, person.user_id = 2, f"user-{number}"
            person.plan = PLANS[int(len(PLANS) * chance.random() ** 2)]
        yield person


class Patterns:
    """Fills the tables from the rows that the patterns' visits left, and takes those away."""

    def __init__(self, conn: psycopg.Connection[dict[str, Any]], workspace_id: UUID):
        """`conn` is the owner's: row-level security is forced on it too."""
        self.conn, self.workspace_id = conn, workspace_id
        whose = f"{{{workspace_id}}}"
        conn.execute("SELECT set_config('openbook.workspaces', %s, false)", (whose,))
        self.devices = [device_id(one.anonymous_id, "web", "") for one in visitors(PATTERNS)]
        conn.execute(
            "CREATE TEMP TABLE pattern_devices AS SELECT * FROM devices WHERE id = ANY(%s)",
            (self.devices,),
        )
        conn.execute(
            "CREATE TEMP TABLE pattern_contacts AS SELECT d.id AS device, c.* "
            "FROM pattern_devices d JOIN contacts c ON c.id = d.contact_id"
        )
        # Their ids are of today: with them in place, all that follows would go into the middle of
        # the indexes, and leave their pages half empty.
        for table in ("devices", "contacts"):
            conn.execute(f"DELETE FROM {table} t USING pattern_{table} p WHERE t.id = p.id")
            conn.execute(f"VACUUM {table}")

    def store(self, many: Sequence[Person], chance: Random) -> None:
        """One transaction: contacts, devices and what is known of those who are known."""
        with self.conn.transaction():
            self._contacts(many)
            self._devices(many, chance)
            known = [person for person in many if person.name]
            self._claims(known)
            self._identities(known)
            words = [(one.id, word) for one in known for word in words_of(one.name or "")]
            self.conn.execute(
                "INSERT INTO contact_words (workspace_id, contact_id, word) "
                "SELECT %s, * FROM unnest(%s::uuid[], %s::text[])",
                (self.workspace_id, *_columns(words)),
            )

    def _contacts(self, many: Sequence[Person]) -> None:
        self.conn.execute(
            _COPY_CONTACTS,
            {
                "pattern": [self.devices[one.pattern] for one in many],
                **{
                    name: [getattr(one, name) for one in many]
                    for name in ("id", "device", "kind", "first_seen", "last_seen", "sessions",
                                 "page", "name", "email", "user_id", "number")
                },
                "attributes": [Jsonb({"plan": one.plan}) if one.plan else None for one in many],
            },
        )  # fmt: skip

    def _devices(self, many: Sequence[Person], chance: Random) -> None:
        rows = [
            (self.devices[one.pattern], one.device, one.id, anonymous_id(one.number),
             one.first_seen, one.last_seen, one.sessions, _spans(one), one.page, one.number)
            for one in many
        ]  # fmt: skip
        for one in many:
            if one.user_id and chance.random() < SECOND_DEVICE:
                other = f"second-{one.number}"
                rows.append(
                    (self.devices[-one.pattern], device_id(other, "web", ""), one.id, other,
                     one.first_seen, one.last_seen, 1, _spans(one), one.page, one.number)
                )  # fmt: skip
        names = ("pattern", "id", "contact_id", "anonymous_id", "first_seen", "last_seen",
                 "sessions", "spans", "page", "number")  # fmt: skip
        arrays = dict(zip(names, _columns(rows), strict=True))
        self.conn.execute(_COPY_DEVICES, arrays)

    def _claims(self, known: Sequence[Person]) -> None:
        rows = []
        for one in known:
            said = {"user_id": one.user_id, "email": one.email, "name": one.name,
                    "attribute.plan": one.plan}  # fmt: skip
            trust = 3 if one.kind == 2 else 1
            micros = int(one.first_seen.timestamp() * 1e6)
            rows += [
                (one.id, one.device, field, trust, digest(value), Jsonb(value), micros,
                 one.first_seen)
                for field, value in said.items() if value is not None
            ]  # fmt: skip
        self.conn.execute(
            "INSERT INTO claims (workspace_id, contact_id, origin_id, field, trust, digest, value,"
            " rank, occurred_at, source) SELECT %s, *, 1 FROM unnest(%s::uuid[], %s::uuid[],"
            " %s::text[], %s::smallint[], %s::bigint[], %s::jsonb[], %s::bigint[],"
            " %s::timestamptz[])",
            (self.workspace_id, *_columns(rows)),
        )

    def _identities(self, known: Sequence[Person]) -> None:
        rows = [
            (field, value, one.id, 3, one.first_seen)
            for one in known
            if one.kind == 2
            for field, value in (("user_id", one.user_id), ("email", one.email))
        ]
        self.conn.execute(
            "INSERT INTO identities (workspace_id, field, value, contact_id, trust, verified_at)"
            " SELECT %s, * FROM unnest(%s::text[], %s::text[], %s::uuid[], %s::smallint[],"
            " %s::timestamptz[])",
            (self.workspace_id, *_columns(rows)),
        )


def _visit(write_key: str, person: Visitor, chance: Random) -> bytes:
    """Half of all came from somewhere, a quarter by a campaign."""
    campaign = CAMPAIGN if chance.random() < BY_CAMPAIGN else None
    return view(write_key, person, chance, came_from=chance.random() < REFERRED, campaign=campaign)


def fill(server: Server, count: int) -> None:
    """Give the database of a running server so many contacts, unless it has them already."""
    assert server.data is not None
    with joined(server.data) as conninfo, psycopg.connect(conninfo) as conn:
        held = conn.execute("SELECT reltuples FROM pg_class WHERE relname = 'contacts'").fetchone()
    if held is None or held[0] < count * 0.9:
        progress(f"{count:,} contacts are made (not measured)")
        populate(server, count)


def populate(server: Server, count: int) -> None:
    """Fill the empty database of a running server."""
    assert server.data is not None
    write_key = server.prepare()
    server.command("settings", "set", "attribute.plan=text")
    chance, names, now = Random("populating"), Names(), datetime.now(UTC)
    load = run(server.port, [_visit(write_key, one, chance) for one in visitors(PATTERNS)])
    if load.refused:
        sys.exit("The visits that make the patterns were refused.")
    with joined(server.data) as conninfo:
        conn = psycopg.connect(conninfo, row_factory=dict_row, autocommit=True)
        workspace = conn.execute("SELECT id FROM workspaces").fetchone()
        assert workspace is not None
        conn.execute(
            "SELECT set_config('openbook.workspaces', %s, false)", (f"{{{workspace['id']}}}",)
        )
        patterns = Patterns(conn, workspace["id"])
        begun = time.monotonic()
        for first in range(0, count, BATCH):
            last = min(first + BATCH, count)
            patterns.store(list(people(first, last, count, now, names)), chance)
            if last % 100_000 == 0:
                progress(f"{last:,} contacts after {time.monotonic() - begun:.0f} s")
        conn.close()
        # The owner's part, which autovacuum would do in its own time: statistics, visible pages.
        with psycopg.connect(conninfo, autocommit=True) as owner:
            for table in ("contacts", "devices", "identities", "claims", "contact_words"):
                owner.execute(f"VACUUM (ANALYZE) {table}")


def _expressions(table: Any, own: dict[str, str]) -> str:
    """For every column its own value, the time of the visit for a clock, else the pattern's."""
    shown = []
    for column in table.columns:
        name = column.name
        if name in own:
            shown.append(own[name])
        elif name.endswith("_at"):
            shown.append(f"CASE WHEN t.{name} IS NOT NULL THEN u.last_seen END")
        else:
            shown.append(f"t.{name}")
    return ", ".join(shown)


_BOTH = {
    "workspace_id": "t.workspace_id",
    "id": "u.id",
    "ip": "t.ip + ((u.number * 7919) % 200 - 100)",
    "city": f"CASE WHEN u.number % {RARE} = {RARE // 2} THEN '{RARE_CITY}' ELSE t.city END",
    "isp": f"CASE WHEN u.number % {RARE} = {RARE // 2} THEN '{RARE_ISP}' ELSE t.isp END",
    "last_page_viewed": "'https://shop.example/product/' || u.page",
    "first_seen_at": "u.first_seen",
    "first_firm_at": "u.first_seen",
    "last_seen_at": "u.last_seen",
    "first_utms_at": "CASE WHEN t.first_utms_at IS NOT NULL THEN u.first_seen END",
    "firm_utms_at": "CASE WHEN t.firm_utms_at IS NOT NULL THEN u.first_seen END",
}
_COPY_CONTACTS: Any = f"""
INSERT INTO contacts ({", ".join(contacts.c.keys())})
SELECT {
    _expressions(
        contacts,
        _BOTH
        | {
            "kind": "u.kind",
            "attributes": "u.attributes",
            "email_key": "u.email",
            "web_sessions": "u.sessions",
            "seen_hour": "seen_hour(u.last_seen, u.first_seen)",
            "last_activity_at": "t.last_activity_at",
        }
        | {field: f"u.{field}" for field in ("user_id", "email", "name")}
        | {
            f"{field}_{part}": f"CASE WHEN u.{field} IS NOT NULL THEN {value} END"
            for field in ("user_id", "email", "name")
            for part, value in (
                ("at", "u.first_seen"),
                ("source", "1"),
                ("trust", "CASE u.kind WHEN 2 THEN 3 ELSE 1 END"),
            )
        },
    )
}
FROM unnest(%(pattern)s::uuid[], %(id)s::uuid[], %(device)s::uuid[], %(kind)s::smallint[],
  %(first_seen)s::timestamptz[], %(last_seen)s::timestamptz[], %(sessions)s::integer[],
  %(page)s::integer[], %(name)s::text[], %(email)s::text[], %(user_id)s::text[],
  %(number)s::bigint[], %(attributes)s::jsonb[])
  AS u(pattern, id, device, kind, first_seen, last_seen, sessions, page, name, email, user_id,
    number, attributes)
JOIN pattern_contacts t ON t.device = u.pattern
ORDER BY u.id
""".replace("% 200", "%% 200").replace(f"% {RARE}", f"%% {RARE}")
_COPY_DEVICES: Any = f"""
INSERT INTO devices ({", ".join(devices.c.keys())})
SELECT {
    _expressions(
        devices,
        _BOTH
        | {
            "contact_id": "u.contact_id",
            "anonymous_id": "u.anonymous_id",
            "birth": "decode(md5(u.anonymous_id), 'hex')",
            "sessions": "u.spans::tstzmultirange",
            "session_count": "u.sessions",
            "session_count_before": "u.sessions - 1",
            "sealed_sessions": "greatest(u.sessions - 2, 0)",
        },
    )
}
FROM unnest(%(pattern)s::uuid[], %(id)s::uuid[], %(contact_id)s::uuid[], %(anonymous_id)s::text[],
  %(first_seen)s::timestamptz[], %(last_seen)s::timestamptz[], %(sessions)s::integer[],
  %(spans)s::text[], %(page)s::integer[], %(number)s::bigint[])
  AS u(pattern, id, contact_id, anonymous_id, first_seen, last_seen, sessions, spans, page, number)
JOIN pattern_devices t ON t.id = u.pattern
ORDER BY u.contact_id, u.id
""".replace("% 200", "%% 200").replace(f"% {RARE}", f"%% {RARE}")


def _spans(one: Person) -> str:
    """The sessions that are kept as times: the last two at most."""
    times = [one.first_seen, one.last_seen] if one.sessions > 1 else [one.last_seen]
    half = timedelta(minutes=30)
    if len(times) == 2 and times[1] - times[0] <= half:
        return f'{{["{times[0].isoformat()}","{(times[1] + half).isoformat()}")}}'
    ranges = (f'["{at.isoformat()}","{(at + half).isoformat()}")' for at in times)
    return "{" + ",".join(ranges) + "}"


def _columns(rows: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]


def _id(moment: datetime, chance: Random) -> UUID:
    """A version 7 UUID of that moment."""
    bits = (int(moment.timestamp() * 1000) << 80) | chance.getrandbits(80)
    bits = bits & ~(0xF << 76) | (0x7 << 76)
    return UUID(int=bits & ~(0x3 << 62) | (0x2 << 62))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--contacts", type=int, default=1_000_000)
    asked = parser.parse_args()
    with openbook("--trusted-proxy", "127.0.0.1/32", data=asked.data) as server:
        populate(server, asked.contacts)


if __name__ == "__main__":
    main()
