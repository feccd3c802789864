"""The wheel, installed into an empty environment on a machine without Node."""

import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import httpx
import msgspec
import pytest

from tests.conftest import free_port, stop, wait_until_ready

SERVER = Path(__file__).parents[2]
LOCK = SERVER / "requirements" / "server.txt"
ADDRESS = "81.2.69.142"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    hatchling = Path(sys.executable).with_name("hatchling")
    subprocess.run([hatchling, "build", "-t", "wheel", "-d", folder], cwd=SERVER, check=True)
    return next(folder.glob("openbook-*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs of an environment that has the wheel and what it depends on."""
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    pip = [folder / "bin" / "python", "-m", "pip", "--quiet", "--disable-pip-version-check"]
    pip += ["install", "--root-user-action", "ignore"]
    subprocess.run([*pip, "--require-hashes", "--only-binary", ":all:", "-r", LOCK], check=True)
    subprocess.run([*pip, "--no-deps", "--no-index", wheel], check=True)
    return folder / "bin"


@pytest.fixture(scope="module")
def environ(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Neither Node nor the repository can be found from here."""
    names = {"HOME", "LANG", "TMPDIR"} & os.environ.keys()
    empty = tmp_path_factory.mktemp("empty")
    data = tmp_path_factory.mktemp("installation") / "data"
    kept = {name: os.environ[name] for name in names}
    return {**kept, "PATH": str(empty), "OPENBOOK_DATA": str(data)}


@pytest.fixture(scope="module")
def running(installed: Path, environ: dict[str, str]) -> Iterator[str]:
    port = free_port()
    data = Path(environ["OPENBOOK_DATA"])
    log = data.parent / "serve.log"
    with log.open("wb") as sink:
        command = [installed / "openbook", "serve", "--port", str(port)]
        process = subprocess.Popen(command, env=environ, cwd=data.parent, stderr=sink)
        try:
            url = f"http://127.0.0.1:{port}"
            wait_until_ready(url, process, log)
            yield url
        finally:
            stop(process)


def test_holds_what_is_used_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for wanted in (
        "openbook/collect/sdk/collector.js",
        "openbook/collect/sdk/collector-chat.js",
        "openbook/migrations/versions/0001_foundation.sql",
        "openbook/catalogue/page.css",
        "openbook/demo/pages/home.html",
    ):
        assert wanted in names
    parts = ("collector", "widget", "widget-view", "widget-talk", "widget-parts", "widget-page")
    for part, suffix in product((*parts, "widget-preview", "widget-ja"), ("", ".gz", ".br")):
        hashed = re.compile(rf"openbook/static/{part}-[0-9a-f]{{16}}\.js{re.escape(suffix)}")
        assert len([name for name in names if hashed.fullmatch(name)]) == 1, part + suffix
    assert {name.rpartition("/")[2] for name in names} >= {"LICENSE", "NOTICE"}
    folders = {name.partition("/")[0].partition("-")[0] for name in names}
    assert folders == {"openbook"}
    assert not [name for name in names if "/build_" in name or name.endswith((".pyc", ".ts"))]


@pytest.mark.timeout(300)
def test_serves_without_node_and_without_the_repository(
    installed: Path, environ: dict[str, str], running: str
) -> None:
    def command(*words: str) -> subprocess.CompletedProcess[str]:
        program = installed / "openbook"
        return subprocess.run([program, *words], env=environ, capture_output=True, text=True)

    shown = msgspec.json.decode(command("workspace", "show", "--json").stdout)
    key = shown["write_key"]
    script = httpx.get(f"{running}/o/{key}.js")
    assert script.status_code == 200
    assert key in script.text
    made = command("snippet", "--pinned", "--url", running).stdout
    address = re.findall(r'src="([^"]+)"', made)[0]
    pinned = httpx.get(address, headers={"Accept-Encoding": "gzip"})
    assert pinned.headers["content-encoding"] == "gzip"
    assert "immutable" in pinned.headers["cache-control"]
    for path in ("/demo", "/what-we-collect", "/health/live"):
        assert httpx.get(f"{running}{path}").status_code == 200, path

    made = command("token", "create", "--name", "wheel", "--role", "admin", "--json")
    bearer = {"Authorization": f"Bearer {msgspec.json.decode(made.stdout)['token']}"}
    message = {"type": "page", "anonymousId": "wheel", "context": {"ip": ADDRESS}}
    sent = httpx.post(f"{running}/v1/batch", json={"batch": [message]}, headers=bearer)
    assert sent.status_code == 200, sent.text
    contact = httpx.get(
        f"{running}/api/contacts", params={"anonymous_id": "wheel"}, headers=bearer
    ).json()["items"][0]
    # No geolocation data was fetched: the address is known, the place is not, and nothing fails.
    assert contact["ip"] == ADDRESS
    assert contact["city"] is None
    assert "No geolocation data is installed" in command("geo", "show").stderr
