"""One-time codes by time (RFC 6238) and recovery codes. Pure: the moment is passed in."""

import base64
import hmac
import re
import secrets
from datetime import datetime

from pyotp import random_base32
from pyotp.totp import TOTP
from pyotp.utils import build_uri

STEP = 30
DRIFT = 1
"""Steps that a phone's clock may be off."""
RECOVERY_CODES = 10
_RECOVERY_BYTES = 10


def new_secret() -> str:
    """160 random bits as base32, as authenticator apps take them."""
    return random_base32(32)


def app_uri(secret: str, email: str, issuer: str) -> str:
    """What stands in the picture that an authenticator app reads."""
    return build_uri(secret, email, issuer=issuer)


def step_of(code: str, secret: str, last_step: int, moment: datetime) -> int | None:
    """The time step whose code this is, if it is newer than the last one taken; else None.

    A code that was taken is never taken again, nor one from before it: who looked over a shoulder
    has nothing (RFC 6238, 5.2).
    """
    given = re.sub(r"[\s-]", "", code)
    if not re.fullmatch("[0-9]{6}", given):
        return None
    codes = TOTP(secret, interval=STEP)
    now = int(moment.timestamp()) // STEP
    found = None
    for step in range(now - DRIFT, now + DRIFT + 1):
        # All are compared, whichever it is: how long it takes says nothing.
        if hmac.compare_digest(codes.generate_otp(step), given) and step > last_step:
            found = step
    return found


def new_recovery_codes() -> list[str]:
    """Ten codes of 80 random bits, in four groups of four letters and digits."""
    codes = []
    for _ in range(RECOVERY_CODES):
        text = base64.b32encode(secrets.token_bytes(_RECOVERY_BYTES)).decode().lower()
        codes.append("-".join(text[at : at + 4] for at in range(0, len(text), 4)))
    return codes


def plain_recovery_code(code: str) -> str | None:
    """A recovery code as it was made, however it was typed; None if it is none."""
    text = re.sub(r"[\s-]", "", code).lower()
    if not re.fullmatch("[a-z2-7]{16}", text):
        return None
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4))
