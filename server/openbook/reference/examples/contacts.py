"""Examples of contacts for the OpenAPI document: made-up people, reserved addresses."""

from typing import Any

from openbook.contacts.schemas import SHOWN

_ID = "01939d5c-7a00-7b3e-9c1d-2f6a1e0b4c55"
_OTHER = "01939d61-02c4-7f10-8a4e-5b7d9e3f1a20"
_MERGE = "01939d70-9b1e-7c02-bd11-8e2f4a6c0d3b"
_AT = 1_795_435_380
_SEEN: dict[str, Any] = {
    "source": "web", "at": _AT, "trust": "anonymous", "verified": False, "derived": False,
    "from": None,
}  # fmt: skip
_VALUES: dict[str, Any] = {
    "user_id": "42",
    "email": "ada@example.com",
    "name": "Ada Example",
    "last_page_viewed": "https://shop.example/pricing",
    "last_page_viewed_at": _AT,
    "ip": "198.51.100.23",
    "timezone": "Europe/Rome",
    "latitude": 45.46,
    "longitude": 9.19,
    "city": "Milan",
    "postal_code": "20121",
    "region": "Lombardy",
    "country": "Italy",
    "country_code": "IT",
    "isp": "Example Telecom",
    "browser_name": "Chrome",
    "browser_version": "142.0.7444.60",
    "browser_language": "it-IT",
    "os": "Windows",
    "os_version": "11",
    "web_sessions": 3,
    "first_seen_at": _AT - 864_000,
    "bounce": "none",
    "unsubscribed": False,
    "spam": False,
    "referrer": "example.org",
    "last_seen_at": _AT,
    "browser_variant": "desktop",
}
CONTACT: dict[str, Any] = {
    "id": _ID,
    "kind": "user",
    "display_name": "Ada Example",
    **{field.id: _VALUES.get(field.id) for field in SHOWN},
    "attributes": {"plan": "pro"},
    "tags": [
        {
            "id": "01939d92-4c00-7b13-8d44-3e4f5a6b7c8d",
            "name": "VIP",
            "colour": "violet",
            "given_at": _AT,
        }
    ],
    "devices": [
        {
            "id": "6a3f9f0e-58d1-2f6b-93a4-0c9a7d1e5b42",
            "anonymous_id": "9b2d7c1e-4f5a-4d8e-8b6f-1a2c3d4e5f60",
            "platform": "web",
            "sessions": 3,
            "first_seen_at": _AT - 864_000,
            "last_seen_at": _AT,
            "browser": "Chrome 142.0.7444.60",
            "os": "Windows 11",
            "app": None,
            "device": None,
        }
    ],
    "identities": [{"field": "user_id", "value": "42", "trust": "signed", "verified_at": _AT}],
    "provenance": {
        "last_page_viewed": _SEEN,
        "city": _SEEN | {"derived": True, "from": "ip, DB-IP Lite 2026-06"},
    },
}
_MERGED: dict[str, Any] = {
    "id": _MERGE, "kept": _ID, "gone": _OTHER, "merged_at": _AT, "reason": "rest",
    "undone_at": None,
}  # fmt: skip
_PAGE = {"items": [CONTACT], "next": None}

ANSWERS: dict[str, Any] = {
    "listContacts": _PAGE,
    "searchContacts": _PAGE,
    "countContacts": {"count": 1204, "about": False},
    "getContact": CONTACT | {"claims": []},
    "createContact": CONTACT | {"claims": []},
    "patchContact": CONTACT | {"claims": []},
    "tagContact": CONTACT | {"claims": []},
    "untagContact": CONTACT | {"claims": [], "tags": []},
    "getMerges": {"items": [_MERGED]},
    "withdrawValue": CONTACT | {"claims": []},
    "mergeContacts": {"merge": _MERGED, "contact": CONTACT | {"claims": []}},
    "importContacts": {
        "rows": 3, "created": 1, "updated": 1, "unchanged": 0, "rejected": 1, "dry_run": False,
        "rejected_rows": [
            {"line": 4, "reason": "email is not an e-mail address", "code": "bad_email",
             "about": "email"},
        ],
        "ignored_columns": ["country"],
    },
}  # fmt: skip
"""Operation -> an answer."""

BODIES: dict[str, Any] = {
    "searchContacts": {
        "filter": {
            "and": [
                {"field": "country_code", "op": "eq", "value": "IT"},
                {"not": {"field": "email", "op": "exists"}},
            ]
        },
        "limit": 20,
    },
    "createContact": {
        "user_id": "42", "email": "ada@example.com", "name": "Ada Example",
        "attributes": {"plan": "pro"},
    },
    "patchContact": {"name": "Ada King", "unsubscribed": True},
    "mergeContacts": {"with": _OTHER},
    "splitContacts": {"merge": _MERGE},
    "previewMerge": {"with": _OTHER},
    "previewSplit": {"merge": _MERGE},
    "withdrawValue": {"field": "name"},
}  # fmt: skip
"""Operation -> a body."""
