"""Places: what an address is told about, and what it is never told."""

from ipaddress import ip_network
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openbook.collect.enrich.place import NOWHERE, Place, Places
from openbook.collect.enrich.places.addresses import read_address
from tests.enrich.place_files import BERLIN, GERMANY, flat, write_built, write_mmdb


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("built")
    return write_built(root / "geo", root / "work")


@pytest.fixture(scope="module")
def places(built: Path) -> Places:
    return Places.open(folders=[built])


def test_a_known_address_gets_every_field_and_both_sources(places: Places) -> None:
    place = places.look_up("81.2.69.142")
    assert place == Place(
        latitude=51.5099,
        longitude=-0.0593,
        accuracy_km=None,
        city="London",
        postal_code="E1",
        region="England",
        country="United Kingdom",
        country_code="GB",
        timezone="Europe/London",
        isp="Andrews & Arnold Ltd",
        place_source="DB-IP Lite 2026-06",
        isp_source="AS organisation DB-IP and RouteViews 2026-06",
        derived=("postal_code", "timezone"),
    )


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1",
        "127.0.0.1",
        "192.168.1.1",
        "172.16.5.4",
        "169.254.1.1",
        "100.64.0.9",
        "192.0.2.5",
        "198.51.100.7",
        "203.0.113.9",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1%eth0",
        "fd00::1",
        "ff02::1",
        "2001:db8::1",
        "::ffff:10.0.0.1",
        "64:ff9b::8.8.8.8",
        "",
        "unknown",
        "81.2.69",
        "81.2.69.142:443",
        "[2a02:1::1]",
        "81.2.69.142\0",
        "\ud800",
        "1" * 9000,
    ],
)
def test_private_special_and_unreadable_addresses_are_nowhere(places: Places, address: str) -> None:
    assert places.look_up(address) == NOWHERE


def test_an_ipv4_address_written_as_ipv6_is_the_ipv4_address(places: Places) -> None:
    assert places.look_up("::ffff:81.2.69.142") == places.look_up("81.2.69.142")


def test_ipv6_is_found_with_its_network(places: Places) -> None:
    place = places.look_up("2a02:1::5%en0")
    assert (place.city, place.postal_code, place.isp) == ("Amsterdam", "1011", "KPN B.V.")


def test_an_unknown_public_address_is_nowhere(places: Places) -> None:
    assert places.look_up("8.8.8.8") == NOWHERE


def test_empty_text_and_zero_coordinates_are_unknown(places: Places) -> None:
    place = places.look_up("191.1.2.3")
    assert (place.country, place.city, place.latitude, place.timezone) == ("Brazil",) + (None,) * 3


@pytest.mark.parametrize(
    ("address", "city", "postal_code"),
    [
        ("23.30.1.1", "Reading", "19610"),  # no ZIP code of its own: the town that serves it
        ("24.1.1.1", "Iowa City", "52240"),  # two codes at one point: the lowest
        ("5.9.1.1", "Nuremberg", "90431"),  # the list says Nürnberg: the nearest
        ("90.1.1.1", "Elancourt", "78990"),  # not "78851 CEDEX", one receiver's own code
        ("133.1.1.1", "Tokyo", "100-0001"),
        ("189.1.1.1", "Mexico City", None),
        ("41.1.1.1", "Nairobi", "00100"),  # a list without coordinates
    ],
)
def test_city_and_postal_code_are_what_people_there_write(
    places: Places, address: str, city: str, postal_code: str | None
) -> None:
    place = places.look_up(address)
    assert (place.city, place.postal_code) == (city, postal_code)


def test_without_any_database_everything_is_empty_and_said_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    places = Places.open(folders=[tmp_path / "none"])
    assert places.empty
    assert places.look_up("81.2.69.142") == NOWHERE
    assert len(caplog.records) == 1
    assert "openbook geo install" in caplog.text


def test_the_operators_database_comes_first_and_the_rest_is_filled(
    built: Path, tmp_path: Path
) -> None:
    own = write_mmdb(
        tmp_path / "GeoLite2-City.mmdb",
        "GeoLite2-City",
        {"81.2.69.0/24": BERLIN, "5.9.0.0/16": GERMANY},
    )
    places = Places.open(city=own, folders=[built])
    berlin = places.look_up("81.2.69.142")
    assert (berlin.city, berlin.postal_code, berlin.accuracy_km) == ("Berlin", "10115", 20.0)
    assert berlin.place_source is not None
    assert berlin.place_source.startswith("GeoLite2 City 20")
    assert berlin.derived == ()
    assert berlin.isp == "Andrews & Arnold Ltd"
    # The operator's knows only the country of this one, the embedded one the city.
    nuremberg = places.look_up("5.9.1.1")
    assert (nuremberg.city, nuremberg.place_source) == ("Nuremberg", "DB-IP Lite 2026-06")
    # Only the embedded database knows this one.
    assert places.look_up("23.30.1.1").place_source == "DB-IP Lite 2026-06"


def test_the_operators_database_is_taken_at_its_word(built: Path, tmp_path: Path) -> None:
    own = write_mmdb(
        tmp_path / "own.mmdb",
        "GeoIP2-City",
        {"23.30.0.0/16": flat("US", "Pennsylvania", "Wyomissing", 40.3295, -75.9652)},
    )
    place = Places.open(city=own, folders=[built]).look_up("23.30.1.1")
    assert (place.city, place.postal_code) == ("Wyomissing", "19610")


def test_a_countrys_centroid_has_no_city_and_its_zone_is_not_believed(tmp_path: Path) -> None:
    america = {
        "country": {"iso_code": "US", "names": {"en": "United States"}},
        "city": {"names": {"en": "Cheney"}},
        "location": {
            "latitude": 37.751,
            "longitude": -97.822,
            "accuracy_radius": 1000,
            "time_zone": "America/Chicago",
        },
    }
    own = write_mmdb(tmp_path / "own.mmdb", "GeoLite2-City", {"8.8.8.0/24": america})
    place = Places.open(city=own).look_up("8.8.8.8")
    assert (place.country_code, place.city, place.timezone) == ("US", None, None)
    assert (place.latitude, place.accuracy_km) == (37.751, 1000.0)


def test_a_country_of_one_zone_has_it_without_coordinates(tmp_path: Path) -> None:
    own = write_mmdb(
        tmp_path / "own.mmdb",
        "GeoIP2-Country",
        {"8.8.8.0/24": {"country": {"iso_code": "KE", "names": {"en": "Kenya"}}}},
    )
    place = Places.open(city=own).look_up("8.8.8.8")
    assert (place.timezone, place.derived) == ("Africa/Nairobi", ("timezone",))


@pytest.mark.parametrize(
    ("kind", "record", "isp", "source"),
    [
        (
            "GeoIP2-ISP",
            {"isp": "Deutsche Telekom", "autonomous_system_organization": "DTAG"},
            "Deutsche Telekom",
            "ISP database GeoIP2 ISP",
        ),
        (
            "GeoIP2-Enterprise",
            BERLIN | {"traits": {"isp": "Telekom", "organization": "T"}},
            "Telekom",
            "ISP database GeoIP2 Enterprise",
        ),
        (
            "GeoLite2-ASN",
            {"autonomous_system_number": 3320, "autonomous_system_organization": "DTAG"},
            "DTAG",
            "AS organisation GeoLite2 ASN",
        ),
    ],
)
def test_the_provider_is_the_isp_databases_else_the_as_organisation(
    built: Path, tmp_path: Path, kind: str, record: dict, isp: str, source: str
) -> None:
    own = write_mmdb(tmp_path / "isp.mmdb", kind, {"81.2.69.0/24": record})
    place = Places.open(isp=own, folders=[built]).look_up("81.2.69.142")
    assert place.isp == isp
    assert place.isp_source is not None
    assert place.isp_source.startswith(source)


def test_databases_that_disagree_about_the_country_are_not_mixed(
    built: Path, tmp_path: Path
) -> None:
    own = write_mmdb(
        tmp_path / "own.mmdb",
        "GeoIP2-City",
        {"81.2.69.0/24": {"country": {"iso_code": "FR"}}},
    )
    place = Places.open(city=own, folders=[built]).look_up("81.2.69.142")
    assert (place.country, place.city, place.latitude) == ("France", None, None)


def test_a_database_that_knows_only_the_country_is_refined_by_the_next(
    built: Path, tmp_path: Path
) -> None:
    own = write_mmdb(
        tmp_path / "own.mmdb",
        "GeoIP2-Country",
        {"81.2.69.0/24": {"country": {"iso_code": "GB"}}},
    )
    place = Places.open(city=own, folders=[built]).look_up("81.2.69.142")
    assert (place.city, place.place_source) == ("London", "DB-IP Lite 2026-06")


def test_text_from_a_database_cannot_break_the_store(tmp_path: Path) -> None:
    poisoned = flat("DE", "Bav\0aria", "Mun\nich\x1b[31m" + "x" * 999, 48.1, 11.5)
    own = write_mmdb(tmp_path / "own.mmdb", "city", {"8.8.8.0/24": poisoned})
    place = Places.open(city=own).look_up("8.8.8.8")
    assert place.region == "Bavaria"
    assert place.city is not None
    assert place.city.isprintable()
    assert len(place.city) <= 255


SIX_TO_FOUR = ip_network("2002::/16")
"""Public; some releases of Python 3.11 call its first address private."""


@given(st.ip_addresses())
def test_any_address_is_read_and_only_public_ones_are_kept(address) -> None:
    found = read_address(str(address))
    if found is not None:
        assert found.number == int(address) or found.version == 4
        if address in SIX_TO_FOUR:
            return
        assert not (address.is_private or address.is_loopback or address.is_link_local)


@given(st.text(max_size=50))
def test_any_text_is_looked_up_without_an_error(text: str) -> None:
    Places.open().look_up(text)
