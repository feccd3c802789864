"""`openbook contact`: one contact as a table, each value with where it came from."""

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from cyclopts import App, Parameter
from rich.console import Group
from rich.table import Table
from rich.text import Text

from openbook import clock
from openbook.accounts.schemas import Workspace
from openbook.catalogue.field import Field
from openbook.catalogue.policy import Policy
from openbook.commands.opening import in_workspace
from openbook.commands.options import Data, Json
from openbook.commands.output import OUT, answer_json
from openbook.contacts import lists, queries
from openbook.contacts.schemas import SHOWN, Contact, Provenance
from openbook.contacts.search import EVERYBODY, read_question
from openbook.db import Connection
from openbook.errors import BadInput, NotFound
from openbook.settings import read_settings

app = App(name="contact", help="Look at one contact.")

HEADINGS = {
    "who": "Who",
    "visit": "Looking at",
    "place": "Place",
    "browser": "Browser",
    "history": "History",
    "campaign": "Came from",
    "mail": "E-mail",
    "android": "Android app",
    "ios": "iOS app",
}
WIDEST = 110
DERIVED, CLAIMED, VERIFIED = ("≈", "yellow"), ("?", "magenta"), ("✓", "green")
_STEPS = ((60, "second"), (60, "minute"), (24, "hour"), (365, "day"))


@app.command
def show(
    contact_id: UUID | None = None,
    /,
    *,
    latest: Annotated[bool, Parameter(negative="", help="The one seen last.")] = False,
    user_id: Annotated[str | None, Parameter(help="The one with this verified user id.")] = None,
    email: Annotated[str | None, Parameter(help="The one with this verified address.")] = None,
    json: Json = False,
    data: Data = None,
) -> None:
    """Show a contact by its id, its user id or its address, or the one seen last."""
    if sum(bool(way) for way in (contact_id, latest, user_id, email)) != 1:
        raise BadInput("Name one contact: its id, --user-id, --email or --latest.")

    async def work(conn: Connection, workspace: Workspace) -> tuple[Any, Policy]:
        if contact_id is not None:
            found = await queries.contact(conn, workspace.id, contact_id)
            return found, workspace.policy
        question = EVERYBODY if latest else read_question(user_id=user_id, email=email)
        page = await lists.page(conn, workspace.id, question, {}, 1, None)
        if not page.items:
            return None, workspace.policy
        return await queries.contact(conn, workspace.id, page.items[0].id), workspace.policy

    contact, policy = in_workspace(read_settings(data=data), work)
    if contact is None:
        raise NotFound("There is no such contact.")
    if json:
        answer_json(contact)
        return
    OUT.width = min(OUT.width, WIDEST)
    OUT.print(picture(contact, policy, clock.now()))


def picture(contact: Contact, policy: Policy, moment: datetime) -> Group:  # pyright: ignore[reportInvalidTypeForm]
    """The contact for a terminal, grouped by section; sections with nothing in them are named."""
    parts: list[Any] = [_title(contact)]
    empty: list[str] = []
    for section, heading in HEADINGS.items():
        fields = [field for field in SHOWN if field.section == section]
        if any(_known(getattr(contact, field.id)) for field in fields):
            parts += ["", Text(heading, style="bold"), _section(fields, contact, policy, moment)]
        else:
            empty.append(heading)
    if contact.attributes:
        parts += ["", Text("Attributes", style="bold"), _attributes(contact, moment)]
    if empty:
        parts += ["", Text(f"Nothing known: {', '.join(empty)}.", style="dim")]
    parts += ["", _legend()]
    return Group(*parts)


def _title(contact: Any) -> Text:
    where = ", ".join(part for part in (contact.city, contact.country) if part)
    return Text.assemble(
        (contact.display_name, "bold"),
        f"  {contact.kind}",
        (f"  near {where}" if where else "", "dim"),
        (f"  {contact.id}", "dim"),
    )


def _section(fields: list[Field], contact: Any, policy: Policy, moment: datetime) -> Table:
    table = _table()
    told: Provenance | None = None
    for field in fields:
        value, origin = getattr(contact, field.id), contact.provenance.get(field.id)
        if not _known(value) and field.part_of is not None:
            continue
        if value is None:
            reason = "unknown" if policy.keeps(field.id) else f"off: {field.switch}"
            dash = Text("—", style="dim")
            table.add_row(Text(field.id, style="dim"), "", dash, Text(reason, style="dim"))
            continue
        # The values of a group share one origin: it is told once.
        where = Text("") if origin == told else _origin(origin, moment)
        text = _text(field.type, value, moment)
        table.add_row(Text(field.id, style="dim"), _mark(origin), text, where)
        told = origin
    return table


def _attributes(contact: Any, moment: datetime) -> Table:
    table = _table()
    for name, value in sorted(contact.attributes.items()):
        origin = contact.provenance.get(f"attributes.{name}")
        table.add_row(
            Text(name, style="dim"), _mark(origin), Text(str(value)), _origin(origin, moment)
        )
    return table


def _table() -> Table:
    table = Table.grid(padding=(0, 2, 0, 0), expand=False)
    table.add_column(width=20, no_wrap=True)
    table.add_column(width=1)
    table.add_column(width=OUT.width * 2 // 5, overflow="fold")
    table.add_column()
    return table


def _known(value: Any) -> bool:
    return value not in (None, False, 0, "none")


def _text(type: str, value: Any, moment: datetime) -> Text:
    match type:
        case "time":
            when = datetime.fromtimestamp(value, UTC)
            return Text(f"{when:%Y-%m-%d %H:%M} UTC ({_ago(value, moment)})")
        case "flag":
            return Text("yes" if value else "no")
        case "number":
            return Text(f"{value:g}")
        case "map":
            return Text(", ".join(f"{key} {item}" for key, item in sorted(value.items())))
    return Text(str(value))


def _mark(origin: Provenance | None) -> Text:
    if origin is None:
        return Text("")
    if origin.derived:
        return Text(*DERIVED)
    if origin.verified:
        return Text(*VERIFIED)
    return Text(*CLAIMED) if origin.trust == "claimed" else Text("")


def _origin(origin: Provenance | None, moment: datetime) -> Text:
    """`web, 2 minutes ago`, or `from the ip address, DB-IP Lite 2026-06, ...`."""
    if origin is None:
        return Text("")
    parts = [f"from {origin.origin}"] if origin.origin else []
    parts.append(origin.source)
    if origin.at is not None:
        parts.append(_ago(origin.at, moment))
    return Text(", ".join(parts), style="dim")


def _ago(seconds: int, moment: datetime) -> str:
    """How long ago, in the one unit that says it."""
    passed = max(0, int(moment.timestamp()) - seconds)
    if passed < 5:
        return "just now"
    for size, unit in _STEPS:
        if passed < size:
            return f"{passed} {unit}{'' if passed == 1 else 's'} ago"
        passed //= size
    return f"{passed} year{'' if passed == 1 else 's'} ago"


def _legend() -> Text:
    return Text.assemble(
        DERIVED, (" derived   ", "dim"), VERIFIED, (" verified   ", "dim"),
        CLAIMED, (" claimed, unverified", "dim"),
    )  # fmt: skip
