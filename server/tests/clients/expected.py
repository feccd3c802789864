"""Comparing all forty fields of a contact: what a client gave is right, and all else is null."""

import time
from typing import Any

from openbook.catalogue.fields import FIELDS

NOTHING = {"bounce": "none", "unsubscribed": False, "spam": False, "web_sessions": 0}
"""What is shown of a contact nothing is known of, where that is not null."""
FORTY = [field.id for field in FIELDS if field.number is not None]
AGENT = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4_1 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/17.4.1 Mobile/15E148 Safari/604.1"
)
SAFARI = {
    "browser_name": "Safari", "browser_version": "17.4.1", "os": "iOS", "os_version": "17.4.1",
}  # fmt: skip
CONTEXT = {
    "page": {
        "url": "https://shop.example/tea?utm_source=news&utm_campaign=may&reset=secret#top",
        "referrer": "https://www.blog.example.org/post",
    },
    "campaign": {"source": "news", "name": "may"},
    "userAgent": AGENT,
    "locale": "pt-br",
    "timezone": "America/Sao_Paulo",
    "ip": "8.8.8.8",
}
"""What a customer's server tells of a visitor."""
TOLD: dict[str, Any] = {
    "user_id": "u-1",
    "email": "anna@example.org",
    "name": "Anna",
    "last_page_viewed": "https://shop.example/tea",
    "referrer": "example.org",
    "utms": {"source": "news", "campaign": "may"},
    "timezone": "America/Sao_Paulo",
    "browser_language": "pt-BR",
    **SAFARI,
}
"""What is to become of it."""


def assert_forty(contact: dict[str, Any], *moments: str, **values: Any) -> None:
    """Each of the forty fields: `moments` are times within the last minute, `values` as given."""
    assert len(FORTY) == 40
    expected = dict.fromkeys(FORTY) | NOTHING | values
    found = {name: contact[name] for name in FORTY}
    for name in moments:
        assert time.time() - 60 < found[name] < time.time() + 2, name
        expected[name] = found[name]
    wrong = {name: (found[name], it) for name, it in expected.items() if found[name] != it}
    assert not wrong, f"found, expected: {wrong}"
