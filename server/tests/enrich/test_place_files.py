"""Files of place data: reloaded without a restart, and a broken one never hurts."""

import logging
import os
import time
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from openbook.collect.enrich.place import Places
from openbook.collect.enrich.places.databases import BadDatabase, open_supplied
from tests.enrich.place_files import BERLIN, flat, write_built, write_mmdb

ADDRESS = "81.2.69.142"


_minutes = count(60, 60)


def _reload(places: Places) -> bool:
    """Look for changes as if a minute had gone by since the last time."""
    return places.reload_if_changed(now=time.monotonic() + next(_minutes))


def _city(path: Path, city: str) -> Path:
    """A database with that city, put in place as a careful operator does: by rename."""
    new = write_mmdb(
        path.with_suffix(".new"),
        "GeoIP2-City",
        {"81.2.69.0/24": flat("PL", "", city, 51.0, 17.0)},
    )
    new.replace(path)
    return path


def test_a_new_file_is_taken_up_without_a_restart(tmp_path: Path) -> None:
    path = _city(tmp_path / "own.mmdb", "Wroclaw")
    places = Places.open(city=path)
    assert places.look_up(ADDRESS).city == "Wroclaw"
    assert not _reload(places)
    _city(path, "Legnica")
    assert _reload(places)
    assert places.look_up(ADDRESS).city == "Legnica"


def test_files_are_looked_at_no_more_often_than_every_few_seconds(tmp_path: Path) -> None:
    path = _city(tmp_path / "own.mmdb", "Wroclaw")
    places = Places.open(city=path)
    _city(path, "Legnica")
    assert not places.reload_if_changed()
    assert places.look_up(ADDRESS).city == "Wroclaw"


def test_a_file_that_appears_later_is_taken_up(tmp_path: Path) -> None:
    path = tmp_path / "own.mmdb"
    places = Places.open(city=path)
    assert places.empty
    _city(path, "Opole")
    assert _reload(places)
    assert places.look_up(ADDRESS).city == "Opole"


@pytest.mark.parametrize("broken", [b"", b"not a database", b"\0" * 5000])
def test_a_file_overwritten_in_place_by_rubbish_keeps_the_old_one(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, broken: bytes
) -> None:
    path = _city(tmp_path / "own.mmdb", "Wroclaw")
    places = Places.open(city=path)
    path.write_bytes(broken)  # the same inode shrinks: a mapped file would kill the process
    _reload(places)
    places.look_up.cache_clear()  # type: ignore[attr-defined]
    assert places.look_up(ADDRESS).city == "Wroclaw"
    assert "The one before stays in use." in caplog.text
    assert ADDRESS not in caplog.text
    _city(path, "Legnica")
    assert _reload(places)
    assert places.look_up(ADDRESS).city == "Legnica"


def test_a_truncated_file_keeps_the_old_one(tmp_path: Path) -> None:
    path = _city(tmp_path / "own.mmdb", "Wroclaw")
    places = Places.open(city=path)
    os.truncate(path, path.stat().st_size // 2)
    _reload(places)
    places.look_up.cache_clear()  # type: ignore[attr-defined]
    assert places.look_up(ADDRESS).city == "Wroclaw"


def test_a_removed_file_of_a_setting_keeps_the_old_one(tmp_path: Path) -> None:
    path = _city(tmp_path / "own.mmdb", "Wroclaw")
    places = Places.open(city=path)
    path.unlink()
    _reload(places)
    assert places.look_up(ADDRESS).city == "Wroclaw"


def test_records_of_the_wrong_type_are_refused_or_unknown(tmp_path: Path) -> None:
    path = write_mmdb(tmp_path / "odd.mmdb", "GeoIP2-City", {"81.2.69.0/24": "a string"})
    places = Places.open(city=path)
    assert places.look_up(ADDRESS).country is None


def test_files_in_the_data_folder_are_found_and_the_built_set_is_not_taken_for_one(
    tmp_path: Path,
) -> None:
    built = write_built(tmp_path / "built", tmp_path / "work")
    own = tmp_path / "data" / "geo"
    own.mkdir(parents=True)
    _city(own / "GeoIP2-City.mmdb", "Wroclaw")
    places = Places.open(folders=[own, built])
    assert places.look_up(ADDRESS).city == "Wroclaw"
    assert [database.path.name for database in places.data.supplied] == ["GeoIP2-City.mmdb"]


def test_a_damaged_built_set_is_said_and_left_out(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    built = write_built(tmp_path / "built", tmp_path / "work")
    os.truncate(built / "built-postal-codes.bin", 100)
    places = Places.open(folders=[built])
    assert places.empty
    assert "openbook geo build" in caplog.text


def test_an_ipv6_address_asked_of_an_ipv4_file_is_unknown_and_not_called_damage(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    path = write_mmdb(tmp_path / "v4.mmdb", "GeoIP2-City", {"81.2.69.0/24": BERLIN}, version=4)
    assert Places.open(city=path).look_up("2a02:1::1").country is None
    assert not caplog.records


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_flipped_byte_makes_a_look_up_raise(tmp_path: Path, data: st.DataObject) -> None:
    good = tmp_path / "good.mmdb"
    if not good.exists():
        write_mmdb(good, "GeoIP2-City", {"81.2.69.0/24": BERLIN, "5.9.0.0/16": BERLIN})
    content = bytearray(good.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path / "flipped.mmdb"
    path.write_bytes(content)
    try:
        open_supplied(path)
    except BadDatabase:
        return
    Places.open(city=path).look_up(ADDRESS)
