"""Several processes share one embedded PostgreSQL; any of them and it may be killed."""

import os
import signal
import socket
import threading
import time
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from openbook.embedded import Embedded, joined

from .conftest import Another, answers, ask, ended, kill_all, living, postmaster_of, until

BACK_SECONDS = 30.0
"""Usually it is one; a machine that is busy elsewhere takes its time."""


def socket_folder(conninfo: str) -> Path:
    return Path(str(conninfo_to_dict(conninfo)["host"]))


def test_the_last_one_out_leaves_no_process(data: Path) -> None:
    with joined(data) as conninfo:
        assert ask(conninfo, "SELECT 1") == [(1,)]
    assert ended(data)
    assert not (data / "postgres/postmaster.pid").exists()


def test_what_was_stored_is_there_at_the_next_start(data: Path) -> None:
    with joined(data) as conninfo, psycopg.connect(conninfo) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS n")
    with joined(data) as conninfo:
        assert ask(conninfo, "SELECT n FROM kept") == [(42,)]


def test_start_and_stop_may_be_repeated(data: Path) -> None:
    embedded = Embedded(data)
    embedded.stop()
    for _ in range(2):
        embedded.start()
        embedded.start()
        assert embedded.is_running
        embedded.stop()
        embedded.stop()
        assert not embedded.is_running


@pytest.mark.parametrize("all_of_them", [False, True], ids=["postmaster", "all processes"])
def test_postgresql_killed_is_back_with_all_that_was_committed(
    data: Path, all_of_them: bool
) -> None:
    said: list[str] = []
    with joined(data, said.append) as conninfo:
        with psycopg.connect(conninfo) as connection:
            connection.execute("CREATE TABLE kept (n int)")
        for n in range(3):
            ask(conninfo, f"INSERT INTO kept VALUES ({n}) RETURNING n")
            if all_of_them:
                killed = kill_all(data)
            else:
                killed = [postmaster_of(data)]
                os.kill(killed[0], signal.SIGKILL)
            until(lambda: answers(conninfo), BACK_SECONDS)
            assert postmaster_of(data) not in killed
        assert ask(conninfo, "SELECT n FROM kept ORDER BY n") == [(0,), (1,), (2,)]
    deaths = ("PostgreSQL ended unexpectedly", "PostgreSQL was killed by signal 9")
    assert sum(sentence.startswith(deaths) for sentence in said) == 3
    assert ended(data)


def test_a_busy_orphan_does_not_hold_up_the_restart(data: Path) -> None:
    with joined(data) as conninfo:
        busy = psycopg.connect(conninfo)

        def work_forever() -> None:
            with pytest.raises(psycopg.OperationalError):
                busy.execute("DO $$ BEGIN LOOP END LOOP; END $$")

        worker = threading.Thread(target=work_forever)
        worker.start()
        time.sleep(0.2)
        os.kill(postmaster_of(data), signal.SIGKILL)
        until(lambda: answers(conninfo), BACK_SECONDS)
        worker.join(BACK_SECONDS)
        assert not worker.is_alive()


def test_a_second_process_joins_the_first(data: Path) -> None:
    with joined(data) as conninfo:
        before = postmaster_of(data)
        another = Another(data)
        assert another.hear() == conninfo
        assert another.leave() == 0
        assert postmaster_of(data) == before
        assert ask(conninfo, "SELECT 1") == [(1,)]


def test_the_first_may_leave_and_the_second_takes_over(data: Path) -> None:
    first = Embedded(data)
    first.start()
    before = postmaster_of(data)
    another = Another(data)
    conninfo = another.hear()
    first.stop()
    another.tell("CREATE TABLE kept AS SELECT 42 AS n")
    assert another.hear() == "done"
    assert postmaster_of(data) == before

    os.kill(before, signal.SIGKILL)  # the second watches now
    until(lambda: answers(conninfo), BACK_SECONDS)
    assert ask(conninfo, "SELECT n FROM kept") == [(42,)]
    another.kill()
    assert living(data)  # it lives on, for whoever comes next
    with joined(data) as conninfo:
        assert ask(conninfo, "SELECT n FROM kept") == [(42,)]
    assert ended(data)


def test_what_a_killed_supervisor_left_running_is_adopted(data: Path) -> None:
    another = Another(data)
    assert another.hear()
    another.tell("CREATE TABLE kept AS SELECT 42 AS n")
    assert another.hear() == "done"
    before = postmaster_of(data)
    another.kill()
    with joined(data) as conninfo:
        assert postmaster_of(data) == before
        assert ask(conninfo, "SELECT n FROM kept") == [(42,)]
        os.kill(before, signal.SIGKILL)
        until(lambda: answers(conninfo), BACK_SECONDS)
    assert ended(data)


def test_everything_killed_at_once_starts_again_with_all_that_was_committed(data: Path) -> None:
    another = Another(data)
    assert another.hear()
    another.tell("CREATE TABLE kept AS SELECT 42 AS n")
    assert another.hear() == "done"
    kill_all(data)
    another.kill()
    with joined(data) as conninfo:
        assert ask(conninfo, "SELECT n FROM kept") == [(42,)]


def test_one_killed_while_it_makes_the_database_leaves_nothing_half_made(data: Path) -> None:
    for delay in (0.25, 0.4, 0.55):
        another = Another(data)
        time.sleep(delay)
        another.kill()
    with joined(data) as conninfo:
        assert ask(conninfo, "SELECT 1") == [(1,)]
    assert ended(data)


def test_many_may_start_at_once(data: Path) -> None:
    others = [Another(data) for _ in range(4)]
    assert len({other.hear() for other in others}) == 1
    assert [other.leave() for other in others] == [0] * 4
    assert ended(data)


def test_a_process_number_taken_by_another_is_not_believed(data: Path) -> None:
    with joined(data):
        pass
    pid_file = data / "postgres/postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n/proc/self/cwd\n1\n5432\n.\n\n1 1\nready   \n")
    with joined(data) as conninfo:
        assert postmaster_of(data) != os.getpid()
        assert ask(conninfo, "SELECT 1") == [(1,)]


@pytest.mark.parametrize(
    "name", ["x" * 120, "a b 'c' \\d ünïcode", "with, comma"], ids=["long", "odd", "comma"]
)
def test_any_path_will_do(tmp_path: Path, name: str) -> None:
    data = tmp_path / name / "data"
    with joined(data) as conninfo:
        assert ask(conninfo, "SELECT 1") == [(1,)]
        another = Another(data)
        assert another.hear() == conninfo
        assert another.leave() == 0
    shortcut = socket_folder(conninfo)
    assert shortcut == data / "postgres" or not shortcut.parent.exists()
    assert ended(data)


def test_a_shortcut_that_was_swept_away_is_made_again(tmp_path: Path) -> None:
    data = tmp_path / ("x" * 120)
    with joined(data) as conninfo:
        shortcut = socket_folder(conninfo)
        shortcut.unlink()
        shortcut.parent.rmdir()
        another = Another(data)
        assert another.hear() != conninfo
        assert another.leave() == 0


def test_ctrl_c_in_our_terminal_does_not_reach_postgresql(data: Path) -> None:
    with joined(data):
        assert os.getsid(postmaster_of(data)) != os.getsid(0)


def test_a_listener_that_fails_does_not_end_the_supervision(data: Path) -> None:
    def closed_terminal(_: str) -> None:
        raise BrokenPipeError

    with joined(data, closed_terminal) as conninfo:
        os.kill(postmaster_of(data), signal.SIGKILL)
        until(lambda: answers(conninfo), BACK_SECONDS)


def test_nothing_listens_on_the_network(data: Path) -> None:
    with joined(data), socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", 5432)) != 0
