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
