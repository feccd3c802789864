"""How soon the contacts are on the screen, and how smoothly a long list is scrolled, in Chromium.

    python server/bench/dashboard.py [--contacts N] [--data FOLDER] [--loads N] [--rounds N]

The time from the navigation to the first rows, with nothing in the browser's cache, against that
of a page with nothing on it, built with the same libraries and served in the same way: one of each
in turn, medians. The first rows are drawn from what the server put into the page; when the screen
has taken them over, with all its keys and buttons, is told beside it. Then a list of a million
contacts is scrolled by the wheel, page by page and to its loaded end; a task of the page may take
50 ms. Of several rounds the calmest counts, since a busy machine makes a task long that is not.
`--data` keeps the filled database for the next run.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from figures import progress, tell
from measuring import Server, empty_page, openbook
from playwright.sync_api import Browser, Page, StorageState, sync_playwright
from populating import fill

MILLION = 1_000_000
TIMES = 1.3
"""So many times the empty page's time the first rows may take."""
LONGEST = 50.0
"""Milliseconds for which the page may not answer a hand."""
STEPS, STEP_PX, PAUSE_MS = 120, 1_100, 40
CHROMIUM = "/usr/bin/chromium"
WEB = Path(__file__).parents[2] / "web"
ROWS = "[role=rowgroup] [role=row]:not([aria-hidden])"
SCREEN = f"#root {ROWS}"
WHEN = """(selectors) => {
  window.seenAt = {};
  const look = () => {
    for (const selector of selectors) {
      if (selector in window.seenAt || !document.querySelector(selector)) continue;
      window.seenAt[selector] = undefined;
      requestAnimationFrame(() => { window.seenAt[selector] = performance.now(); });
    }
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true });
  look();
}"""
WATCH = """() => {
  window.long = [];
  new PerformanceObserver((list) => {
    for (const task of list.getEntries()) window.long.push(task.duration);
  }).observe({ entryTypes: ['longtask'] });
}"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--contacts", type=int, default=MILLION)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--loads", type=int, default=15)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="openbook-empty-")))
        weight = build_empty(folder)
        empty = stack.enter_context(empty_page(folder))
        options = ("--trusted-proxy", "127.0.0.1/32")
        product = stack.enter_context(openbook(*options, data=asked.data))
        fill(product, asked.contacts)
        browser = stack.enter_context(chromium())
        state = signed_in(browser, product)
        rows, screens, floor = loads(browser, state, product, empty, asked.loads)
        tasks = scrolling(browser, state, product, asked.rounds)
    ratio = statistics.median(rows) / statistics.median(floor)
    calmest = min(tasks)
    result = {
        "name": "dashboard",
        "unit": "first rows",
        "cpu_us_per_unit": None,
        "floor_us_per_unit": None,
        "ratio": round(ratio, 3),
        "per_second": None,
        "p50_ms": round(statistics.median(rows), 1),
        "p99_ms": round(max(rows), 1),
        "screen_ms": round(statistics.median(screens), 1),
        "empty_ms": round(statistics.median(floor), 1),
        "empty_script_bytes": weight,
        "contacts": asked.contacts,
        "longest_task_ms": round(calmest, 1),
        "longest_task_of_each_round_ms": [round(one, 1) for one in tasks],
        "load": [round(one, 2) for one in os.getloadavg()],
        "passed": ratio <= TIMES and calmest <= LONGEST,
    }
    tell(
        result,
        [
            ("first rows", f"{result['p50_ms']} ms after the navigation, cold"),
            ("screen", f"{result['screen_ms']} ms until it has taken them over"),
            ("empty page", f"{result['empty_ms']} ms with {weight:,} bytes of script"),
            ("ratio", f"{ratio:.2f}, bar {TIMES}"),
            ("longest task", f"{calmest:.0f} ms while scrolling, bar {LONGEST:.0f}; {tasks}"),
        ],
    )


def build_empty(folder: Path) -> int:
    """Build the page with nothing on it; its bytes of script after gzip."""
    environ = os.environ | {"EMPTY_FOLDER": str(folder)}
    config = WEB / "dashboard" / "empty"
    vite = WEB / "node_modules" / ".bin" / "vite"
    build = [vite, "build", "--config", config / "vite.config.ts", "--logLevel", "error"]
    subprocess.run(build, cwd=WEB / "dashboard", env=environ, check=True, stdout=sys.stderr)
    packed = subprocess.run(
        ["node", config / "pack.mjs", folder], check=True, capture_output=True, text=True
    )
    return int(packed.stdout)


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


def signed_in(browser: Browser, product: Server) -> StorageState:
    """The owner's session."""
    url = f"http://127.0.0.1:{product.port}"
    link = json.loads(product.command("owner-link", "--url", url, "--json"))["url"]
    context = browser.new_context()
    page = context.new_page()
    page.goto(link)
    go = page.locator("form button[type=submit]")
    go.wait_for()
    if page.get_by_label("E-mail").count():
        page.get_by_label("E-mail").fill("owner@bench.test")
        page.get_by_label("Name").fill("Olga Owner")
    go.click()
    page.wait_for_url("**/contacts")
    state = context.storage_state()
    context.close()
    return state


def loads(
    browser: Browser, state: StorageState, product: Server, empty: Server, times: int
) -> tuple[list[float], list[float], list[float]]:
    """Milliseconds to the first rows and until they are the screen's, and to the empty page's
    heading, one page of each in turn."""
    rows: list[float] = []
    screens: list[float] = []
    floor: list[float] = []
    for number in range(times + 1):
        address = f"http://127.0.0.1:{product.port}/contacts"
        first, screen = seen_after(browser, state, address, ROWS, SCREEN)
        [bare] = seen_after(browser, state, f"http://127.0.0.1:{empty.port}/contacts", "h1")
        if number > 0:  # the first of each warms the servers up
            rows.append(first)
            screens.append(screen)
            floor.append(bare)
    progress(f"first rows {sorted(map(round, rows))} ms, empty {sorted(map(round, floor))} ms")
    progress(f"the whole screen {sorted(map(round, screens))} ms")
    return rows, screens, floor


def seen_after(browser: Browser, state: StorageState, address: str, *selectors: str) -> list[float]:
    """Milliseconds from the navigation until the frame in which each selector is there."""
    context = browser.new_context(storage_state=state)  # nothing is in its cache
    page = context.new_page()
    page.add_init_script(f"({WHEN})({json.dumps(selectors)})")
    page.goto(address, wait_until="commit")
    for selector in selectors:
        page.locator(selector).first.wait_for(state="attached")
    page.wait_for_timeout(100)  # its frame is drawn
    seen: dict[str, float] = page.evaluate("window.seenAt")
    context.close()
    return [seen[selector] for selector in selectors]


def scrolling(browser: Browser, state: StorageState, product: Server, rounds: int) -> list[float]:
    """The longest task of each round in milliseconds; 0 where none took long."""
    longest = []
    for _ in range(rounds):
        context = browser.new_context(storage_state=state, viewport={"width": 1440, "height": 900})
        page = context.new_page()
        page.goto(f"http://127.0.0.1:{product.port}/contacts")
        page.locator(SCREEN).first.wait_for()
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(1_000)
        page.evaluate(WATCH)
        scroll(page)
        longest.append(max(page.evaluate("window.long"), default=0.0))
        progress(f"tasks over 50 ms: {[round(one) for one in page.evaluate('window.long')]}")
        context.close()
    return longest


def scroll(page: Page) -> None:
    """By the wheel, by the key to the end of what is loaded, and back up."""
    box: Any = page.get_by_role("table").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    for number in range(STEPS):
        page.mouse.wheel(0, STEP_PX)
        page.wait_for_timeout(PAUSE_MS)
        if number % 40 == 39:
            page.get_by_role("table").press("End")
            page.wait_for_timeout(300)
    for _ in range(STEPS // 4):
        page.mouse.wheel(0, -4 * STEP_PX)
        page.wait_for_timeout(PAUSE_MS)


if __name__ == "__main__":
    main()
