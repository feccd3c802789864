"""The collector as a browser gets it: the built script with one workspace's configuration in it."""

import gzip
from functools import lru_cache
from hashlib import sha256
from html import escape
from pathlib import Path

import msgspec

from openbook.assets import asset
from openbook.catalogue.policy import Policy
from openbook.errors import Misconfigured

BUILT = Path(__file__).parent / "sdk" / "collector.js"
BUILT_WITH_CHAT = BUILT.with_name("collector-chat.js")
PLACEHOLDER = b"__OPENBOOK_CONFIG__"

# JSON is not quite a part of JavaScript and of HTML: these would end a line, or a <script> element.
_ESCAPES = str.maketrans({sign: f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"})


class Launcher(msgspec.Struct, frozen=True):
    """How the chat's button looks. `ink` is what can be read on `colour`, both `#rrggbb`."""

    colour: str
    ink: str
    position: str = "right"


class ChatConfig(msgspec.Struct, frozen=True):
    """The chat's button, and the path of the script behind it on the same host."""

    panel: str
    colour: str
    ink: str
    position: str


class ScriptConfig(msgspec.Struct, frozen=True, kw_only=True):
    """What the operator decided, as the collector reads it. Each switch is a field's.

    `host` is the public address, scheme and host without a trailing slash; `keep` names the query
    parameters that stay in a page's address; without `chat` there is none on the site.
    """

    key: str
    host: str
    consent: str = "assumed"
    gpc: str = "limit"
    campaign: bool = False
    referrer: bool = True
    language: bool = True
    timezone: bool = True
    page: bool = True
    hints: bool = True
    keep: tuple[str, ...] = ()
    chat: ChatConfig | msgspec.UnsetType = msgspec.UNSET


def script_config(
    policy: Policy, write_key: str, host: str, launcher: Launcher | None = None
) -> ScriptConfig:
    """What is switched off is not even sent: the switches of a workspace, as the collector's."""
    keeps = policy.keeps
    return ScriptConfig(
        key=write_key,
        host=host.rstrip("/"),
        consent=policy.consent_mode,
        gpc=policy.gpc_mode,
        campaign=keeps("utms"),
        referrer=keeps("referrer"),
        language=keeps("browser_language"),
        timezone=keeps("timezone"),
        page=keeps("last_page_viewed"),
        hints=any(map(keeps, ("browser_name", "browser_version", "os", "os_version"))),
        keep=tuple(sorted(policy.url_keep)),
        chat=_chat(launcher) if launcher else msgspec.UNSET,
    )


class Script(msgspec.Struct, frozen=True):
    """One answer to `GET /o/<write key>.js`, ready to send. `etag` is weak: it fits both bodies."""

    body: bytes
    gzip: bytes
    etag: str


@lru_cache(maxsize=256)
def build_script(config: ScriptConfig) -> Script:
    """The collector for this configuration; Misconfigured if the browser parts are not built."""
    inlined = msgspec.json.encode(config).decode().translate(_ESCAPES).encode()
    built = BUILT if config.chat is msgspec.UNSET else BUILT_WITH_CHAT
    body = _read_built(built).replace(PLACEHOLDER, inlined)
    digest = sha256(body).hexdigest()[:24]
    return Script(body=body, gzip=gzip.compress(body, 9, mtime=0), etag=f'W/"{digest}"')


def snippet(public_url: str, write_key: str, nonce: str = "") -> str:
    """What a site pastes into its pages: a stub that remembers calls, and the script itself.

    `nonce` is for pages whose Content-Security-Policy asks for one.
    """
    address = escape(f"{public_url.rstrip('/')}/o/{write_key}.js")
    return _stub(nonce) + f'<script{_allowed(nonce)} async src="{address}"></script>'


def pinned_snippet(public_url: str, write_key: str, nonce: str = "") -> str:
    """The same for a site that lets in one version of the script alone (Subresource Integrity).

    The file never changes, so it fetches what the operator decided: one request more.
    """
    found = asset("collector.js")
    address = escape(f"{public_url.rstrip('/')}/static/{found.file}")
    return _stub(nonce) + (
        f'<script{_allowed(nonce)} async src="{address}" integrity="{found.integrity}" '
        f'crossorigin="anonymous" data-key="{escape(write_key)}"></script>'
    )


def _chat(launcher: Launcher) -> ChatConfig:
    panel = f"/static/{asset('widget.js').file}"
    return ChatConfig(panel, launcher.colour, launcher.ink, launcher.position)


def _stub(nonce: str) -> str:
    return (
        f"<script{_allowed(nonce)}>window.openbook=window.openbook||"
        "function(){(openbook.q=openbook.q||[]).push(arguments)}</script>\n"
    )


def _allowed(nonce: str) -> str:
    return f' nonce="{escape(nonce)}"' if nonce else ""


@lru_cache(maxsize=4)
def _read_built(path: Path) -> bytes:
    try:
        script = path.read_bytes()
    except FileNotFoundError:
        raise Misconfigured(
            "The browser parts are not built, so there is no collector to serve. "
            "Build them with: make setup",
            "browser_parts_missing",
        ) from None
    if script.count(PLACEHOLDER) != 1:
        raise Misconfigured(
            "The built collector has no single place for its configuration. "
            "Build the browser parts again with: make setup",
            "browser_parts_broken",
        )
    return script
