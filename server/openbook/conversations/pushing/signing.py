"""Signatures of Standard Webhooks: who is called can tell that it was this openbook, and when."""

import base64
import binascii
import hmac

PREFIX = "whsec_"
SHORTEST = 24


def read_secret(text: str) -> bytes:
    """The key of `whsec_BASE64`; ValueError where it is none, or shorter than 24 bytes."""
    try:
        key = base64.b64decode(text.removeprefix(PREFIX), validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error
    if len(key) < SHORTEST:
        raise ValueError("too short")
    return key


def signed_headers(key: bytes, call_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The three headers of a call. `timestamp`: UNIX seconds; a repeated call keeps its id."""
    signed = hmac.digest(key, f"{call_id}.{timestamp}.".encode() + body, "sha256")
    return {
        "webhook-id": call_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{base64.b64encode(signed).decode()}",
    }
