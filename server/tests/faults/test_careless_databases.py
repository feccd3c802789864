"""A database that could lose what it commits is refused, in a sentence, whoever runs it."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from openbook.durability import SETTINGS, VARIABLE, careless
from openbook.embedded import joined
from tests.conftest import OPENBOOK, Server, free_port
from tests.faults.by_hand import by_hand
from tests.faults.killing import Supervised
from tests.faults.running import Account, prepared
from tests.faults.waiting import until

pytestmark = pytest.mark.timeout(300)
SAFE = dict.fromkeys(SETTINGS, "on")
UNSAFE = {VARIABLE: "1"}


class Prepared:
    """A data folder with a database in it, and a workspace to send to."""

    def __init__(self, data: Path, account: Account):
        self.data, self.account = data, account

    def post(self, url: str) -> httpx.Response:
        login = (self.account.write_key, "")
        message = {"type": "page", "anonymousId": "anna"}
        return httpx.post(f"{url}/v1/page", json=message, auth=login, timeout=30)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    data = tmp_path_factory.mktemp("pg") / "data"
    return Prepared(data, *prepared(data))


@pytest.fixture
def off_for_the_database(made: Prepared) -> Iterator[Path]:
    """The embedded PostgreSQL, where no configuration file can loosen anything, but SQL can."""
    with joined(made.data) as conninfo, psycopg.connect(conninfo, autocommit=True) as owner:
        owner.execute("ALTER DATABASE openbook SET synchronous_commit = off")
    yield made.data
    with joined(made.data) as conninfo, psycopg.connect(conninfo, autocommit=True) as owner:
        owner.execute("ALTER DATABASE openbook RESET synchronous_commit")


def openbook(*words: str, data: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("OPENBOOK_")}
    kept |= {"OPENBOOK_DATA": str(data)} | environ
    return subprocess.run([OPENBOOK, *words], env=kept, capture_output=True, text=True, timeout=60)


def serve(data: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    return openbook("serve", "--port", str(free_port()), data=data, **environ)


def health(url: str, name: str) -> tuple[int, dict[str, Any]]:
    answer = httpx.get(f"{url}/health/{name}", timeout=10)
    return answer.status_code, answer.json()


@pytest.mark.parametrize("name", SETTINGS)
def test_a_database_with_a_setting_off_is_refused_with_what_to_do(made: Prepared, name: str):
    with by_hand(made.data, **{name: "off"}) as database:
        done = serve(made.data, OPENBOOK_DATABASE_URL=database.conninfo)
    assert done.returncode == 1
    assert f"{name} is off: the database could lose what was answered." in done.stderr
    assert f"Set {name} = on" in done.stderr
    assert "Traceback" not in done.stderr


def test_all_that_is_off_is_named_at_once(made: Prepared):
    with by_hand(made.data, **dict.fromkeys(SETTINGS, "off")) as database:
        done = serve(made.data, OPENBOOK_DATABASE_URL=database.conninfo)
    assert " and ".join(f"{name} is off" for name in SETTINGS) in done.stderr


def test_what_counts_is_what_the_application_sees(off_for_the_database: Path):
    """The server's own configuration is in order; a setting of the database undoes it."""
    done = serve(off_for_the_database)
    assert done.returncode == 1
    assert "synchronous_commit is off" in done.stderr
    assert "ALTER DATABASE" in done.stderr


def test_a_worker_refuses_it_as_the_server_does(off_for_the_database: Path):
    nowhere = f"nats://127.0.0.1:{free_port()}"
    done = openbook("worker", data=off_for_the_database, OPENBOOK_INGEST=nowhere)
    assert done.returncode == 1
    assert "synchronous_commit is off" in done.stderr


@pytest.mark.parametrize("value", ["", "0", "yes"])
def test_only_a_one_lets_a_careless_database_pass(off_for_the_database: Path, value: str):
    assert serve(off_for_the_database, OPENBOOK_UNSAFE_DURABILITY=value).returncode == 1


def test_the_doctor_says_it_too(off_for_the_database: Path):
    done = openbook("doctor", data=off_for_the_database)
    assert done.returncode == 1
    assert "synchronous_commit is off" in done.stdout
    told = openbook("doctor", data=off_for_the_database, **UNSAFE)
    assert told.returncode == 1
    assert VARIABLE in told.stdout


def test_other_ways_to_wait_for_a_commit_are_as_good():
    """Each of them returns when this server's own disk has it (PostgreSQL's documentation)."""
    for value in ("on", "remote_apply", "remote_write", "local"):
        assert careless(SAFE | {"synchronous_commit": value}) == ()
    for name in SETTINGS:
        assert careless(SAFE | {name: "off"}) == (name,)


def test_passing_it_off_is_told_in_every_health_answer(off_for_the_database: Path):
    with Supervised(off_for_the_database, free_port(), workers=1, environ=UNSAFE) as server:
        for name in ("live", "ready"):
            status, said = health(server.url, name)
            assert status == 200
            assert VARIABLE in said["warning"]


def test_a_server_on_a_sound_database_warns_of_nothing(server: Server):
    for name in ("live", "ready"):
        status, said = health(server.url, name)
        assert status == 200
        assert "warning" not in said


def test_a_database_that_turns_careless_is_told_nothing_more_until_it_is_sound(made: Prepared):
    own = made.data.with_name("own")  # the data folder of a server whose database is elsewhere
    own.mkdir()
    with by_hand(made.data) as database:
        environ = {"OPENBOOK_DATABASE_URL": database.conninfo}
        with Supervised(own, free_port(), workers=1, environ=environ) as server:
            assert made.post(server.url).status_code == 200
            for name in SETTINGS:
                database.set(**SAFE | {name: "off"})
                until(lambda: made.post(server.url).status_code == 503)
                assert int(made.post(server.url).headers["Retry-After"]) > 0
                status, said = health(server.url, "ready")
                assert status == 503
                assert f"{name} is off" in said["detail"]
                assert health(server.url, "live")[0] == 200
                database.set(**SAFE)
                until(lambda: health(server.url, "ready")[0] == 200)
                until(lambda: made.post(server.url).status_code == 200)
