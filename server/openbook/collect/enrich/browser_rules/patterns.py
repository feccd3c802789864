"""Compiles the pattern files into one automaton each for browsers and for systems."""

from collections.abc import Callable
from importlib.resources import files
from operator import attrgetter

import ua_parser_rs  # pyright: ignore[reportMissingModuleSource]
from ua_parser_builtins.matchers import MATCHERS

Found = tuple[int | str, str | None]

_DATA = files("openbook.collect.enrich") / "data"
_MATCHER = attrgetter("regex", "family", "major", "minor", "patch", "patch_minor")
_PARTS = attrgetter("major", "minor", "patch", "patch_minor")
_VERSION = r"(?:[/ ]v?(\d+(?:\.\d+)*)|\b)"


def rows(file_name: str) -> list[list[str]]:
    """The rows of a data file, cut at " :: "; blank lines and those from ``#`` on are left out."""
    lines = (_DATA / file_name).read_text("utf-8").splitlines()
    kept = (line for line in lines if line.strip() and not line.startswith("#"))
    return [line.split(" :: ") for line in kept]


def finder(
    own: list[tuple[str, str, str]], known: int | None = None
) -> Callable[[str], Found | None]:
    """Returns a search for the first of our (name, pattern, version) rows, then of ua-parser's.

    ``known`` is 0 for ua-parser's browsers, 1 for its systems, None for our rows alone. What the
    search finds is the version and the number of our row, or the name where the agent gives it
    (a row's with "$1" in it, ua-parser's). The automaton looks at all patterns in one pass over
    the agent, so a long list costs little more than a short one.
    """
    ours = [
        (_expand(pattern), name if "$" in name else f"#{number}", version, None, None, None)
        for number, (name, pattern, version) in enumerate(own)
    ]
    # The extractor for systems serves for browsers too: it alone fills "$1" into versions.
    theirs = [] if known is None else map(_MATCHER, MATCHERS[known])
    extract = ua_parser_rs.OSExtractor([*ours, *theirs]).extract

    def find(agent: str) -> Found | None:
        found = extract(agent)
        if found is None or found.family == "Other":
            return None
        version = ".".join(part for part in _PARTS(found) if part)
        family = found.family
        return int(family[1:]) if family[0] == "#" else family, version.rstrip(".") or None

    return find


def _expand(pattern: str) -> str:
    return rf"\b(?:{pattern[1:]}){_VERSION}" if pattern[0] == "=" else pattern
