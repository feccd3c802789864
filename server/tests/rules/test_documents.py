"""What is not documented fails: settings, commands, the interface, links."""

import re
from pathlib import Path

import msgspec

from openbook.__main__ import COMMANDS
from openbook.catalogue.policy import shown_settings
from openbook.reference.document import openapi_document
from openbook.settings import Settings, write_settings

ROOT = Path(__file__).parents[3]
SETTINGS = (ROOT / "docs" / "settings.md").read_text()
COMMAND_LINE = (ROOT / "docs" / "command-line.md").read_text()
INTERNAL = {"OPENBOOK_SERVING_CONNINFO"}
"""What one process of openbook tells another."""
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)\s#]+)")


def test_every_variable_is_documented() -> None:
    everything = Settings(
        **dict.fromkeys(Settings.__struct_fields__, "x") | {"trusted_proxies": ()}
    )
    variables = set(write_settings(everything))
    for path in (ROOT / "server" / "openbook").rglob("*.py"):
        variables |= set(re.findall(r'"(OPENBOOK_[A-Z_]+)"', path.read_text()))
    assert [name for name in variables - INTERNAL if f"`{name}`" not in SETTINGS] == []


def test_every_setting_is_documented() -> None:
    assert [key for key in shown_settings({}) if f"`{key}`" not in SETTINGS] == []


def test_every_documented_switch_exists() -> None:
    documented = set(re.findall(r"`(collect\.[a-z_]+)`", SETTINGS))
    assert documented <= shown_settings({}).keys()


def test_every_command_is_documented() -> None:
    assert [name for name in COMMANDS if f"openbook {name}" not in COMMAND_LINE] == []


def test_the_openapi_file_is_what_the_server_says() -> None:
    """If this fails: make spec."""
    kept = msgspec.json.decode((ROOT / "spec" / "openapi.json").read_bytes())
    assert kept == msgspec.to_builtins(openapi_document())


def test_no_link_between_the_documents_is_broken() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    broken = [
        f"{page.relative_to(ROOT)}: {link}"
        for page in pages
        for link in LINK.findall(page.read_text())
        if not (page.parent / link).exists()
    ]
    assert broken == []
