"""Examples of installing, the map and the figures for the OpenAPI document."""

from typing import Any

from openbook.collect.installing.ways import security_policy, ways

_AT = 1_795_435_380
_DAY = 86_400
_KEY = "ob_EXAMPLEexampleEXAMPLEexam"
_URL = "https://openbook.example.com"
_BOX = {"south": 45.41, "west": 9.1, "north": 45.52, "east": 9.28}
_FIRST_WAY = ways(_URL, _KEY)[0]

ANSWERS: dict[str, Any] = {
    "mapContacts": {
        "total": 1204, "about": False, "unknown": 31,
        "clusters": [
            {
                "latitude": 45.46, "longitude": 9.19, "radius_km": 38.4, "radius_known": False,
                "count": 1120, "box": _BOX, "places": 1, "country_code": "IT", "city": "Milan",
                "region": None,
            }
        ],
        "countries": [{"country_code": "DE", "count": 53}],
        "places": [{"country_code": "IT", "city": "Milan", "region": None, "count": 1120}],
        "more_places": 0,
    },
    "contactInsight": {
        "since": _AT - 30 * _DAY, "total": 1204, "about": False, "zone": "Europe/Rome",
        "series": {
            "unit": "day", "about": False,
            "buckets": [{"begins_at": _AT - _DAY, "ends_at": _AT, "new": 12, "seen": 40}],
        },
        "breakdowns": [
            {
                "field": "country_code", "values": [{"value": "IT", "count": 1120}], "others": 53,
                "unknown": 31,
            }
        ],
    },
    "showInstallation": {
        "url": _URL, "url_is_set": True, "key": _KEY,
        "keys": [{"key": _KEY, "created_at": _AT, "origins": None, "used_at": None}],
        "ways": [
            {
                "id": way.id,
                "files": [
                    {"where": file.where, "language": file.language, "text": file.text}
                    for file in way.files
                ],
            }
            for way in (_FIRST_WAY,)
        ],
        "security_policy": security_policy(_URL),
    },
    "listRefusals": {
        "items": [
            {
                "reason": "origin_not_allowed", "count": 2, "at": _AT,
                "site": "https://www.shop.example",
            }
        ]
    },
}  # fmt: skip
BODIES: dict[str, Any] = {
    "mapContacts": {"cell": 5, "box": {"south": 35, "west": -10, "north": 60, "east": 30}},
    "contactInsight": {
        "filter": {"field": "country_code", "op": "eq", "value": "IT"}, "period": "30d",
        "measure": "new", "zone": "Europe/Rome",
    },
}  # fmt: skip
