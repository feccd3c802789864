"""One mapping from the records of every known database layout to the same few values."""

import re
from math import isfinite
from typing import Any

import msgspec

# Codes that databases put where no country is known: Europe, Asia/Pacific, proxies, satellites.
_NOT_COUNTRIES = frozenset({"EU", "AP", "A1", "A2", "O1", "ZZ", "XX"})

LONGEST_TEXT = 255
_ZONE = re.compile(r"[A-Za-z_]+(/[A-Za-z0-9_+-]+){0,2}")


class Found(msgspec.Struct, frozen=True, gc=False):
    """What one record says, as it says it; `accuracy_km` is a radius in kilometres."""

    country_code: str | None = None
    country: str | None = None
    region: str | None = None
    city: str | None = None
    postal_code: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    accuracy_km: float | None = None
    timezone: str | None = None
    isp: str | None = None
    organisation: str | None = None


def read_record(record: dict[str, Any]) -> Found:
    """Read a record of GeoIP2, GeoLite2 or DB-IP (nested), or of one of the flat layouts."""
    if record.get("country").__class__ is dict or record.get("location").__class__ is dict:
        return _read_nested(record)
    for key in ("traits", "registered_country", "continent", "city", "subdivisions"):
        if record.get(key).__class__ in (dict, list):
            return _read_nested(record)
    return _read_flat(record)


def _read_nested(record: dict[str, Any]) -> Found:
    country = _part(record, "country")
    location = _part(record, "location")
    traits = _part(record, "traits")
    divisions = record.get("subdivisions")
    region = divisions[0] if isinstance(divisions, list) and divisions else None
    latitude, longitude = _coordinates(location.get("latitude"), location.get("longitude"))
    return Found(
        country_code=_code(country.get("iso_code")),
        country=_name(country),
        region=_name(region),
        city=_name(record.get("city")),
        postal_code=_text(_part(record, "postal").get("code")),
        latitude=latitude,
        longitude=longitude,
        accuracy_km=_radius(location.get("accuracy_radius")),
        timezone=_zone(location.get("time_zone")),
        isp=_text(traits.get("isp")),
        organisation=_text(traits.get("autonomous_system_organization"))
        or _text(traits.get("organization")),
    )


def _read_flat(record: dict[str, Any]) -> Found:
    get = record.get
    code = _code(get("country_code") or get("country_iso_code"))
    name = _text(get("country_name") or get("country"))
    if code is None and name is not None and len(name) == 2:
        code, name = _code(name), None
    latitude, longitude = _coordinates(
        get("latitude", get("lat")), get("longitude", get("lng", get("lon")))
    )
    return Found(
        country_code=code,
        country=name,
        region=_text(get("state1") or get("region") or get("region_name") or get("state")),
        city=_text(get("city") or get("city_name")),
        postal_code=_text(
            get("postcode") or get("postal_code") or get("postal") or get("zip_code") or get("zip")
        ),
        latitude=latitude,
        longitude=longitude,
        accuracy_km=_radius(get("accuracy_radius", get("radius"))),
        timezone=_zone(get("timezone") or get("time_zone")),
        isp=_text(get("isp") or get("isp_name")),
        organisation=_text(
            get("autonomous_system_organization")
            or get("as_organization")
            or get("as_name")
            or get("organization")
        ),
    )


def _part(record: dict[str, Any], key: str) -> dict[str, Any]:
    value = record.get(key)
    return value if value.__class__ is dict else {}  # type: ignore[return-value]


def _name(part: Any) -> str | None:
    """English name of a nested part; the only one there where English is not."""
    if part.__class__ is not dict:
        return _text(part)
    names = part.get("names")
    if names.__class__ is not dict:
        return _text(part.get("name"))
    return _text(names.get("en") or names.get("en-US") or next(iter(names.values()), None))


def _text(value: Any) -> str | None:
    if value.__class__ is not str:
        return None
    if not value.isprintable():  # a NUL would break the database that the value is stored in
        value = "".join(letter for letter in value if letter.isprintable())
    value = value.strip()[:LONGEST_TEXT]
    return value if value and value != "-" else None


def _zone(value: Any) -> str | None:
    zone = _text(value)
    return zone if zone and _ZONE.fullmatch(zone) else None


def _code(value: Any) -> str | None:
    if value.__class__ is not str or len(value) != 2 or not value.isascii():
        return None
    code = value.upper()
    return None if code in _NOT_COUNTRIES or not code.isalpha() else code


def _number(value: Any) -> float | None:
    """A finite float out of a number or its text; some layouts write coordinates as text."""
    if value.__class__ is float or value.__class__ is int:
        number = float(value)
    elif value.__class__ is str:
        try:
            number = float(value)
        except ValueError:
            return None
    else:
        return None
    return number if isfinite(number) else None


def _coordinates(latitude: Any, longitude: Any) -> tuple[float | None, float | None]:
    """Both or none; exactly 0, 0 is what databases write when they do not know."""
    lat, lon = _number(latitude), _number(longitude)
    if lat is None or lon is None or not (-90 <= lat <= 90 and -180 <= lon <= 180):
        return None, None
    return (None, None) if lat == 0 == lon else (round(lat, 5), round(lon, 5))


def _radius(value: Any) -> float | None:
    radius = _number(value)
    return radius if radius is not None and radius > 0 else None
