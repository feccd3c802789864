"""How this installation runs: one frozen struct, read from OPENBOOK_* and the command line.

What an operator changes while it runs (fields collected, IP mode, ...) is a workspace's settings
and lives in the database: see `catalogue/policy.py`.
"""

import os
import re
import secrets
import sys
from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from openbook import durability
from openbook.errors import Misconfigured

Network = IPv4Network | IPv6Network
SECRET_BYTES = 32
LONGEST_DRAIN = 300
DEFAULT_DATA = Path("var/data")
_SECRET = re.compile(r"whsec_(?:[A-Za-z0-9+/]{4}){8,}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
LOCAL = ("127.0.0.1", "::1", "localhost")
RANGES = {
    "port": (1, 65_535), "workers": (1, 1_024), "live_pages": (0, 1_000_000),
    "chat_sockets": (0, 1_000_000), "ingest_bytes": (1, 1 << 62),
}  # fmt: skip
"""Number -> the least and the most of it that makes sense."""
OIDC = (
    "oidc_issuer", "oidc_client_id", "oidc_client_secret", "oidc_scopes", "oidc_domains",
    "oidc_label",
)  # fmt: skip


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Every setting of the process. Each has a line in docs/settings.md."""

    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    data: Path = DEFAULT_DATA
    database_url: str | None = None
    secret_file: Path | None = None
    trusted_proxies: tuple[Network, ...] = ()
    geo: Path | None = None
    geo_city: Path | None = None
    geo_isp: Path | None = None
    apple_devices: Path | None = None
    security_contact: str | None = None
    public_url: str | None = None
    """Where people open this openbook, as `https://chat.example.com`: links are made of it."""
    smtp_url: str | None = None
    mail_from: str | None = None
    push_url: str | None = None
    """The operator's own pusher: told when a reply waits for somebody who has the app."""
    push_secret: str | None = None
    oidc_issuer: str | None = None
    """The provider at which people may sign in: what it calls itself, `https://id.example.com`."""
    oidc_client_id: str | None = None
    oidc_client_secret: str | None = None
    oidc_scopes: str = "openid email profile"
    oidc_domains: str = ""
    oidc_label: str | None = None
    drain_seconds: float = 0
    live_pages: int = 500
    """Pages of the dashboard that may be open live in one process; 0: no sockets at all."""
    chat_sockets: int = 5_000
    """Chat widgets that may be open in one process; 0: no sockets, they ask again and again."""
    ingest: str | None = None
    """Addresses of NATS brokers: messages go through a stream there to `openbook worker`."""
    ingest_credentials: Path | None = None
    ingest_ca: Path | None = None
    ingest_monitor: str | None = None
    ingest_bytes: int = 1 << 30
    unsafe_durability: bool = False
    """For tests alone: serve on a database that may lose what it commits."""

    @property
    def address(self) -> str:
        """Where people open this openbook; this machine's own address if nobody has said."""
        return self.public_url or f"http://127.0.0.1:{self.port}"

    @property
    def geo_folders(self) -> tuple[Path, ...]:
        """Where geolocation data is looked for, first match wins."""
        installed = Path(sys.prefix) / "share" / "openbook" / "geo"
        own = (self.geo,) if self.geo else ()
        return (*own, self.data / "geo", installed)

    def make_folder(self) -> None:
        """Make the data folder, where there is none yet."""
        try:
            self.data.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Misconfigured(
                f"The data folder {self.data} cannot be made: {error.strerror}. Name another one, "
                "for example: openbook serve --data DIR"
            ) from None

    def secret(self) -> bytes:
        """The instance's secret: from OPENBOOK_SECRET_FILE, else made once in the data folder."""
        path = self.secret_file or self.data / "secret"
        try:
            return _read_secret(path)
        except FileNotFoundError:
            if self.secret_file is not None:
                raise Misconfigured(
                    f"The secret file {path} does not exist. Write at least {SECRET_BYTES} random "
                    "bytes into it, for example with: openssl rand -out FILE 32"
                ) from None
        self.make_folder()
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:  # another process made it first
            return _read_secret(path)
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(SECRET_BYTES))
        return _read_secret(path)


def _read_secret(path: Path) -> bytes:
    try:
        secret = path.read_bytes()
    except FileNotFoundError:
        raise
    except OSError as error:
        raise Misconfigured(f"The secret in {path} cannot be read: {error.strerror}.") from None
    if len(secret) < SECRET_BYTES:
        raise Misconfigured(
            f"The secret in {path} is {len(secret)} bytes; it must be at least {SECRET_BYTES}."
        )
    return secret


def read_settings(environ: Mapping[str, str] = os.environ, **given: object) -> Settings:
    """Settings from the environment; what is `given` (and not None) by the command line wins."""
    found: dict[str, object] = {}
    for name in ("host", "database_url", "security_contact", "ingest", "ingest_monitor"):
        if value := _variable(environ, name):
            found[name] = value
    for name in ("port", "workers", "ingest_bytes", "live_pages", "chat_sockets"):
        if value := _variable(environ, name):
            found[name] = _whole_number(name, value)
    if "port" not in found and (value := environ.get("PORT")):
        found["port"] = _whole_number("port", value)
    for name in (
        "data", "secret_file", "geo", "geo_city", "geo_isp", "apple_devices",
        "ingest_credentials", "ingest_ca",
    ):  # fmt: skip
        if value := environ.get(f"OPENBOOK_{name.upper()}"):
            found[name] = Path(value)
    if value := environ.get("OPENBOOK_DRAIN_SECONDS"):
        found["drain_seconds"] = _seconds("drain_seconds", value)
    for name in ("smtp_url", "mail_from", "push_url", "push_secret", *OIDC):
        if value := _variable(environ, name):
            found[name] = value
    if value := _variable(environ, "public_url"):
        found["public_url"] = read_public_url(value)
    if value := environ.get("OPENBOOK_TRUSTED_PROXY"):
        found["trusted_proxies"] = read_networks(value.replace(",", " ").split())
    found["unsafe_durability"] = environ.get(durability.VARIABLE) == "1"
    if found.get("smtp_url") and not found.get("public_url"):
        raise Misconfigured(
            "OPENBOOK_SMTP_URL is set, but not where people open this openbook, and the links in "
            "mails are made of that. Set OPENBOOK_PUBLIC_URL too."
        )
    _check_oidc(found)
    _check_push(found)
    found |= {name: value for name, value in given.items() if value is not None}
    _check_ranges(found)
    found["data"] = Path(str(found.get("data", DEFAULT_DATA))).absolute()
    return Settings(**found)  # type: ignore[arg-type]


def write_settings(settings: Settings) -> dict[str, str]:
    """The environment from which `read_settings` reads these settings again, in a child process."""
    environ = {}
    for name in settings.__struct_fields__:
        value = getattr(settings, name)
        if name == "trusted_proxies":
            environ["OPENBOOK_TRUSTED_PROXY"] = ",".join(map(str, value))
        elif name == "unsafe_durability":
            environ[durability.VARIABLE] = "1" if value else ""
        elif value is not None:
            environ[f"OPENBOOK_{name.upper()}"] = str(value)
    return environ


def read_networks(texts: list[str]) -> tuple[Network, ...]:
    """`10.0.0.0/8`, `192.0.2.7`, ... as networks; a refusal names the one that is none."""
    networks = []
    for text in texts:
        try:
            networks.append(ip_network(text, strict=False))
        except ValueError:
            raise Misconfigured(
                f"{text!r} is no address or network. A trusted proxy is written like 10.0.0.0/8."
            ) from None
    return tuple(networks)


def read_public_url(text: str) -> str:
    """`https://chat.example.com`: scheme and host, a port where it is not the usual one."""
    try:
        parts = urlsplit(text.strip().rstrip("/").lower())
        usual = {"http": 80, "https": 443}[parts.scheme]
        port = parts.port or usual
    except (ValueError, KeyError):
        parts, usual, port = urlsplit(""), 0, 0
    host = parts.hostname or ""
    if not host or not host.isprintable() or parts.path or parts.query or "@" in parts.netloc:
        raise Misconfigured(
            f"OPENBOOK_PUBLIC_URL is {text!r}. It is written like https://chat.example.com, "
            "without a path."
        )
    named = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{named}" + ("" if port == usual else f":{port}")


def _check_ranges(found: Mapping[str, object]) -> None:
    """Refuse numbers with which nothing would answer."""
    for name, (least, most) in RANGES.items():
        value = found.get(name, least)
        if not isinstance(value, int) or not least <= value <= most:
            raise Misconfigured(f"{name} must be {least} to {most}, not {value}.")


def _check_oidc(found: Mapping[str, object]) -> None:
    """Refuse half a provider, and one that is not asked in a way nobody can listen to."""
    issuer = str(found.get("oidc_issuer") or "")
    if not issuer:
        if found.get("oidc_client_id") or found.get("oidc_client_secret"):
            raise Misconfigured("OPENBOOK_OIDC_CLIENT_ID needs OPENBOOK_OIDC_ISSUER beside it.")
        return
    try:
        parts = urlsplit(issuer)
        scheme, host = parts.scheme, parts.hostname
    except ValueError:
        parts, scheme, host = urlsplit(""), "", None
    local = scheme == "http" and host in LOCAL
    odd = "@" in parts.netloc or parts.query or parts.fragment or not issuer.isprintable()
    if not host or odd or not (scheme == "https" or local):
        raise Misconfigured(
            f"OPENBOOK_OIDC_ISSUER is {issuer!r}. It is an https address, written as the provider "
            "writes its `issuer`, for example https://accounts.google.com."
        )
    if not found.get("oidc_client_id"):
        raise Misconfigured("OPENBOOK_OIDC_ISSUER needs OPENBOOK_OIDC_CLIENT_ID beside it.")
    if not local and not found.get("public_url"):
        raise Misconfigured(
            "OPENBOOK_OIDC_ISSUER is set, but not where people open this openbook, which is where "
            "the provider sends them back to. Set OPENBOOK_PUBLIC_URL too."
        )
    if "openid" not in str(found.get("oidc_scopes", "openid")).split():
        raise Misconfigured("OPENBOOK_OIDC_SCOPES must have `openid` among its words.")


def _check_push(found: Mapping[str, object]) -> None:
    """Refuse a pusher that would hear tokens of phones over a line that others hear too."""
    if not (url := str(found.get("push_url") or "")):
        return
    try:
        parts = urlsplit(url)
        scheme, host = parts.scheme, parts.hostname
    except ValueError:
        scheme, host = "", None
    if not host or not (scheme == "https" or (scheme == "http" and host in LOCAL)):
        raise Misconfigured(
            f"OPENBOOK_PUSH_URL is {url!r}. It is an https address of your own pusher."
        )
    if not (secret := str(found.get("push_secret") or "")) or not _SECRET.fullmatch(secret):
        raise Misconfigured(
            "OPENBOOK_PUSH_URL needs OPENBOOK_PUSH_SECRET beside it, the secret that the pusher "
            "checks signatures by: whsec_ and at least 24 random bytes in base64. Make one with: "
            'echo "whsec_$(openssl rand -base64 32)"'
        )
    if not found.get("public_url"):
        raise Misconfigured(
            "OPENBOOK_PUSH_URL is set, but not where people open this openbook, and the links in "
            "notices are made of that. Set OPENBOOK_PUBLIC_URL too."
        )


def _variable(environ: Mapping[str, str], name: str) -> str | None:
    """OPENBOOK_NAME, or the contents of the file that OPENBOOK_NAME_FILE names."""
    variable = f"OPENBOOK_{name.upper()}"
    if value := environ.get(variable):
        return value
    if file := environ.get(f"{variable}_FILE"):
        try:
            return Path(file).read_text().strip()
        except OSError as error:
            raise Misconfigured(f"{variable}_FILE cannot be read: {error}") from error
    return None


def _seconds(name: str, value: str) -> float:
    try:
        seconds = float(value)
    except ValueError:
        seconds = -1
    if not 0 <= seconds <= LONGEST_DRAIN:
        raise Misconfigured(f"{name} must be seconds, 0 to {LONGEST_DRAIN}, not {value!r}.")
    return seconds


def _whole_number(name: str, value: str) -> int:
    try:
        return int(value)
    except ValueError:
        raise Misconfigured(f"{name} must be a whole number, not {value!r}.") from None
