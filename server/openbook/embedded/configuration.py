"""The configuration files of the embedded PostgreSQL, as text."""

import os
from pathlib import Path

OWNER = "openbook"
APPLICATION = "openbook_app"
DATABASE = "openbook"
PORT = 5432  # part of the socket's file name; nothing listens on the network

MIB = 1 << 20
GIB = 1 << 30

# Given on the command line, where no file can loosen them: what was answered is stored, and the
# only way in is the socket.
FIRM = {
    "listen_addresses": "",
    "unix_socket_directories": ".",
    "unix_socket_permissions": "0700",
    "port": str(PORT),
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "zero_damaged_pages": "off",
}

_ORDINARY = "NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS"
# One line each: they are typed into PostgreSQL's single-user mode, the only door of the superuser.
ROLES = (
    f"CREATE ROLE {OWNER} LOGIN {_ORDINARY}",
    f"CREATE ROLE {APPLICATION} NOLOGIN {_ORDINARY}",
    f"GRANT {APPLICATION} TO {OWNER} WITH INHERIT FALSE, SET TRUE",
    f"CREATE DATABASE {DATABASE} OWNER {OWNER}",
    f"REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC",
    f"GRANT CONNECT ON DATABASE {DATABASE} TO {APPLICATION}",
)


def settings_file(memory: int, cores: int, disk: int) -> str:
    """postgresql.conf for a machine it shares with openbook: bytes of memory, of free disk."""

    def megabytes(size: int, least: int, most: int) -> str:
        return f"{min(max(size, least), most) // MIB}MB"

    return f"""\
# Written by openbook at each start. Put settings of your own into local.conf, next to this file.

# Memory. What is read of a table larger than a quarter of the first is not kept in it.
shared_buffers = {megabytes(memory // 6, 64 * MIB, 4 * GIB)}
effective_cache_size = {megabytes(memory // 2, 256 * MIB, 1024 * GIB)}
maintenance_work_mem = {megabytes(memory // 32, 32 * MIB, 512 * MIB)}
work_mem = 8MB
max_connections = 100
max_parallel_workers_per_gather = {1 if cores < 4 else 2}
jit = off

# Storage. At most a gigabyte of log to replay after a crash keeps recovery in seconds.
wal_compression = on
min_wal_size = 128MB
max_wal_size = {megabytes(disk // 8, 256 * MIB, GIB)}
checkpoint_completion_target = 0.9
random_page_cost = 1.1
effective_io_concurrency = 32

# Rows are updated often and in place: vacuum early, in small portions.
autovacuum_naptime = 20s
autovacuum_vacuum_scale_factor = 0.05
autovacuum_vacuum_insert_scale_factor = 0.1
autovacuum_analyze_scale_factor = 0.02
autovacuum_vacuum_cost_limit = 1000

# A killed client leaves nothing behind.
client_connection_check_interval = 5s
idle_in_transaction_session_timeout = 5min

# The log: a week of it, without personal data. An error's text, detail and statement may quote a
# value, so only what concerns the server itself is written.
logging_collector = on
log_directory = 'log'
log_filename = 'postgresql-%a.log'
log_file_mode = 0600
log_rotation_age = 1d
log_rotation_size = 0
log_truncate_on_rotation = on
log_line_prefix = '%m [%p] '
log_min_messages = log
log_min_error_statement = panic
log_error_verbosity = terse
log_statement = none
log_min_duration_statement = -1
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
log_checkpoints = off
log_autovacuum_min_duration = -1
log_timezone = 'UTC'

timezone = 'UTC'
datestyle = 'iso, ymd'
default_text_search_config = 'pg_catalog.simple'
allow_alter_system = off

include_if_exists = 'local.conf'
"""


LOCAL_FILE = """\
# Settings of your own for PostgreSQL. They win over postgresql.conf, which openbook writes afresh.
# Read at the next start. What keeps data safe (fsync and the like) cannot be loosened here.
"""


def access_file() -> str:
    """pg_hba.conf: the owner of the database, on its socket; the superuser has no way in."""
    return f"""\
# Written by openbook at each start.
local {DATABASE} {OWNER} peer map=openbook
local all all reject
"""


def people_file(names: frozenset[str]) -> str:
    """pg_ident.conf: the users of the operating system who may be the owner."""
    lines = [f'openbook "{name}" {OWNER}' for name in sorted(names)]
    return "\n".join(["# Written by openbook at each start.", *lines, ""])


def memory_here() -> int:
    """Bytes of memory this process may use: the machine's, or the container's if that is less."""
    amounts = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")]
    for limit in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        try:
            amounts.append(int(Path(limit).read_text()))
        except (OSError, ValueError):  # no such limit, or the word "max"
            continue
    return min(amounts)


def cores_here() -> int:
    return os.cpu_count() or 1


def free_disk(folder: Path) -> int:
    """Bytes an ordinary user may still write there."""
    status = os.statvfs(folder)
    return status.f_bavail * status.f_frsize
