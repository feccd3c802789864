"""What changes while messages are in the stream is in force when they are stored."""

import time
from uuid import uuid4

from msgspec.structs import replace
from nats.js import JetStreamContext

from openbook import clock
from openbook.accounts import queries
from openbook.accounts.actions import revoke_write_key, rotate_write_key
from openbook.accounts.keys import digest
from openbook.collect.observation import Prepared
from openbook.collect.stream.parcel import Sealer
from openbook.collect.stream.subjects import partition, subject
from openbook.db import Connection
from openbook.ids import device_id
from openbook.settings import read_settings
from tests.collect.test_visit import page as view
from tests.conftest import Workspace, in_database
from tests.stream.asking import claims, eventually, no_more_waits, on_broker, stored
from tests.stream.conftest import Distributed
from tests.stream.crew import Crew
from tests.stream.test_narrowing import WIDE, prepared, tools


def test_a_policy_that_changed_meanwhile_is_obeyed(far: Workspace, crew: Crew) -> None:
    crew.pause()
    far.set(attribute__plan="text:1")
    for _ in range(3):  # the edge looks a key up again within seconds
        time.sleep(1)
        traits = {"plan": "needle", "email": "needle@example.org", "name": "Anna"}
        far.batch(view(context={"locale": "it-IT"}), claims("anna", traits))
    far.set(collect__email="false", collect__browser_language="false", attribute__plan="")
    crew.resume()
    contact = stored(far, anonymous_id="anna")
    assert contact["name"] == "Anna" and contact["browser_name"] == "Chrome"
    assert contact["browser_language"] is None and "needle" not in str(contact)


def test_what_was_off_when_it_came_is_not_kept_because_it_is_on_now(
    far: Workspace, crew: Crew
) -> None:
    far.set(collect__email="false")
    far.batch(view("first"))
    stored(far, anonymous_id="first")
    eventually(lambda: none_keeps_email(far))
    crew.pause()
    far.batch(claims("anna", {"email": "early@example.org"}))
    far.set(collect__email="true")
    crew.resume()
    assert stored(far, anonymous_id="anna")["email"] is None

    def kept() -> None:
        far.batch(claims("bob", {"email": "late@example.org"}))
        assert stored(far, anonymous_id="bob")["email"] == "late@example.org"

    eventually(kept)


def none_keeps_email(workspace: Workspace) -> None:
    """The edge has heard that e-mail addresses are off."""
    workspace.batch(claims("probe", {"email": "probe@example.org"}))
    assert stored(workspace, anonymous_id="probe")["email"] is None


def test_a_key_that_was_revoked_meanwhile_stores_nothing(
    distributed: Distributed, far: Workspace, crew: Crew
) -> None:
    async def rotate(conn: Connection) -> None:
        await rotate_write_key(conn, far.id, clock.now())

    async def revoke(conn: Connection) -> None:
        await revoke_write_key(conn, far.id, far.write_key, clock.now())

    in_database(far.server.conninfo, rotate, far.id)
    far.batch(view("before"))
    stored(far, anonymous_id="before")
    crew.pause()
    far.batch(view("meanwhile"))
    in_database(far.server.conninfo, revoke, far.id)
    crew.resume()
    eventually(lambda: no_more_waits(distributed.brokers))
    assert far.contacts(anonymous_id="meanwhile") == []

    def refused() -> None:
        assert far.post("/v1/page", view("after")).status_code == 401

    eventually(refused)


def test_what_the_database_refuses_spoils_nothing_else(
    distributed: Distributed, far: Workspace, crew: Crew
) -> None:
    """Parcels as no edge of ours makes them: one with a text that PostgreSQL cannot hold, and one
    that nobody can open.
    """
    sealer = Sealer(read_settings({"OPENBOOK_DATA": str(far.server.data)}).secret())
    shown, version = digest(far.write_key), version_of(far)
    one_view = prepared("a view", tools(WIDE))
    assert isinstance(one_view, Prepared)
    whole = [
        replace(one_view, anonymous_id=name, device_id=device_id(name, "web", ""))
        for name in ("whole-0", "whole-1", "whole-2")
    ]
    broken = replace(one_view, anonymous_id="\x00", device_id=uuid4())
    name = subject(far.id, partition(uuid4()))
    parts = [sealer.pack(shown, version, [one]) for one in (whole[0], whole[1], broken, whole[2])]

    async def send(stream: JetStreamContext) -> None:
        await stream.publish(name, sealer.seal(name, parts))
        await stream.publish(name, b"not a parcel")

    on_broker(distributed.brokers, send)
    for one in whole:
        stored(far, anonymous_id=one.anonymous_id)
    eventually(lambda: no_more_waits(distributed.brokers))
    told = crew.log.read_text()
    assert "a request could not be stored: CharacterNotInRepertoire" in told
    assert "whole-0" not in told


def version_of(workspace: Workspace) -> int:
    async def ask(conn: Connection) -> int:
        found = await queries.workspace(conn, workspace.id)
        assert found is not None
        return found.version

    return in_database(workspace.server.conninfo, ask, workspace.id)
