"""The names of place databases are kept short, and shown whole."""

import pytest

from openbook.catalogue.place_sources import KNOWN, kept_as
from openbook.collect.enrich.places.packages import BUILT_FROM
from openbook.db import Connection
from tests.conftest import Workspace, in_database


@pytest.mark.parametrize("label", [BUILT_FROM.place_label, BUILT_FROM.network_label])
def test_our_own_databases_have_short_names(label: str) -> None:
    assert len(kept_as(label) or "") == 5


@pytest.mark.parametrize(
    "label", [None, "", "DB-IP Lite", "DB-IP Lite 1999-01", "DB-IP Lite 2026-06 and Own 2026-01"]
)
def test_what_is_not_known_stays_as_it_is(label: str | None) -> None:
    assert kept_as(label) == label


@pytest.mark.parametrize("label", [*(f"{name} 2031-12" for name in KNOWN.values()), "Own 2026-01"])
def test_the_whole_name_is_shown_and_filtered_by(workspace: Workspace, label: str) -> None:
    workspace.batch({"type": "page", "messageId": "1", "anonymousId": "a"})

    async def place(conn: Connection) -> None:
        await conn.execute(
            "UPDATE contacts SET city = 'Zug', connection_at = now(), connection_tie = 1, "
            "connection_from = 8, place_source = %s",
            (kept_as(label),),
        )

    in_database(workspace.server.conninfo, place, workspace.id)
    assert workspace.contact(anonymous_id="a")["provenance"]["city"]["from"] == f"ip, {label}"
    asked = {"field": "place_source", "op": "eq", "value": label.upper()}
    found = workspace.api.post("/api/contacts/search", json={"filter": asked})
    assert len(found.json()["items"]) == 1
