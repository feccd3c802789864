"""What the ingest path counts: messages stored and dropped, by reason. No personal data."""

from prometheus_client import CollectorRegistry, Counter, Gauge

REGISTRY = CollectorRegistry()
STORED = Counter(
    "openbook_messages_stored", "Messages whose observation was stored.", registry=REGISTRY
)
DROPPED = Counter(
    "openbook_messages_dropped",
    "Messages that were not stored, by reason.",
    ["reason"],
    registry=REGISTRY,
)
REFUSED = Counter(
    "openbook_requests_refused", "Collect requests refused, by code.", ["code"], registry=REGISTRY
)
LEFT_OUT = Counter(
    "openbook_values_left_out",
    "Values that were not stored, by reason: switched_off, undeclared, untrusted.",
    ["reason"],
    registry=REGISTRY,
)
UNSIGNED = Counter(
    "openbook_unsigned_identities",
    "Messages with an unsigned user id, e-mail or name, while identify.mode is observe.",
    registry=REGISTRY,
)
WAITING = Gauge(
    "openbook_messages_waiting", "Messages in memory, waiting for a commit.", registry=REGISTRY
)
WAITING_AT_MOST = Gauge(
    "openbook_messages_waiting_at_most",
    "Messages that may wait before requests are refused: less while they would wait too long.",
    registry=REGISTRY,
)
WAITING_BYTES = Gauge(
    "openbook_bytes_waiting", "Bytes that the waiting messages came in.", registry=REGISTRY
)
WAITING_BYTES_AT_MOST = Gauge(
    "openbook_bytes_waiting_at_most", "The bound of openbook_bytes_waiting.", registry=REGISTRY
)
READING_BYTES = Gauge(
    "openbook_bytes_reading", "Bytes of request bodies still on their way.", registry=REGISTRY
)
READING_BYTES_AT_MOST = Gauge(
    "openbook_bytes_reading_at_most", "The bound of openbook_bytes_reading.", registry=REGISTRY
)
