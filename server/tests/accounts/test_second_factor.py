"""The second factor: asked at every way in, each code good once, recovery codes."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from pyotp.totp import TOTP

from openbook.accounts.second_factor.totp import STEP, new_recovery_codes, step_of
from tests.accounts.moving import Moving, run
from tests.accounts.visiting import Browser, Member, ask, change, join, refused
from tests.conftest import Workspace

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
MOMENT = datetime(2026, 11, 23, 12, 0, 10, tzinfo=UTC)
NOW = int(MOMENT.timestamp()) // STEP


def code_at(step: int, secret: str = SECRET) -> str:
    return TOTP(secret).generate_otp(step)


@pytest.mark.parametrize(
    ("code", "last", "found"),
    [
        (code_at(NOW), 0, NOW),
        (code_at(NOW - 1), 0, NOW - 1),
        (code_at(NOW + 1), 0, NOW + 1),
        (code_at(NOW - 2), 0, None),
        (code_at(NOW + 2), 0, None),
        (code_at(NOW), NOW, None),
        (code_at(NOW - 1), NOW, None),
        (code_at(NOW + 1), NOW, NOW + 1),
        (f" {code_at(NOW)[:3]} {code_at(NOW)[3:]}", 0, NOW),
        ("", 0, None),
        (code_at(NOW)[:5], 0, None),
        (code_at(NOW) + "0", 0, None),
        ("\u0661\u0662\u0663\u0664\u0665\u0666", 0, None),
    ],
)
def test_which_code_is_taken(code: str, last: int, found: int | None):
    assert step_of(code, SECRET, last, MOMENT) == found


def test_the_codes_are_those_of_the_standard():
    """RFC 6238, appendix B, SHA-1, the last six of its eight digits."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    for second, digits in ((59, "94287082"), (1111111109, "07081804"), (20000000000, "65353130")):
        moment = datetime.fromtimestamp(second, UTC)
        assert step_of(digits[2:], secret, 0, moment) == second // STEP


def test_recovery_codes_are_ten_and_all_different():
    codes = new_recovery_codes()
    assert len(set(codes)) == 10 and all(len(code) == 19 for code in codes)


def set_up(member: Member) -> tuple[Browser, str, list[str]]:
    """(a browser of theirs, what the app has, the recovery codes)."""
    browser = member.with_password()
    made = browser.post("/api/me/totp").json()
    assert made["uri"].startswith("otpauth://totp/openbook:") and made["secret"] in made["uri"]
    # The step before, so that the present code is still to be had.
    code = code_at(int(datetime.now(UTC).timestamp()) // STEP - 1, made["secret"])
    answer = browser.put("/api/me/totp", {"code": code})
    assert answer.status_code == 200, answer.text
    return browser, made["secret"], answer.json()["codes"]


def test_it_is_asked_after_the_password_and_after_a_link(workspace: Workspace):
    member = join(workspace, "agent")
    first, secret, _ = set_up(member)
    assert first.get("/api/me").json()["second_factors"] == ["totp", "recovery"]
    browser = Browser(workspace.url)
    for answer in (browser.give_password(member.email), browser.open_link(member.link())):
        assert answer.json()["me"] is None and answer.status_code == 200
        asked = answer.json()["asked"]
        assert asked["second_factors"] == ["totp", "recovery"]
        assert browser.session is None and "set-cookie" not in answer.headers
        assert browser.get("/api/me").status_code == 401
    wrong = browser.post("/api/sign-in/second", {"token": asked["token"], "code": "000000"})
    assert refused(wrong) == (401, "bad_code")
    code = TOTP(secret).now()
    right = browser.post("/api/sign-in/second", {"token": asked["token"], "code": code})
    assert right.status_code == 200 and right.json()["me"]["person"]["email"] == member.email
    assert browser.get("/api/settings").status_code == 200


def test_a_code_is_good_once_even_for_many_at_once(workspace: Workspace):
    member = join(workspace, "agent")
    _, secret, _ = set_up(member)
    code = TOTP(secret).now()
    asked = [
        Browser(workspace.url).open_link(member.link()).json()["asked"]["token"] for _ in range(5)
    ]

    def give(token: str) -> int:
        body = {"token": token, "code": code}
        return Browser(workspace.url).post("/api/sign-in/second", body).status_code

    with ThreadPoolExecutor(5) as pool:
        codes = sorted(pool.map(give, asked))
    assert codes == [200, 401, 401, 401, 401]
    assert give(asked[0]) == 401


def test_a_recovery_code_is_good_once_however_it_is_typed(workspace: Workspace):
    member = join(workspace, "agent")
    _, _, codes = set_up(member)

    def give(code: str) -> int:
        browser = Browser(workspace.url)
        token = browser.open_link(member.link()).json()["asked"]["token"]
        return browser.post("/api/sign-in/second", {"token": token, "code": code}).status_code

    assert give(codes[0].upper().replace("-", " ")) == 200
    assert give(codes[0]) == 401
    assert give(codes[1]) == 200
    assert give("aaaa-aaaa-aaaa-aaaa") == 401
    kept = str(ask(workspace.server, "SELECT * FROM recovery_codes"))
    assert not [code for code in codes if code in kept]


def test_what_the_first_proof_gave_is_good_for_ten_minutes_and_for_nothing_else(
    workspace: Workspace,
):
    member = join(workspace, "agent")
    _, _, codes = set_up(member)
    browser = Browser(workspace.url)
    token = browser.open_link(member.link()).json()["asked"]["token"]
    assert browser.open_link(token).status_code == 401
    change(workspace.server, "UPDATE one_time_tokens SET expires_at = now()")
    late = browser.post("/api/sign-in/second", {"token": token, "code": codes[0]})
    assert refused(late) == (401, "bad_link")
    link = member.link()
    other = browser.post("/api/sign-in/second", {"token": link, "code": codes[0]})
    assert other.status_code == 401, "a link alone is not the first proof"


def test_codes_cannot_be_guessed(workspace: Workspace):
    member = join(workspace, "agent")
    set_up(member)
    link = member.link()

    async def story(moving: Moving) -> None:
        strange = moving.browser("198.18.0.1")
        asked = await strange.post("/api/sign-in/link", json={"token": link})
        token = asked.json()["asked"]["token"]
        looked_at = 0
        for guess in range(100):
            other = moving.browser(f"198.18.1.{guess}")
            body = {"token": token, "code": f"{guess:06}"}
            looked_at += (await other.post("/api/sign-in/second", json=body)).status_code == 401
        assert looked_at == 6

    run(workspace.server, story)


def test_setting_it_up_ends_the_sessions_that_gave_one_proof_only(workspace: Workspace):
    member = join(workspace, "agent")
    there, link = member.browser(), member.link()
    here, _, _ = set_up(member)
    assert here.get("/api/me").status_code == 200
    assert there.get("/api/me").status_code == 401
    assert Browser(workspace.url).open_link(link).status_code == 401


def test_it_is_taken_away_only_with_a_code(workspace: Workspace):
    member = join(workspace, "agent")
    browser, secret, codes = set_up(member)
    aged = "UPDATE sessions SET confirmed_at = now() - interval '16 minutes' WHERE user_id = %s"
    change(workspace.server, aged, member.id)
    for path in ("/api/me/totp", "/api/me/recovery-codes"):
        method = "DELETE" if path.endswith("totp") else "POST"
        assert refused(browser.http.request(method, path)) == (403, "confirm_first")
    password = {"password": "velvet otter on the tram"}
    assert refused(browser.post("/api/me/confirm", password)) == (401, "bad_code")
    assert browser.post("/api/me/confirm", {"code": TOTP(secret).now()}).status_code == 204
    fresh = browser.post("/api/me/recovery-codes").json()["codes"]
    assert not set(fresh) & set(codes)
    assert browser.delete("/api/me/totp").status_code == 204
    assert browser.get("/api/me").json()["second_factors"] == []
    assert Browser(workspace.url).give_password(member.email).json()["me"]


def test_one_that_is_in_force_is_not_replaced_and_a_wrong_code_confirms_nothing(
    workspace: Workspace,
):
    member = join(workspace, "agent")
    browser = member.browser()
    assert browser.put("/api/me/totp", {"code": "123456"}).status_code == 409
    assert browser.post("/api/me/recovery-codes").status_code == 400
    browser.post("/api/me/totp")
    assert refused(browser.put("/api/me/totp", {"code": "12345x"})) == (400, "bad_code")
    assert browser.get("/api/me").json()["second_factors"] == []
    set_up(other := join(workspace, "agent"))
    assert other.link()
    ready, _, _ = set_up(join(workspace, "agent"))
    assert refused(ready.post("/api/me/totp")) == (409, "factor_in_force")


def test_the_secret_is_sealed_to_its_person(workspace: Workspace):
    first, second = join(workspace, "agent"), join(workspace, "agent")
    _, secret, _ = set_up(first)
    rows = ask(workspace.server, "SELECT sealed FROM totp_secrets WHERE user_id = %s", first.id)
    assert secret.encode() not in rows[0][0]
    moved = (
        "INSERT INTO totp_secrets (user_id, sealed, created_at, confirmed_at, last_step)"
        " SELECT %s, sealed, created_at, confirmed_at, 0 FROM totp_secrets WHERE user_id = %s"
    )
    change(workspace.server, moved, second.id, first.id)
    browser = Browser(workspace.url)
    token = browser.open_link(second.link()).json()["asked"]["token"]
    body = {"token": token, "code": TOTP(secret).now()}
    assert browser.post("/api/sign-in/second", body).status_code == 500
    change(workspace.server, "DELETE FROM totp_secrets WHERE user_id = %s", second.id)


def test_a_confirmation_lasts_a_quarter_of_an_hour(workspace: Workspace):
    member = join(workspace, "agent")
    link = member.link()

    async def story(moving: Moving) -> None:
        browser = moving.browser()
        assert (await browser.post("/api/sign-in/link", json={"token": link})).status_code == 200
        moving.move(minutes=14)
        assert (await browser.post("/api/me/totp")).status_code == 201
        moving.move(minutes=1)
        assert refused(await browser.post("/api/me/totp")) == (403, "confirm_first")
        moving.move(hours=11)
        assert (await browser.get("/api/me")).status_code == 200
        for _ in range(14):
            moving.move(hours=11)
            status = (await browser.get("/api/me")).status_code
        assert status == 200
        moving.move(hours=4)
        assert (await browser.get("/api/me")).status_code == 401, "seven days are the end"

    run(workspace.server, story)
