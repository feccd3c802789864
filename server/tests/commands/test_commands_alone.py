"""Commands without a running server: the first start, `enrich`, `doctor`, and what is refused."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from openbook.__main__ import COMMANDS
from openbook.embedded import joined
from tests.conftest import OPENBOOK, free_port

AGENT = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/142.0.0.0 Safari/537.36"
)


def run(*words: str, **more) -> subprocess.CompletedProcess[str]:
    environ = {key: value for key, value in os.environ.items() if not key.startswith("OPENBOOK_")}
    environ |= more.pop("environ", {})
    return subprocess.run(
        [OPENBOOK, *words], env=environ, capture_output=True, text=True, timeout=120, **more
    )


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("alone") / "data"


def test_the_first_command_makes_everything_and_the_next_one_finds_it(data: Path):
    first = run("workspace", "show", "--json", "--data", str(data))
    assert first.returncode == 0, first.stderr
    again = run("workspace", "show", "--json", environ={"OPENBOOK_DATA": str(data)})
    assert again.stdout == first.stdout
    assert json.loads(first.stdout)["name"] == "My workspace"


def test_doctor_finds_all_in_order_and_shows_the_way_of_a_request(data: Path):
    trusted = ("--trusted-proxy", "10.0.0.0/8", "--trusted-proxy", "192.0.2.1")
    way = (
        "--peer",
        "192.0.2.1",
        "--forwarded",
        "203.0.113.7, 198.51.100.2",
        "--forwarded",
        "10.1.1.1",
    )
    done = run("doctor", "--json", "--data", str(data), *trusted, *way)
    told = json.loads(done.stdout)
    states = {check["name"]: check["state"] for check in told["checks"]}
    assert done.returncode == 0
    wanted = {"database", "durability", "isolation", "storing", "clock", "data folder", "secret"}
    assert wanted <= set(states)
    assert "fail" not in states.values()
    assert told["route"]["winner"] == "198.51.100.2"
    assert [hop["trusted"] for hop in told["route"]["hops"]] == [True, True, False, False]
    text = run("doctor", "--data", str(data), *trusted, *way).stdout
    line = next(line for line in text.splitlines() if "← the client" in line)
    assert "198.51.100.2" in line


def test_doctor_and_serve_say_who_must_be_let_make_temporary_tables(data: Path):
    whose = "ON DATABASE openbook FROM PUBLIC, CURRENT_USER"
    with joined(data) as conninfo, psycopg.connect(conninfo, autocommit=True) as owner:
        owner.execute(f"REVOKE TEMPORARY {whose}")  # type: ignore[arg-type]
        try:
            done = run("doctor", "--data", str(data))
            served = run("serve", "--port", str(free_port()), "--data", str(data))
            found = owner.execute("SELECT session_user").fetchone()
        finally:
            owner.execute("GRANT TEMPORARY ON DATABASE openbook TO PUBLIC, CURRENT_USER")
    assert found is not None
    grant = f"GRANT TEMPORARY ON DATABASE openbook TO {found[0]};"
    assert done.returncode == 1 and "✗ storing" in done.stdout and grant in done.stdout
    assert served.returncode == 1 and grant in served.stderr and "Traceback" not in served.stderr
    assert run("doctor", "--data", str(data)).returncode == 0


def test_doctor_says_what_to_do_about_a_proxy_that_is_not_trusted(data: Path):
    done = run("doctor", "--data", str(data), "--peer", "10.0.0.5", "--forwarded", "203.0.113.7")
    assert done.returncode == 0
    assert "--trusted-proxy 10.0.0.5" in done.stdout


def test_doctor_fails_with_advice_where_the_database_is_not(tmp_path: Path):
    environ = {"OPENBOOK_DATABASE_URL": "postgresql://openbook:hidden@127.0.0.1:1/openbook"}
    done = run("doctor", "--data", str(tmp_path), environ=environ)
    assert done.returncode == 1
    assert "✗ database" in done.stdout and "Traceback" not in done.stderr
    assert "hidden" not in done.stdout + done.stderr


def test_a_database_that_is_away_is_told_in_one_sentence_without_its_password(tmp_path: Path):
    environ = {"OPENBOOK_DATABASE_URL": "postgresql://openbook:hidden@127.0.0.1:1/openbook"}
    done = run("token", "list", "--data", str(tmp_path), environ=environ)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("openbook: The database cannot be reached")
    assert "hidden" not in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["doctor", "serve", "settings show"])
def test_an_address_that_is_none_is_not_shown_with_its_password(command: str, tmp_path: Path):
    environ = {"OPENBOOK_DATABASE_URL": "postgresql://openbook:hidden@[::1/openbook"}
    done = run(*command.split(), "--data", str(tmp_path), environ=environ)
    assert done.returncode == 1
    assert "OPENBOOK_DATABASE_URL cannot be read" in done.stdout + done.stderr
    assert "hidden" not in done.stdout + done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("words", "environ", "said"),
    [
        (("serve", "--trusted-proxy", "here"), {}, "'here' is no address or network"),
        (("serve",), {"OPENBOOK_PORT": "http"}, "port must be a whole number"),
        (("serve", "--port", "70000"), {}, "port must be 1 to 65535, not 70000"),
        (("serve", "--workers", "0"), {}, "workers must be 1 to 1024"),
        (("token", "list"), {"OPENBOOK_DATABASE_URL": "nowhere"}, "cannot be read"),
        (("serve",), {"OPENBOOK_SECRET_FILE": "/"}, "The secret in / cannot be read"),
        (("serve", "--data", "/dev/null/x"), {}, "The data folder /dev/null/x cannot be made"),
        (("serve",), {"OPENBOOK_DATABASE_URL_FILE": "/nowhere"}, "cannot be read"),
        (("doctor",), {"OPENBOOK_TRUSTED_PROXY": "10.0.0.0/99"}, "no address or network"),
    ],
)
def test_a_wrong_setting_is_told_in_one_sentence(words, environ, said: str, tmp_path: Path):
    folder = () if "--data" in words else ("--data", str(tmp_path))
    done = run(*words, *folder, environ=environ)
    assert done.returncode == 1
    assert said in done.stderr and "Traceback" not in done.stderr


def test_a_misspelt_command_or_option_is_told_with_exit_code_2_or_1(tmp_path: Path):
    for words in (("serv",), ("token", "creat"), ("explain", "--jsn")):
        done = run(*words)
        assert done.returncode != 0 and "Traceback" not in done.stderr
        assert done.stdout == ""


def test_help_names_every_command():
    done = run("--help")
    assert all(f"│ {command}" in done.stdout for command in COMMANDS)


def test_enrich_answers_line_by_line_in_order():
    lines = [
        {"user_agent": AGENT},
        {"device": "iPhone14,3", "platform": "ios"},
        {"url": "https://shop.example/?utm_source=news", "referrer": "https://www.example.org/a"},
    ]
    done = run("enrich", input="".join(json.dumps(line) + "\n" for line in lines) + "no json\n")
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0 and len(told) == 4
    assert (told[0]["browser_name"], told[0]["os"]) == ("Chrome", "Linux")
    assert told[1]["ios_device"] == "iPhone 13 Pro Max"
    assert told[2]["utms"] == {"source": "news"} and told[2]["referrer"] == "example.org"
    assert "not JSON" in told[3]["error"]


def test_enrich_starts_at_once_and_brings_no_web_framework_and_no_database():
    script = (
        "import sys; from openbook.commands import enrich; import openbook.__main__; "
        "print(sorted(set(sys.modules) & {'litestar', 'granian', 'sqlalchemy', 'psycopg', "
        "'alembic', 'httpx', 'uvicorn'}))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout == "[]\n", done.stdout + done.stderr
    began = time.monotonic()
    assert run("enrich", input="").stdout == ""
    assert time.monotonic() - began < 5


def test_a_reader_that_leaves_early_is_no_error(data: Path):
    command = f"{OPENBOOK} explain --data {data} | head -1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, timeout=120)
    assert "can keep 40 fields" in done.stdout
    assert "Traceback" not in done.stderr
