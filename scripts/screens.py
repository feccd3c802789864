"""Makes docs/pictures/screens/: every screen of the dashboard, light and dark, wide and narrow.

A fresh installation is filled by `openbook demo` with the same made-up people each time; an owner
signs in, declares attributes, merges two contacts and marks one as spam; then a headless Chromium
opens each path that the server serves as a screen. The names say what is on a picture:
SCREEN-WIDTH-SCHEME.webp.
"""

import base64
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
from picture import AGENT, OPENBOOK, PORT, ROOT, serving
from playwright.sync_api import Browser, Page, StorageState, expect, sync_playwright

from openbook.dashboard.routes import SCREENS

FOLDER = ROOT / "docs" / "pictures" / "screens"
URL = f"http://127.0.0.1:{PORT}"
VISITORS, SEED = 160, 7
SIZES = {1440: 900, 360: 780}
SCHEMES = ("light", "dark")
QUALITY = 38
MOST_BYTES = 3_000_000
"""All pictures together: they are in the repository, and so in every copy of it."""
SETTLED_MS = 700
"""Until what is drawn last, such as a map, is there."""
NOT_LIVE = re.compile("^(Reconnecting|Not live right now)")
OUTSIDE = ("/sign-in", "/invitation")
SAID = (
    ("Jonas Martin", "Hello! Is there a student discount?"),
    ("Zofia Nowak", "I was charged twice for the same order."),
    ("Marco Bianchi", "Buongiorno, fate consegne in Svizzera?"),
    ("Ingrid Hansen", "My order still says “preparing”. Could you look into it?"),
    ("Elena Rossi", "Could I change the pot for a smaller one?\nhttps://shop.test/tea/pot"),
)
THREAD = (
    ("message", "Of course. Which size would you like?"),
    ("note", "The small one is back in stock since Monday."),
    ("contact", "Half a litre, please. Can I keep the lid?"),
    ("message", "Yes, it fits both. I am changing your order now."),
    ("contact", "Perfect, thank you!"),
)
"""How the last of them goes on: by whom, and what."""
OWN = {"X-Requested-With": "openbook", "Origin": URL, "Sec-Fetch-Site": "same-origin"}
CANNED = {
    "hours": "We are here from Monday to Friday, nine to five.",
    "thanks": "Thank you, {{contact.name}}! Anything else?",
}
TAGS = {"VIP": "orange", "Press": "blue", "Newsletter": "green"}
PROVIDER = {
    "OPENBOOK_PUBLIC_URL": URL,
    "OPENBOOK_OIDC_ISSUER": "https://id.example.com/realms/acme",
    "OPENBOOK_OIDC_CLIENT_ID": "openbook",
    "OPENBOOK_OIDC_LABEL": "Acme",
    "OPENBOOK_OIDC_DOMAINS": "acme.example",
}
"""Shown in the settings and on the button; nobody asks it anything."""
LOOKING = ("/demo/", "/demo/product/enamel-mug", "/demo/pricing", "/demo/products")
ADDRESSES = ("2.36.40.1", "81.2.69.160", "89.160.20.112", "212.78.1.25")
"""Of those who are on the site while the pictures are made."""
ATTRIBUTES = {"attribute.plan": "text", "attribute.seats": "number", "attribute.paying": "flag"}


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="openbook-screens-") as data:
        environ = os.environ | PROVIDER
        environ |= {"OPENBOOK_DATA": data, "OPENBOOK_PORT": str(PORT)}
        with serving(environ), sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path="/usr/bin/chromium", args=["--no-sandbox"]
            )
            shutil.rmtree(FOLDER, ignore_errors=True)
            FOLDER.mkdir(parents=True)
            state = owner(browser, environ)
            draw(browser, state, {"contacts-empty": "/contacts"})
            fill(environ)
            api = httpx.Client(base_url=URL, headers=token(environ), timeout=30)
            key = command(environ, "workspace", "show")["write_key"]
            talk(browser, state, key)
            draw(browser, state, dict(screens(api)), key)
            browser.close()
    weigh()


def command(environ: dict[str, str], *words: str) -> Any:
    """What `openbook WORDS --json` prints."""
    done = subprocess.run(
        [OPENBOOK, *words, "--json"], env=environ, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def token(environ: dict[str, str]) -> dict[str, str]:
    made = command(environ, "token", "create", "--name", "pictures", "--role", "admin")
    return {"Authorization": f"Bearer {made['token']}"}


def owner(browser: Browser, environ: dict[str, str]) -> StorageState:
    """The session of whoever opens the first link."""
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    page.goto(command(environ, "owner-link", "--url", URL)["url"])
    page.get_by_label("E-mail").fill("ada@example.com")
    page.get_by_label("Name").fill("Ada King")
    page.get_by_role("button", name="Begin").click()
    page.wait_for_url(lambda url: "sign-in" not in url)
    state = context.storage_state()
    context.close()
    return state


def fill(environ: dict[str, str]) -> None:
    words = ("demo", "--visitors", str(VISITORS), "--seed", str(SEED))
    subprocess.run([OPENBOOK, *words], env=environ, check=True, stderr=subprocess.DEVNULL)


def talk(browser: Browser, state: StorageState, key: str) -> None:
    """A few people write in the chat; the owner answers one of them, with a note beside it."""
    context = browser.new_context(storage_state=state, extra_http_headers=OWN)
    team = context.request
    for number, (name, text) in enumerate(SAID):
        headers = {"User-Agent": AGENT, "X-Forwarded-For": ADDRESSES[number % len(ADDRESSES)]}
        chat = httpx.Client(base_url=f"{URL}/v1/chat/{key}", timeout=30, headers=headers)
        begun = chat.post("/session", json={"lasting": True}).raise_for_status().json()
        chat.headers["Authorization"] = f"Bearer {begun['token']}"
        first = {"cid": f"first-{number}", "text": text, "page": {"url": "https://shop.test/tea"}}
        opened = chat.post("/conversations", json=first).raise_for_status().json()["conversation"]
        chat.post("/contact", json={"name": name}).raise_for_status()
        if number == len(SAID) - 1:
            ours = f"{URL}/api/conversations/{opened['id']}"
            theirs = f"/conversations/{opened['id']}/messages"
            for kind, words in THREAD:
                body = {"cid": f"said-{len(words)}", "text": words}
                if kind == "contact":
                    chat.post(theirs, json=body).raise_for_status()
                else:
                    answer = team.post(f"{ours}/messages", data=body | {"kind": kind})
                    expect(answer).to_be_ok()
        chat.close()
    for shortcut, text in CANNED.items():
        body = {"shortcut": shortcut, "text": text}
        expect(team.post(f"{URL}/api/canned-replies", data=body)).to_be_ok()
    context.close()


def screens(api: httpx.Client) -> Iterator[tuple[str, str]]:
    """Name -> path: those without a part that varies, and a contact's with one that tells much."""
    api.patch("/api/settings", json=ATTRIBUTES).raise_for_status()
    question = {"and": [{"field": "user_id", "op": "exists"}, {"field": "city", "op": "exists"}]}
    body = {"filter": question, "limit": 100}
    known = api.post("/api/contacts/search", json=body).raise_for_status().json()["items"]
    rich = max(known, key=lambda contact: (len(contact["devices"]), contact["id"]))
    strangers = api.get("/api/contacts", params={"filter": "kind:eq:visitor"}).json()["items"]
    values = {"attributes": {"plan": "pro", "seats": 12, "paying": True}}
    api.patch(f"/api/contacts/{rich['id']}", json=values).raise_for_status()
    api.patch(f"/api/contacts/{strangers[5]['id']}", json={"spam": True}).raise_for_status()
    merged = api.post(f"/api/contacts/{rich['id']}/merge", json={"with": strangers[0]["id"]})
    contact = f"/contacts/{rich['id']}"
    for number, (name, colour) in enumerate(TAGS.items()):
        made = api.post("/api/tags", json={"name": name, "colour": colour})
        tag = made.raise_for_status().json()["id"]
        for one in {rich["id"], *(other["id"] for other in known[number : 3 * number + 2])}:
            api.put(f"/api/contacts/{one}/tags/{tag}").raise_for_status()
    for path in SCREENS:
        if "{" not in path and path != "/":
            yield path.strip("/").replace("/", "-"), path
    conversation = api.get("/api/conversations").raise_for_status().json()["conversations"][0]
    yield "conversation", f"/inbox/{conversation['id']}"
    yield "contact", contact
    yield "contact-merge", f"{contact}/merge?with={strangers[1]['id']}"
    yield "contact-split", f"{contact}/split/{merged.raise_for_status().json()['merge']['id']}"
    yield "contacts-found", "/contacts?q=no-such-name"
    yield "palette", contact
    yield "keys", contact


def look_around(key: str) -> None:
    """A few people are on the site just now, each in a place of their own."""
    for number, (path, address) in enumerate(zip(LOOKING, ADDRESSES, strict=True)):
        message = {
            "type": "page",
            "anonymousId": f"looking-{number}",
            "messageId": f"looking-{number}-{time.time()}",
            "context": {"page": {"url": f"https://shop.test{path}"}},
        }
        headers = {"X-Forwarded-For": address, "User-Agent": AGENT, "Origin": "https://shop.test"}
        body = {"batch": [message], "writeKey": key}
        answer = httpx.post(f"{URL}/v1/batch", json=body, headers=headers, timeout=30)
        answer.raise_for_status()


def draw(
    browser: Browser, state: StorageState, asked: dict[str, str], key: str | None = None
) -> None:
    for width, height in SIZES.items():
        for scheme in SCHEMES:
            if key:
                look_around(key)
            look: dict[str, Any] = {
                "locale": "en-GB",
                "user_agent": AGENT,
                "color_scheme": scheme,
                "reduced_motion": "reduce",
                "viewport": {"width": width, "height": height},
            }
            inside = browser.new_context(**look, storage_state=state)
            outside = browser.new_context(**look)
            for name, path in asked.items():
                page = (outside if path.startswith(OUTSIDE) else inside).new_page()
                if shown(page, name, path):
                    made = FOLDER / f"{name}-{width}-{scheme}.webp"
                    made.write_bytes(picture(page))
                page.close()
            inside.close()
            outside.close()


def shown(page: Page, name: str, path: str) -> bool:
    """Open it and wait until all is there; False where the path only leads to another one."""
    page.on("response", lambda got: missing(got.status, got.url))
    page.goto(URL + path)
    page.get_by_role("heading").first.wait_for()
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    expect(page.get_by_text(NOT_LIVE)).to_have_count(0, timeout=15_000)
    page.wait_for_timeout(SETTLED_MS)
    if name in KEYS:
        page.keyboard.press(KEYS[name])
        page.wait_for_timeout(SETTLED_MS)
        return True
    return page.url.startswith(URL + path.partition("?")[0])


def missing(status: int, url: str) -> None:
    if status >= 400 and "/static/" in url:
        sys.exit(f"{url} is gone. Was the dashboard built meanwhile? Run this again.")


KEYS = {"palette": "Control+k", "keys": "?"}
"""What is opened over a screen by a key."""


def picture(page: Page) -> bytes:
    """As WebP, which Playwright itself does not write."""
    session = page.context.new_cdp_session(page)
    asked = {"format": "webp", "quality": QUALITY}
    return base64.b64decode(session.send("Page.captureScreenshot", asked)["data"])


def weigh() -> None:
    sizes = [path.stat().st_size for path in Path(FOLDER).iterdir()]
    print(f"{len(sizes)} pictures, {sum(sizes):,} bytes, in {FOLDER.relative_to(ROOT)}")
    if sum(sizes) > MOST_BYTES:
        sys.exit(f"They may be {MOST_BYTES:,} bytes in all: lower QUALITY in scripts/screens.py.")


if __name__ == "__main__":
    main()
