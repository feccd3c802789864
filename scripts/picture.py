"""Makes docs/pictures/first-contact.png: a real visit to the demo, then the contact it made.

A headless Chromium walks through the demo shop of a fresh installation. It comes through a proxy
that names an address in Italy, as a proxy in front of a real installation would: a visit from this
machine to itself has no place.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from playwright.sync_api import Browser, sync_playwright
from rich.console import Console
from rich.text import Text

ROOT = Path(__file__).resolve().parent.parent
OPENBOOK = Path(sys.executable).with_name("openbook")
PICTURE = ROOT / "docs" / "pictures" / "first-contact.png"
PORT = 18_000
ADDRESS = "2.36.40.1"
WIDTH = 108
AGENT = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/156.0.0.0 Safari/537.36"
)
"""Headless Chromium calls itself a bot, which makes no contact."""
PAGE = """\
<!doctype html><meta charset="utf-8"><style>
body {{ margin: 0; display: inline-block; background: #fff; color: #1f2328 }}
pre {{ margin: 0; padding: 28px 32px; font: 14px/1.5 "Liberation Mono", "DejaVu Sans Mono" }}
pre span {{ color: inherit }}
{stylesheet}
</style><pre><span style="color:#8b949e">$ openbook contact show --latest</span>

{code}</pre>"""


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="openbook-picture-") as data:
        environ = os.environ | {"OPENBOOK_DATA": data, "OPENBOOK_PORT": str(PORT)}
        with serving(environ), sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path="/usr/bin/chromium", args=["--no-sandbox"]
            )
            visit(browser)
            shown = subprocess.run(
                [OPENBOOK, "contact", "show", "--latest"],
                env=environ | {"FORCE_COLOR": "1", "COLUMNS": str(WIDTH), "TERM": "xterm"},
                capture_output=True,
                text=True,
                check=True,
            )
            draw(browser, shown.stdout)
            browser.close()


@contextmanager
def serving(environ: dict[str, str]) -> Iterator[None]:
    """A fresh installation that believes this machine's X-Forwarded-For."""
    command = [OPENBOOK, "serve", "--trusted-proxy", "127.0.0.1/32"]
    process = subprocess.Popen(command, env=environ, stderr=subprocess.DEVNULL)
    try:
        while not _ready():
            if process.poll() is not None:
                sys.exit("openbook serve ended; run it by hand to see why.")
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait()


def visit(browser: Browser) -> None:
    """From a link in a blog over two pages of the shop."""
    context = browser.new_context(
        user_agent=AGENT,
        locale="it-IT",
        timezone_id="Europe/Rome",
        extra_http_headers={"X-Forwarded-For": ADDRESS},
    )
    page = context.new_page()
    for path in ("/demo", "/demo/products", "/demo/pricing"):
        page.goto(f"http://127.0.0.1:{PORT}{path}", referer="https://a-blog.example/pens")
        page.wait_for_timeout(1_500)
    context.close()


def draw(browser: Browser, text: str) -> None:
    """What a terminal would show, as a picture."""
    console = Console(record=True, width=WIDTH, file=Path(os.devnull).open("w"))  # noqa: SIM115
    console.print(Text.from_ansi(text.rstrip()))
    page = browser.new_page(device_scale_factor=2)
    page.set_content(console.export_html(code_format=PAGE))
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    page.locator("body").screenshot(path=PICTURE)


def _ready() -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{PORT}/health/ready").is_success
    except httpx.TransportError:
        return False


if __name__ == "__main__":
    main()
