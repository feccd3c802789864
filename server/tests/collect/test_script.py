"""The collector's script as the server puts it together."""

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openbook.catalogue.policy import read_policy
from openbook.collect import script
from openbook.collect.script import (
    Launcher,
    Script,
    ScriptConfig,
    build_script,
    script_config,
    snippet,
)
from openbook.errors import Misconfigured


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A stand-in for the output of the browser build."""
    path = tmp_path / "collector.js"
    path.write_text("(()=>{const c=__OPENBOOK_CONFIG__;window.c=c})();\n")
    monkeypatch.setattr(script, "BUILT", path)
    monkeypatch.setattr(script, "BUILT_WITH_CHAT", path.with_name("collector-chat.js"))
    build_script.cache_clear()
    yield path
    build_script.cache_clear()


def inlined(made: Script) -> str:
    found = re.fullmatch(rb"\(\(\)=>\{const c=(.*);window\.c=c\}\)\(\);\n", made.body, re.DOTALL)
    assert found
    return found[1].decode()


def test_the_configuration_stands_in_the_script(built: Path) -> None:
    config = ScriptConfig(key="wk", host="https://talk.test", keep=("q",), campaign=True)
    made = build_script(config)
    assert json.loads(inlined(made)) == {
        "key": "wk",
        "host": "https://talk.test",
        "consent": "assumed",
        "gpc": "limit",
        "campaign": True,
        "referrer": True,
        "language": True,
        "timezone": True,
        "page": True,
        "hints": True,
        "keep": ["q"],
    }
    assert gzip.decompress(made.gzip) == made.body
    assert re.fullmatch(r'W/"[0-9a-f]{24}"', made.etag)
    assert build_script(config) is made
    assert build_script(ScriptConfig(key="other", host="https://talk.test")).etag != made.etag


def test_what_a_workspace_switched_off_is_off_in_its_script() -> None:
    usual = script_config(read_policy({}), "wk", "https://talk.test/")
    assert usual == ScriptConfig(key="wk", host="https://talk.test")
    strict = read_policy(
        {
            "collect.utms": True,
            "collect.referrer": False,
            "collect.last_page_viewed": False,
            "consent.mode": "required",
            "gpc.mode": "refuse",
            "url.keep": ["q", "color"],
        }
    )
    assert script_config(strict, "wk", "https://talk.test") == ScriptConfig(
        key="wk",
        host="https://talk.test",
        consent="required",
        gpc="refuse",
        campaign=True,
        referrer=False,
        page=False,
        keep=("color", "q"),
    )


def test_a_site_with_chat_gets_its_button_and_where_its_panel_is(built: Path) -> None:
    launcher = Launcher(colour="#0b6e4f", ink="#ffffff", position="left")
    config = script_config(read_policy({}), "wk", "https://talk.test/", launcher)
    built.with_name("collector-chat.js").write_text(f"/* chat */{built.read_text()}")
    made = build_script(config)
    assert made.body.startswith(b"/* chat */")
    shown = json.loads(made.body.split(b"const c=")[1].split(b";window")[0])["chat"]
    assert re.fullmatch(r"/static/widget-[0-9a-f]{16}\.js", shown.pop("panel"))
    assert shown == {"colour": "#0b6e4f", "ink": "#ffffff", "position": "left"}
    alone = build_script(ScriptConfig(key="wk", host="https://talk.test"))
    assert "chat" not in json.loads(inlined(alone))


def test_no_configuration_can_leave_its_place_in_the_script(built: Path) -> None:
    @given(st.text(), st.lists(st.text(), max_size=3))
    def holds(key: str, keep: list[str]) -> None:
        text = inlined(build_script(ScriptConfig(key=key, host="https://h", keep=tuple(keep))))
        assert json.loads(text)["key"] == key
        assert not re.search("[<>&\u2028\u2029]", text)

    holds()


def test_a_script_that_is_not_built_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(script, "BUILT", tmp_path / "none.js")
    build_script.cache_clear()
    with pytest.raises(Misconfigured, match="make setup"):
        build_script(ScriptConfig(key="wk", host="https://h"))


def test_the_snippet_names_the_script_and_escapes_what_it_is_given() -> None:
    assert snippet("https://talk.test/", "wk_1").endswith(
        '<script async src="https://talk.test/o/wk_1.js"></script>'
    )
    hostile = snippet('https://h/"><script>', "k", nonce='"x')
    assert hostile.count("<script") == 2
    assert 'nonce="&quot;x"' in hostile
