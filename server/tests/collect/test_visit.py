"""A visit, from the bytes a browser sends to the contact the team sees."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.conftest import Workspace

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/142.0.0.0 Safari/537.36"
)


def ago(**parts: float) -> str:
    return (datetime.now(UTC) - timedelta(**parts)).isoformat()


def page(anonymous_id: str = "anna", **more: Any) -> dict[str, Any]:
    message: dict[str, Any] = {
        "type": "page",
        "anonymousId": anonymous_id,
        "timestamp": ago(),
        "context": {"page": {"url": "https://shop.example/"}, "userAgent": CHROME},
    }
    context = message["context"] | more.pop("context", {})
    return message | more | {"context": context}


def test_a_page_view_becomes_a_contact_with_all_the_web_can_give(workspace: Workspace) -> None:
    workspace.set(collect__utms="true", url__keep="size")
    token = workspace.new_token("collect")
    seen = ago(minutes=1)
    workspace.batch(
        page(
            timestamp=seen,
            context={
                "page": {
                    "url": "https://shop.example/shoes?size=42&reset=secret"
                    "&utm_source=news&utm_campaign=may#top",
                    "referrer": "https://www.blog.example.co.uk/post/1?x=y",
                },
                "locale": "pt-br",
                "timezone": "America/Sao_Paulo",
                "userAgentData": {
                    "brands": [{"brand": "Google Chrome", "version": "142"}],
                    "fullVersionList": [{"brand": "Google Chrome", "version": "142.0.7444.60"}],
                    "mobile": False,
                    "platform": "Windows",
                    "platformVersion": "15.0.0",
                },
            },
        )
    )
    # A server that relays the visit may say from which address it came.
    workspace.batch(
        {"type": "track", "anonymousId": "anna", "context": {"ip": "8.8.8.8"}}, key=token
    )
    contact = workspace.contact(anonymous_id="anna")
    moment = int(datetime.fromisoformat(seen).timestamp())
    assert contact["kind"] == "visitor"
    assert contact["last_page_viewed"] == "https://shop.example/shoes?size=42"
    assert contact["last_page_viewed_at"] == moment
    assert contact["timezone"] == "America/Sao_Paulo"
    assert contact["browser_language"] == "pt-BR"
    assert (contact["browser_name"], contact["browser_version"]) == ("Chrome", "142.0.7444.60")
    assert (contact["os"], contact["os_version"]) == ("Windows", "11")
    assert contact["referrer"] == "example.co.uk"
    assert contact["utms"] == {"source": "news", "campaign": "may"}
    assert contact["first_utms"] == contact["utms"]
    assert contact["web_sessions"] == 1
    assert contact["first_seen_at"] == contact["last_seen_at"] == moment
    assert contact["ip"] == "8.8.8.8"
    assert contact["country_code"] == "US"
    assert contact["last_activity_at"] is None
    assert contact["provenance"]["city" if contact["city"] else "country"]["derived"]


def test_campaign_labels_are_not_kept_until_they_are_switched_on(workspace: Workspace) -> None:
    workspace.batch(page(context={"page": {"url": "https://a.example/?utm_source=x"}}))
    assert workspace.contact(anonymous_id="anna")["utms"] is None


def test_global_privacy_control_keeps_campaign_and_referrer_out(workspace: Workspace) -> None:
    workspace.set(collect__utms="true")
    visit = page(
        context={
            "page": {"url": "https://a.example/?utm_source=x", "referrer": "https://b.example"}
        }
    )
    workspace.post("/v1/batch", {"batch": [visit]}, headers={"Sec-GPC": "1"})
    contact = workspace.contact(anonymous_id="anna")
    assert contact["utms"] is None and contact["referrer"] is None
    assert contact["last_page_viewed"] == "https://a.example/"


def test_a_bot_makes_no_contact(workspace: Workspace) -> None:
    bot = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
    workspace.batch(page(context={"userAgent": bot}))
    assert workspace.contacts() == []


def test_the_http_library_of_a_server_is_no_bot_and_no_browser(workspace: Workspace) -> None:
    visit = page()
    del visit["context"]["userAgent"]
    workspace.post("/v1/batch", {"batch": [visit]}, headers={"User-Agent": "curl/8"})
    assert workspace.contact(anonymous_id="anna")["browser_name"] is None


@pytest.mark.parametrize("path", ["/v1/page", "/v1/p", "/v1/p/"])
def test_single_routes_take_the_type_from_the_path(workspace: Workspace, path: str) -> None:
    visit = page()
    del visit["type"]
    assert workspace.post(path, visit).json() == {"success": True}
    assert workspace.contact(anonymous_id="anna")["last_page_viewed"] == "https://shop.example/"


def test_the_write_key_is_taken_from_basic_the_body_or_the_query(workspace: Workspace) -> None:
    key, url = workspace.write_key, f"{workspace.url}/v1/batch"
    tries = [
        httpx.post(url, json={"batch": [page("basic")]}, auth=(key, "")),
        httpx.post(url, json={"batch": [page("body")], "writeKey": key}),
        httpx.post(f"{url}?writeKey={key}", json={"batch": [page("query")]}),
        httpx.post(url, json={"batch": [page("none")]}),
        httpx.post(url, json={"batch": [page("wrong")]}, auth=("ob_wrong", "")),
    ]
    assert [answer.status_code for answer in tries] == [200, 200, 200, 401, 401]
    known = ("basic", "body", "query", "none", "wrong")
    assert [len(workspace.contacts(anonymous_id=name)) for name in known] == [1, 1, 1, 0, 0]


def test_sessions_are_counted_by_the_half_hour_and_late_messages_are_not(
    workspace: Workspace,
) -> None:
    workspace.batch(
        page(timestamp=ago(hours=5)),
        page(timestamp=ago(hours=5, minutes=-20)),
        page(timestamp=ago(hours=5, minutes=-45)),
        page(timestamp=ago(hours=3)),
        page(timestamp=ago(days=8)),
    )
    workspace.batch(page(timestamp=ago(hours=3)), page(timestamp=ago(hours=5, minutes=-10)))
    assert workspace.contact(anonymous_id="anna")["web_sessions"] == 2


def test_a_server_moves_neither_last_seen_nor_sessions(workspace: Workspace) -> None:
    token = workspace.new_token("collect")
    workspace.batch(page(timestamp=ago(hours=2)))
    before = workspace.contact(anonymous_id="anna")
    workspace.batch(page(), key=token)
    after = workspace.contact(anonymous_id="anna")
    assert after["last_seen_at"] == before["last_seen_at"]
    assert after["web_sessions"] == before["web_sessions"] == 1
    assert after["last_page_viewed_at"] > before["last_page_viewed_at"]


def test_a_phone_is_told_by_its_sdk(workspace: Workspace) -> None:
    phone = {
        "type": "screen",
        "name": "Cart",
        "anonymousId": "phone",
        "timestamp": ago(),
        "context": {
            "app": {"name": "Shop", "version": "2.1.0", "build": "7"},
            "device": {
                "id": "d-1", "type": "android", "manufacturer": "OnePlus", "model": "IN2023",
                "name": "OnePlus8Pro",
            },
            "os": {"name": "Android", "version": "14"},
            "locale": "de-DE",
            "timezone": "Europe/Berlin",
        },
    }  # fmt: skip
    apple = phone | {
        "anonymousId": "apple",
        "context": {
            "app": {"name": "Shop", "version": "3.0"},
            "device": {"id": "d-2", "type": "ios", "model": "iPhone14,3", "name": "Ada's iPhone"},
            "os": {"name": "iOS", "version": "17.4"},
        },
    }
    workspace.batch(phone, apple)
    android = workspace.contact(anonymous_id="phone")
    assert android["android_app_name"] == "Shop" and android["android_app_version"] == "2.1.0"
    assert android["android_device"] == "OnePlus IN2023 (OnePlus8Pro)"
    assert android["android_os_version"] == "14" and android["android_sessions"] == 1
    assert android["android_last_seen_at"] == android["last_seen_at"]
    assert android["last_screen"] == "Cart" and android["web_sessions"] == 0
    assert android["browser_name"] is None and android["timezone"] == "Europe/Berlin"
    ios = workspace.contact(anonymous_id="apple")
    assert ios["ios_device"] == "iPhone 13 Pro Max" and ios["ios_os_version"] == "17.4"
    assert "Ada's" not in str(ios)


def test_a_field_that_is_switched_off_is_never_stored(workspace: Workspace) -> None:
    workspace.set(collect__last_page_viewed="false", collect__ip="false", ip__mode="truncated")
    workspace.batch(page(context={"page": {"url": "https://needle.example/needle"}}))
    contact = workspace.contact(anonymous_id="anna")
    assert contact["last_page_viewed"] is None and contact["ip"] is None
    assert contact["last_page_viewed_at"] is not None
    assert "needle" not in str(contact)


@pytest.mark.parametrize(
    ("mode", "kept"),
    [("full", "198.51.100.77"), ("truncated", "198.51.100.0"), ("anonymous", "198.51.0.0"),
     ("none", None)],
)  # fmt: skip
def test_the_ip_mode_is_in_force_at_once(workspace: Workspace, mode: str, kept: str | None) -> None:
    token = workspace.new_token("collect")
    workspace.batch(page(context={"ip": "203.0.113.9"}), key=token)
    workspace.set(ip__mode=mode)
    workspace.batch(page(context={"ip": "198.51.100.77"}), key=token)
    assert workspace.contact(anonymous_id="anna")["ip"] == kept


def test_a_public_key_cannot_fill_the_disk(workspace: Workspace) -> None:
    workspace.set(budget__address_per_hour="3")
    answers = [workspace.post("/v1/batch", {"batch": [page(f"v{n}")]}) for n in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert int(answers[-1].headers["retry-after"]) > 0
    assert workspace.post("/v1/batch", {"batch": [page("v1")]}).status_code == 200
    assert len(workspace.contacts()) == 3


def test_a_forged_forwarded_header_changes_nothing(workspace: Workspace) -> None:
    for header in ("X-Forwarded-For", "Forwarded", "True-Client-IP", "CF-Connecting-IP"):
        workspace.post("/v1/batch", {"batch": [page()]}, headers={header: "8.8.8.8"})
        assert workspace.contact(anonymous_id="anna")["ip"] == "127.0.0.1"


def test_an_answer_means_it_is_stored(workspace: Workspace) -> None:
    for number in range(20):
        workspace.batch(page(f"v{number}"))
        assert len(workspace.contacts(anonymous_id=f"v{number}")) == 1


def test_what_is_left_out_is_counted_and_not_kept(workspace: Workspace) -> None:
    def counted() -> dict[str, float]:
        lines = workspace.api.get("/metrics").text.splitlines()
        found = [line.split() for line in lines if line.startswith("openbook_values_left_out_t")]
        return {name: float(value) for name, value in found}

    workspace.set(collect__browser_language="false", attribute__plan="text:3")
    before = counted()
    traits = {"name": "Ada", "plan": "needle", "shoe_size": "needle"}
    workspace.batch(page(type="identify", traits=traits, context={"locale": "it"}))
    after = counted()
    for reason in ("switched_off", "undeclared", "untrusted"):
        name = f'openbook_values_left_out_total{{reason="{reason}"}}'
        assert after[name] - before.get(name, 0) == 1
    assert "needle" not in str(workspace.contact(anonymous_id="anna"))


def test_a_moment_that_is_switched_off_does_not_come_back_when_devices_join(
    workspace: Workspace,
) -> None:
    workspace.set(collect__android_last_seen_at="false")
    token = workspace.new_token("collect")
    for name in ("phone", "tablet"):
        app = {"device": {"id": name, "type": "android", "model": "Pixel 8"}}
        about = {"anonymousId": name, "context": app}
        workspace.batch({"type": "screen", "name": "Home"} | about)
        workspace.batch({"type": "identify", "userId": "u1"} | about, key=token)
    contact = workspace.contact(user_id="u1")
    assert len(contact["devices"]) == 2 and contact["android_device"] == "Pixel 8"
    assert contact["android_last_seen_at"] is None


def test_a_group_is_a_sign_of_life_but_no_session(workspace: Workspace) -> None:
    seen, later = ago(hours=3), ago(minutes=2)
    group = {"type": "group", "groupId": "crew", "timestamp": later}
    phone = {"device": {"id": "d1", "type": "android"}, "os": {"name": "Android", "version": "15"}}
    workspace.batch(page(timestamp=seen), page() | group)
    workspace.batch(group | {"anonymousId": "app", "context": phone})
    anna, app = workspace.contact(anonymous_id="anna"), workspace.contact(anonymous_id="app")
    moment = int(datetime.fromisoformat(later).timestamp())
    assert (anna["last_seen_at"], anna["web_sessions"]) == (moment, 1)
    assert (app["last_seen_at"], app["android_last_seen_at"]) == (moment, moment)
    assert app["android_sessions"] == 0
    # A server's word about somebody is no sign of life.
    workspace.batch(page("bea") | group, key=workspace.new_token("collect"))
    assert workspace.contact(anonymous_id="bea")["last_seen_at"] is None
