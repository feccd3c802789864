"""District, ward or suburb as a database names it -> the city as people say it.

Databases name the place at a point: `Chiyoda City`, `Miguel Hidalgo`, `Wan Chai`. What its people
and the operators of its networks write is Tokyo, Mexico City, Hong Kong. Two rules, both facts
about places and neither a guess:

- where a first-level region *is* one city, every place in it is that city;
- where a city of many municipalities goes by one name, what lies close to its centre is that city.
"""

from math import cos, radians
from typing import NamedTuple

from openbook.collect.enrich.places.names import fold


class Around(NamedTuple):
    """A city known by one name over many localities: centre in degrees, radius in kilometres."""

    name: str
    latitude: float
    longitude: float
    radius_km: float


# Country -> the city that the whole country is.
_COUNTRY_IS_CITY = {"HK": "Hong Kong", "MO": "Macao", "SG": "Singapore", "MC": "Monaco"}

# Country -> folded region -> the city that the whole region is.
_REGION_IS_CITY = {
    "AE": {"dubai": "Dubai"},
    "AR": {"buenos aires f d": "Buenos Aires", "ciudad autonoma de buenos aires": "Buenos Aires"},
    "AT": {"vienna": "Vienna", "state of vienna": "Vienna", "wien": "Vienna"},
    "BE": {"brussels capital": "Brussels", "brussels": "Brussels"},
    "BR": {"federal district": "Brasilia", "distrito federal": "Brasilia"},
    "CN": {"beijing": "Beijing", "shanghai": "Shanghai", "tianjin": "Tianjin"},
    "CO": {"bogota d c": "Bogota", "bogota": "Bogota"},
    "CZ": {"prague": "Prague", "hlavni mesto praha": "Prague"},
    "DE": {
        "berlin": "Berlin",
        "state of berlin": "Berlin",
        "land berlin": "Berlin",
        "hamburg": "Hamburg",
        "free and hanseatic city of hamburg": "Hamburg",
    },
    "EG": {"cairo": "Cairo"},
    "HU": {"budapest": "Budapest"},
    "ID": {"jakarta": "Jakarta"},
    "KR": {
        "seoul": "Seoul",
        "busan": "Busan",
        "incheon": "Incheon",
        "daegu": "Daegu",
        "daejeon": "Daejeon",
        "gwangju": "Gwangju",
        "ulsan": "Ulsan",
    },
    "KZ": {"almaty": "Almaty", "astana": "Astana", "nur sultan": "Astana"},
    "MX": {"mexico city": "Mexico City", "ciudad de mexico": "Mexico City"},
    "MY": {"kuala lumpur": "Kuala Lumpur"},
    "RU": {"moscow": "Moscow", "saint petersburg": "Saint Petersburg"},
    "TH": {"bangkok": "Bangkok"},
    "TR": {"istanbul": "Istanbul"},
    "UA": {"kyiv city": "Kyiv"},
    "UZ": {"tashkent": "Tashkent"},
    "VN": {"hanoi": "Hanoi", "ho chi minh city hcmc": "Ho Chi Minh City"},
}

# Country -> folded region (empty: any) -> a city known by one name.
_CITY_AROUND = {
    "CL": {"": Around("Santiago", -33.45, -70.65, 20)},
    "IE": {"leinster": Around("Dublin", 53.35, -6.26, 9)},
    "JP": {"tokyo": Around("Tokyo", 35.69, 139.73, 16)},  # the 23 wards
    "PE": {
        "lima region": Around("Lima", -12.07, -77.03, 22),
        "lima": Around("Lima", -12.07, -77.03, 22),
        "lima province": Around("Lima", -12.07, -77.03, 22),
    },
}


def city_as_said(
    country_code: str,
    region: str | None,
    city: str,
    latitude: float | None,
    longitude: float | None,
) -> str:
    """The city's name; `city` itself where no rule speaks."""
    if (whole := _COUNTRY_IS_CITY.get(country_code)) is not None:
        return whole
    if country_code == "KR" and city.endswith("-si"):
        city = city.removesuffix("-si")  # "city", as in Seongnam-si
    if (regions := _REGION_IS_CITY.get(country_code)) is not None and region:
        return regions.get(fold(region), city)
    if (known := _CITY_AROUND.get(country_code)) is not None:
        around = known.get(fold(region or "")) or known.get("")
        if around is not None and _is_within(around, latitude, longitude):
            return around.name
    return city


def _is_within(around: Around, latitude: float | None, longitude: float | None) -> bool:
    if latitude is None or longitude is None:
        return False
    up = (latitude - around.latitude) * 111.2
    right = (longitude - around.longitude) * 111.2 * cos(radians(around.latitude))
    return up * up + right * right <= around.radius_km * around.radius_km
