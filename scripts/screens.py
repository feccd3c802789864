"""Makes docs/pictures/screens/: every screen of the dashboard, light and dark, wide and narrow.

A fresh installation is filled by `openbook demo` with the same made-up people each time; an owner
signs in, declares attributes, merges two contacts and marks one as spam; then a headless Chromium
opens each path that the server serves as a screen. The names say what is on a picture:
SCREEN-WIDTH-SCHEME.webp.
"""

import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
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
QUALITY = 50
MOST_BYTES = 3_000_000
"""All pictures together: they are in the repository, and so in every copy of it."""
SETTLED_MS = 700
"""Until what is drawn last, such as a map, is there."""
OUTSIDE = ("/sign-in", "/invitation")
SAID = (
    ("Jonas Martin", "Hello! Is there a student discount?"),
    ("Zofia Nowak", "I was charged twice for the same order."),
    ("Marco Bianchi", "Buongiorno, fate consegne in Svizzera?"),
    ("Ingrid Hansen", "My order still says “preparing”. Could you look into it?"),
    ("Elena Rossi", "Could I change the pot for a smaller one?\nhttps://shop.test/tea/pot"),
)
CANNED = {
    "hours": "We are here from Monday to Friday, nine to five.",
    "thanks": "Thank you, {{contact.name}}! Anything else?",
}
ATTRIBUTES = {"attribute.plan": "text", "attribute.seats": "number", "attribute.paying": "flag"}


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="openbook-screens-") as data:
        environ = os.environ | {"OPENBOOK_DATA": data, "OPENBOOK_PORT": str(PORT)}
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
            talk(api, command(environ, "workspace", "show")["write_key"])
            draw(browser, state, dict(screens(api)))
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


def talk(api: httpx.Client, key: str) -> None:
    """A few people write in the chat; one of them is answered, with a note beside it."""
    for number, (name, text) in enumerate(SAID):
        chat = httpx.Client(
            base_url=f"{URL}/v1/chat/{key}", timeout=30, headers={"User-Agent": AGENT}
        )
        begun = chat.post("/session", json={"lasting": True}).raise_for_status().json()
        chat.headers["Authorization"] = f"Bearer {begun['token']}"
        first = {"cid": f"first-{number}", "text": text, "page": {"url": "https://shop.test/tea"}}
        opened = chat.post("/conversations", json=first).raise_for_status().json()["conversation"]
        chat.post("/contact", json={"name": name}).raise_for_status()
        chat.close()
    for kind, text in (
        ("message", "Of course. Which size is it?"),
        ("note", "Ask the store first."),
    ):
        body = {"cid": kind, "text": text, "kind": kind}
        api.post(f"/api/conversations/{opened['id']}/messages", json=body).raise_for_status()
    for shortcut, text in CANNED.items():
        body = {"shortcut": shortcut, "text": text}
        api.post("/api/canned-replies", json=body).raise_for_status()


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


def draw(browser: Browser, state: StorageState, asked: dict[str, str]) -> None:
    for width, height in SIZES.items():
        for scheme in SCHEMES:
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
