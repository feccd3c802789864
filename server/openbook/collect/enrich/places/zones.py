"""Coordinates or country -> IANA time zone."""

import tzfpy  # its 36 MB of boundaries are unpacked by the first call, not here

from openbook.collect.enrich.places.country_zones import ONLY_ZONE

# A country's centroid can lie zones away from the person: beyond this radius it says nothing.
TRUSTED_RADIUS_KM = 200.0


def zone_of(
    country_code: str | None,
    latitude: float | None,
    longitude: float | None,
    accuracy_km: float | None,
) -> str | None:
    """Zone at the coordinates; without good ones, the country's if it has only one."""
    if country_code in ONLY_ZONE:
        return ONLY_ZONE[country_code]
    if latitude is None or longitude is None:
        return None
    if accuracy_km is not None and accuracy_km > TRUSTED_RADIUS_KM:
        return None
    zone = tzfpy.get_tz(longitude, latitude)
    return zone if zone and not zone.startswith("Etc/") else None
