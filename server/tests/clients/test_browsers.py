"""The stock clients for browsers, unchanged, on a customer's page in Chromium, cross-origin."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from tests.clients.expected import assert_forty
from tests.conftest import Workspace
from tests.journeys.browsing import Site

pytestmark = pytest.mark.browser

ICON = "<link rel=icon href=data:,>"
SEGMENT = """async ([key, openbook, batching]) => {
  const delivery = batching ? {strategy: 'batching', config: {size: 3, timeout: 200}} : undefined
  const analytics = AnalyticsNext.AnalyticsBrowser.load(
    {writeKey: key, cdnURL: openbook},
    {
      integrations: {'Segment.io': {deliveryStrategy: delivery}},
      highEntropyValuesClientHints: ['platformVersion', 'fullVersionList'],
    })
  await analytics.page('Tea')
  await analytics.identify('u-1', {email: 'anna@example.org', name: 'Anna'})
  await analytics.track('Bought', {price: 3})
  await analytics.group('g-1', {plan: 'gold'})
  await analytics.screen('Cart')
  await analytics.alias('u-2', 'other')
  return (await analytics.user()).anonymousId()
}"""
RUDDER = """async ([key, openbook, useBeacon]) => {
  const analytics = new rudderanalytics.RudderAnalytics()
  analytics.load(key, openbook, {
    configUrl: openbook, useBeacon, logLevel: 'ERROR',
    beaconQueueOptions: {maxItems: 3, flushQueueInterval: 200},
    queueOptions: {minRetryDelay: 100},
  })
  await new Promise((done) => analytics.ready(done))
  analytics.page('Tea')
  analytics.identify('u-1', {email: 'anna@example.org', name: 'Anna'})
  analytics.track('Bought', {price: 3})
  analytics.group('g-1', {plan: 'gold'})
  analytics.alias('u-2', 'other')
  return analytics.getAnonymousId()
}"""
CLIENTS = {
    "segment": ("@segment/analytics-next/dist/umd/index.js", SEGMENT),
    "rudder": ("@rudderstack/analytics-js/dist/npm/modern/bundled/umd/index.js", RUDDER),
}
BRANDS = [
    {"brand": "Chromium", "version": "156"},
    {"brand": "Google Chrome", "version": "156"},
    {"brand": "Not.A/Brand", "version": "99"},
]
WINDOWS = {
    "userAgent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/156.0.0.0 Safari/537.36",
    "userAgentMetadata": {
        "brands": BRANDS,
        "fullVersionList": [
            it | {"version": "99.0.0.0" if "Not" in it["brand"] else "156.0.8078.79"}
            for it in BRANDS
        ],
        "platform": "Windows", "platformVersion": "15.0.0", "architecture": "x86",
        "bitness": "64", "model": "", "mobile": False,
    },
}  # fmt: skip
"""Chrome on Windows, which tells its true version, and the system's, only as client hints."""
PATHS = {
    ("segment", False): {f"/v1/{name}" for name in "pitgsa"},
    ("segment", True): {"/v1/b"},
    ("rudder", False): {f"/v1/{name}" for name in ("page", "identify", "track", "group", "alias")},
    ("rudder", True): {"/beacon/v1/batch"},
}


@pytest.mark.parametrize(("client", "together"), PATHS)
def test_a_visit_told_by_a_stock_client(
    workspace: Workspace,
    packages: Path,
    site: Site,
    page: Page,
    until: Callable[[Callable[[], object]], Any],
    client: str,
    together: bool,
) -> None:
    workspace.set(collect__utms="true")
    script, visit = CLIENTS[client]
    site.put("/client.js", (packages / script).read_text())
    site.put("/tea", f"<!doctype html><title>Tea</title>{ICON}<script src=/client.js></script>")
    asked: dict[str, int] = {}
    page.on(
        "response",
        lambda answer: (
            asked.update({urlsplit(answer.url).path: answer.status})
            if answer.url.startswith(workspace.url)
            else None
        ),
    )
    problems: list[str] = []
    page.on("console", lambda line: problems.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    address = site.address("/tea?utm_source=news&utm_campaign=may&reset=x#top", host="127.0.0.1")
    page.context.new_cdp_session(page).send("Emulation.setUserAgentOverride", WINDOWS)
    page.goto(address, referer="http://www.blog.example.org/post")
    who = page.evaluate(visit, [workspace.write_key, workspace.url, together])

    until(lambda: asked.keys() >= PATHS[client, together])
    contact = until(lambda: named(workspace, who))
    assert set(asked.values()) == {200} and problems == []
    assert contact["kind"] == "user"
    # RudderStack's client tells an offset for a zone, and does not ask for the full versions.
    version, system, zone = "156", None, None
    if client == "segment":
        version, system, zone = "156.0.8078.79", "11", "Europe/Rome"
    assert_forty(
        contact, "first_seen_at", "last_page_viewed_at",
        user_id="u-1", email="anna@example.org", name="Anna",
        last_page_viewed=f"http://127.0.0.1:{site.port}/tea", referrer="example.org",
        utms={"source": "news", "campaign": "may"}, timezone=zone,
        browser_language="it-IT", ip="127.0.0.1", web_sessions=1,
        browser_name="Chrome", browser_version=version, os="Windows", os_version=system,
    )  # fmt: skip


def named(workspace: Workspace, anonymous_id: str) -> dict[str, Any] | None:
    """The contact, once it has the name it gave."""
    found = workspace.contacts(anonymous_id=anonymous_id)
    if not found or found[0]["name"] is None or found[0]["last_page_viewed"] is None:
        return None
    return workspace.contact(anonymous_id=anonymous_id)
