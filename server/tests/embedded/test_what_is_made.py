"""What the embedded PostgreSQL promises once it runs: roles, permissions, settings, its log."""

import os
import stat
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from openbook.embedded import joined

from .conftest import ask

Shared = tuple[Path, str]
AS_APPLICATION = "-c role=openbook_app"

SETTINGS = {
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "data_checksums": "on",
    "wal_compression": "pglz",
    "listen_addresses": "",
    "log_min_error_statement": "panic",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_statement": "none",
    "TimeZone": "UTC",
    "jit": "off",
    "server_encoding": "UTF8",
    "allow_alter_system": "off",
    "default_text_search_config": "pg_catalog.simple",
}


@pytest.mark.parametrize(("name", "value"), SETTINGS.items())
def test_a_promised_setting_holds(shared: Shared, name: str, value: str) -> None:
    assert ask(shared[1], f"SELECT current_setting('{name}')") == [(value,)]


def test_text_sorts_by_the_builtin_locale(shared: Shared) -> None:
    query = (
        "SELECT datlocprovider, datlocale, lower('ÀÉ') FROM pg_database "
        "WHERE datname = current_database()"
    )
    assert ask(shared[1], query) == [("b", "C.UTF-8", "àé")]


def test_the_owner_and_the_application_have_no_special_power(shared: Shared) -> None:
    query = """
        SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication,
               rolcanlogin
        FROM pg_roles WHERE rolname LIKE 'openbook%' ORDER BY 1
    """
    none = (False,) * 5
    assert ask(shared[1], query) == [("openbook", *none, True), ("openbook_app", *none, False)]


def test_the_application_connects_as_a_role_that_may_not_make_tables(shared: Shared) -> None:
    conninfo = shared[1]
    assert ask(conninfo, "SELECT current_user", AS_APPLICATION) == [("openbook_app",)]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(conninfo, "CREATE TABLE made_by_application (n int)", AS_APPLICATION)


def test_row_level_security_holds_for_the_application_and_the_owner(shared: Shared) -> None:
    conninfo = shared[1]
    with psycopg.connect(conninfo) as owner:
        owner.execute("CREATE TABLE kept (workspace_id int, word text)")
        owner.execute("INSERT INTO kept VALUES (1, 'one'), (2, 'two')")
        owner.execute("ALTER TABLE kept ENABLE ROW LEVEL SECURITY")
        owner.execute("ALTER TABLE kept FORCE ROW LEVEL SECURITY")
        owner.execute("CREATE POLICY own ON kept USING (workspace_id = 1)")
        owner.execute("GRANT SELECT ON kept TO openbook_app")
    assert ask(conninfo, "SELECT word FROM kept", AS_APPLICATION) == [("one",)]
    assert ask(conninfo, "SELECT word FROM kept") == [("one",)]


@pytest.mark.parametrize(
    ("user", "database"),
    [("postgres", "openbook"), ("postgres", "postgres"), ("openbook", "postgres")],
)
def test_nobody_but_the_owner_gets_in(shared: Shared, user: str, database: str) -> None:
    with pytest.raises(psycopg.OperationalError, match=r"pg_hba\.conf rejects"):
        ask(make_conninfo(shared[1], user=user, dbname=database), "SELECT 1")


def test_folders_are_closed_to_others(shared: Shared) -> None:
    for name in ("postgres", "postgres.run"):
        assert stat.S_IMODE((shared[0] / name).stat().st_mode) == 0o700


def test_postgresql_does_not_run_as_root(shared: Shared) -> None:
    pid = (shared[0] / "postgres/postmaster.pid").read_text().split()[0]
    assert os.stat(f"/proc/{pid}").st_uid == (shared[0] / "postgres").stat().st_uid != 0


def test_our_environment_does_not_reach_postgresql(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENBOOK_SECRET", "needle")
    with joined(tmp_path / "data"):
        pid = (tmp_path / "data/postgres/postmaster.pid").read_text().split()[0]
        assert b"needle" not in Path(f"/proc/{pid}/environ").read_bytes()


def test_parents_of_the_data_folder_stay_as_they_are(tmp_path: Path) -> None:
    parent = tmp_path / "private"
    parent.mkdir(mode=0o700)
    folders = [parent, *parent.parents]
    before = [(folder.stat().st_mode, folder.stat().st_uid) for folder in folders]
    with joined(parent / "data"):
        pass
    assert [(folder.stat().st_mode, folder.stat().st_uid) for folder in folders] == before


def test_the_log_holds_no_personal_data(shared: Shared) -> None:
    folder, conninfo = shared
    needle = "needle@example.com"
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute("CREATE TABLE people (email text UNIQUE, age int CHECK (age > 0))")
        connection.execute("INSERT INTO people VALUES (%s, 1)", [needle])
        for wrong in (
            f"INSERT INTO people VALUES ('{needle}', 2)",
            f"INSERT INTO people VALUES ('{needle}', -2)",
            f"SELECT '{needle}'::int",
            f'SELECT "{needle}"',
            f"SELECT 1 / 0, '{needle}'",
            f"DO $$ BEGIN RAISE WARNING '{needle}'; END $$",
            f"DO $$ BEGIN RAISE EXCEPTION '{needle}'; END $$",
        ):
            try:
                connection.execute(wrong.encode())
            except psycopg.Error:
                continue
    logs = [*(folder / "postgres/log").iterdir(), folder / "postgres.run/start.log"]
    assert logs
    for log in logs:
        assert needle not in log.read_text()
