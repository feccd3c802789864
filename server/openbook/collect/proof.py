"""The device's proof: what its first message is answered with, and only that sender can show."""

import base64
import hmac
from uuid import UUID


def device_proof(secret: bytes, workspace_id: UUID, device_id: UUID, birth: bytes) -> bytes:
    """Under the instance's secret, so that it needs no row; in URL-safe characters.

    A proof for another birth than the one that the device's row holds is worth nothing.
    """
    name = b"device" + workspace_id.bytes + device_id.bytes + birth
    return base64.urlsafe_b64encode(hmac.digest(secret, name, "sha256")).rstrip(b"=")
