"""The server has a page for each screen, and the browser parts know the interface as it is."""

import re
from pathlib import Path

from openbook.dashboard.routes import SCREENS

ROUTER = Path(__file__).parents[3] / "web" / "dashboard" / "src" / "router.tsx"


def test_every_screen_of_the_router_has_its_page() -> None:
    paths = set(re.findall(r"path: '([^']+)'", ROUTER.read_text()))
    assert paths == {re.sub(r"\{(?:contact_)?(\w+):str\}", r"$\1", path) for path in SCREENS}
