"""Builds ``enrich/data/bots.txt`` from three published lists of crawlers.

    python server/bench/bot_lists.py

needs the development dependencies ``crawlerdetect`` (MIT), ``crawler-user-agents`` (MIT) and
``is-bot`` (Apache-2.0, after isbot, Unlicense). Run it when one of them has a new release, then
measure with ``user_agents.py``. A pattern that a list tries on every agent must not cost people:
those that hit people's browsers on labelled suites are left out, or need a second list.
"""

import json
import re
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

import crawleruseragents  # pyright: ignore[reportMissingTypeStubs]
import re2  # pyright: ignore[reportMissingTypeStubs]
from crawlerdetect.providers.crawlers import data as crawlerdetect_patterns
from is_bot._patterns import default_patterns as is_bot_patterns

TARGET = Path(__file__).parents[1] / "openbook" / "collect" / "enrich" / "data" / "bots.txt"

# What RE2 has no words for (look-around), said otherwise. None: left out.
TRANSLATED = {
    r"(?:^|[^g])news(?!sapphire)": r"(?:^|[^g])news(?:[^s]|s[^a]|s?$)",
    r"(?<! channel/|google/)google(?!(?:wv|app|/google| pixel))": None,
    r"(?<! cu)bots?(?:\b|_)": r"bots?(?:\b|_)",
    r"(?<!cam)scan": r"(?:^|[^m]|[^a]m|[^c]am)scan",
    r"(?<!lib)http": r"(?:^|[^b]|[^i]b|[^l]ib)http",
    r"java(?!;)": r"java(?:[^;]|$)",
    r"Yandex(?!Search)": r"Yandex(?:[^S]|$)",
}
# The one pattern that finds most crawlers. Others whose own text it finds are left out, so
# that the automaton stays small.
GENERAL = (
    r"bot|crawl|archiver|transcoder|spider|uptime|validator|fetcher|cron|checker|extractor"
    r"|monitoring|analyzer|scraper|headless|reader"
)
# Left out: they are in the agents of mail programs, phones, office suites, toolbars, browsers.
LEFT_OUT = {
    *("androiddownloadmanager", "demon", r"excel\/", "microsoft office", r"podcastaddict\/"),
    *(r"powerpoint\/", "qqdownload", r"voyager\/", "windows-rss-platform", r"word\/"),
    *(r";\s\w+;$", r"\(\)", r"^[<\(;]", "^[^ ]{50,}$", r"^\d+\b", "^amaya", "^client/"),
    *("^ddg[_-]android", "^downcast/", "^hotzonu", "^netsurf", "browsex", "catch", "chromeframe"),
    *("download", "firephp", "manager", "sogou", "podimo", r"^[\w \.\-\(?:\):%]+(?:/v?\d+"),
    *("yahoo", "silk", "daum", "butterfly", "viber", r"code\/1\.", "fluid", "buddy", "sonic"),
    *("nyu", r"008\/", "speedy", "webster", "stumbleupon", "torrent", "offbyone", "blackboard"),
    *("radar", "24x7", r"\|", "tulipchain", r"ap3a\.240617\.008", r"slack\/", r"newsgator"),
    *("microsoft outlook", "outlook-ios", r"ning\/", "peoplepal", "synapse", "webmon "),
    *(
        "webmon",
        "advisor",
        "splash",
        "quiterss",
        r"cmcm\.com",
        "seznam",
        "optimize",
        "spruce",
        "elinks",
        "lynx",
    ),
    *("goodreader", "voyager", "duckduckgo", "ecosia", "spotify", "instagram", r"^qq\/"),
}
# Good evidence only beside a second list's: parts of words in names of devices and add-ons.
NEED_A_SECOND = {
    *(r"(?:^|[^g])news(?:[^s]|s[^a]|s?$)", r"\b\w+\.ai", r"^[\w\-]+/[\w]+$", "whatsapp"),
    *(r"^\w+/[\w\(\)]*$", r"^\w+/\d\.\d\s\([\w@]+\)$", r"agent\b", "capture", "detect"),
    *("discovery", "feed", r"java(?:[^;]|$)", "library", "parser", "preview", "proxy"),
    *(r"rss\b", "server", "tools", "url", r"yandex(?:[^s]|$)", "^yandex", "curl", "libwww"),
    *("okhttp", r"khttp\/", r"\.com\b", r"github\.com", r"ant\.com", r"@[a-z][\w-]+\."),
    *("instapaper", r"instapaper\/", "^whatsapp", r"(?:^|[^b]|[^i]b|[^l]ib)http", "mojeek"),
    *("google web preview", "abonti", "images", "analyze", "radar", "client"),
}


def lists() -> dict[str, list[str]]:
    """The patterns of each list by its letter, as RE2 writes them; case never matters."""
    packaged = files(crawleruseragents) / "crawler-user-agents.json"
    own = {
        "D": crawlerdetect_patterns,
        "C": [entry["pattern"] for entry in json.loads(packaged.read_text("utf-8"))],
        "I": sorted(is_bot_patterns),
    }
    translated = {
        letter: [TRANSLATED.get(pattern, pattern) for pattern in patterns]
        for letter, patterns in own.items()
    }
    return {letter: [p for p in patterns if p] for letter, patterns in translated.items()}


def build() -> list[str]:
    """The lines of the data file."""
    sure, weak = {GENERAL}, set()
    for letter, patterns in lists().items():
        for pattern in patterns:
            key = pattern.lower()
            if key in LEFT_OUT or any(key.startswith(p) for p in LEFT_OUT if p[-1] == "+"):
                continue
            if key in NEED_A_SECOND:
                weak.add(f"{letter} :: {pattern}")
            elif not re.search(GENERAL, key):
                sure.add(pattern)
    distinct = {pattern.lower(): pattern for pattern in sorted(sure)}
    for pattern in distinct.values():
        re2.compile(pattern)
    return [*(f"* :: {p}" for p in sorted(distinct.values())), *sorted(weak)]


HEADER = """\
# Marks of crawlers and other machines in user agents; case does not matter. Generated by
# server/bench/bot_lists.py from
#   crawlerdetect {0} (MIT), crawler-user-agents {1} (MIT), is-bot {2} (Apache-2.0)
#
#   "*", or the list's letter :: pattern
#
# One pattern with "*" makes a machine; of the others it takes two, from different lists.
"""


def main() -> None:
    """Writes the data file and says how many patterns it has."""
    names = ("crawlerdetect", "crawler-user-agents", "is-bot")
    lines = build()
    TARGET.write_text(HEADER.format(*map(version, names)) + "\n" + "\n".join(lines) + "\n", "utf-8")
    print(f"{TARGET.name}: {len(lines)} patterns")


if __name__ == "__main__":
    main()
