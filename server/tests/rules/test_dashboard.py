"""The server has a page for each screen, and the browser parts know the interface as it is."""

import re
from pathlib import Path

from openbook.dashboard.routes import SCREENS

ROUTER = Path(__file__).parents[3] / "web" / "dashboard" / "src" / "router.tsx"


def test_every_screen_of_the_router_has_its_page() -> None:
    text = ROUTER.read_text()
    named = dict(re.findall(r"const (\w+) = createRoute\(\{[^}]*?path: '([^']+)'", text))
    routes = re.findall(r"getParentRoute: \(\) => (\w+),\s*path: '([^']+)'", text)
    paths = {(named.get(parent, "") + path).rstrip("/") or "/" for parent, path in routes}
    served = {re.sub(r"\{(?:contact_|conversation_)?(\w+):str\}", r"$\1", path) for path in SCREENS}
    assert paths == served
