"""Who says again who they are: the rows are those that asking each time makes.

Two processes store the same people by turns, so that what one of them believes is often not so;
beside them a third, in a workspace of its own, believes nothing.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from openbook import clock
from openbook.accounts.actions import change_settings, create_token, create_workspace
from openbook.collect.budget import Budget
from openbook.collect.enrich.place import Places
from openbook.collect.gate import Gate
from openbook.collect.observation import Stamp
from openbook.collect.request import Sent, prepare_request
from openbook.collect.storing import Storing
from openbook.collect.wire import read_batch
from openbook.contacts import again
from openbook.contacts.erasing import erase_contact
from openbook.contacts.identity import Moved
from openbook.contacts.merging import merge
from openbook.db import Connection
from openbook.settings import read_settings
from tests.conftest import Server
from tests.one_loop import OneLoop

NOW = datetime.now(UTC).replace(microsecond=0)
PEOPLE = ("anna", "bert", "carl")
Message = dict[str, Any]


@st.composite
def messages(draw: st.DrawFn) -> Message:
    """What a shop's server tells of a visitor, mostly the same as before."""
    who = draw(st.sampled_from(PEOPLE))
    usual = draw(st.integers(0, 11)) > 0
    happened = NOW - timedelta(seconds=draw(st.integers(0, 900)))
    context: dict[str, Any] = {"locale": "it" if usual else draw(st.sampled_from(["it", "en"]))}
    message: Message = {
        "anonymousId": who,
        "timestamp": happened.isoformat(),
        "messageId": str(draw(st.integers(0, 1 << 30))),
    }
    if usual:
        user, plan = f"user-{who}", "tea"
    else:
        user = draw(st.sampled_from(["user-anna", "user-bert", None]))
        plan = draw(st.sampled_from(["tea", "coffee", 1, None]))
    if user is not None:
        message["userId"] = user
        host = draw(st.sampled_from(["com"] * 7 + ["org"]))
        context["traits"] = {"email": f"{user}@example.{host}", "name": who.title()}
    if plan is not None:
        context["traits"] = context.get("traits", {}) | {"plan": plan}
    if draw(st.booleans()):
        context.pop("traits", None)
    page = draw(st.sampled_from("ab"))
    context["page"] = {"url": f"https://shop.example/{page}"}
    return message | {"type": "page", "context": context}


happenings = st.one_of(
    *[st.lists(messages(), min_size=1, max_size=4)] * 12,
    st.tuples(st.just("merge"), st.sampled_from(PEOPLE), st.sampled_from(PEOPLE)),
    st.tuples(st.just("erase"), st.sampled_from(PEOPLE)),
)


class Worlds(OneLoop):
    """The same happenings stored by who believes and by who asks."""

    said = undone = turns = 0

    def __init__(self, server: Server):
        super().__init__(server.conninfo, 2)
        folders = read_settings(server.environ).geo_folders
        self.gate = Gate(self.db, b"secret", Places.open(None, None, folders), {})

    def storing(self) -> Storing:
        return Storing(self.gate, Budget(1), b"secret", self.now)

    def now(self) -> datetime:
        """Later by so much each time that what was doubted is believed again."""
        self.turns += 1
        return NOW + self.turns * timedelta(minutes=3)

    async def history(self, happened: list[Any], *, asks: bool) -> Any:
        async with self.db.transaction() as conn:
            made = await create_workspace(conn, "Test", clock.now())
            await change_settings(conn, made.id, {"attribute.plan": "text"})
            token = (await create_token(conn, made.id, "t", None, ("collect",), clock.now()))[1]
        processes = self.storing(), self.storing()
        for turn, one in enumerate(happened):
            if isinstance(one, tuple):
                async with self.db.transaction(made.id) as conn:
                    await _change(conn, made.id, *one)
            else:
                believing = processes[turn % 3 // 2]
                await self._store(made.id, token, one, self.storing() if asks else believing)
        async with self.db.transaction(made.id) as conn:
            return await _read(conn)

    async def _store(
        self, workspace_id: UUID, token: str, batch: list[Message], storing: Storing
    ) -> None:
        admitted = await self.gate.current(token)
        assert admitted is not None
        received = read_batch(msgspec.json.encode({"batch": batch}))
        stamp = Stamp(NOW, None, None, True, False, None, None, {}, False)
        for _ in range(6):
            sent = Sent(token, admitted, received.messages, stamp)
            prepare_request(sent, admitted)
            try:
                async with self.db.transaction(workspace_id) as conn:
                    await storing.store(conn, [sent])
            except Moved:
                self.undone += 1
            else:
                return
        raise AssertionError("a batch was undone six times")


async def _change(conn: Connection, workspace_id: UUID, what: str, *whose: str) -> None:
    cursor = await conn.execute(
        "SELECT anonymous_id, contact_id FROM devices WHERE NOT retired AND anonymous_id = ANY(%s)",
        (list(whose),),
    )
    found = {row["anonymous_id"]: row["contact_id"] for row in await cursor.fetchall()}
    contacts = [found[who] for who in whose if who in found]
    if what == "erase" and contacts:
        await erase_contact(conn, workspace_id, contacts[0])
    elif what == "merge" and len(set(contacts)) == 2:
        await merge(conn, workspace_id, contacts[0], contacts[1], "manual", clock.now())


_OWN = frozenset(("workspace_id", "id", "contact_id", "origin_id", "created_at", "verified_at"))


async def _read(conn: Connection) -> Any:
    """All rows of the workspace, contacts by what their devices are called."""
    tables: dict[str, list[dict[str, Any]]] = {}
    for table in ("devices", "contacts", "claims", "identities"):
        tables[table] = await (await conn.execute(f"SELECT * FROM {table}")).fetchall()  # type: ignore[arg-type]
    names: dict[UUID, list[str]] = {row["id"]: [] for row in tables["contacts"]}
    origins = {}
    for row in tables["devices"]:
        origins[row["id"]] = row["anonymous_id"], row["retired"], row["sessions"], row["page_at"]
        names[row["contact_id"]].append(str((*origins[row["id"]], row["birth"])))
    whose = {contact_id: sorted(found) for contact_id, found in names.items()}
    told = []
    for table, rows in tables.items():
        for row in rows:
            kept = {name: value for name, value in row.items() if name not in _OWN}
            owner = whose.get(row["id"] if table == "contacts" else row["contact_id"])
            told.append((table, str(owner), str(origins.get(row.get("origin_id"))), str(kept)))
    return sorted(told)


@pytest.fixture(scope="module")
def worlds(server: Server) -> Iterator[Worlds]:
    made = Worlds(server)
    change = again._change

    async def counted(conn: Any, statement: Any, rows: Any, repeated: int, *more: Any) -> Any:
        unlike = await change(conn, statement, rows, repeated, *more)
        made.said += repeated if not unlike else 0
        return unlike

    with patch.object(again, "_change", counted):
        yield made
    made.close()
    assert made.said > 5, "hardly anything was said again"
    assert made.undone > 0, "no belief was ever wrong"


@examples(max_examples=25)
@given(st.lists(happenings, min_size=8, max_size=24))
def test_believing_makes_the_rows_that_asking_does(worlds: Worlds, happened: list[Any]) -> None:
    believed = worlds.run(worlds.history(happened, asks=False))
    assert believed == worlds.run(worlds.history(happened, asks=True))
