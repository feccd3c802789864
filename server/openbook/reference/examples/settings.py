"""Examples of the settings and of what stands around the server for the OpenAPI document."""

from typing import Any

import msgspec

from openbook.catalogue.fields import BY_ID
from openbook.catalogue.listing import field_list
from openbook.catalogue.policy import read_policy, shown_settings
from openbook.contacts.segments import operators_of

_CONTACT = "01939d80-0f00-7a11-8b22-0c1d2e3f4a5b"

_ADA = {
    "kind": "person", "id": "01939d80-1a00-7c11-9b22-0c1d2e3f4a5b", "name": "Ada Example",
}  # fmt: skip
_SETTINGS: dict[str, Any] = {"ip.mode": "truncated", "url.keep": ["page"]}
_OPERATORS = {name: operators_of(field.type) for name, field in BY_ID.items()}
_FIELDS = field_list(read_policy(_SETTINGS), _OPERATORS)
_BY_ADA: dict[str, Any] = {
    "id": "01939d80-2b00-7c22-8d33-1e2f3a4b5c6d", "at": 1_795_435_380, "who": _ADA,
}  # fmt: skip

ANSWERS: dict[str, Any] = {
    "showSurroundings": {
        "data": [
            {
                "what": "built in", "label": "DB-IP Lite", "built": "2.3.2026060513",
                "licence": "CC BY 4.0", "attribution": "IP Geolocation by DB-IP",
                "link": "https://db-ip.com",
            }
        ],
        "trusted_proxies": ["10.0.0.0/8"],
        "way": {
            "address": "203.0.113.7",
            "verdict": "trusted",
            "hops": [
                {"text": "10.0.0.2", "trusted": True, "taken": False},
                {"text": "203.0.113.7", "trusted": False, "taken": True},
            ],
            "ignored": [],
        },
    },
    "listStored": {"items": [{"field": "city", "contacts": 1_204, "values": 3_310}]},
    "clearStored": {"rows": 1_870, "after": _CONTACT},
    "listHistory": {
        "items": [
            _BY_ADA | {
                "action": "settings.changed", "subject": None, "subject_name": None,
                "detail": {"settings": {"collect.city": [True, False]}},
            }
        ],
        "next": None,
    },
    "listContactHistory": {
        "items": [
            _BY_ADA | {
                "action": "contact.changed", "subject": _CONTACT, "subject_name": None,
                "detail": {"fields": ["email", "name"]},
            }
        ],
        "next": None,
    },
    "showSettings": shown_settings(_SETTINGS),
    "changeSettings": shown_settings(_SETTINGS),
    "listFields": [msgspec.to_builtins(one) for one in _FIELDS if one.id == "city"],
    "who": _ADA,
}  # fmt: skip
"""Operation -> an answer."""

BODIES: dict[str, Any] = {
    "clearStored": {"after": None},
    "changeSettings": _SETTINGS | {"collect.postal_code": None},
}
"""Operation -> a body."""
