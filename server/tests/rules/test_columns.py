"""What is kept of a person is in the catalogue, and what is in the catalogue is kept."""

import pytest
from sqlalchemy import Column, Table

from openbook.catalogue.fields import BY_ID, FIELDS, GROUPS
from openbook.tables import contacts, metadata

TABLES = sorted(metadata.tables.values(), key=lambda table: table.name)
OF_A_CONTACT = [table for table in TABLES if table.info["subject"] == "contact"]
INNER = {
    "attributes", "devices", "identities", "claims", "merges", "conversations", "tags",
    "push_tokens",
}  # fmt: skip
"""Personal, though no field of the catalogue: how contacts are told apart, and the operator's own
declared attributes."""
TECHNICAL = {
    "workspace_id", "id", "contact_id", "kept_id", "gone_id", "origin_id", "kind", "platform",
    "birth", "retired", "field", "trust", "digest", "rank", "source", "occurred_at", "verified_at",
    "merged_at", "undone_at", "reason", "seen_hour", "android_device_id", "ios_device_id",
    "token_hash", "former_hash", "former_until", "device_id", "lasting", "created_at", "rotated_at",
    "seen_at", "expires_at", "revoked_at", "session_id", "cid", "status", "snoozed_until",
    "merged_into", "assignee_id", "last_seq", "last_public_seq", "contact_seq", "read_public_seq",
    "received_public_seq", "team_public_seq", "last_author", "waiting_since", "last_at",
    "changed_at", "mailed_at", "conversation_id", "seq", "public_seq", "author", "user_id",
    "file_ids", "file_id", "number", "private", "media_type", "size", "width", "height",
    "given_by", "given_at", "sent_at", "used_at", "linked_id", "proved", "handed_at", "told_at",
}  # fmt: skip
"""What orders, joins or dates rows: nothing here describes a person."""
COMPUTED = {"timezone", "display_name"}
"""Shown, and put together from others when they are asked for."""


def is_clock(column: Column) -> bool:
    """When, how well known and where from: what stands beside a value or a group of values."""
    value, _, part = column.name.rpartition("_")
    stems = {*GROUPS, *BY_ID, "first_utms", "firm_utms"}
    return part in ("at", "tie", "from", "trust", "source") and value in stems


def unexplained(table: Table) -> list[str]:
    """Columns of a table about contacts that are neither in the catalogue nor technical."""
    return [
        column.name
        for column in table.columns
        if "field" not in column.info and column.name not in TECHNICAL and not is_clock(column)
    ]


@pytest.mark.parametrize("table", OF_A_CONTACT, ids=str)
def test_every_personal_column_is_in_the_catalogue(table: Table) -> None:
    assert unexplained(table) == []
    named = {column.info["field"] for column in table.columns if "field" in column.info}
    assert named <= BY_ID.keys() | INNER


def test_a_column_that_nobody_declared_is_found() -> None:
    table = Table("shoes", type(metadata)(), Column("workspace_id"), Column("shoe_size"))
    assert unexplained(table) == ["shoe_size"]


def test_every_field_of_the_catalogue_has_a_column() -> None:
    kept = {column.info["field"] for column in contacts.contacts.columns if "field" in column.info}
    assert {field.id for field in FIELDS} - kept <= COMPUTED


@pytest.mark.parametrize("table", TABLES, ids=str)
def test_every_table_says_whose_it_is_and_what_becomes_of_it(table: Table) -> None:
    assert table.info["subject"] in ("contact", "workspace", "instance")
    assert table.info["erase"] in ("delete", "none")
    assert table.info["merge"] in ("fold", "repoint", "remake", "none")
    if table.info["subject"] == "contact":
        assert table.info["erase"] == "delete"


@pytest.mark.parametrize("table", TABLES, ids=str)
def test_every_key_begins_with_the_workspace(table: Table) -> None:
    if table.info["subject"] != "instance":
        assert next(iter(table.primary_key.columns)).name == "workspace_id"
