"""Passkeys: made with a proof, a second proof, a way in of their own, and nobody else's."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from pyotp.totp import TOTP

from tests.accounts.authenticator import Device, raw, text
from tests.accounts.visiting import PASSWORD, Browser, Member, ask, change, join, refused
from tests.conftest import Workspace


def place(workspace: Workspace) -> str:
    """By its name: a browser keeps no passkey for 127.0.0.1."""
    return workspace.url.replace("127.0.0.1", "localhost")


def at_name(workspace: Workspace, member: Member) -> Browser:
    """A browser at the name, in which they are signed in and have set a password."""
    browser = Browser(place(workspace))
    assert browser.open_link(member.link()).json()["me"]
    assert browser.put("/api/me/password", {"password": PASSWORD}).status_code == 204
    return browser


def add(browser: Browser, device: Device, **instead: Any) -> Any:
    asked = browser.post("/api/me/passkeys/creation")
    assert asked.status_code == 201, asked.text
    return browser.post("/api/me/passkeys", device.made(asked.json(), **instead))


def with_passkey(workspace: Workspace, **device: Any) -> tuple[Member, Browser, Device, list[str]]:
    """(somebody, a browser of theirs, the device, the recovery codes)."""
    member = join(workspace, "agent")
    browser, made = at_name(workspace, member), Device(place(workspace), **device)
    answer = add(browser, made)
    assert answer.status_code == 201, answer.text
    return member, browser, made, answer.json()["codes"]


def challenge(browser: Browser) -> dict[str, Any]:
    answer = browser.post("/api/sign-in/passkey/challenge")
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_passkey_signs_in_by_itself_where_the_device_knows_its_person(workspace: Workspace):
    member, first, device, codes = with_passkey(workspace)
    assert len(codes) == 10
    assert first.get("/api/me").json()["second_factors"] == ["passkey", "recovery"]
    browser = Browser(place(workspace))
    asked = challenge(browser)
    assert (asked["allow"], asked["rp_id"]) == ([], "localhost")
    answer = browser.post("/api/sign-in/passkey", device.answer(asked))
    assert answer.status_code == 200, answer.text
    assert answer.json()["me"]["person"]["email"] == member.email
    here = [one for one in browser.get("/api/me/sessions").json()["items"] if one["current"]]
    assert here[0]["method"] == "passkey"
    listed = browser.get("/api/me/passkeys").json()["items"]
    assert [one["name"] for one in listed] == ["Laptop"] and listed[0]["used_at"]


def test_alone_it_must_know_its_person_but_as_a_second_proof_a_touch_is_enough(
    workspace: Workspace,
):
    member, _, device, _ = with_passkey(workspace)
    browser = Browser(place(workspace))
    touched = browser.post(
        "/api/sign-in/passkey", device.answer(challenge(browser), verified=False)
    )
    assert refused(touched) == (401, "bad_passkey") and browser.session is None
    first = browser.give_password(member.email).json()
    assert first["me"] is None and first["asked"]["second_factors"] == ["passkey", "recovery"]
    token = first["asked"]["token"]
    asked = browser.post("/api/sign-in/second/passkey", {"token": token}).json()
    assert asked["allow"] == [text(device.id)]
    body = {"token": token, "passkey": device.answer(asked, verified=False)}
    assert browser.post("/api/sign-in/second", body).json()["me"]["person"]["email"] == member.email


def test_a_recovery_code_still_gets_in_and_only_once(workspace: Workspace):
    member, _, _, codes = with_passkey(workspace)
    for expected in (200, 401):
        browser = Browser(place(workspace))
        token = browser.give_password(member.email).json()["asked"]["token"]
        body = {"token": token, "code": codes[0]}
        assert browser.post("/api/sign-in/second", body).status_code == expected


def test_a_challenge_is_good_once_even_for_many_at_once(workspace: Workspace):
    _, _, device, _ = with_passkey(workspace, counts=False)
    browser = Browser(place(workspace))
    asked = challenge(browser)
    cookies = dict(browser.http.cookies)
    answers = [device.answer(asked) for _ in range(5)]

    def give(answer: dict[str, Any]) -> int:
        other = Browser(place(workspace), Cookie="; ".join(f"{k}={v}" for k, v in cookies.items()))
        return other.post("/api/sign-in/passkey", answer).status_code

    with ThreadPoolExecutor(5) as pool:
        assert sorted(pool.map(give, answers)) == [200, 401, 401, 401, 401]


def test_a_challenge_is_spent_by_a_wrong_answer_and_over_after_five_minutes(workspace: Workspace):
    _, _, device, _ = with_passkey(workspace)
    browser = Browser(place(workspace))
    asked = challenge(browser)
    wrong = device.answer(asked) | {"signature": text(b"\x30\x06\x02\x01\x01\x02\x01\x01")}
    assert refused(browser.post("/api/sign-in/passkey", wrong)) == (401, "bad_passkey")
    again = browser.post("/api/sign-in/passkey", device.answer(asked))
    assert refused(again) == (401, "bad_passkey")
    late = challenge(browser)
    lives = "SELECT extract(epoch FROM expires_at - created_at)::int FROM one_time_tokens"
    rows = ask(workspace.server, f"{lives} WHERE purpose = 'passkey' AND user_id IS NULL")
    assert {life for (life,) in rows} == {300}
    change(workspace.server, "UPDATE one_time_tokens SET expires_at = now()")
    assert refused(browser.post("/api/sign-in/passkey", device.answer(late)))[0] == 401


def test_a_challenge_is_good_in_the_browser_that_asked_and_for_what_it_asked(
    workspace: Workspace,
):
    member, first, device, _ = with_passkey(workspace)
    browser, other = Browser(place(workspace)), Browser(place(workspace))
    asked = challenge(browser)
    stolen = other.post("/api/sign-in/passkey", device.answer(asked))
    assert refused(stolen) == (401, "bad_passkey")
    challenge(other)
    assert refused(other.post("/api/sign-in/passkey", device.answer(asked)))[0] == 401
    # One that was made to confirm something signs nobody in, and the other way round.
    confirming = first.post("/api/me/confirm/passkey").json()
    assert refused(browser.post("/api/sign-in/passkey", device.answer(confirming)))[0] == 401
    body = {"passkey": device.answer(asked)}
    assert refused(first.post("/api/me/confirm", body)) == (401, "bad_passkey")
    # One for another session of the same person, and one for another first proof, are none.
    token = other.give_password(member.email).json()["asked"]["token"]
    second = other.post("/api/sign-in/second/passkey", {"token": token}).json()
    another = browser.give_password(member.email).json()["asked"]["token"]
    body = {"token": another, "passkey": device.answer(second)}
    assert refused(browser.post("/api/sign-in/second", body)) == (401, "bad_passkey")


@pytest.mark.parametrize(
    "instead",
    [
        {"origin": "https://evil.test"},
        {"origin": "http://localhost.evil.test"},
        {"type": "webauthn.create"},
        {"crossOrigin": True},
        {"challenge": "AAAA"},
    ],
    ids=str,
)
def test_an_answer_that_another_page_asked_for_opens_nothing(
    workspace: Workspace, instead: dict[str, Any]
):
    _, _, device, _ = with_passkey(workspace)
    browser = Browser(place(workspace))
    answer = browser.post("/api/sign-in/passkey", device.answer(challenge(browser), **instead))
    assert refused(answer) == (401, "bad_passkey") and browser.session is None


def test_an_answer_of_another_host_of_another_key_or_of_another_person_opens_nothing(
    workspace: Workspace,
):
    _, _, device, _ = with_passkey(workspace)
    victim, _, theirs, _ = with_passkey(workspace)
    browser = Browser(place(workspace))

    def give(answer: dict[str, Any]) -> tuple[int, str]:
        return refused(browser.post("/api/sign-in/passkey", answer))

    elsewhere = Device(device.origin, host="evil.test")
    elsewhere.key, elsewhere.id, elsewhere.user = device.key, device.id, device.user
    elsewhere.count = device.count
    assert give(elsewhere.answer(challenge(browser))) == (401, "bad_passkey")
    forged = Device(theirs.origin)
    forged.id, forged.user, forged.count = theirs.id, theirs.user, theirs.count + 5
    assert give(forged.answer(challenge(browser))) == (401, "bad_passkey")
    claimed = device.answer(challenge(browser)) | {"user_handle": theirs.user}
    assert give(claimed) == (401, "bad_passkey")
    nameless = device.answer(challenge(browser)) | {"user_handle": None}
    assert give(nameless) == (401, "bad_passkey")
    garbage = device.answer(challenge(browser)) | {"authenticator_data": "AAAA"}
    assert give(garbage) == (401, "bad_passkey")
    # Their first proof and somebody else's key: no.
    token = browser.give_password(victim.email).json()["asked"]["token"]
    asked = browser.post("/api/sign-in/second/passkey", {"token": token}).json()
    body = {"token": token, "passkey": device.answer(asked)}
    assert refused(browser.post("/api/sign-in/second", body)) == (401, "bad_passkey")
    assert browser.session is None


def test_a_device_whose_count_does_not_go_on_is_a_copy(workspace: Workspace):
    _, _, device, _ = with_passkey(workspace)
    browser = Browser(place(workspace))
    device.count = 40
    assert (
        browser.post("/api/sign-in/passkey", device.answer(challenge(browser))).status_code == 200
    )
    device.count = 40  # the copy signs with the same count, 41
    copy = browser.post("/api/sign-in/passkey", device.answer(challenge(browser)))
    assert refused(copy) == (401, "bad_passkey")


def test_making_one_asks_for_a_proof_and_for_the_same_session(workspace: Workspace):
    member = join(workspace, "agent")
    browser, device = at_name(workspace, member), Device(place(workspace))
    change(workspace.server, "UPDATE sessions SET confirmed_at = now() - interval '16 minutes'")
    late = browser.post("/api/me/passkeys/creation")
    assert refused(late) == (403, "confirm_first")
    assert browser.post("/api/me/confirm", {"password": PASSWORD}).status_code == 204
    asked = browser.post("/api/me/passkeys/creation").json()
    other = Browser(place(workspace))
    assert other.give_password(member.email).status_code == 200
    body = device.made(asked)
    assert refused(other.post("/api/me/passkeys", body)) == (401, "bad_passkey")
    assert browser.post("/api/me/passkeys", body).status_code == 201
    assert other.get("/api/me").status_code == 401, "every other browser is signed out"
    assert refused(browser.post("/api/me/passkeys", body)) == (401, "bad_passkey")


@pytest.mark.parametrize(
    "instead", [{"origin": "https://evil.test"}, {"type": "webauthn.get"}, {"crossOrigin": True}]
)
def test_a_key_that_another_page_had_made_is_not_kept(workspace: Workspace, instead: Any):
    browser, device = at_name(workspace, join(workspace, "agent")), Device(place(workspace))
    assert refused(add(browser, device, **instead)) == (400, "bad_passkey")
    broken = device.made(browser.post("/api/me/passkeys/creation").json())
    cut = text(raw(broken["attestation"])[:60])
    answer = browser.post("/api/me/passkeys", broken | {"attestation": cut})
    assert refused(answer) == (400, "bad_passkey")
    assert browser.get("/api/me/passkeys").json()["items"] == []


def test_a_known_key_is_not_kept_twice(workspace: Workspace):
    _, browser, device, _ = with_passkey(workspace)
    asked = browser.post("/api/me/passkeys/creation").json()
    assert asked["exclude"] == [text(device.id)]
    assert browser.post("/api/me/passkeys", device.made(asked)).status_code == 409
    stranger = at_name(workspace, join(workspace, "agent"))
    assert add(stranger, device).status_code == 409


def test_what_cannot_be_undone_takes_a_passkey_as_proof(workspace: Workspace):
    _, browser, device, _ = with_passkey(workspace)
    change(workspace.server, "UPDATE sessions SET confirmed_at = now() - interval '16 minutes'")
    assert refused(browser.post("/api/me/confirm", {"password": PASSWORD})) == (401, "bad_code")
    asked = browser.post("/api/me/confirm/passkey").json()
    former = browser.session
    assert browser.post("/api/me/confirm", {"passkey": device.answer(asked)}).status_code == 204
    assert browser.session != former
    assert browser.post("/api/me/recovery-codes").status_code == 201


def test_the_last_one_takes_the_recovery_codes_along_and_nobody_else_can(workspace: Workspace):
    member, browser, device, codes = with_passkey(workspace)
    second = Device(place(workspace))
    assert add(browser, second).json()["codes"] is None
    kept = browser.get("/api/me/passkeys").json()["items"]
    stranger = at_name(workspace, join(workspace, "owner"))
    assert stranger.delete(f"/api/me/passkeys/{kept[0]['id']}").status_code == 404
    assert browser.delete(f"/api/me/passkeys/{kept[0]['id']}").status_code == 204
    gone = Browser(place(workspace))
    answer = gone.post("/api/sign-in/passkey", device.answer(challenge(gone)))
    assert refused(answer) == (401, "bad_passkey")
    assert browser.get("/api/me").json()["second_factors"] == ["passkey", "recovery"]
    assert browser.delete(f"/api/me/passkeys/{kept[1]['id']}").status_code == 204
    assert browser.get("/api/me").json()["second_factors"] == []
    assert gone.give_password(member.email).json()["me"], codes


def test_an_app_and_a_passkey_stand_beside_each_other(workspace: Workspace):
    member, browser, device, codes = with_passkey(workspace)
    secret = browser.post("/api/me/totp").json()["secret"]
    fresh = browser.put("/api/me/totp", {"code": TOTP(secret).now()}).json()["codes"]
    assert not set(codes) & set(fresh)
    assert browser.get("/api/me").json()["second_factors"] == ["totp", "passkey", "recovery"]
    assert browser.delete("/api/me/totp").status_code == 204
    assert browser.get("/api/me").json()["second_factors"] == ["passkey", "recovery"]
    other = Browser(place(workspace))
    assert other.give_password(member.email).json()["asked"]
    assert other.post("/api/sign-in/passkey", device.answer(challenge(other))).status_code == 200


def test_the_machine_takes_a_lost_one_away(workspace: Workspace):
    member, browser, _, _ = with_passkey(workspace)
    done = workspace.server.command("person", "reset-second-factor", member.email)
    assert done.returncode == 0, done.stderr
    assert browser.get("/api/me").status_code == 401
    assert Browser(place(workspace)).give_password(member.email).json()["me"]


def test_a_numeric_address_has_no_passkeys_and_says_so(workspace: Workspace):
    assert Browser(workspace.url).get("/api/sign-in").json()["passkeys"] is False
    assert Browser(place(workspace)).get("/api/sign-in").json()["passkeys"] is True
    answer = Browser(workspace.url).post("/api/sign-in/passkey/challenge")
    assert refused(answer) == (400, "no_host_name") and "localhost" in answer.json()["detail"]


def test_a_page_of_another_site_can_ask_for_nothing(workspace: Workspace):
    browser = Browser(place(workspace), Origin="https://evil.test")
    for path in ("/api/sign-in/passkey/challenge", "/api/sign-in/passkey"):
        body = Device("https://evil.test").answer({"challenge": "AAAA"})
        answer = browser.post(path, body if path.endswith("passkey") else None)
        assert refused(answer) == (403, "not_from_here")


def test_a_passkey_is_renamed_by_its_person_and_by_nobody_else(workspace: Workspace):
    _, browser, device, _ = with_passkey(workspace)
    [kept] = browser.get("/api/me/passkeys").json()["items"]
    path = f"/api/me/passkeys/{kept['id']}"
    renamed = browser.patch(path, {"name": "  Old laptop "})
    assert renamed.status_code == 200, renamed.text
    assert [one["name"] for one in renamed.json()["items"]] == ["Old laptop"]
    for wrong in ("", " ", "a\x07b", "a" * 101):
        assert browser.patch(path, {"name": wrong}).status_code == 400
    other = join(workspace, "owner").browser()
    assert refused(other.patch(path, {"name": "Mine"})) == (404, "not_found")
    assert browser.get("/api/me/passkeys").json()["items"][0]["name"] == "Old laptop"
    signing = Browser(place(workspace))
    answer = signing.post("/api/sign-in/passkey", device.answer(challenge(signing)))
    assert answer.json()["me"], "it opens what it opened"
