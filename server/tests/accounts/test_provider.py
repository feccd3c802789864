"""Signing in at a provider: who comes in, and every way of lying that is refused."""

import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey
from pyotp.totp import TOTP

from openbook.errors import Misconfigured
from openbook.settings import read_settings
from tests.accounts import id_provider
from tests.accounts.id_provider import CLIENT, SECRET, Claims, IdProvider
from tests.accounts.visiting import Browser, Member, ask, change, join, refused
from tests.conftest import Server, Workspace, serving

LABEL = "Acme & Söhne"
pytestmark = pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")


@pytest.fixture(scope="module")
def provider() -> Iterator[IdProvider]:
    with id_provider.running() as found:
        yield found


@pytest.fixture(scope="module")
def opened(
    server: Server, provider: IdProvider, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """Another server on the suite's database, with the provider."""
    data = tmp_path_factory.mktemp("with-provider") / "data"
    secret = server.data / "secret"
    variables = {
        "OPENBOOK_OIDC_ISSUER": provider.url,
        "OPENBOOK_OIDC_CLIENT_ID": CLIENT,
        "OPENBOOK_OIDC_CLIENT_SECRET": SECRET,
        "OPENBOOK_OIDC_LABEL": LABEL,
        "OPENBOOK_SECRET_FILE": str(secret),
    }
    with serving(data, server.conninfo, **variables) as running:
        yield running


@pytest.fixture
def door(opened: Server, provider: IdProvider, workspace: Workspace) -> Iterator[IdProvider]:
    """The provider, honest at first."""
    provider.reset()
    yield provider


def unknown() -> str:
    return f"ada-{uuid4().hex[:8]}@team.example"


def leave(browser: Browser) -> str:
    """Where the browser is sent to."""
    answer = browser.post("/api/sign-in/provider/start")
    assert answer.status_code == 200, answer.text
    return answer.json()["url"]


def come_back(address: str, browser: Browser) -> dict[str, str]:
    """What the screen reads behind the `#` once the provider has sent the browser back."""
    there = httpx.get(address).headers["location"]
    assert there.startswith(str(browser.http.base_url))
    back = browser.get(there)
    assert back.status_code == 303 and back.headers["cache-control"] == "no-store"
    screen, _, held = back.headers["location"].partition("#provider?")
    assert screen == "/sign-in"
    return {name: values[0] for name, values in parse_qs(held).items()}


def sign_in(opened: Server, browser: Browser | None = None) -> httpx.Response:
    """The whole way of a browser."""
    own = browser or Browser(opened.url)
    return own.post("/api/sign-in/provider", come_back(leave(own), own))


def is_in(answer: httpx.Response) -> str:
    """Whose session it is."""
    assert answer.status_code == 200, answer.text
    assert answer.json()["me"], answer.text
    return answer.json()["me"]["person"]["email"]


def invited(workspace: Workspace, email: str, role: str = "agent") -> tuple[Browser, str]:
    """(whoever invited, the invitation)."""
    owner = join(workspace, "owner").browser()
    made = owner.post("/api/team/invitations", {"email": email, "role": role})
    assert made.status_code == 201, made.text
    return owner, made.json()["invitation"]["id"]


def removed(workspace: Workspace, member: Member) -> None:
    """Out of the team."""
    answer = join(workspace, "owner").browser().delete(f"/api/team/{member.id}")
    assert answer.status_code == 204, answer.text


# Who comes in -----------------------------------------------------------------------------------


def test_it_is_offered_only_where_it_is_set_up(opened: Server, door: IdProvider, server: Server):
    assert httpx.get(f"{opened.url}/api/sign-in").json()["provider"] == LABEL
    assert httpx.get(f"{server.url}/api/sign-in").json()["provider"] is None
    browser = Browser(server.url)
    assert refused(browser.post("/api/sign-in/provider/start")) == (404, "no_provider")
    assert refused(browser.post("/api/sign-in/provider", {"state": "x"})) == (404, "no_provider")


def test_a_member_comes_in_by_the_address_once_and_by_the_subject_ever_after(
    opened: Server, door: IdProvider, workspace: Workspace
):
    member = join(workspace, "agent")
    subject = door.is_now(member.email.upper())
    browser = Browser(opened.url)
    assert is_in(sign_in(opened, browser)) == member.email
    here = [one for one in browser.get("/api/me/sessions").json()["items"] if one["current"]]
    assert here[0]["method"] == "oidc"
    assert browser.get("/api/me").json()["workspaces"][0]["id"] == str(workspace.id)
    # The address there is another now, not verified, or another member's: the subject counts.
    other = join(workspace, "owner")
    door.is_now(other.email, subject, email_verified=False)
    assert is_in(sign_in(opened)) == member.email
    # And the address is given to somebody else there: that is not the member.
    door.is_now(member.email)
    assert refused(sign_in(opened)) == (401, "not_invited")
    assert opened.command("person", "forget-provider", member.email).returncode == 0
    assert is_in(sign_in(opened)) == member.email


def test_who_was_invited_is_in_the_team_with_the_first_sign_in(
    opened: Server, door: IdProvider, workspace: Workspace
):
    email = unknown()
    owner, _ = invited(workspace, email, "viewer")
    door.is_now(email, name="Ada\x07 Lovelace")
    browser = Browser(opened.url)
    assert is_in(sign_in(opened, browser)) == email
    me = browser.get("/api/me").json()
    assert [one["role"] for one in me["workspaces"]] == ["viewer"]
    assert me["person"]["name"] == "Ada Lovelace"
    assert owner.get("/api/team").json()["invitations"] == []
    assert owner.get("/api/history").json()["items"][0]["action"] == "member.joined"
    assert is_in(sign_in(opened)) == email


def test_everybody_else_hears_one_sentence_whoever_is_a_member(
    opened: Server, door: IdProvider, workspace: Workspace
):
    member = join(workspace, "agent")
    door.is_now(member.email)
    is_in(sign_in(opened))
    answers = []
    gone, late = join(workspace, "agent"), unknown()
    removed(workspace, gone)
    owner, invitation = invited(workspace, late)
    assert owner.delete(f"/api/team/invitations/{invitation}").status_code == 204
    for email in (unknown(), member.email, gone.email, late, "no address at all"):
        door.is_now(email)
        answers.append(sign_in(opened))
    assert {refused(one) for one in answers[:-1]} == {(401, "not_invited")}
    assert len({one.text for one in answers[:-1]}) == 1
    assert refused(answers[-1]) == (401, "unverified_address")
    assert not ask(opened, "SELECT id FROM users WHERE email = %s", late)


def test_who_was_removed_is_out_though_the_subject_is_known(
    opened: Server, door: IdProvider, workspace: Workspace
):
    member = join(workspace, "agent")
    door.is_now(member.email)
    is_in(sign_in(opened))
    removed(workspace, member)
    assert refused(sign_in(opened)) == (401, "not_invited")


def test_a_second_factor_of_ours_is_asked_besides(
    opened: Server, door: IdProvider, workspace: Workspace
):
    member = join(workspace, "agent")
    app = TOTP(secured(member))
    door.is_now(member.email)
    browser = Browser(opened.url)
    answer = sign_in(opened, browser).json()
    assert answer["me"] is None and browser.session is None
    given = {"token": answer["asked"]["token"], "code": app.at(time.time() + 30)}
    assert is_in(browser.post("/api/sign-in/second", given)) == member.email


def secured(member: Member) -> str:
    """The secret of an authenticator app that the member sets up."""
    browser = member.browser()
    made = browser.post("/api/me/totp").json()["secret"]
    answer = browser.put("/api/me/totp", {"code": TOTP(made).at(time.time())})
    assert answer.status_code == 200, answer.text
    return made


def test_an_address_that_is_only_in_the_profile_counts_if_it_is_of_the_same_person(
    opened: Server, door: IdProvider, workspace: Workspace
):
    member = join(workspace, "agent")
    subject = door.is_now(member.email)
    thin = ("email", "email_verified")
    door.claims = lambda claims: {name: claims[name] for name in claims if name not in thin}
    door.profile = dict(door.person) | {"sub": "somebody else"}
    assert refused(sign_in(opened)) == (401, "bad_answer")
    door.profile = dict(door.person) | {"email_verified": "true"}
    assert refused(sign_in(opened)) == (401, "unverified_address")
    door.profile = dict(door.person)
    assert is_in(sign_in(opened)) == member.email
    bound = ask(opened, "SELECT user_id FROM provider_subjects WHERE subject = %s", subject)
    assert bound == [(member.id,)]


KEYS = [
    ("RS256", RSAKey.generate_key(2048, {"kid": "another"})),
    ("PS512", RSAKey.generate_key(2048, {"kid": "two"})),
    ("ES256", ECKey.generate_key("P-256", {"kid": "three"})),
    ("ES512", ECKey.generate_key("P-521", {"kid": "four"})),
    ("EdDSA", OKPKey.generate_key("Ed25519", {"kid": "five"})),
]
AGAIN = 2.1
"""Seconds after which the keys may be read again."""


def test_keys_are_kept_and_read_again_for_one_that_is_new(
    opened: Server, door: IdProvider, workspace: Workspace
):
    member, former = join(workspace, "agent"), door.keys
    door.is_now(member.email)
    is_in(sign_in(opened))
    read = door.asked.count("/keys")
    is_in(sign_in(opened))
    assert door.asked.count("/keys") == read
    time.sleep(AGAIN)
    try:
        door.keys = [*former, *KEYS]
        for algorithm, key in KEYS:
            named = {"alg": algorithm, "kid": key.kid}
            door.sign = lambda claims, key=key, named=named: door.signed(claims, key, **named)
            assert is_in(sign_in(opened)) == member.email, algorithm
        assert door.asked.count("/keys") == read + 1
        door.rotate(*KEYS[2])
        door.sign = lambda claims: door.signed(claims, kid="never heard of")
        assert refused(sign_in(opened)) == (401, "bad_answer")
    finally:
        door.keys = former


# Who lies ---------------------------------------------------------------------------------------

OTHER = RSAKey.generate_key(2048, {"kid": "one"})


def unsigned(claims: Claims) -> str:
    parts = ({"alg": "none"}, claims)
    return ".".join(id_provider.plain(json.dumps(part).encode()) for part in parts) + "."


def hashed(header: Claims, claims: Claims, secret: bytes) -> str:
    """What no library signs, by hand."""
    parts = ".".join(id_provider.plain(json.dumps(part).encode()) for part in (header, claims))
    return f"{parts}.{id_provider.plain(hmac.digest(secret, parts.encode(), hashlib.sha256))}"


def by_rsa(header: Claims, claims: Claims | bytes, key: Any) -> str:
    payload = claims if isinstance(claims, bytes) else json.dumps(claims).encode()
    parts = ".".join(map(id_provider.plain, (json.dumps(header).encode(), payload)))
    signature = key.private_key.sign(parts.encode(), PKCS1v15(), SHA256())
    return f"{parts}.{id_provider.plain(signature)}"


def lie(**changed: Any) -> Callable[[Claims], Claims]:
    """The honest claims with some changed; None takes one away."""

    def change(claims: Claims) -> Claims:
        return {name: value for name, value in (claims | changed).items() if value is not None}

    return change


NOW = time.time()
LIES: dict[str, Callable[[Claims], Claims]] = {
    "another nonce": lie(nonce="n" * 43),
    "no nonce": lie(nonce=None),
    "a nonce that is no text": lie(nonce=7),
    "another audience": lie(aud="somebody else"),
    "no audience": lie(aud=None),
    "two audiences and nobody it was given to": lie(aud=[CLIENT, "somebody else"]),
    "given to somebody else": lie(aud=[CLIENT, "somebody else"], azp="somebody else"),
    "given to somebody else alone": lie(azp="somebody else"),
    "another issuer": lie(iss="https://accounts.google.com"),
    "an issuer that begins alike": lambda claims: claims | {"iss": claims["iss"] + "/"},
    "over": lie(exp=NOW - 120),
    "no end": lie(exp=None),
    "an end that is no number": lie(exp="4102444800"),
    "an end that is true": lie(exp=True),
    "made tomorrow": lie(iat=NOW + 86_400),
    "made an hour ago": lie(iat=NOW - 3_600),
    "not begun": lie(nbf=NOW + 600),
    "nobody": lie(sub=None),
    "a subject with no name": lie(sub=""),
    "a subject that is a number": lie(sub=7),
    "a subject that no column holds": lie(sub="a\x00"),
    "a subject without an end": lie(sub="a" * 256),
}


@pytest.mark.parametrize("what", LIES)
def test_a_token_that_is_not_of_this_sign_in_is_refused(
    what: str, opened: Server, door: IdProvider, workspace: Workspace
):
    member = join(workspace, "owner")
    door.is_now(member.email)
    door.claims = LIES[what]
    browser = Browser(opened.url)
    assert refused(sign_in(opened, browser)) == (401, "bad_answer")
    assert browser.session is None
    assert not ask(opened, "SELECT 1 FROM provider_subjects WHERE user_id = %s", member.id)


FORGERIES: dict[str, Callable[[IdProvider, Claims], str]] = {
    "no signature": lambda door, claims: unsigned(claims),
    "none, with a signature": lambda door, claims: unsigned(claims) + "AAAA",
    "signed with the public key as a secret": lambda door, claims: hashed(
        {"alg": "HS256", "kid": "one"}, claims, door.public_pem()
    ),
    "signed with the public key as it is listed": lambda door, claims: hashed(
        {"alg": "HS256", "kid": "one"}, claims, json.dumps(door.jwks()["keys"][0]).encode()
    ),
    "signed by somebody else with the same name": lambda door, claims: door.signed(claims, OTHER),
    "a key that came along": lambda door, claims: by_rsa(
        {"alg": "RS256", "jwk": OTHER.as_dict(private=False)}, claims, OTHER
    ),
    "changed after it was signed": lambda door, claims: door.signed(claims)[:-8] + "AAAAAAAA",
    "a header that must be understood": lambda door, claims: by_rsa(
        {"alg": "RS256", "kid": "one", "crit": ["later"], "later": 1}, claims, door.keys[0][1]
    ),
    "encrypted, by its form": lambda door, claims: "a.b.c.d.e",
    "no token": lambda door, claims: "no token",
    "an endless one": lambda door, claims: door.signed(claims | {"more": "a" * 70_000}),
    "a tower of brackets, well signed": lambda door, claims: by_rsa(
        {"alg": "RS256", "kid": "one"}, b"[" * 40_000, door.keys[0][1]
    ),
}


@pytest.mark.parametrize("what", FORGERIES)
def test_a_token_that_the_provider_did_not_sign_is_refused(
    what: str, opened: Server, door: IdProvider, workspace: Workspace
):
    member = join(workspace, "owner")
    door.is_now(member.email)
    door.sign = lambda claims: FORGERIES[what](door, claims)
    browser = Browser(opened.url)
    assert refused(sign_in(opened, browser)) == (401, "bad_answer")
    assert browser.session is None


def test_a_key_that_is_too_short_or_shared_signs_nothing(
    opened: Server, door: IdProvider, workspace: Workspace
):
    member, former = join(workspace, "owner"), door.keys
    door.is_now(member.email)
    time.sleep(AGAIN)
    shared = OctKey.generate_key(256, {"kid": "shared"})
    short = RSAKey.generate_key(1024, {"kid": "short"})
    try:
        door.keys = [*former, ("RS256", short), ("HS256", shared)]  # type: ignore[list-item]
        door.sign = lambda claims: door.signed(claims, short, kid="short")
        assert refused(sign_in(opened)) == (401, "bad_answer")
        door.sign = lambda claims: door.signed(claims, shared, alg="HS256", kid="shared")
        assert refused(sign_in(opened)) == (401, "bad_answer")
    finally:
        door.keys = former


@pytest.mark.parametrize("said", [False, "true", 1, None])
def test_an_address_that_nobody_verified_counts_for_nothing(
    said: Any, opened: Server, door: IdProvider, workspace: Workspace
):
    member = join(workspace, "owner")
    door.is_now(member.email)
    door.claims = lie(email_verified=said)
    assert refused(sign_in(opened)) == (401, "unverified_address")


# The way there and back -------------------------------------------------------------------------


def test_what_came_back_works_once_and_in_the_browser_that_began(
    opened: Server, door: IdProvider, workspace: Workspace
):
    member = join(workspace, "agent")
    door.is_now(member.email)
    browser, other = Browser(opened.url), Browser(opened.url)
    held = come_back(leave(browser), browser)
    leave(other)
    # Somebody whom they were sent to does not come in as the other, nor spends it for them.
    assert refused(other.post("/api/sign-in/provider", held)) == (401, "bad_state")
    assert refused(Browser(opened.url).post("/api/sign-in/provider", held)) == (401, "bad_state")
    assert is_in(browser.post("/api/sign-in/provider", held)) == member.email
    assert refused(browser.post("/api/sign-in/provider", held)) == (401, "bad_state")
    invented = held | {"state": "obl_" + "a" * 43}
    assert refused(browser.post("/api/sign-in/provider", invented)) == (401, "bad_state")


def test_a_link_of_another_purpose_is_no_state(
    opened: Server, door: IdProvider, workspace: Workspace
):
    member = join(workspace, "agent")
    door.is_now(member.email)
    browser = Browser(opened.url)
    held = come_back(leave(browser), browser) | {"state": member.link()}
    assert refused(browser.post("/api/sign-in/provider", held)) == (401, "bad_state")


def test_it_takes_no_longer_than_ten_minutes(
    opened: Server, door: IdProvider, workspace: Workspace
):
    member = join(workspace, "agent")
    door.is_now(member.email)
    browser = Browser(opened.url)
    held = come_back(leave(browser), browser)
    late = "UPDATE one_time_tokens SET expires_at = now() WHERE purpose = 'provider'"
    assert change(opened, late)
    assert refused(browser.post("/api/sign-in/provider", held)) == (401, "bad_state")


def test_a_code_of_somebody_elses_sign_in_opens_nothing(
    opened: Server, door: IdProvider, workspace: Workspace
):
    victim, thief = Browser(opened.url), Browser(opened.url)
    door.is_now(join(workspace, "owner").email)
    stolen = come_back(leave(victim), victim)["code"]
    own = come_back(leave(thief), thief) | {"code": stolen}
    assert refused(thief.post("/api/sign-in/provider", own)) == (401, "bad_answer")
    assert thief.session is None


def test_a_code_of_another_provider_is_never_sent_to_this_one(
    opened: Server, door: IdProvider, workspace: Workspace
):
    member = join(workspace, "agent")
    door.is_now(member.email)
    door.answer = lambda answer: answer | {"iss": "https://evil.example"}
    asked = door.asked.count("/token")
    assert refused(sign_in(opened)) == (401, "bad_answer")
    assert door.asked.count("/token") == asked
    door.answer = lambda answer: answer | {"iss": door.url}
    assert is_in(sign_in(opened)) == member.email


def test_the_way_back_leads_to_our_own_screen_whatever_stands_in_it(opened: Server):
    wanted = {"state": "//evil.example", "code": "a\r\nSet-Cookie: b=c", "next": "//evil.example"}
    back = httpx.get(f"{opened.url}/api/sign-in/provider/return", params=wanted)
    place = back.headers["location"]
    assert back.status_code == 303 and place.startswith("/sign-in#provider?")
    assert "next" not in place and "set-cookie" not in back.headers
    assert urlsplit(place).netloc == "" and back.headers["referrer-policy"] == "no-referrer"


def test_only_a_page_of_our_own_begins_and_ends_it(opened: Server, door: IdProvider):
    evil = Browser(opened.url, Origin="https://evil.example")
    for path in ("/api/sign-in/provider/start", "/api/sign-in/provider"):
        assert refused(evil.post(path, {"state": "x"})) == (403, "not_from_here")


def test_a_refusal_there_is_a_sentence_of_ours(
    opened: Server, door: IdProvider, workspace: Workspace
):
    texts = []
    for error in ("access_denied", "server_error", "<script>"):
        door.answer = lambda answer, error=error: {"state": answer["state"], "error": error}
        answer = sign_in(opened)
        assert refused(answer) == (401, "provider_refused")
        texts.append(answer.json()["detail"])
    assert "went back" in texts[0] and texts[1] == texts[2] and "script" not in texts[2]


def test_a_provider_that_sends_rubbish_brings_nothing_down(
    opened: Server, door: IdProvider, workspace: Workspace
):
    door.is_now(join(workspace, "agent").email)
    for body in (b"", b"[]", b"{}", b"[" * 100_000, b"\xff", b'{"id_token": "' + b"a" * 300_000):
        door.tokens = lambda body=body: body
        assert refused(sign_in(opened)) == (503, "provider_away"), body[:20]
    door.tokens = None
    assert httpx.get(f"{opened.url}/health/ready").status_code == 200


def test_the_doctor_asks_the_provider_what_it_calls_itself(opened: Server, door: IdProvider):
    told = opened.command("doctor").stdout
    assert f"{door.url} answers" in told and f"{opened.url.rpartition(':')[0]}" in told
    door.metadata = {"issuer": "https://id.example"}
    wrong = opened.command("doctor")
    assert wrong.returncode == 1 and "it calls itself 'https://id.example'" in wrong.stdout
    door.metadata = {"token_endpoint": "http://169.254.169.254/latest"}
    assert "is not https" in opened.command("doctor").stdout


def test_nothing_that_came_along_is_stored(opened: Server, door: IdProvider, workspace: Workspace):
    browser = Browser(opened.url)
    door.is_now(join(workspace, "agent").email)
    url = leave(browser)
    asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    cookie = browser.http.cookies["openbook-provider"]
    kept = repr(ask(opened, "SELECT token_hash, about FROM one_time_tokens"))
    assert not [one for one in (asked["state"], asked["nonce"], cookie) if one in kept]
    assert SECRET not in opened.data.with_suffix(".log").read_text()


# What an operator writes ------------------------------------------------------------------------

BASE = {"OPENBOOK_OIDC_ISSUER": "https://id.example", "OPENBOOK_OIDC_CLIENT_ID": "openbook"}
WRONG = [
    {"OPENBOOK_OIDC_CLIENT_ID": "openbook"},
    BASE,
    BASE | {"OPENBOOK_OIDC_CLIENT_ID": "", "OPENBOOK_PUBLIC_URL": "https://chat.example"},
    *(
        BASE | {"OPENBOOK_OIDC_ISSUER": issuer, "OPENBOOK_PUBLIC_URL": "https://chat.example"}
        for issuer in (
            "http://id.example",
            "id.example",
            "https://a:b@id.example",
            "https://id.example/?a=b",
            "http://127.0.0.1.evil.example",
            "https://[",
        )
    ),
    BASE | {"OPENBOOK_OIDC_SCOPES": "email", "OPENBOOK_PUBLIC_URL": "https://chat.example"},
]


@pytest.mark.parametrize("environ", WRONG, ids=repr)
def test_half_a_provider_or_one_in_the_clear_is_refused_at_the_start(environ: dict[str, str]):
    with pytest.raises(Misconfigured):
        read_settings(environ)


def test_a_whole_one_is_read_and_handed_on(tmp_path: Any):
    (tmp_path / "secret").write_text("s\n")
    more = {"OPENBOOK_PUBLIC_URL": "https://chat.example"}
    found = read_settings(
        BASE | more | {"OPENBOOK_OIDC_CLIENT_SECRET_FILE": str(tmp_path / "secret")}
    )
    assert (found.oidc_issuer, found.oidc_client_secret) == ("https://id.example", "s")


def test_forged_by_hand_as_the_provider_signs_it_is_taken(
    opened: Server, door: IdProvider, workspace: Workspace
):
    """So that the forgeries above are refused for what is wrong with them."""
    member = join(workspace, "agent")
    door.is_now(member.email)
    door.sign = lambda claims: by_rsa({"alg": "RS256", "kid": "one"}, claims, door.keys[0][1])
    assert is_in(sign_in(opened)) == member.email


# How it is set up -------------------------------------------------------------------------------
def test_the_team_sees_how_it_is_set_up_and_whether_it_answers(
    door: IdProvider, opened: Server, workspace: Workspace
):
    admin, browser = join(workspace, "admin"), Browser(opened.url)
    door.is_now(admin.email)
    assert is_in(sign_in(opened, browser)) == admin.email
    shown = browser.get("/api/provider")
    assert SECRET not in shown.text
    found = shown.json()
    assert (found["ready"], found["label"], found["issuer"]) == (True, LABEL, door.url)
    assert found["return_to"].endswith("/api/sign-in/provider/return")
    named = {one["name"] for one in found["variables"] if one["set"]}
    assert {"OPENBOOK_OIDC_ISSUER", "OPENBOOK_OIDC_CLIENT_SECRET"} <= named
    answer = browser.post("/api/provider/test")
    assert answer.status_code == 200, answer.text
    assert answer.json()["issuer"] == door.url
    assert door.url in answer.json()["authorization_endpoint"]


def test_where_there_is_none_it_says_so_and_who_may_not_ask_is_refused(workspace: Workspace):
    viewer, owner = (join(workspace, role).browser() for role in ("viewer", "owner"))
    found = viewer.get("/api/provider").json()
    assert found["ready"] is False and found["issuer"] is None
    assert viewer.post("/api/provider/test").status_code == 403
    assert refused(owner.post("/api/provider/test")) == (404, "no_provider")
