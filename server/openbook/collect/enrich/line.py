"""Derives fields for lines of JSON: the engine of ``openbook enrich``."""

from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

import msgspec

from openbook.collect.enrich.browser import Browser, read_browser
from openbook.collect.enrich.campaign import read_host, read_referrer, read_utms
from openbook.collect.enrich.device import android_name, apple_name
from openbook.collect.enrich.place import Place, Places

# Longer than any honest line (a user agent, an address and a URL); bounds what is held.
LONGEST_LINE = 1 << 20
LINES_PER_WRITE = 512
_NOBODY = Browser()
_NOWHERE = Place()
_NONE: frozenset[str] = frozenset()
_NO_NEWER_NAMES: dict[str, str] = {}


class AndroidDevice(msgspec.Struct, frozen=True, gc=False):
    """The three parts as ``android.os.Build`` has them."""

    manufacturer: str | None = None
    model: str | None = None
    device: str | None = None


class Observed(msgspec.Struct, frozen=True, gc=False):
    """One line in. ``client_hints``: header name in any case -> value; ``device``: a machine id
    or Android's three parts; ``platform``: web, android or ios."""

    ip: str | None = None
    user_agent: str | None = None
    client_hints: dict[str, Any] | None = None
    device: str | AndroidDevice | None = None
    platform: str | None = None
    url: str | None = None
    referrer: str | None = None


class Derived(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One line out; null where unknown. ``error`` is there only for a line that was no use."""

    browser_name: str | None = None
    browser_version: str | None = None
    os: str | None = None
    os_version: str | None = None
    bot: bool | None = None
    android_device: str | None = None
    ios_device: str | None = None
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
    referrer: str | None = None
    utms: dict[str, str] | None = None
    error: str | msgspec.UnsetType = msgspec.UNSET


def enrich_lines(
    source: BinaryIO,
    sink: BinaryIO,
    places: Places,
    newer_apple_names: Mapping[str, str] = _NO_NEWER_NAMES,
) -> int:
    """Writes one line of derived fields for each line of ``source``, in order; returns how many.

    A line that is no JSON object of the expected types gives a line of nulls with the reason in
    ``error``, so that line N of the output always belongs to line N of the input.
    """
    decode = msgspec.json.Decoder(Observed).decode
    encode_into = msgspec.json.Encoder().encode_into
    out = bytearray()
    lines = 0
    for line in _lines(source):
        try:
            seen = decode(line)
        except (ValueError, RecursionError) as error:  # msgspec's errors are ValueErrors
            derived = Derived(error=_reason(line, error))
        else:
            derived = derive(seen, places, newer_apple_names)
        encode_into(derived, out, len(out))
        out += b"\n"
        lines += 1
        if lines % LINES_PER_WRITE == 0:
            sink.write(out)
            out.clear()
    sink.write(out)
    sink.flush()
    return lines


def derive(
    seen: Observed, places: Places, newer_apple_names: Mapping[str, str] = _NO_NEWER_NAMES
) -> Derived:
    """What can be known from one observation by local look-ups."""
    hints = _hints(seen.client_hints) if seen.client_hints else {}
    judged = seen.user_agent is not None or bool(hints)
    browser = read_browser(seen.user_agent, hints) if judged else _NOBODY
    place = places.look_up(seen.ip.strip()) if seen.ip else _NOWHERE
    android, ios = _devices(seen, newer_apple_names) if seen.device else (None, None)
    own_host = read_host(seen.url) if seen.referrer else None
    own_hosts = frozenset((own_host,)) if own_host else _NONE
    return Derived(
        browser_name=browser.browser_name,
        browser_version=browser.browser_version,
        os=browser.os,
        os_version=browser.os_version,
        bot=browser.bot if judged else None,
        android_device=android,
        ios_device=ios,
        latitude=place.latitude,
        longitude=place.longitude,
        accuracy_km=place.accuracy_km,
        city=place.city,
        postal_code=place.postal_code,
        region=place.region,
        country=place.country,
        country_code=place.country_code,
        timezone=place.timezone,
        isp=place.isp,
        referrer=read_referrer(seen.referrer, own_hosts, _NONE),
        utms=read_utms(seen.url, None) or None,
    )


def _lines(source: BinaryIO) -> Iterator[bytes]:
    """The lines of ``source``; of one that is too long its beginning, the rest is skipped."""
    line = source.readline(LONGEST_LINE + 1).removeprefix(b"\xef\xbb\xbf")
    while line:
        yield line
        while len(line) > LONGEST_LINE and not line.endswith(b"\n"):
            line = source.readline(LONGEST_LINE + 1)
        line = source.readline(LONGEST_LINE + 1)


def _reason(line: bytes, error: Exception) -> str:
    if len(line) > LONGEST_LINE:
        return f"This line is longer than {LONGEST_LINE} bytes. Send one observation per line."
    if not line.strip():
        return "This line is empty. Send one JSON object per line."
    if isinstance(error, msgspec.ValidationError):
        return f"This line is not an observation: {error}."
    return "This line is not JSON in UTF-8. Send one JSON object per line."


def _hints(headers: Mapping[str, Any]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items() if isinstance(value, str)}


def _devices(seen: Observed, newer_apple_names: Mapping[str, str]) -> tuple[str | None, str | None]:
    """(android_device, ios_device). The platform decides; without one the shape does: a bare id
    is Apple's, three parts are Android's. A browser has no device of its own."""
    device = seen.device
    platform = seen.platform or ("ios" if isinstance(device, str) else "android")
    match platform.strip().lower(), device:
        case "android", AndroidDevice():
            return android_name(device.manufacturer, device.model, device.device), None
        case "android", str():
            return android_name(None, device, None), None
        case "ios", AndroidDevice(model=str(machine_id)) | str(machine_id) if machine_id:
            # Segment's iOS library has the machine id in the model.
            return None, apple_name(machine_id, newer_apple_names) or None
    return None, None
