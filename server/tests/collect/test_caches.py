"""Everything that is remembered has a bound, and `/metrics` shows both."""

import math
import re

from tests.collect.test_visit import page
from tests.conftest import Workspace

LINE = re.compile(r'(openbook_cache_entries(?:_at_most)?)\{cache="([\w.]+)"\} (\S+)')


def test_every_cache_is_on_the_metrics_with_its_bound(workspace: Workspace) -> None:
    workspace.batch(page())
    found: dict[str, dict[str, float]] = {}
    for name, cache, value in LINE.findall(workspace.api.get("/metrics").text):
        found.setdefault(cache, {})[name] = float(value)
    for cache, sizes in found.items():
        most = sizes["openbook_cache_entries_at_most"]
        assert sizes["openbook_cache_entries"] <= most
        assert math.isfinite(most), cache
    for cache in (
        "collect.scene.told",
        "contacts.staging.values",
        "ids.device_id",
        "collect.gate.known",
    ):
        assert found[cache]["openbook_cache_entries"] >= 1
    assert {"collect.installing.lately", "collect.using.noted"} <= found.keys()
