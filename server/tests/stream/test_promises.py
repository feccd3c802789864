"""What is refused at the start: a stream that could lose what it acknowledged."""

import asyncio
import base64
import binascii
import ipaddress
import json
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import nats
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from nats.js.api import ClusterInfo, PeerInfo, StreamConfig, StreamInfo, StreamState

from openbook.collect.stream.broker import broker_settings, read_credentials, read_servers, shown
from openbook.collect.stream.parcel import Sealer
from openbook.collect.stream.promises import Seen, ask_promises, broken_promise
from openbook.collect.stream.subjects import STREAM, SUBJECTS
from openbook.errors import Misconfigured
from openbook.settings import read_settings
from tests.conftest import OPENBOOK, free_port
from tests.stream.brokers import Brokers, cluster
from tests.stream.conftest import usual_environ

SECRET = b"an instance's secret of 32 bytes."
ALWAYS = "sync_interval: always"


@pytest.fixture(scope="module")
def careful(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Brokers]:
    """One broker that writes before it answers."""
    with cluster(tmp_path_factory.mktemp("careful"), 1, jetstream=ALWAYS, name="careful") as found:
        yield found


@pytest.fixture(scope="module")
def careless(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Brokers]:
    """One broker as it is without a word about it."""
    with cluster(tmp_path_factory.mktemp("careless"), 1, name="careless") as found:
        yield found


def refusal(folder: Path, *command: str, **environ: str) -> str:
    """What `openbook COMMAND` says when it ends by itself, which it must do soon."""
    done = subprocess.run(
        [OPENBOOK, *command],
        env=usual_environ(folder / "data", environ),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


def ask(url: str, monitor: str = "", secret: bytes = SECRET, **more: str) -> None:
    environ = {"OPENBOOK_INGEST": url, "OPENBOOK_INGEST_BYTES": "100000000", **more}
    if monitor:
        environ["OPENBOOK_INGEST_MONITOR"] = monitor
    settings = broker_settings(read_settings(environ))
    assert settings is not None
    asyncio.run(ask_promises(settings, secret))


def asked(url: str, monitor: str = "", secret: bytes = SECRET, **more: str) -> str:
    """The refusal's sentence."""
    with pytest.raises(Misconfigured) as caught:
        ask(url, monitor, secret, **more)
    return caught.value.message


def make(brokers: Brokers, **changes: Any) -> None:
    """A stream as somebody else may have made it. Nothing is left of a former one."""

    async def run() -> None:
        client = await nats.connect(brokers.url)
        stream = client.jetstream()
        for name in [info.config.name for info in await stream.streams_info()]:
            await stream.delete_stream(name or "")
        if changes:
            await stream.add_stream(StreamConfig(name=STREAM, subjects=[SUBJECTS], **changes))
        await client.close()

    asyncio.run(run())


def test_a_single_broker_that_answers_before_it_writes_is_refused(
    tmp_path: Path, careless: Brokers
) -> None:
    said = refusal(
        tmp_path,
        "serve", "--port", str(free_port()),
        OPENBOOK_INGEST=careless.url,
        OPENBOOK_INGEST_MONITOR=careless.monitors[0],
    )  # fmt: skip
    assert "its broker careless-0 answers before it writes" in said
    assert "sync_interval: always" in said and "three brokers" in said


def test_brokers_that_are_away_are_named_without_their_password(tmp_path: Path) -> None:
    port = free_port()
    url = f"nats://openbook:needle@127.0.0.1:{port}"
    said = refusal(tmp_path, "serve", "--port", str(free_port()), OPENBOOK_INGEST=url)
    assert f"No broker answers at nats://127.0.0.1:{port}" in said
    assert "needle" not in said


def test_a_worker_without_a_stream_says_what_it_lacks(tmp_path: Path) -> None:
    assert "OPENBOOK_INGEST names no broker" in refusal(tmp_path, "worker")


def test_the_doctor_asks_the_stream_too(tmp_path: Path, careful: Brokers) -> None:
    make(careful)
    environ = {"OPENBOOK_INGEST": careful.url, "OPENBOOK_INGEST_BYTES": "100000000"}
    kept = usual_environ(tmp_path / "data", environ)

    def doctor(**more: str) -> str:
        words = [OPENBOOK, "doctor"]
        return subprocess.run(words, env=kept | more, capture_output=True, text=True).stdout

    assert "nothing says that its broker writes" in doctor()
    assert "keep what they acknowledge" in doctor(OPENBOOK_INGEST_MONITOR=careful.monitors[0])


def test_a_single_broker_that_writes_before_it_answers_is_taken(careful: Brokers) -> None:
    make(careful)
    ask(careful.url, careful.monitors[0])
    ask(careful.url, careful.monitors[0])  # and again, now that the stream is there


def test_a_single_broker_must_be_seen_to_write(careful: Brokers, careless: Brokers) -> None:
    make(careful)
    assert "nothing says that its broker writes" in asked(careful.url)
    assert "OPENBOOK_INGEST_MONITOR names another one" in asked(careful.url, careless.monitors[0])
    gone = f"http://127.0.0.1:{free_port()}"
    assert f"The monitoring address {gone} does not answer" in asked(careful.url, gone)


def test_a_stream_belongs_to_one_installation(careful: Brokers) -> None:
    make(careful)
    ask(careful.url, careful.monitors[0])
    other = asked(careful.url, careful.monitors[0], b"a secret of another installation")
    assert "belongs to another installation" in other


USUAL = {"storage": "file", "retention": "workqueue", "discard": "new"}


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"storage": "memory"}, "in memory"),
        ({"retention": "limits"}, "no work queue"),
        ({"discard": "old"}, "drops its oldest"),
        ({"max_age": 60}, "by their age"),
        ({"max_msgs_per_subject": 10}, "of a subject"),
        ({"persist_mode": "async"}, "before it writes"),
        ({"no_ack": True}, "acknowledges nothing"),
    ],
)
def test_a_careless_stream_that_is_there_already_is_refused(
    careful: Brokers, changes: dict[str, Any], what: str
) -> None:
    mark = {"openbook-installation": Sealer(SECRET).fingerprint}
    make(careful, metadata=mark, **(USUAL | changes))
    assert what in asked(careful.url, careful.monitors[0])


def test_too_little_room_is_said_at_the_start(careful: Brokers) -> None:
    make(careful)
    said = asked(careful.url, careful.monitors[0], OPENBOOK_INGEST_BYTES="1000000000000")
    assert "The brokers refuse the stream" in said and "OPENBOOK_INGEST_BYTES" in said


REPLICATED = StreamConfig(
    name=STREAM, **USUAL, num_replicas=3, metadata={"openbook-installation": "f"}
)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("replicas", "leader", "others", "seen", "said"),
    [
        (3, "a", ["b", "c"], [], None),
        (5, "a", ["b", "c", "d", "e"], [], None),
        (3, None, ["a", "b", "c"], [], None),
        (3, None, ["a", "b"], [], "the cluster holds 2"),
        (3, "a", ["b"], [], "has 3 replicas, of which the cluster holds 2"),
        (2, "a", ["b"], [], "has 2 replicas"),
        (1, "a", [], [], "has one replica"),
        (1, "a", [], [Seen("b", True), Seen("a", True)], None),
        (1, "a", [], [Seen("b", True), Seen("a", False)], "answers before it writes"),
    ],
)
def test_three_copies_are_counted_in_the_cluster_not_only_asked_for(
    replicas: int, leader: str | None, others: list[str], seen: list[Seen], said: str | None
) -> None:
    config = REPLICATED.evolve(num_replicas=replicas)
    peers = [PeerInfo(name=name, current=True, offline=False, active=0) for name in others]
    state = StreamState(messages=0, bytes=0, first_seq=0, last_seq=0, consumer_count=0)
    info = StreamInfo(config=config, state=state, cluster=ClusterInfo(leader, "c", peers))
    found = broken_promise(info, seen, "f")
    assert found is None if said is None else found is not None and said in found


@pytest.mark.parametrize(
    "text", ["", " , ", "http://a:4222", "nats://", "a:4222", "nats://a:99999"]
)
def test_an_address_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(Misconfigured, match="OPENBOOK_INGEST"):
        read_servers(text)


def test_addresses_are_shown_without_what_proves_who_we_are() -> None:
    servers = read_servers("nats://user:needle@a:1, tls://token@b")
    assert shown(servers) == "nats://a:1, tls://b:4222"


def test_a_password_lets_in_and_a_wrong_one_is_not_repeated(tmp_path: Path) -> None:
    users = "authorization { user: openbook, password: right }"
    with cluster(tmp_path / "b", 1, jetstream=ALWAYS, more=users) as brokers:
        address = brokers.url.removeprefix("nats://")
        ask(f"nats://openbook:right@{address}", brokers.monitors[0])
        said = asked(f"nats://openbook:needle@{address}", brokers.monitors[0])
        assert "does not let us in" in said and "needle" not in said


def test_a_credentials_file_and_a_private_authority_let_in(tmp_path: Path) -> None:
    operator, account, user = (_Nkey(kind) for kind in ("O", "A", "U"))
    limits = {"mem_storage": -1, "disk_storage": -1, "streams": -1, "consumer": -1}
    reach = {"subs": -1, "data": -1, "payload": -1, "conn": -1, "imports": -1, "exports": -1}
    account_jwt = operator.sign(account, "account", {"limits": limits | reach})
    system = _Nkey("A")
    system_jwt = operator.sign(system, "account", {"limits": reach})
    certificate, key = _certificate(tmp_path)
    more = (
        f"operator: {operator.sign(operator, 'operator', {'system_account': system.public})}\n"
        f"system_account: {system.public}\nresolver: MEMORY\n"
        f"resolver_preload {{ {account.public}: {account_jwt}, {system.public}: {system_jwt} }}\n"
        f"tls {{ cert_file: {certificate}, key_file: {key} }}"
    )
    creds = tmp_path / "openbook.creds"
    creds.write_text(
        f"-----BEGIN NATS USER JWT-----\n{account.sign(user, 'user', reach)}\n"
        "------END NATS USER JWT------\n\n"
        f"-----BEGIN USER NKEY SEED-----\n{user.seed}\n------END USER NKEY SEED------\n"
    )
    with cluster(tmp_path / "b", 1, jetstream=ALWAYS, more=more) as brokers:
        address = brokers.url.replace("nats://", "tls://")
        ask(
            address,
            brokers.monitors[0],
            OPENBOOK_INGEST_CREDENTIALS=str(creds),
            OPENBOOK_INGEST_CA=str(certificate),
        )
        assert "does not let us in" in asked(address, OPENBOOK_INGEST_CA=str(certificate))


@pytest.mark.parametrize("text", ["", "needle", "-----BEGIN NATS USER JWT-----\na\n------END"])
def test_a_file_that_holds_no_credentials_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "openbook.creds"
    path.write_text(text)
    with pytest.raises(Misconfigured, match="no credentials file") as caught:
        read_credentials(path)
    assert "needle" not in caught.value.message
    with pytest.raises(Misconfigured, match="cannot be read"):
        read_credentials(tmp_path / "nothing")


def test_a_file_that_holds_no_certificates_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "authority.pem"
    path.write_text("none")
    for given in (path, tmp_path / "nothing"):
        assert "OPENBOOK_INGEST_CA" in asked("tls://127.0.0.1:1", OPENBOOK_INGEST_CA=str(given))


class _Nkey:
    """A key as NATS writes it: a prefix that says what it is for, the key, a checksum, base 32."""

    PREFIXES = {"O": 14 << 3, "A": 0, "U": 20 << 3}  # noqa: RUF012

    def __init__(self, kind: str):
        self._key = Ed25519PrivateKey.generate()
        prefix = self.PREFIXES[kind]
        self.public = _base32(bytes([prefix]) + self._key.public_key().public_bytes_raw())
        seed = (18 << 3) | (prefix >> 5), (prefix & 31) << 3
        self.seed = _base32(bytes(seed) + self._key.private_bytes_raw())

    def sign(self, subject: "_Nkey", type_: str, claims: dict[str, Any]) -> str:
        header = {"typ": "JWT", "alg": "ed25519-nkey"}
        body = {
            "jti": "test", "iat": int(datetime.now(UTC).timestamp()), "iss": self.public,
            "name": type_, "sub": subject.public,
            "nats": claims | {"type": type_, "version": 2},
        }  # fmt: skip
        text = ".".join(_base64(json.dumps(part).encode()) for part in (header, body))
        return f"{text}.{_base64(self._key.sign(text.encode()))}"


def _base32(raw: bytes) -> str:
    whole = raw + binascii.crc_hqx(raw, 0).to_bytes(2, "little")
    return base64.b32encode(whole).decode().rstrip("=")


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that vouches for itself, and its key."""
    key = generate_private_key(SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "broker")])
    now = datetime.now(UTC)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), False)
        .add_extension(x509.BasicConstraints(True, None), True)
        .sign(key, hashes.SHA256())
    )
    certificate, private = folder / "broker.pem", folder / "broker.key"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return certificate, private
