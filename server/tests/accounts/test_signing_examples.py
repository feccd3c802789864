"""The examples of signing in the documents: each is run where its language is installed."""

import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from openbook.accounts.keys import ALGORITHMS, new_identity_key
from openbook.accounts.tokens import Expired, Forged, Verified, verify_identity

FOLDER = Path(__file__).parents[3] / "docs" / "signing"
EXAMPLES = {
    "sign.py": [sys.executable],
    "sign.mjs": ["node"],
    "sign.php": ["php"],
    "sign.rb": ["ruby"],
    "Sign.java": ["java"],
    "sign.go": ["go", "run"],
}
NAME = 'Zoë "the \\ first"'
BUILT_BY_GO = Path(__file__).parents[3] / "var" / "go"
"""Kept: to build the standard library that the example needs takes twenty seconds."""


def test_every_example_is_tried() -> None:
    assert {path.name for path in FOLDER.iterdir()} == set(EXAMPLES)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("name", EXAMPLES)
def test_what_an_example_signs_is_believed(name: str, algorithm: str) -> None:
    command = EXAMPLES[name]
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed here")
    key, secret = new_identity_key(algorithm)
    workspace_id = uuid4()
    environment = {
        **os.environ,
        "OPENBOOK_KEY": secret,
        "OPENBOOK_KID": key.kid,
        "OPENBOOK_WORKSPACE": str(workspace_id),
        "GOCACHE": str(BUILT_BY_GO),
        "GOFLAGS": "-mod=mod",
    }
    ended = subprocess.run(
        [*command, str(FOLDER / name), "user-1", "zoe@example.com", NAME],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ended.returncode == 0, ended.stderr
    token = ended.stdout.strip()
    now = datetime.now(UTC)
    found = verify_identity(token, [key], workspace_id, now)
    assert isinstance(found, Verified), found
    assert (found.user_id, found.email, found.name) == ("user-1", "zoe@example.com", NAME)
    assert isinstance(verify_identity(token, [key], uuid4(), now), Forged), "another workspace"
    late = verify_identity(token, [key], workspace_id, now + timedelta(hours=2))
    assert isinstance(late, Expired)
