"""The schema could be spread over many machines by workspace: nothing in it reaches across them.

A distributed PostgreSQL places rows by the first column of their key. So each key and each unique
index of a table that belongs to workspaces begins with the workspace, no foreign key leads from one
workspace's rows to another's, and no number is drawn from a sequence that all machines would share.
"""

from collections.abc import Iterator

import psycopg
import pytest

from tests.conftest import Server

DIRECTORY = {
    "write_keys_key": "whose a write key is, asked before the workspace is known",
    "api_tokens_token_hash": "whose an API token is, asked before the workspace is known",
    "invitations_token_hash": "whose an invitation is, asked before the workspace is known",
}
"""Look-ups by what somebody shows. Small tables, which every machine can hold whole."""
UNIQUE = """
SELECT indexes.relname, tables.relname, (
  SELECT attname FROM pg_attribute
  WHERE attrelid = tables.oid AND attnum = pg_index.indkey[0]) AS first
FROM pg_index
  JOIN pg_class indexes ON indexes.oid = indexrelid
  JOIN pg_class tables ON tables.oid = indrelid
WHERE indisunique AND tables.relnamespace = 'public'::regnamespace AND EXISTS (
  SELECT FROM pg_attribute
  WHERE attrelid = tables.oid AND attname = 'workspace_id' AND NOT attisdropped)
ORDER BY 1
"""
FOREIGN = """
SELECT conname FROM pg_constraint
WHERE contype = 'f' AND connamespace = 'public'::regnamespace AND NOT (
  (SELECT attname FROM pg_attribute WHERE attrelid = conrelid AND attnum = conkey[1])
    IS NOT DISTINCT FROM 'workspace_id'
  AND (SELECT attname FROM pg_attribute WHERE attrelid = confrelid AND attnum = confkey[1])
    IN ('workspace_id', CASE WHEN confrelid = 'workspaces'::regclass THEN 'id' END))
  AND EXISTS (SELECT FROM pg_attribute WHERE attrelid IN (conrelid, confrelid)
    AND attname = 'workspace_id' AND NOT attisdropped)
ORDER BY 1
"""
NUMBERED = """
SELECT tables.relname || '.' || attname FROM pg_attribute
  JOIN pg_class tables ON tables.oid = attrelid
  LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
WHERE tables.relnamespace = 'public'::regnamespace AND attnum > 0 AND NOT attisdropped AND (
  attidentity <> '' OR pg_get_expr(adbin, adrelid) LIKE '%nextval(%')
UNION ALL
SELECT relname FROM pg_class WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace
ORDER BY 1
"""
EXCLUSIONS = """
SELECT conname FROM pg_constraint
WHERE contype = 'x' AND connamespace = 'public'::regnamespace ORDER BY 1
"""


@pytest.fixture
def owner(server: Server) -> Iterator[psycopg.Connection]:
    """A connection as the one who ran the migrations; nothing it does stays."""
    with psycopg.connect(server.conninfo) as conn:
        yield conn
        conn.rollback()


def across(conn: psycopg.Connection) -> list[str]:
    """Unique indexes that would have to be checked on every machine."""
    found = conn.execute(UNIQUE).fetchall()
    return [name for name, _, first in found if first != "workspace_id" and name not in DIRECTORY]


def names(conn: psycopg.Connection, query: str) -> list[str]:
    return [name for (name,) in conn.execute(query.encode()).fetchall()]


def test_every_key_and_unique_index_begins_with_the_workspace(owner: psycopg.Connection) -> None:
    assert across(owner) == []
    # An exception that is gone goes from the list as well.
    there = {name for name, _, _ in owner.execute(UNIQUE).fetchall()}
    assert there >= DIRECTORY.keys()
    assert "contacts_pkey" in there and "devices_pkey" in there


def test_no_foreign_key_leads_across_workspaces(owner: psycopg.Connection) -> None:
    assert names(owner, FOREIGN) == []


def test_no_number_is_drawn_from_a_sequence(owner: psycopg.Connection) -> None:
    assert names(owner, NUMBERED) == []
    assert names(owner, EXCLUSIONS) == []


def test_what_reaches_across_workspaces_is_found(owner: psycopg.Connection) -> None:
    owner.execute(
        "CREATE TABLE reaching (workspace_id uuid, id uuid, number bigserial, other integer"
        " GENERATED ALWAYS AS IDENTITY, email text UNIQUE, PRIMARY KEY (workspace_id, id),"
        " UNIQUE (id, workspace_id))"
    )
    owner.execute(
        "CREATE TABLE pointing (workspace_id uuid, id uuid PRIMARY KEY, email text"
        " REFERENCES reaching (email), contact uuid, FOREIGN KEY (workspace_id, contact)"
        " REFERENCES reaching (workspace_id, id))"
    )
    assert across(owner) == [
        "pointing_pkey",
        "reaching_email_key",
        "reaching_id_workspace_id_key",
    ]
    assert names(owner, FOREIGN) == ["pointing_email_fkey"]
    assert names(owner, NUMBERED) == [
        "reaching.number",
        "reaching.other",
        "reaching_number_seq",
        "reaching_other_seq",
    ]
