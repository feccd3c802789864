"""In a default install nothing leaves the machine: every system call of the server is watched."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import httpx
import msgspec
import pytest

from tests.conftest import OPENBOOK, free_port, stop, wait_until_ready

TRACE = ["strace", "-D", "-f", "-qq", "-e", "trace=connect,sendto,sendmsg", "-e", "signal=none"]
ADDRESS = re.compile(r'sa_family=AF_INET6?\b[^}]*?"([0-9a-f.:]+)"')
HERE = re.compile(r"127\..*|::1|::ffff:127\..*")
AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156.0.0.0 Safari/537.36"


def elsewhere(trace: str) -> set[str]:
    """The addresses of other machines in what strace wrote."""
    return {found for found in ADDRESS.findall(trace) if not HERE.fullmatch(found)}


def may_trace() -> bool:
    return bool(shutil.which("strace")) and subprocess.run([*TRACE, "true"]).returncode == 0


def test_what_counts_as_elsewhere() -> None:
    name_server = 'sin_port=htons(53), sin_addr=inet_addr("192.0.2.53")}, 16) = 0'
    assert elsewhere("connect(9, {sa_family=AF_INET, " + name_server) == {"192.0.2.53"}
    far = 'sin6_port=htons(443), inet_pton(AF_INET6, "2001:db8::1", &sin6_addr)}, 28) = 0'
    assert elsewhere("connect(9, {sa_family=AF_INET6, " + far) == {"2001:db8::1"}
    near = 'connect(9, {sa_family=AF_INET, sin_addr=inet_addr("127.0.0.1")}, 16) = 0'
    assert elsewhere(near + '\nconnect(3, {sa_family=AF_UNIX, sun_path="/x"}, 110) = 0') == set()


@pytest.mark.skipif(not may_trace(), reason="strace is missing or may not trace here")
def test_nothing_leaves_the_machine(tmp_path: Path) -> None:
    port, trace, log = free_port(), tmp_path / "trace", tmp_path / "log"
    environ = {key: value for key, value in os.environ.items() if not key.startswith("OPENBOOK_")}
    environ["OPENBOOK_DATA"] = str(tmp_path / "data")
    url = f"http://127.0.0.1:{port}"
    with log.open("wb") as sink:
        serve = [OPENBOOK, "serve", "--port", str(port)]
        process = subprocess.Popen([*TRACE, "-o", trace, *serve], env=environ, stderr=sink)
        try:
            wait_until_ready(url, process, log)
            use(url, environ)
        finally:
            stop(process)
    traced = trace.read_text()
    assert "AF_UNIX" in traced or "AF_INET" in traced
    assert elsewhere(traced) == set()


def use(url: str, environ: dict[str, str]) -> None:
    """A visit with all that is looked up, a contact made by hand, and every page."""

    def command(*words: str) -> dict[str, str]:
        done = subprocess.run([OPENBOOK, *words], env=environ, capture_output=True, check=True)
        return msgspec.json.decode(done.stdout)

    key = command("workspace", "show", "--json")["write_key"]
    token = command("token", "create", "--name", "t", "--role", "admin", "--json")["token"]
    page = {"url": "https://shop.example/", "referrer": "https://blog.example/"}
    context = {"page": page, "userAgent": AGENT, "ip": "81.2.69.142", "timezone": "Europe/Rome"}
    visit = {"type": "page", "anonymousId": "a", "context": context}
    bearer = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=url, timeout=30) as http:
        for sender in ({"auth": (key, "")}, {"headers": bearer}):
            assert http.post("/v1/batch", json={"batch": [visit]}, **sender).status_code == 200  # type: ignore[arg-type]
        made = http.post("/api/contacts", json={"email": "ada@nowhere.example"}, headers=bearer)
        assert made.status_code == 201
        for path in ("/demo", "/what-we-collect", "/api/docs", f"/o/{key}.js", "/api/contacts"):
            assert http.get(path, headers=bearer).status_code == 200, path
