"""What the stream must promise before anything is answered on its word.

By default a broker answers before the message is on its disk. Then one copy is no promise; three
are, since they do not fail at once; or one, if the broker writes before it answers (`sync_interval:
always`), which only its monitoring address tells. Everything else that could lose an acknowledged
message is refused as well: memory as storage, a stream that drops the oldest or what is aged, one
that acknowledges nothing.
"""

import asyncio
import time

import httpx
import msgspec
import nats.errors
from nats.js.api import (
    AckPolicy,
    ConsumerConfig,
    DiscardPolicy,
    PersistMode,
    RetentionPolicy,
    StorageType,
    StreamConfig,
    StreamInfo,
)
from nats.js.errors import APIError, NotFoundError, ServiceUnavailableError
from nats.js.errors import Error as JetStreamError

from openbook.collect.stream.broker import Broker, BrokerSettings, shown
from openbook.collect.stream.parcel import Sealer
from openbook.collect.stream.subjects import (
    PARTITIONS,
    STREAM,
    SUBJECTS,
    consumer,
    consumer_filter,
)
from openbook.errors import Misconfigured, Unavailable

REPLICAS = 3
ALONE = 10074
"""How a broker that is in no cluster answers who asks for replicas."""
ACK_SECONDS = 10.0
MONITOR_SECONDS = 3.0
READY_SECONDS = 15.0
SILENT_SECONDS = 5.0
"""Brokers of a stream hear of each other every second."""
FINGERPRINT = "openbook-installation"
HOW = (
    "Run three brokers in a cluster, or one with `sync_interval: always` in its jetstream block "
    "and its monitoring address in OPENBOOK_INGEST_MONITOR (docs/scale.md)."
)


class Seen(msgspec.Struct, frozen=True):
    """What a broker's monitoring address says of itself."""

    server_name: str
    sync_always: bool


class _JetStream(msgspec.Struct):
    sync_always: bool = False


class _Configured(msgspec.Struct):
    config: _JetStream | None = None


class _Varz(msgspec.Struct):
    server_name: str
    jetstream: _Configured = msgspec.field(default_factory=_Configured)


def broken_promise(info: StreamInfo, seen: list[Seen], fingerprint: str) -> str | None:
    """Why this stream cannot be trusted with what was answered, and what to do; None if it can."""
    config = info.config
    if (config.metadata or {}).get(FINGERPRINT) != fingerprint:
        return (
            f"The stream {STREAM} belongs to another installation, or to this one with another "
            "secret. Give every machine the same OPENBOOK_SECRET_FILE, and each installation an "
            "account of its own at the brokers."
        )
    for is_wrong, what in (
        (config.storage != StorageType.FILE, "keeps its messages in memory"),
        (config.retention != RetentionPolicy.WORK_QUEUE, "is no work queue"),
        (config.discard != DiscardPolicy.NEW, "drops its oldest messages when it is full"),
        (bool(config.max_age), "drops messages by their age"),
        ((config.max_msgs_per_subject or -1) > 0, "drops messages of a subject"),
        (config.no_ack, "acknowledges nothing"),
        (config.persist_mode == PersistMode.ASYNC, "answers before it writes"),
    ):
        if is_wrong:
            return (
                f"The stream {STREAM} {what}. Delete it when it is empty: it is made anew as it "
                "must be."
            )
    copies = len(_peers(info))
    if min(config.num_replicas or 1, copies) >= REPLICAS:
        return None
    if (config.num_replicas or 1) > 1:
        return (
            f"The stream {STREAM} has {config.num_replicas} replicas, of which the cluster holds "
            f"{copies}; {REPLICAS} are needed. Let another broker join, or say: nats stream edit "
            f"{STREAM} --replicas {REPLICAS}"
        )
    leader = info.cluster.leader if info.cluster is not None else None
    holds = next((one for one in seen if leader is None or one.server_name == leader), None)
    if holds is None and seen:
        return (
            f"The stream {STREAM} has one replica, on the broker {leader}, and "
            f"OPENBOOK_INGEST_MONITOR names another one. {HOW}"
        )
    if holds is None:
        return (
            f"The stream {STREAM} has one replica, and nothing says that its broker writes before "
            f"it answers. {HOW}"
        )
    if not holds.sync_always:
        return (
            f"The stream {STREAM} has one replica, and its broker {holds.server_name} answers "
            f"before it writes: a power cut loses what was acknowledged. {HOW}"
        )
    return None


async def ask_promises(settings: BrokerSettings, secret: bytes) -> None:
    """`require_promises` over a connection for this question alone."""
    broker = Broker(settings, "openbook start")
    try:
        await require_promises(broker, Sealer(secret).fingerprint)
    finally:
        await broker.close()


async def require_promises(broker: Broker, fingerprint: str) -> None:
    """Make the stream and its consumers where they are missing; Misconfigured if it is careless."""
    try:
        await broker.wait_until_open()
    except Unavailable as error:
        raise Misconfigured(f"{error.message} Start them, or correct OPENBOOK_INGEST.") from None
    seen = await see(broker.settings.monitors)
    until = time.monotonic() + READY_SECONDS
    while True:
        try:
            info = await _ensure_stream(broker, fingerprint)
            if refusal := broken_promise(info, seen, fingerprint):
                raise Misconfigured(refusal)
            await _ensure_consumers(broker)
        except (JetStreamError, nats.errors.Error, TimeoutError) as error:
            # A cluster that has just lost a broker chooses a leader, which takes it seconds.
            if time.monotonic() < until:
                await asyncio.sleep(0.5)
                continue
            raise Misconfigured(
                f"The brokers at {shown(broker.settings.servers)} do not answer as JetStream "
                f"should ({_said(error)}). Look whether JetStream is on and the cluster has a "
                "leader."
            ) from None
        return


async def see(monitors: tuple[str, ...]) -> list[Seen]:
    """What the monitoring addresses say. Misconfigured where one does not answer."""
    found = []
    async with httpx.AsyncClient(timeout=MONITOR_SECONDS, trust_env=False) as client:
        for address in monitors:
            try:
                answer = await client.get(f"{address.rstrip('/')}/varz")
                answer.raise_for_status()
                said = msgspec.json.decode(answer.content, type=_Varz)
            except (httpx.HTTPError, httpx.InvalidURL, msgspec.MsgspecError):
                raise Misconfigured(
                    f"The monitoring address {address} does not answer as a broker's does. Put "
                    "`http: HOST:PORT` into its configuration and that address into "
                    "OPENBOOK_INGEST_MONITOR."
                ) from None
            config = said.jetstream.config
            found.append(Seen(said.server_name, config is not None and config.sync_always))
    return found


async def require_kept(broker: Broker, fingerprint: str) -> None:
    """The stream answers and still promises what it did at the start; Unavailable if not."""
    try:
        info = await broker.stream.stream_info(STREAM)
    except (JetStreamError, nats.errors.Error, TimeoutError):
        raise Unavailable("The ingest stream does not answer. Try again shortly.") from None
    leader = info.cluster.leader if info.cluster is not None else None
    # Whether a lone broker writes before it answers was asked at the start.
    if refusal := broken_promise(info, [Seen(leader or "", True)], fingerprint):
        raise Unavailable(refusal)
    peers = _peers(info)
    silent = sum(silence > SILENT_SECONDS for silence in peers.values())
    if len(peers) > 1 and (leader is None or 2 * silent >= len(peers)):
        raise Unavailable("The ingest stream has lost most of its brokers. Try again shortly.")


async def _ensure_stream(broker: Broker, fingerprint: str) -> StreamInfo:
    try:
        return await broker.stream.stream_info(STREAM)
    except NotFoundError:
        pass
    wanted = StreamConfig(
        name=STREAM,
        description="Messages that openbook has accepted and not stored yet.",
        subjects=[SUBJECTS],
        storage=StorageType.FILE,
        retention=RetentionPolicy.WORK_QUEUE,
        discard=DiscardPolicy.NEW,
        max_bytes=broker.settings.max_bytes,
        num_replicas=REPLICAS,
        metadata={FINGERPRINT: fingerprint},
    )
    try:
        try:
            return await broker.stream.add_stream(wanted)
        except APIError as error:
            if error.err_code != ALONE:
                raise
            wanted.num_replicas = 1
            return await broker.stream.add_stream(wanted)
    except ServiceUnavailableError:
        raise
    except APIError as error:
        raise Misconfigured(
            f"The brokers refuse the stream {STREAM} with {wanted.num_replicas} replicas of "
            f"{broker.settings.max_bytes} bytes ({_said(error)}). {HOW} OPENBOOK_INGEST_BYTES "
            "makes it smaller."
        ) from None


async def _ensure_consumers(broker: Broker) -> None:
    """Make what is missing; asking first spares the cluster decisions at each start."""
    there = {info.name for info in await broker.stream.consumers_info(STREAM)}
    for number in range(PARTITIONS):
        if consumer(number) not in there:
            wanted = ConsumerConfig(
                durable_name=consumer(number),
                filter_subject=consumer_filter(number),
                ack_policy=AckPolicy.EXPLICIT,
                ack_wait=ACK_SECONDS,
                max_deliver=-1,
                max_ack_pending=1_000,
            )
            await broker.stream.add_consumer(STREAM, wanted)


def _peers(info: StreamInfo) -> dict[str, float]:
    """The brokers that hold the stream, and for how many seconds each was not heard of.

    Without a leader the one that answers counts itself among the replicas, otherwise it does not.
    """
    cluster = info.cluster
    if cluster is None:
        return {"": 0.0}
    found = {peer.name or "": (peer.active or 0) / 1e9 for peer in cluster.replicas or []}
    return found | ({cluster.leader: 0.0} if cluster.leader else {})


def _said(error: Exception) -> str:
    described = error.description if isinstance(error, APIError) else None
    return described or type(error).__name__
