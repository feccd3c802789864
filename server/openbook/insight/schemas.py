"""What the map and the figures are asked, and what they answer."""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from openbook.contacts.schemas import Moment

Period = Literal["7d", "30d", "90d", "12m", "all"]
Measure = Literal["seen", "new"]
Unit = Literal["day", "week", "month"]

Latitude = Annotated[float, Meta(ge=-90, le=90)]
Longitude = Annotated[float, Meta(ge=-180, le=180)]


class Asked(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which contacts it is about: the question of a list."""

    user_id: str | None = None
    email: str | None = None
    anonymous_id: str | None = None
    q: str | None = None
    filter: dict[str, Any] | None = None


class Box(Struct, frozen=True, forbid_unknown_fields=True):
    """A part of the world, in degrees; it does not reach over the 180th meridian."""

    south: Latitude
    west: Longitude
    north: Latitude
    east: Longitude


class MapAsked(Asked, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which contacts, in which part of the world, and how close together may be shown apart."""

    cell: Annotated[
        float,
        Meta(ge=0.01, le=45, description="Degrees within which places are shown as one."),
    ] = 10.0
    box: Box | None = None


class Cluster(Struct, frozen=True):
    """Contacts near each other. Somewhere in the circle: no address is known to the point."""

    latitude: float
    longitude: float
    radius_km: Annotated[
        float,
        Meta(description="All places of it and their accuracy lie within; from the database."),
    ]
    radius_known: Annotated[
        bool,
        Meta(description="False where the database names no accuracy: 25 km are assumed."),
    ]
    count: int
    box: Box
    places: Annotated[int, Meta(description="Cities or regions in it.")]
    country_code: str | None
    """Of the one place it is, if it is one and all of it."""
    city: str | None
    region: str | None


class CountryCount(Struct, frozen=True):
    """Contacts of whom the country is known and no more."""

    country_code: str
    count: int


class PlaceCount(Struct, frozen=True):
    """A city, or a region where no city is known, with its contacts."""

    country_code: str | None
    city: str | None
    region: str | None
    count: int


class ContactMap(Struct, frozen=True):
    """Contacts by place. `total` = those in clusters + in `countries` + `unknown`."""

    total: int
    about: Annotated[bool, Meta(description="True where the counts come from a sample.")]
    unknown: Annotated[int, Meta(description="Contacts of whom no place is known.")]
    clusters: list[Cluster]
    countries: list[CountryCount]
    places: Annotated[list[PlaceCount], Meta(description="The 200 with the most contacts.")]
    more_places: int


class InsightAsked(Asked, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which contacts, of which time, and in whose zone a day begins."""

    period: Period = "30d"
    measure: Annotated[
        Measure,
        Meta(description="Breakdowns are of those last seen in the period, or first seen in it."),
    ] = "seen"
    zone: Annotated[
        Annotated[str, Meta(max_length=64)] | None,
        Meta(description="An IANA time zone; without it, the workspace's."),
    ] = None


class Bucket(Struct, frozen=True):
    """A day, a week or a month."""

    begins_at: Moment
    ends_at: Moment
    new: Annotated[int, Meta(description="First seen in it.")]
    seen: Annotated[int, Meta(description="Last seen in it: who came again later is there.")]


class Series(Struct, frozen=True):
    """The period in equal parts, the earliest first; the last one is not over."""

    unit: Unit
    about: bool
    buckets: list[Bucket]


class ValueCount(Struct, frozen=True):
    """A value and how many contacts have it."""

    value: str
    count: int


class Breakdown(Struct, frozen=True):
    """The contacts by one field. All counts together are `total`, but for platforms."""

    field: str
    """As a filter names it; `platform` is web, android and ios, and one contact may use several."""
    values: Annotated[list[ValueCount], Meta(description="The 10 most frequent.")]
    others: int
    unknown: int


class Insight(Struct, frozen=True):
    """Contacts over time, and what they have in common."""

    since: Moment | None
    """Begin of the period; null for all of the time."""
    total: int
    about: Annotated[bool, Meta(description="True where the breakdowns come from a sample.")]
    zone: Annotated[str, Meta(description="In whose days, weeks and months it is counted.")]
    series: Series
    breakdowns: list[Breakdown]
