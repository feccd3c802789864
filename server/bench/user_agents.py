"""Measures browser, system and bot reading on suites that other projects publish.

    python server/bench/user_agents.py [CACHE_FOLDER] [--misses SUITE]

fetches them into CACHE_FOLDER (var/bench/agents) first (npm, pip, mvn and go must be on the path).
"""

import argparse
import json
import random
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

from agent_names import fold_browser, fold_system, major, same_version
from agent_suites import Case, fetch, read

from openbook.collect.enrich.browser import Browser, read_browser

BIG = {
    *("chrome", "safari", "firefox", "edge", "opera", "operamini", "internetexplorer"),
    *("samsung", "uc", "yandex", "android", "silk", "vivaldi", "brave", "duckduckgo"),
    *("facebook", "instagram", "wechat", "line", "google", "qq", "miui", "huawei", "whale"),
}
FROZEN = ("Windows NT 10.0", "Mac OS X 10_15_7", "Mac OS X 10.15", "Android 10; K")
LINUXES = {
    *("ubuntu", "kubuntu", "xubuntu", "lubuntu", "debian", "fedora", "redhat", "centos", "suse"),
    *("arch", "gentoo", "mageia", "mandriva", "slackware", "mint", "elementaryos", "pclinuxos"),
}
BARS = {
    "browser": 93, "big+major": 95.5, "os": 96, "os version": 96,
    "bot found": 94, "people kept": 99.7,
}  # fmt: skip
"""Per cent that are wanted over all suites together."""
PER_SECOND = 10_000
MEASURES = ("browser", "big+major", "os", "os version", "bot found", "people kept")


class Score:
    """Right and all answers of one measure of one suite, and the commonest misses."""

    def __init__(self) -> None:
        self.right = 0
        self.all = 0
        self.misses: Counter[tuple[str, ...]] = Counter()
        self.example: dict[tuple[str, ...], str] = {}

    def add(self, right: bool, miss: tuple[str, ...], agent: str) -> None:
        self.all += 1
        self.right += right
        if not right:
            self.misses[miss] += 1
            self.example.setdefault(miss, agent)

    def __str__(self) -> str:
        return f"{100 * self.right / self.all:6.2f} ({self.all})" if self.all else "-"


def judge(case: Case, got: Browser, scores: dict[str, Score]) -> None:
    """Adds one case to the measures that its suite has labels for."""
    if case.bot is True:
        scores["bot found"].add(got.bot, (case.agent,), case.agent)
        return
    if case.bot is False:
        scores["people kept"].add(not got.bot, (case.agent,), case.agent)
    if case.browser:
        wanted, name = fold_browser(case.browser), fold_browser(got.browser_name)
        scores["browser"].add(wanted == name, (wanted, name), case.agent)
        if wanted in BIG and case.browser_version and major(case.browser_version):
            versions = major(case.browser_version), major(got.browser_version)
            right = wanted == name and versions[0] == versions[1]
            scores["big+major"].add(right, (wanted, name, *versions), case.agent)
    if case.os:
        wanted, name = fold_system(case.os), fold_system(got.os)
        right = wanted == name or (wanted == "linux" and name in LINUXES)
        scores["os"].add(right, (wanted, name), case.agent)
        if (
            case.os_version
            and wanted == name
            and not (any(f in case.agent for f in FROZEN) and not case.headers)
        ):
            right = same_version(case.os_version, got.os_version)
            labels = (wanted, case.os_version, str(got.os_version))
            scores["os version"].add(right, labels, case.agent)


def speed(agents: list[str]) -> dict[str, float]:
    """Diverse agents per second on one core, and the worst of some hostile ones in ms."""
    agents = list(dict.fromkeys(agents))
    random.Random(7).shuffle(agents)
    started = time.process_time()
    for agent in agents[:20_000]:
        read_browser(agent, {})
    taken = time.process_time() - started
    worst = 0.0
    for hostile in ("1" * 8192, "a/1 " * 2048, "(" * 8192, "Mozilla/5.0 " * 700, "\u0130" * 8192):
        started = time.perf_counter()
        read_browser(hostile, {})
        worst = max(worst, time.perf_counter() - started)
    return {"per_second": min(len(agents), 20_000) / taken, "worst_ms": worst * 1000}


def measure(cases: Iterable[Case]) -> dict[str, dict[str, Score]]:
    """Scores by suite and measure; suites with client hints count apart as ``... hinted``."""
    scores: dict[str, dict[str, Score]] = defaultdict(lambda: defaultdict(Score))
    for case in cases:
        hinted = any(name.startswith("sec-ch-ua") for name in case.headers)
        got = read_browser(case.agent, case.headers)
        judge(case, got, scores[f"{case.suite} hinted" if hinted else case.suite])
    return scores


def show(scores: dict[str, dict[str, Score]], misses: str | None) -> None:
    """Prints one row a suite, and on demand the commonest misses of one suite."""
    print(f"{'suite':24}" + "".join(f"{name:>17}" for name in MEASURES))
    for suite, by_name in scores.items():
        print(f"{suite:24}" + "".join(f"{by_name[name]!s:>17}" for name in MEASURES))
    for name, score in scores[misses].items() if misses else ():
        for miss, times in score.misses.most_common(40):
            print(name, times, miss, "|", score.example[miss][:260])


def main() -> None:
    """Fetches, measures, prints the table and one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cache", type=Path, nargs="?", default=Path("var/bench/agents"))
    parser.add_argument("--misses", metavar="SUITE")
    options = parser.parse_args()
    fetch(options.cache)
    cases = list(read(options.cache))
    scores = measure(cases)
    show(scores, options.misses)
    totals = {}
    for name in MEASURES:
        right = sum(s[name].right for s in scores.values())
        everything = sum(s[name].all for s in scores.values())
        totals[name] = round(100 * right / max(1, everything), 2)
    quick = speed([case.agent for case in cases])
    missed = [name for name, bar in BARS.items() if totals[name] < bar]
    figures = {
        "name": "user-agents",
        **totals,
        **quick,
        "missed": missed,
        "passed": not missed and quick["per_second"] >= PER_SECOND,
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
