"""The connection to the brokers: addresses, credentials, certificates; nothing of it in a log."""

import asyncio
import base64
import binascii
import logging
import re
import ssl
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
import nats.errors
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from nats.aio.client import Client
from nats.js import JetStreamContext

from openbook.errors import Misconfigured, Unavailable
from openbook.settings import Settings

log = logging.getLogger(__name__)

SCHEMES = ("nats", "tls")
CONNECT_SECONDS = 8.0
REQUEST_SECONDS = 5.0
_BLOCK = re.compile(r"-----BEGIN ([A-Z ]+)-----\s*(\S+)\s*-+END \1-+")
_SEED_BYTES = 36  # two of prefix, 32 of seed, two of checksum


class BrokerSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Where the brokers are and what proves who we are."""

    servers: tuple[str, ...]
    credentials: Path | None = None
    authority: Path | None = None
    monitors: tuple[str, ...] = ()
    """Monitoring addresses, such as http://127.0.0.1:8222: needed for a single replica."""
    max_bytes: int

    def __repr__(self) -> str:  # a password must not get into a log by way of a repr
        return f"BrokerSettings(servers={shown(self.servers)!r})"


def broker_settings(settings: Settings) -> BrokerSettings | None:
    """What OPENBOOK_INGEST and its companions say; None in the direct mode."""
    if settings.ingest is None:
        return None
    return BrokerSettings(
        servers=read_servers(settings.ingest),
        credentials=settings.ingest_credentials,
        authority=settings.ingest_ca,
        monitors=tuple((settings.ingest_monitor or "").replace(",", " ").split()),
        max_bytes=settings.ingest_bytes,
    )


class Credentials(msgspec.Struct, frozen=True):
    """What a `.creds` file holds: the user's JWT, and the seed that signs for it."""

    jwt: str
    seed: bytes

    def __repr__(self) -> str:
        return "Credentials(...)"

    def sign(self, nonce: str) -> bytes:
        signed = Ed25519PrivateKey.from_private_bytes(self.seed).sign(nonce.encode())
        return base64.b64encode(signed)


def read_servers(text: str) -> tuple[str, ...]:
    """`nats://user:password@host:4222`, `tls://...`, several with commas. Misconfigured if none."""
    servers = tuple(part.strip() for part in text.split(",") if part.strip())
    for server in servers:
        try:
            parts = urlsplit(server)
            is_fine = parts.scheme in SCHEMES and bool(parts.hostname) and (parts.port or True)
        except ValueError:
            is_fine = False
        if not is_fine:
            raise Misconfigured(
                "OPENBOOK_INGEST names the brokers like nats://user:password@host:4222, or "
                "tls://..., several of them with commas between."
            )
    if not servers:
        raise Misconfigured("OPENBOOK_INGEST is empty. It is written like nats://host:4222.")
    return servers


def shown(servers: tuple[str, ...]) -> str:
    """The brokers' addresses without anything that proves who we are."""
    found = []
    for server in servers:
        parts = urlsplit(server)
        found.append(f"{parts.scheme}://{parts.hostname}:{parts.port or 4222}")
    return ", ".join(found)


def read_credentials(path: Path) -> Credentials:
    """A `.creds` file as `nsc` writes it. Misconfigured where it is none."""
    try:
        blocks = dict(_BLOCK.findall(path.read_text()))
        raw = base64.b32decode(_padded(blocks["USER NKEY SEED"]))
        if len(raw) != _SEED_BYTES or binascii.crc_hqx(raw[:-2], 0) != int.from_bytes(
            raw[-2:], "little"
        ):
            raise ValueError
        return Credentials(blocks["NATS USER JWT"], raw[2:34])
    except OSError as error:
        raise Misconfigured(
            f"OPENBOOK_INGEST_CREDENTIALS cannot be read: {error.strerror}."
        ) from None
    except (KeyError, ValueError):
        raise Misconfigured(
            f"{path} is no credentials file of NATS: it holds a user's JWT and the seed of its "
            "key, as `nsc generate creds` writes them."
        ) from None


class Broker:
    """One connection for the process, which finds its way back for as long as it takes."""

    def __init__(self, settings: BrokerSettings, name: str):
        self.settings = settings
        self._name = name
        self._client = Client()
        self._opened: asyncio.Task[None] | None = None
        self._closing = False
        self._connecting = False
        self._refused = asyncio.Event()
        self.stream: JetStreamContext = self._client.jetstream(timeout=REQUEST_SECONDS)

    @property
    def client(self) -> Client:
        return self._client

    def open(self) -> None:
        """Start connecting; brokers that are away are not an error here."""
        self._opened = asyncio.create_task(self._open())

    async def wait_until_open(self, seconds: float = CONNECT_SECONDS) -> None:
        """Unavailable, with the addresses, where nobody lets us in by then."""
        if self._opened is None:
            self.open()
        assert self._opened is not None
        refused = asyncio.create_task(self._refused.wait())
        done, _ = await asyncio.wait(
            (self._opened, refused), timeout=seconds, return_when=asyncio.FIRST_COMPLETED
        )
        refused.cancel()
        if self._opened in done:
            self._opened.result()
        elif done:
            raise Misconfigured(
                f"The broker at {shown(self.settings.servers)} does not let us in. Look at the "
                "user and password in OPENBOOK_INGEST, or at OPENBOOK_INGEST_CREDENTIALS."
            )
        else:
            raise Unavailable(f"No broker answers at {shown(self.settings.servers)}.")

    async def close(self) -> None:
        """Send what is written, then end."""
        self._closing = True
        if self._opened is not None:
            self._opened.cancel()
            await asyncio.gather(self._opened, return_exceptions=True)
        if self._client.is_connected:
            try:
                await self._client.flush(2)
            except (nats.errors.Error, OSError, TimeoutError):
                log.warning("the broker did not confirm the last acknowledgements")
        if not self._client.is_closed and self._connecting:
            await self._client.close()

    async def _on_error(self, error: Exception) -> None:
        # The text of an error may hold an address with its password.
        log.debug("broker connection: %s", type(error).__name__)
        if "authorization violation" in str(error).lower():
            self._refused.set()

    async def _on_loss(self) -> None:
        if not self._closing:
            log.warning("the connection to the broker is lost; looking for another")

    async def _on_return(self) -> None:
        log.warning("the connection to a broker is back")

    async def _open(self) -> None:
        settings, proof = self.settings, {}
        if settings.credentials is not None:
            credentials = read_credentials(settings.credentials)
            proof = {
                "user_jwt_cb": lambda: bytearray(credentials.jwt.encode()),
                "signature_cb": credentials.sign,
            }
        if settings.authority is not None:
            try:
                proof["tls"] = ssl.create_default_context(cafile=settings.authority)
            except (OSError, ssl.SSLError):
                raise Misconfigured(
                    f"OPENBOOK_INGEST_CA: {settings.authority} holds no certificates (PEM)."
                ) from None
        self._connecting = True
        await self._client.connect(
            servers=list(settings.servers),
            name=self._name,
            connect_timeout=2,
            reconnect_time_wait=0.25,  # type: ignore[arg-type]
            max_reconnect_attempts=-1,
            ping_interval=5,
            max_outstanding_pings=2,
            error_cb=self._on_error,
            disconnected_cb=self._on_loss,
            reconnected_cb=self._on_return,
            **proof,
        )


def _padded(text: str) -> str:
    return text + "=" * (-len(text) % 8)
