"""IP address -> place and network, from local databases only: `Places.look_up`."""

import logging
import time
from collections.abc import Callable, Hashable, Sequence
from functools import lru_cache
from pathlib import Path

import msgspec

from openbook.collect.counts import count_cache, sizes_of
from openbook.collect.enrich.places.addresses import PublicAddress, read_address
from openbook.collect.enrich.places.cities import city_as_said
from openbook.collect.enrich.places.countries import country_names
from openbook.collect.enrich.places.loading import DataSet, Embedded, load, look
from openbook.collect.enrich.places.names import clean_city, fold
from openbook.collect.enrich.places.records import Found, read_record
from openbook.collect.enrich.places.zones import TRUSTED_RADIUS_KM, zone_of

log = logging.getLogger(__name__)

CACHED_ADDRESSES = 16_384
CACHED_SPOTS = 32_768
EVERY = 5.0
"""Seconds between looks for new files, at most."""
CHECK_SECONDS = 2.0


class Place(msgspec.Struct, frozen=True, gc=False):
    """Where an address is and whose network it is; what is not known is None.

    Degrees and kilometres. `place_source` and `isp_source` name the databases and their months;
    `derived` names the fields worked out from the coordinates and the city's name.
    """

    latitude: float | None = None
    longitude: float | None = None
    accuracy_km: float | None = None
    city: str | None = None
    postal_code: str | None = None
    region: str | None = None
    country: str | None = None
    country_code: str | None = None
    timezone: str | None = None
    isp: str | None = None
    place_source: str | None = None
    isp_source: str | None = None
    derived: tuple[str, ...] = ()


NOWHERE = Place()
NOTHING = Found()
FILLED = ("region", "postal_code", "latitude", "longitude", "accuracy_km", "timezone")


class Places:
    """All place data of this installation. `look_up` never raises and never leaves the process."""

    look_up: Callable[[str], Place]

    def __init__(self, city: Path | None, isp: Path | None, folders: Sequence[Path]) -> None:
        self._city, self._isp, self._folders = city, isp, tuple(folders)
        self._checked = time.monotonic()
        self._files = look(city, isp, self._folders)
        self._use(load(isp, self._files))
        if self.empty:
            log.warning(
                "No geolocation database is installed: place and provider stay empty. "
                "Run `make setup`, or `openbook geo install FILE` with a GeoIP2, GeoLite2 or "
                "DB-IP file in MaxMind's .mmdb format."
            )

    @classmethod
    def open(
        cls,
        city: Path | None = None,
        isp: Path | None = None,
        folders: Sequence[Path] = (),
    ) -> "Places":
        """Open the operator's City and ISP files, then what lies in the folders, best first.

        Nothing there is no error: every look-up then answers with a Place of Nones.
        """
        return cls(city, isp, folders)

    @property
    def empty(self) -> bool:
        """True where no database at all is loaded."""
        return not self.data.supplied and self.data.embedded is None

    def reload_if_changed(self, now: float | None = None) -> bool:
        """Take up files that came, went or changed; True if anything was replaced.

        `now` is a reading of time.monotonic(), in seconds. Costs no more than that when called
        again within CHECK_SECONDS, a few stats otherwise; reading a new file may take a second.
        """
        now = time.monotonic() if now is None else now
        if now - self._checked < CHECK_SECONDS:
            return False
        self._checked = now
        files = look(self._city, self._isp, self._folders)
        if files == self._files:
            return False
        data = load(self._isp, files, self.data, self._files)
        self._files = files
        self._use(data)
        return True

    def _use(self, data: DataSet) -> None:
        """Replace the data together with everything remembered about the old one."""
        self.data = data
        look_up = LookUp(data)
        self.look_up = lru_cache(CACHED_ADDRESSES)(look_up)
        count_cache("collect.enrich.place.addresses", lambda: sizes_of(self.look_up))
        count_cache("collect.enrich.place.spots", lambda: (look_up.spots, CACHED_SPOTS))


class LookUp:
    """Look-ups in one set of data; a reload makes a new one, so that no thread sees two at once."""

    def __init__(self, data: DataSet) -> None:
        self._data = data
        self._spots: dict[Hashable, Place] = {}

    @property
    def spots(self) -> int:
        """How many places are remembered."""
        return len(self._spots)

    def __call__(self, ip: str) -> Place:
        """Place of an address given as text; NOWHERE for one that is not public or not known."""
        address = read_address(ip)
        if address is None:
            return NOWHERE
        spot = self._find_spot(address)
        isp, isp_source = self._find_isp(address)
        if isp is None:
            return spot
        return Place(
            spot.latitude,
            spot.longitude,
            spot.accuracy_km,
            spot.city,
            spot.postal_code,
            spot.region,
            spot.country,
            spot.country_code,
            spot.timezone,
            isp,
            spot.place_source,
            isp_source,
            spot.derived,
        )

    def _find_spot(self, address: PublicAddress) -> Place:
        """The place without the provider; many addresses share one, so it is remembered."""
        embedded = self._data.embedded
        if not self._data.supplied:
            if embedded is None:
                return NOWHERE
            database = embedded.place_v4 if address.version == 4 else embedded.place_v6
            record = database.get(address.text)
            if record is None:
                return NOWHERE
            try:  # the embedded records are flat: their values are a key, and a cheap one
                known = self._spots.get(key := tuple(record.values()))
            except TypeError:
                return self._work_out(read_record(record), database.label)
            if known is None:
                known = self._remember(key, self._work_out(read_record(record), database.label))
            return known
        found, source = self._find_place(address)
        known = self._spots.get((found, source))
        return known or self._remember((found, source), self._work_out(found, source))

    def _remember(self, key: Hashable, spot: Place) -> Place:
        if len(self._spots) >= CACHED_SPOTS:
            self._spots.clear()
        self._spots[key] = spot
        return spot

    def _find_place(self, address: PublicAddress) -> tuple[Found, str | None]:
        """The operator's databases in turn, then the embedded one, for what is still lacking."""
        best, source = NOTHING, None
        databases = list(self._data.supplied)
        if (embedded := self._data.embedded) is not None:
            databases.append(embedded.place_v4 if address.version == 4 else embedded.place_v6)
        for database in databases:
            if best.city is not None and best.region is not None and best.latitude is not None:
                break
            if database.version < address.version or (record := database.get(address.text)) is None:
                continue
            found = read_record(record)
            if is_vague(found):  # what stands at a country's centroid is nobody's place
                found = msgspec.structs.replace(found, city=None, postal_code=None, timezone=None)
            if found.country_code is not None or found.latitude is not None:
                best, source = join(best, source, found, database.label)
        return best, source

    def _find_isp(self, address: PublicAddress) -> tuple[str | None, str | None]:
        """An ISP database if one knows, else the organisation that announces the network."""
        organisation = source = None
        for database in self._data.supplied_isp:
            if database.version < address.version or (record := database.get(address.text)) is None:
                continue
            found = read_record(record)
            if found.isp is not None:
                return found.isp, f"ISP database {database.label}"
            if organisation is None and found.organisation is not None:
                organisation = found.organisation
                source = f"AS organisation {database.label}"
        embedded = self._data.embedded
        if organisation is None and embedded is not None:
            organisation = embedded.networks.organisation(address.number, address.version)
            if organisation is not None:
                source = embedded.built.network_label
        return organisation, source

    @staticmethod
    def _as_said(found: Found, embedded: Embedded, code: str, city: str) -> str:
        """The city's name as people say it; an operator's own database is taken at its word."""
        if code == "US":
            # A place without a ZIP code of its own is addressed by the town that serves it.
            town = embedded.us_towns.code(code, city, found.latitude, found.longitude)
            if town is not None and fold(town) != fold(city):
                return town
        return city_as_said(code, found.region, city, found.latitude, found.longitude)

    def _work_out(self, found: Found, source: str | None) -> Place:
        """What a database leaves open: names as people say them, postal code, time zone."""
        code, embedded = found.country_code, self._data.embedded
        derived: list[str] = []
        latitude, longitude = found.latitude, found.longitude
        city, postal_code, timezone = clean_city(found.city), found.postal_code, found.timezone
        if code is not None and embedded is not None and not is_vague(found):
            if postal_code is None:
                postal_code = embedded.postal_codes.code(code, city, latitude, longitude)
                if postal_code is not None:
                    derived.append("postal_code")
            if city is not None and source == embedded.built.place_label:
                city = self._as_said(found, embedded, code, city)
        if timezone is None:
            timezone = zone_of(code, latitude, longitude, found.accuracy_km)
            if timezone is not None:
                derived.append("timezone")
        country = country_names().get(code, found.country) if code else None
        return Place(
            latitude,
            longitude,
            found.accuracy_km,
            city,
            postal_code,
            found.region,
            country,
            code,
            timezone,
            None,
            source if found is not NOTHING else None,
            None,
            tuple(derived),
        )


def is_vague(found: Found) -> bool:
    """Whether the coordinates are those of a whole country rather than of a place in it."""
    return found.accuracy_km is not None and found.accuracy_km > TRUSTED_RADIUS_KM


def join(best: Found, source: str | None, other: Found, label: str) -> tuple[Found, str | None]:
    """Fill what `best` lacks from another database, never mixing two different places.

    A database with a city keeps it; one that knows only the country takes the finer place from
    the next one that names the same country.
    """
    if best is NOTHING:
        return other, label
    if best.country_code is not None and best.country_code != other.country_code:
        return best, source
    if best.city is None:
        if other.city is None:
            return best, source
        return msgspec.structs.replace(other, isp=best.isp, organisation=best.organisation), label
    if other.city is None or fold(best.city) != fold(other.city):
        return best, source
    lacking = {
        name: value
        for name in FILLED
        if getattr(best, name) is None and (value := getattr(other, name)) is not None
    }
    if not lacking:
        return best, source
    return msgspec.structs.replace(best, **lacking), f"{source} and {label}"
