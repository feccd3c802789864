"""Built files under /static: named by their content, compressed, kept for a year."""

import base64
import gzip
import hashlib
import re

import httpx
import pytest

from openbook.assets import FOLDER, asset
from tests.conftest import Server


@pytest.fixture
def address(server: Server) -> str:
    return f"{server.url}/static/{asset('collector.js').file}"


def test_the_name_and_the_integrity_are_those_of_the_content() -> None:
    found = asset("collector.js")
    content = (FOLDER / found.file).read_bytes()
    assert found.file == f"collector-{hashlib.sha256(content).hexdigest()[:16]}.js"
    digest = base64.b64encode(hashlib.sha384(content).digest()).decode()
    assert found.integrity == f"sha384-{digest}"


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("identity", None),
        ("*", None),
        ("", None),
    ],
)
def test_a_browser_gets_the_smallest_coding_it_takes(
    address: str, accepted: str, coding: str | None
) -> None:
    with httpx.stream("GET", address, headers={"Accept-Encoding": accepted}) as answer:
        raw = b"".join(answer.iter_raw())
        headers = answer.headers
    assert answer.status_code == 200
    assert headers.get("content-encoding") == coding
    assert headers["cache-control"] == "public, max-age=31536000, immutable"
    assert headers["vary"] == "Accept-Encoding"
    assert headers["content-type"].startswith("text/javascript")
    plain = (FOLDER / asset("collector.js").file).read_bytes()
    if coding == "gzip":
        assert gzip.decompress(raw) == plain
    elif coding is None:
        assert raw == plain
    else:
        assert len(raw) < len(gzip.compress(plain, 9))


@pytest.mark.parametrize("name", ["manifest.json", "none.js", "..%2fcollect%2fscript.py", "%00"])
def test_nothing_but_the_files_of_the_manifest_is_sent(server: Server, name: str) -> None:
    assert httpx.get(f"{server.url}/static/{name}").status_code in (400, 404)


def test_the_button_of_a_page_of_before_an_upgrade_gets_the_present_panel(server: Server) -> None:
    former = httpx.get(f"{server.url}/static/widget-0123456789abcdef.js")
    assert former.content == (FOLDER / asset("widget.js").file).read_bytes()
    assert former.headers["cache-control"] == "no-cache"
    other = httpx.get(f"{server.url}/static/widget-view-0123456789abcdef.js")
    assert other.status_code == 404, "its parts are not what the former panel expects"


def test_the_settings_alone_are_there_for_the_pinned_script(server: Server) -> None:
    answer = httpx.get(f"{server.url}/o/{server.write_key}.json")
    assert answer.headers["access-control-allow-origin"] == "*"
    config = answer.json()
    assert config["key"] == server.write_key
    # The script of a write key has the very same settings in it.
    script = httpx.get(f"{server.url}/o/{server.write_key}.js").text
    inlined = re.sub(r"\s", "", answer.text)
    assert inlined in script
    assert httpx.get(f"{server.url}/o/none.json").status_code == 404
