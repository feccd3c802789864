"""Turns a visitor's visits into messages as Segment's libraries send them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from openbook.demo.shop import (
    APP_NAME,
    APP_NAMESPACE,
    CAMPAIGNS,
    DIRECT,
    LANDING_PAGES,
    PAGES,
    REFERRERS,
    SCREENS,
    Campaign,
    Page,
)
from openbook.demo.visitors import (
    LONGEST_VISIT,
    AppClient,
    BrowserClient,
    Person,
    Visitor,
)

MOST_VIEWS = 9
Message = dict[str, Any]


def visitor_messages(visitor: Visitor, site: str, random: Random) -> Iterator[Message]:
    """Everything one visitor sends, oldest first; ``site`` is the server's address."""
    for number, began in enumerate(visitor.visits):
        context = _context(visitor, random)
        known = visitor.person if number >= visitor.known_from else None
        client = visitor.client
        if isinstance(client, AppClient):
            bodies = _app_visit(client, random)
        else:
            bodies = _web_visit(site, first_visit=number == 0, random=random)
        if known and number == visitor.known_from:
            bodies.insert(min(1, len(bodies)), _identify(known))
        for offset, body in zip(_offsets(len(bodies), random), bodies, strict=True):
            own_context = {**context, **body.pop("context", {})}
            message = {
                **body,
                "messageId": f"openbook-demo-{UUID(int=random.getrandbits(128), version=4)}",
                "anonymousId": visitor.anonymous_id,
                "timestamp": moment(began + offset),
                "context": own_context,
            }
            if known and known.user_id:
                message["userId"] = known.user_id
            yield message


def moment(at: datetime) -> str:
    """ISO 8601 in UTC with milliseconds, as Segment's libraries write times."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _context(visitor: Visitor, random: Random) -> dict[str, Any]:
    """What all messages of one visit share."""
    context: dict[str, Any] = {
        "ip": random.choice(visitor.addresses),
        "locale": visitor.language,
        "timezone": visitor.timezone,
    }
    client = visitor.client
    if isinstance(client, BrowserClient):
        context["userAgent"] = client.agent
        context["library"] = {"name": "analytics.js", "version": "npm:next-1.84.3"}
        if client.data:
            context["userAgentData"] = client.data
        return context
    phone = client.phone
    on_android = phone.platform == "android"
    version, build = client.release
    context["app"] = {
        "name": APP_NAME,
        "version": version,
        "build": build,
        "namespace": APP_NAMESPACE,
    }
    context["device"] = {
        "id": client.device_id,
        "manufacturer": phone.manufacturer,
        "model": phone.model,
        "name": phone.device,
        "type": phone.platform,
    }
    apple_system = "iPadOS" if phone.device == "iPad" else "iOS"
    context["os"] = {"name": "Android" if on_android else apple_system, "version": client.system}
    context["library"] = (
        {"name": "analytics-kotlin", "version": "1.19.2"}
        if on_android
        else {"name": "analytics-swift", "version": "1.8.1"}
    )
    if on_android:
        system = f"Linux; U; Android {client.system}; {phone.model}"
        context["userAgent"] = f"Dalvik/2.1.0 ({system})"
    return context


def _web_visit(site: str, first_visit: bool, random: Random) -> list[Message]:
    campaign, referrer = _origin(first_visit, random)
    page = random.choices(LANDING_PAGES, [page.weight for page in LANDING_PAGES])[0]
    search = ""
    if campaign:
        search = "?" + urlencode({f"utm_{key}": value for key, value in campaign.utms.items()})
    bodies: list[Message] = []
    for _ in range(_views(random)):
        seen = _page(site, page, search, referrer)
        context: dict[str, Any] = {"page": seen}
        if campaign and not bodies:
            utms = dict(campaign.utms)
            context["campaign"] = {"name": utms.pop("campaign"), **utms}
        bodies.append({"type": "page", "name": page.title, "properties": seen, "context": context})
        if page.path.startswith("/demo/product/") and random.random() < 0.3:
            bodies.append(
                {
                    "type": "track",
                    "event": "Product Added",
                    "properties": {"name": page.title},
                    "context": {"page": seen},
                }
            )
        referrer, search = seen["url"], ""
        page = random.choices(PAGES, [page.weight for page in PAGES])[0]
    return bodies


def _app_visit(client: AppClient, random: Random) -> list[Message]:
    version, build = client.release
    opened = {"from_background": random.random() < 0.6, "version": version, "build": build}
    bodies: list[Message] = [{"type": "track", "event": "Application Opened", "properties": opened}]
    for _ in range(_views(random)):
        bodies.append({"type": "screen", "name": random.choice(SCREENS), "properties": {}})
    return bodies


def _identify(person: Person) -> Message:
    return {"type": "identify", "traits": {"name": person.name, "email": person.email}}


def _page(site: str, page: Page, search: str, referrer: str) -> dict[str, str]:
    return {
        "url": f"{site}{page.path}{search}",
        "path": page.path,
        "referrer": referrer,
        "search": search,
        "title": page.title,
    }


def _origin(first_visit: bool, random: Random) -> tuple[Campaign | None, str]:
    """The campaign, if one brought the visitor, and the referrer; who returns comes directly
    more often."""
    if random.random() < (0.18 if first_visit else 0.08):
        campaign = random.choices(CAMPAIGNS, [campaign.weight for campaign in CAMPAIGNS])[0]
        return campaign, campaign.referrer
    direct = DIRECT if first_visit else DIRECT * 3
    weights = [direct, *(weight for weight, _ in REFERRERS)]
    return None, random.choices(["", *(url for _, url in REFERRERS)], weights)[0]


def _views(random: Random) -> int:
    """How many pages or screens: three on average, many leave at once."""
    return min(MOST_VIEWS, 1 + int(random.expovariate(1 / 2.0)))


def _offsets(count: int, random: Random) -> list[timedelta]:
    """Times since the visit began: 4 to 90 seconds apart, within the longest visit."""
    seconds, offsets = 0.0, []
    for _ in range(count):
        offsets.append(min(timedelta(seconds=seconds), LONGEST_VISIT))
        seconds += random.uniform(4, 90)
    return offsets
