"""Workspaces, keys and tokens in a real database: what is kept, and who can see it."""

import asyncio
import threading
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from openbook import clock
from openbook.accounts import actions, queries
from openbook.accounts.keys import digest, new_identity_key
from openbook.db import Connection, Database
from openbook.errors import BadInput, Conflict, NotFound
from tests.conftest import Workspace, in_database

SECRET = b"s" * 32


def run(workspace: Workspace, work: Callable[[Connection], Any]) -> Any:
    return in_database(workspace.server.conninfo, work, workspace.id)


def version(workspace: Workspace) -> int:
    async def work(conn: Connection) -> int:
        found = await queries.workspace(conn, workspace.id)
        assert found is not None
        return found.version

    return run(workspace, work)


def test_a_first_start_makes_one_workspace_however_many_processes_start(server):
    """Eight at once on an installation that has one: all get that one."""

    async def ensure_all() -> set[Any]:
        db = Database(server.conninfo, size=8)
        await db.open()

        async def ensure() -> Any:
            async with db.transaction() as conn:
                return (await actions.ensure_workspace(conn, clock.now())).id

        try:
            return set(await asyncio.gather(*(ensure() for _ in range(8))))
        finally:
            await db.close()

    assert len(asyncio.run(ensure_all())) == 1


def test_a_token_is_stored_as_its_digest_only(workspace: Workspace):
    token = workspace.new_token("collect")

    async def work(conn: Connection) -> list[str]:
        cursor = await conn.execute("SELECT t::text AS row FROM api_tokens AS t")
        return [row["row"] for row in await cursor.fetchall()]

    kept = run(workspace, work)
    assert not any(token in row for row in kept)
    assert any(digest(token).hex() in row for row in kept)


def test_a_look_up_by_token_sees_that_token_and_no_other_row(workspace: Workspace):
    token = workspace.new_token("export")

    async def work(conn: Connection) -> tuple[Any, list[Any]]:
        found = await queries.unscoped_caller_by_token(conn, digest(token))
        cursor = await conn.execute("SELECT token_hash FROM api_tokens")
        return found, [row["token_hash"] for row in await cursor.fetchall()]

    caller, visible = in_database(workspace.server.conninfo, work)
    assert caller.workspace_id == workspace.id
    assert caller.scopes == {"export"} and caller.role == "custom"
    assert visible == [digest(token)]


def test_without_a_credential_no_token_and_no_key_can_be_seen(workspace: Workspace):
    async def work(conn: Connection) -> list[int]:
        counts = []
        for table in ("api_tokens", "write_keys", "identity_keys"):
            found = await (await conn.execute(f"SELECT count(*) AS n FROM {table}")).fetchone()
            counts.append(found["n"] if found else -1)
        return counts

    assert in_database(workspace.server.conninfo, work) == [0, 0, 0]


@pytest.mark.parametrize("key", ["", "ob_", "ob_" + "x" * 24, "\x00", "é", "'; --", "x" * 10_000])
def test_an_unknown_write_key_finds_nothing(workspace: Workspace, key: str):
    async def work(conn: Connection) -> Any:
        return await queries.unscoped_workspace_by_write_key(conn, key)

    assert in_database(workspace.server.conninfo, work) is None


def test_a_write_key_finds_its_workspace_until_it_is_revoked(workspace: Workspace):
    async def find(conn: Connection) -> Any:
        return await queries.unscoped_workspace_by_write_key(conn, workspace.write_key)

    async def replace(conn: Connection) -> str:
        return await actions.rotate_write_key(conn, workspace.id, clock.now())

    async def revoke(conn: Connection) -> None:
        await actions.revoke_write_key(conn, workspace.id, workspace.write_key, clock.now())

    assert in_database(workspace.server.conninfo, find).id == workspace.id
    with pytest.raises(Conflict, match="only write key"):
        run(workspace, revoke)
    before = version(workspace)
    fresh = run(workspace, replace)
    assert in_database(workspace.server.conninfo, find).id == workspace.id
    run(workspace, revoke)
    assert in_database(workspace.server.conninfo, find) is None
    assert version(workspace) == before + 2

    async def live(conn: Connection) -> list[str]:
        return [key.key for key in await queries.live_write_keys(conn, workspace.id)]

    assert run(workspace, live) == [fresh]


def test_a_revoked_token_opens_nothing_and_counts_as_a_change(workspace: Workspace):
    token = workspace.new_token("collect")
    before = version(workspace)

    async def revoke(conn: Connection) -> None:
        found = await queries.unscoped_caller_by_token(conn, digest(token))
        assert found is not None
        await actions.revoke_token(conn, workspace.id, found.caller_id, clock.now())

    async def find(conn: Connection) -> Any:
        return await queries.unscoped_caller_by_token(conn, digest(token))

    run(workspace, revoke)
    assert in_database(workspace.server.conninfo, find) is None
    assert version(workspace) == before + 1


def test_a_token_of_another_workspace_cannot_be_revoked_here(workspace: Workspace):
    async def revoke(conn: Connection) -> None:
        await actions.revoke_token(conn, workspace.id, uuid4(), clock.now())

    with pytest.raises(NotFound):
        run(workspace, revoke)


@pytest.mark.parametrize(
    ("name", "role", "scopes"),
    [
        ("", "admin", ()),
        ("x" * 101, "admin", ()),
        ("a\x00b", "admin", ()),
        ("x", None, ()),
        ("x", "king", ()),
        ("x", None, ("everything",)),
    ],
)
def test_a_token_that_says_nothing_or_too_much_is_refused(workspace, name, role, scopes):
    async def make(conn: Connection) -> None:
        await actions.create_token(conn, workspace.id, name, role, scopes, clock.now())

    with pytest.raises(BadInput):
        run(workspace, make)


def test_two_identity_keys_at_most_are_in_force_and_open_with_the_secret(workspace: Workspace):
    first, second, third = (new_identity_key("HS256")[0] for _ in range(3))

    async def add(conn: Connection) -> None:
        for key in (first, second):
            await actions.add_identity_key(conn, workspace.id, key, SECRET, clock.now())

    async def one_more(conn: Connection) -> None:
        await actions.add_identity_key(conn, workspace.id, third, SECRET, clock.now())

    async def revoke(conn: Connection) -> None:
        await actions.revoke_identity_key(conn, workspace.id, first.kid, clock.now())

    async def again(conn: Connection) -> None:
        await actions.add_identity_key(conn, workspace.id, first, SECRET, clock.now())

    async def live(conn: Connection) -> set[Any]:
        return set(await queries.live_identity_keys(conn, workspace.id, SECRET))

    before = version(workspace)
    run(workspace, add)
    assert version(workspace) == before + 2
    assert run(workspace, live) == {first, second}
    with pytest.raises(Conflict, match="2 identity keys"):
        run(workspace, one_more)
    run(workspace, revoke)
    assert run(workspace, live) == {second}
    with pytest.raises(Conflict, match="another kid"):
        run(workspace, again)


def test_a_sealed_key_is_nowhere_in_the_database_in_the_clear(workspace: Workspace):
    key, secret = new_identity_key("HS256")

    async def add(conn: Connection) -> None:
        await actions.add_identity_key(conn, workspace.id, key, SECRET, clock.now())

    async def sealed(conn: Connection) -> list[bytes]:
        cursor = await conn.execute("SELECT sealed FROM identity_keys")
        return [row["sealed"] for row in await cursor.fetchall()]

    run(workspace, add)
    kept = run(workspace, sealed)
    assert len(kept) == 1 and secret.encode() not in kept[0]


def test_a_change_of_settings_waits_for_whoever_stores_by_the_old_ones(workspace: Workspace):
    """The writer holds the lock shared; the change commits after it, never beside it."""
    order: list[str] = []
    lock = queries.policy_lock_key(workspace.id)

    def change() -> None:
        workspace.set(ip__mode="truncated")
        order.append("changed")

    with psycopg.connect(workspace.server.conninfo) as writer:
        writer.execute("SELECT pg_advisory_xact_lock_shared(%s)", (lock,))
        changing = threading.Thread(target=change)
        changing.start()
        time.sleep(0.5)
        order.append("stored")
    changing.join(10)
    assert order == ["stored", "changed"]


def test_every_change_of_settings_counts_the_version_up_and_a_refused_one_changes_nothing(
    workspace: Workspace,
):
    before = version(workspace)
    workspace.set(ip__mode="none")
    assert version(workspace) == before + 1
    with pytest.raises(BadInput):
        workspace.set(consent__mode="required", ip__mode="bogus")
    assert version(workspace) == before + 1

    async def settings(conn: Connection) -> Any:
        found = await queries.workspace(conn, workspace.id)
        return found.settings if found else None

    assert run(workspace, settings) == {"ip.mode": "none"}
    workspace.set(ip__mode="")
    assert run(workspace, settings) == {}
