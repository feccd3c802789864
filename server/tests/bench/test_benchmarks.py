"""Every benchmark runs, at sizes that say nothing of speed, and ends with its line of JSON."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SUITE = Path(__file__).parents[2] / "bench" / "suite.py"
TINY = ("--views", "200", "--visitors", "300", "--rounds", "1")
pytestmark = pytest.mark.timeout(300)  # seconds each, on an idle machine; not on a busy one
COMMON = {
    "name", "unit", "cpu_us_per_unit", "floor_us_per_unit", "ratio", "per_second", "p50_ms",
    "p99_ms", "passed",
}  # fmt: skip


def run(name: str, *options: str) -> dict[str, Any]:
    """What the benchmark's last line says."""
    ended = subprocess.run(
        [sys.executable, SUITE, name, *options], capture_output=True, text=True, timeout=280
    )
    assert ended.returncode in (0, 1), ended.stderr
    result = json.loads(ended.stdout.splitlines()[-1])
    assert result.keys() >= COMMON
    assert result["name"] == name
    assert ended.returncode == (0 if result["passed"] else 1), "the exit code tells of the bar"
    return result


def test_ingest_compares_a_view_with_its_floor_in_the_same_run() -> None:
    result = run("ingest", *TINY)
    assert result["cpu_us_per_unit"] > result["floor_us_per_unit"] > 0
    assert result["floor_us_per_unit"] == pytest.approx(
        result["noop_us"] + result["bare_upsert_us"], rel=0.01
    )
    assert 700 < result["body_bytes"] < 1000


def test_batch_measures_batches_of_phones_and_of_servers() -> None:
    result = run(
        "batch", "--visitors", "300", "--installations", "5", "--batches", "3", "--rounds", "1"
    )
    assert result["server_sdk_us"] > result["server_sdk_floor_us"] > 0
    assert result["phone_us"] > result["phone_floor_us"] > 0


def test_cold_stores_visitors_that_nothing_is_remembered_of() -> None:
    result = run("cold", *TINY)
    assert result["distinct"] == 200
    assert result["resident_mib"] > 10


def test_workers_measures_two_processes_and_two_servers_against_one() -> None:
    result = run("workers", "--views", "200", "--visitors", "100", "--rounds", "1")
    assert result["one_process_us"] > 0
    assert result["two_serves_us"] > 0


def test_memory_finds_every_cache_and_its_bound() -> None:
    result = run("memory", "--distinct", "4000")
    assert result["dropped"] == 0, "a view that is dropped fills nothing"
    assert result["caches_without_a_bound"] == []
    assert any(held.startswith("4000 of ") for held in result["caches"].values())


def test_upserts_writes_the_same_rows_in_every_way() -> None:
    result = run("upserts", "--views", "200", "--visitors", "100", "--rounds", "1")
    assert len(result["client_and_database_us"]) == 4


def test_a_name_that_is_no_benchmark_is_answered_with_those_there_are() -> None:
    ended = subprocess.run(
        [sys.executable, SUITE, "nonsense"], capture_output=True, text=True, timeout=60
    )
    assert ended.returncode == 2
    assert "ingest" in ended.stdout
