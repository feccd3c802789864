"""`openbook enrich`: derived fields for lines of JSON, without a database or a server."""

import sys

from openbook.collect.enrich.device import read_apple_devices
from openbook.collect.enrich.line import enrich_lines
from openbook.collect.enrich.place import Places
from openbook.commands.options import Data
from openbook.settings import read_settings


def enrich(*, data: Data = None) -> None:
    """Read observations as NDJSON, write what is derived from each as NDJSON, in the same order."""
    settings = read_settings(data=data)
    places = Places.open(settings.geo_city, settings.geo_isp, settings.geo_folders)
    newer = read_apple_devices(settings.apple_devices) if settings.apple_devices else {}
    enrich_lines(sys.stdin.buffer, sys.stdout.buffer, places, newer)
