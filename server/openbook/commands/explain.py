"""`openbook explain`: the whole list in the article's order, and what this installation holds."""

from textwrap import fill
from typing import Any

import msgspec
from rich.text import Text

from openbook.accounts.schemas import Workspace
from openbook.catalogue.declaration import Declaration, declare
from openbook.catalogue.listing import ShownField
from openbook.commands.opening import in_workspace
from openbook.commands.options import Data, Json
from openbook.commands.output import OUT, answer_json
from openbook.db import Connection
from openbook.privacy.queries import held
from openbook.settings import read_settings

INDENT = 5
WIDEST = 100


def explain(*, json: Json = False, data: Data = None) -> None:
    """Every field: what it is, where it comes from, why, whether it is on, how many have it."""

    async def work(conn: Connection, workspace: Workspace) -> tuple[Workspace, dict[str, int]]:
        return workspace, await held(conn, workspace.id)

    workspace, counts = in_workspace(read_settings(data=data), work)
    declaration = declare(workspace.policy, workspace.name)
    if json:
        answer_json([_entry(field, counts) for field in declaration.fields])
    else:
        _print(declaration, counts)


def _entry(field: ShownField, counts: dict[str, int]) -> dict[str, Any]:
    return {**msgspec.to_builtins(field), "held": counts.get(field.id, 0)}


def _print(declaration: Declaration, counts: dict[str, int]) -> None:
    OUT.width = min(OUT.width, WIDEST)
    contacts = counts.get("contacts", 0)
    forty = [field for field in declaration.fields if field.number is not None]
    on = sum(field.on for field in forty)
    OUT.print(
        Text.assemble(
            (declaration.workspace, "bold"),
            f" can keep {len(forty)} fields about a person; {on} are on. "
            f"It holds {contacts:,} {'contact' if contacts == 1 else 'contacts'}.",
        )
    )
    for rule in declaration.rules:
        OUT.print()
        OUT.print(Text.assemble((rule.heading, "bold"), f" ({rule.mode})"))
        OUT.print(_wrapped(rule.about))
    for field in declaration.fields:
        if field is declaration.fields[len(forty)]:
            OUT.print(Text("\nBeside the forty, derived from what was observed", style="bold"))
        OUT.print()
        _print_field(field, counts.get(field.id, 0), contacts)


def _print_field(field: ShownField, held: int, contacts: int) -> None:
    number = f"{field.number:>3}  " if field.number is not None else " " * INDENT
    state = ("● on", "green") if field.on else ("○ off", "dim")
    name = "" if field.id == field.label else f"  {field.id}"
    OUT.print(
        Text.assemble(
            (number, "dim"),
            (field.label, "bold"),
            (name, "cyan"),
            "  ",
            state,
            (f"  {_share(held, contacts)}", "dim"),
        )
    )
    OUT.print(_wrapped(field.about))
    lines = (
        ("from", field.source_words),
        ("why", f"{field.purpose} ({field.legal_basis}), kept {field.retention}"),
        ("switch", field.switch),
    )
    for word, text in lines:
        OUT.print(_wrapped(text, f"{word:<8}"))


def _wrapped(text: str, word: str = "") -> Text:
    """Indented lines, the further ones under the first; the word before them dim."""
    first = " " * INDENT + word
    rest = " " * len(first)
    lines = fill(text, OUT.width, initial_indent=rest, subsequent_indent=rest)
    return Text.assemble((first, "dim"), lines[len(first) :])


def _share(held: int, contacts: int) -> str:
    if not contacts:
        return "no contacts yet"
    return f"{held:,} of {contacts:,}" if held else "none held"
