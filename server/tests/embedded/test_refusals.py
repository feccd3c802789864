"""When the embedded PostgreSQL cannot run it says why, in a sentence, and changes nothing."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from openbook.embedded import EmbeddedError, joined
from openbook.embedded.account import choose_account
from openbook.embedded.complaint import describe
from openbook.embedded.configuration import GIB, MIB, settings_file
from openbook.embedded.creation import HERE
from openbook.embedded.programs import INSTALL, WHEEL, find_programs

from .conftest import ask, ended

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs PostgreSQL as another user")


def refusal(data: Path) -> str:
    with pytest.raises(EmbeddedError) as caught, joined(data):
        pass
    return str(caught.value)


def test_data_of_another_major_version_is_refused_and_left_alone(data: Path) -> None:
    with joined(data):
        pass
    (data / "postgres/PG_VERSION").write_text("17\n")
    assert "made by PostgreSQL 17; this openbook carries PostgreSQL 18" in refusal(data)
    (data / "postgres/PG_VERSION").write_text("18\n")
    with joined(data) as conninfo:
        assert ask(conninfo, "SELECT 1") == [(1,)]


def test_a_folder_with_something_else_in_it_is_refused(data: Path) -> None:
    (data / "postgres").mkdir(parents=True)
    (data / "postgres/thesis.txt").write_text("words")
    assert "holds no PostgreSQL database" in refusal(data)
    assert (data / "postgres/thesis.txt").read_text() == "words"


def test_an_empty_folder_is_filled(data: Path) -> None:
    (data / "postgres").mkdir(parents=True)
    with joined(data) as conninfo:
        assert ask(conninfo, "SELECT 1") == [(1,)]


def test_a_file_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    assert f"Making the folder {tmp_path / 'data'} failed: File exists" in refusal(
        tmp_path / "data"
    )


def test_a_wrong_line_in_local_conf_is_named(data: Path) -> None:
    with joined(data):
        pass
    (data / "postgres/local.conf").write_text("work_memory = 9MB\n")
    said = refusal(data)
    assert "Starting PostgreSQL failed" in said
    assert 'unrecognized configuration parameter "work_memory" in file "local.conf" line 1' in said
    assert ended(data)


def test_local_conf_tunes_but_does_not_endanger(data: Path) -> None:
    with joined(data):
        pass
    (data / "postgres/local.conf").write_text("work_mem = 9MB\nfsync = off\n")
    with joined(data) as conninfo:
        query = "SELECT current_setting('work_mem'), current_setting('fsync')"
        assert ask(conninfo, query) == [("9MB", "on")]


@as_root
def test_data_that_belongs_to_root_is_refused_with_the_command_that_helps(data: Path) -> None:
    with joined(data):
        pass
    os.chown(data / "postgres", 0, 0)
    assert f"chown -R openbook: {data}/postgres" in refusal(data)


@as_root
def test_the_owner_of_existing_data_runs_it(data: Path) -> None:
    with joined(data):
        pass
    subprocess.run(["chown", "-R", "nobody:", data / "postgres"], check=True)
    with joined(data) as conninfo:
        assert ask(conninfo, "SELECT 1") == [(1,)]


@as_root
def test_a_postgresql_started_by_hand_is_left_alone(data: Path) -> None:
    with joined(data):
        pass
    account = choose_account((data / "postgres").stat().st_uid, print)
    by_hand = subprocess.Popen(
        [find_programs(account, print) / "postgres", "-D", HERE, "-c", "listen_addresses="],
        cwd=data / "postgres",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        **account.process(),
    )
    try:
        while not (data / "postgres/postmaster.pid").exists():
            assert by_hand.poll() is None
        assert f"openbook did not start (process {by_hand.pid})" in refusal(data)
        assert by_hand.poll() is None
    finally:
        by_hand.terminate()
        by_hand.wait(20)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=20m", "tmpfs", folder],
        capture_output=True,
        check=False,
    )
    if mounted.returncode != 0:
        pytest.skip("this test may not mount a small disk")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def test_a_full_disk_is_called_by_its_name(small_disk: Path) -> None:
    said = refusal(small_disk / "data")
    assert "The disk is full. Free some space" in said
    assert not (small_disk / "data/postgres").exists()


@as_root
def test_programs_out_of_reach_are_copied_once(tmp_path: Path) -> None:
    """Such as a checkout in /root: tmp_path is closed to others in the same way."""
    site = tmp_path / "site-packages"
    site.mkdir()
    packages = Path(sys.modules["pytest"].__file__ or "").parent.parent
    for name in (WHEEL, f"{WHEEL}.libs"):
        (site / name).symlink_to(packages / name)
    for information in packages.glob(f"{WHEEL}-*.dist-info"):
        (site / information.name).symlink_to(information)
    place = Path(tempfile.mkdtemp(prefix="openbook-programs-", dir="/var/tmp"))
    place.chmod(0o755)
    script = """
import sys
from pathlib import Path
from openbook.embedded.account import choose_account
from openbook.embedded.programs import find_programs
print(find_programs(choose_account(None, print), print, (Path(sys.argv[1]),)))
"""
    try:
        runs = [
            subprocess.run(
                [sys.executable, "-c", script, place],
                env=os.environ | {"PYTHONPATH": f"{site}:{':'.join(sys.path)}"},
                capture_output=True,
                text=True,
                check=True,
            ).stdout.splitlines()
            for _ in range(2)
        ]
        assert runs[0][0].startswith("Copying the PostgreSQL programs to")
        assert runs[1] == runs[0][1:]
        programs = Path(runs[1][0])
        assert programs.is_relative_to(place)
        assert str(programs).endswith(f"{INSTALL}/bin")
        assert all(
            path.stat().st_uid == 0 and path.stat().st_mode & 0o022 == 0
            for path in (place, *place.rglob("*"))
        )
    finally:
        shutil.rmtree(place)


@as_root
def test_a_copy_that_others_could_have_changed_is_not_run(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    script = """
import sys
from pathlib import Path
from openbook.embedded import programs
programs._only_root_writes(Path(sys.argv[1]))
"""
    done = subprocess.run(
        [sys.executable, "-c", script, tmp_path],
        env=os.environ | {"PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "is not a folder that only root can write to" in done.stderr


@pytest.mark.parametrize(
    ("output", "advice"),
    [
        ("FATAL:  could not write lock file: No space left on device", "The disk is full"),
        ("initdb: error: could not look up effective user ID 7: none", "/etc/passwd"),
        ("FATAL:  could not map anonymous shared memory: Cannot allocate", "shared_buffers"),
        ('FATAL:  configuration file "x" contains errors', "local.conf"),
        ("something else", "PostgreSQL said: something else."),
        ("", "PostgreSQL said: nothing."),
    ],
)
def test_a_known_complaint_comes_with_advice(output: str, advice: str) -> None:
    assert advice in str(describe("Starting PostgreSQL", output))


@pytest.mark.parametrize(
    ("memory", "cores", "disk", "lines"),
    [
        (512 * MIB, 1, GIB, ["shared_buffers = 85MB", "max_wal_size = 256MB"]),
        (4 * GIB, 2, 100 * GIB, ["shared_buffers = 682MB", "max_wal_size = 1024MB"]),
        (
            256 * GIB,
            32,
            900 * GIB,
            ["shared_buffers = 4096MB", "max_parallel_workers_per_gather = 2"],
        ),
    ],
)
def test_settings_follow_the_machine(memory: int, cores: int, disk: int, lines: list[str]) -> None:
    text = settings_file(memory, cores, disk).splitlines()
    assert all(line in text for line in lines)
