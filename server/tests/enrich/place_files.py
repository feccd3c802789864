"""Small place databases for the tests, written as the real ones are."""

from pathlib import Path
from typing import Any

import msgspec
from mmdb_writer import MMDBWriter
from netaddr import IPSet

from openbook import geo
from openbook.collect.enrich.places.loading import BUILT

BERLIN = {
    "city": {"names": {"en": "Berlin", "de": "Berlin"}},
    "country": {"iso_code": "DE", "names": {"en": "Germany"}},
    "location": {
        "latitude": 52.52,
        "longitude": 13.405,
        "accuracy_radius": 20,
        "time_zone": "Europe/Berlin",
    },
    "postal": {"code": "10115"},
    "subdivisions": [{"iso_code": "BE", "names": {"en": "Land Berlin"}}],
}
GERMANY = {
    "country": {"iso_code": "DE", "names": {"en": "Germany"}},
    "city": {"names": {"en": "Kassel"}},
    "location": {
        "latitude": 51.2993,
        "longitude": 9.491,
        "accuracy_radius": 500,
        "time_zone": "Europe/Berlin",
    },
}


def write_mmdb(path: Path, kind: str, records: dict[str, Any], version: int = 6) -> Path:
    """A database of that type with one record per network."""
    writer = MMDBWriter(
        version, kind, languages=["en"], description="test", ipv4_compatible=version == 6
    )
    for network, record in records.items():
        writer.insert_network(IPSet([network]), record)
    writer.to_db_file(str(path))
    return path


def flat(code: str, region: str, city: str, latitude: float, longitude: float) -> dict[str, Any]:
    """A record as the default city database has them."""
    return {
        "city": city,
        "country_code": code,
        "latitude": latitude,
        "longitude": longitude,
        "postcode": "",
        "state1": region,
        "state2": "",
        "timezone": "",
    }


V4 = {
    "81.2.69.0/24": flat("GB", "England", "London (Shadwell)", 51.5099, -0.0593),
    "5.9.0.0/16": flat("DE", "Bavaria", "Nuremberg", 49.4459, 11.0268),
    "23.30.0.0/16": flat("US", "Pennsylvania", "Wyomissing", 40.3295, -75.9652),
    "24.1.0.0/16": flat("US", "Iowa", "Iowa City", 41.6355, -91.5016),
    "133.1.0.0/16": flat("JP", "Tokyo", "Chiyoda City", 35.694, 139.7536),
    "189.1.0.0/16": flat("MX", "Mexico City", "Coyoacan", 19.35, -99.16),
    "90.1.0.0/16": flat("FR", "Ile-de-France", "Elancourt", 48.7847, 1.9589),
    "41.1.0.0/16": flat("KE", "Nairobi Province", "Nairobi", -1.28, 36.82),
    "191.1.0.0/16": flat("BR", "", "", 0.0, 0.0),
}
V6 = {"2a02:1::/32": flat("NL", "North Holland", "Amsterdam", 52.371, 4.9042)}

NETWORKS_V4 = """81.2.69.0,81.2.69.255,20712,Andrews & Arnold Ltd
5.9.0.0,5.9.99.255,24940,Hetzner Online GmbH
5.9.150.0,5.9.255.255,24940,Hetzner Online GmbH
23.30.0.0,23.30.255.255,7922,"Comcast Cable Communications, LLC"
"""
NETWORKS_V6 = """2a02:1::,2a02:1:ff:ffff:ffff:ffff:ffff:ffff,1136,KPN B.V.
2a02:5::,2a02:5:ff:ffff:ffff:ffff:ffff:ffff,1,One
2a02:5:200::,2a02:5:2ff:ffff:ffff:ffff:ffff:ffff,2,Two
"""


def _geonames(code: str, postal: str, name: str, latitude: float, longitude: float) -> str:
    return f"{code}\t{postal}\t{name}\t\t\t\t\t\t\t{latitude}\t{longitude}\t4\n"


GEONAMES = "".join(
    (
        _geonames("AU", "1001", "Sydney", -33.8678, 151.2073),
        _geonames("AU", "2000", "Sydney", -33.8718, 151.2002),
        _geonames("DE", "90402", "Nürnberg", 49.4500, 11.0800),
        _geonames("DE", "90431", "Nürnberg", 49.4453, 11.0222),
        _geonames("FR", "78990", "Élancourt", 48.7861, 1.9569),
        _geonames("FR", "78851 CEDEX", "Élancourt", 48.7847, 1.9589),
        _geonames("GB", "E1", "London", 51.5150, -0.0600),
        _geonames("GB", "E1W", "Wapping", 51.5060, -0.0590),
        _geonames("JP", "100-0001", "Chiyoda", 35.6850, 139.7514),
        _geonames("NL", "1011", "Amsterdam", 52.3710, 4.9042),
        _geonames("US", "19610", "Reading", 40.3380, -75.9780),
        _geonames("US", "52240", "Iowa City", 41.6355, -91.5016),
        _geonames("US", "52244", "Iowa City", 41.6355, -91.5016),
        _geonames("US", "52246", "Iowa City", 41.6438, -91.5669),
    )
)
MORE = {
    "KE": [
        {"code": "00200", "localityName": "Nairobi"},
        {"code": "00100", "localityName": "Nairobi"},
    ]
}


def write_built(folder: Path, work: Path) -> Path:
    """A built set of a few places, made by the same code as the real one."""
    work.mkdir(parents=True)
    write_mmdb(work / geo.CITY.wanted[0], "city ipv4", V4, version=4)
    write_mmdb(work / geo.CITY.wanted[1], "city ipv6", V6)
    (work / geo.NETWORKS.wanted[0]).write_text(NETWORKS_V4)
    (work / geo.NETWORKS.wanted[1]).write_text(NETWORKS_V6)
    (work / geo.GEONAMES.wanted[0]).write_text(GEONAMES)
    for code, rows in MORE.items():
        (work / code).mkdir()
        (work / code / geo.MORE_POSTAL.wanted[0]).write_bytes(msgspec.json.encode(rows))
    geo.build(work, folder)
    assert (folder / BUILT).is_file()
    return folder
