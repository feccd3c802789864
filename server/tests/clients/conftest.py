"""The stock clients: installed by npm from the lock file beside `node/package.json`."""

import subprocess
from pathlib import Path

import pytest

from tests.journeys.conftest import (  # noqa: F401
    browser_context_args,
    browser_type_launch_args,
    site,
    until,
)

NODE = Path(__file__).parent / "node"


@pytest.fixture(scope="session")
def packages() -> Path:
    """The folder of the installed npm packages."""
    folder = NODE / "node_modules"
    if not (folder / "@segment").exists():
        # `npm ci` wants other systems' optional packages in the lock file; nothing uses them.
        words = ["npm", "install", "--no-save", "--omit=optional", "--ignore-scripts"]
        words += ["--no-audit", "--no-fund", "--silent"]
        subprocess.run(words, cwd=NODE, check=True, timeout=300)
    return folder
