"""The public lists of postal codes as rows: GeoNames, and one for the countries it lacks."""

import heapq
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from openbook.collect.enrich.places.postal_file import PostalRow


def read_postal_codes(geonames: Path, more: Iterable[Path]) -> Iterator[PostalRow]:
    """Rows of all countries, by country.

    `geonames` is its file of all countries; `more` are files `COUNTRY/postcodes.json`, of which
    those are read that GeoNames has nothing for.
    """
    with geonames.open(encoding="utf-8") as file:
        known = {line[:2] for line in file}
        file.seek(0)
        others = sorted((path.parent.name, path) for path in more if path.parent.name not in known)
        rows = (row for country_code, path in others for row in _read_json(country_code, path))
        yield from heapq.merge(read_geonames(file), rows, key=lambda row: row.country_code)


def read_us_towns(geonames: Path) -> Iterator[PostalRow]:
    """Rows of the United States with the name of the post's town where the code would be."""
    with geonames.open(encoding="utf-8") as file:
        for row in read_geonames(line for line in file if line.startswith("US")):
            yield row._replace(code=row.name)


def read_geonames(lines: Iterable[str]) -> Iterator[PostalRow]:
    """Rows of the postal file of GeoNames: tab-separated, sorted by country."""
    for line in lines:
        parts = line.rstrip("\n").split("\t")
        if len(parts) < 11 or not parts[1]:
            continue
        latitude, longitude = parts[9], parts[10]
        known = latitude and longitude
        yield PostalRow(
            parts[0],
            parts[2].partition(" (")[0],
            parts[1],
            float(latitude) if known else None,
            float(longitude) if known else None,
        )


class _JsonRow(msgspec.Struct, rename="camel"):
    code: str
    locality_name: str | None = None
    latitude: float | None = None
    longitude: float | None = None


def _read_json(country_code: str, path: Path) -> Iterator[PostalRow]:
    for row in msgspec.json.decode(path.read_bytes(), type=list[_JsonRow]):
        name = row.locality_name or ""
        yield PostalRow(country_code, name, row.code, row.latitude, row.longitude)
