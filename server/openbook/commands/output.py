"""What a command prints: answers on standard output, everything else on standard error.

So `openbook ... --json | jq` and `TOKEN=$(openbook token create ...)` work while a person still
sees what is going on.
"""

import sys
from typing import Any

import msgspec
from rich.console import Console

OUT = Console(highlight=False)
ERR = Console(stderr=True, highlight=False)


def say(sentence: str) -> None:
    """Tell the person; never a part of the answer."""
    ERR.print(sentence, markup=False, soft_wrap=True)


def answer(text: str) -> None:
    """Print the answer, as it is."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def answer_json(value: Any) -> None:
    """Print the answer as one line of JSON."""
    answer(msgspec.json.encode(value).decode())
