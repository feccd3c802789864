"""Finds the operating system that a user agent names, and its version as people know it."""

from openbook.collect.enrich.browser_rules.patterns import finder, rows

_NO_VERSION = {"-", "frozen"}
_OWN = rows("systems.txt")
_NAMES = {row[0]: row[1] for row in rows("system_names.txt")}
_VERSIONS = {(row[0], row[1]): row[2] for row in rows("system_versions.txt")}


def _version(row: list[str]) -> str:
    if len(row) < 3:
        return "$1"
    return "" if row[2] in _NO_VERSION else row[2]


_find = finder([(row[0], row[1], _version(row)) for row in _OWN], known=1)
_find_known = finder([], known=1)


def find_system(agent: str) -> tuple[str | None, str | None]:
    """Name and version; a version that browsers froze is None."""
    found = _find(agent)
    if found is None:
        return None, None
    rule, version = found
    if isinstance(rule, int):
        name = _OWN[rule][0]
        if not version and _OWN[rule][-1] != "frozen":
            version = _known_version(agent, name)
    else:
        name = _NAMES.get(rule, rule)
    version = (version or "").replace("_", ".").strip(".")
    version = _VERSIONS.get((name, version), version)
    return name, version if version not in ("", "-") else None


def _known_version(agent: str, name: str) -> str | None:
    known = _find_known(agent)
    if known is None or _NAMES.get(str(known[0]), known[0]) != name:
        return None
    return known[1]
