"""The cookie of a browser that signed in before. Pure. It opens nothing: it only sets it apart.

A stranger who guesses passwords uses up the allowance of strangers; a browser with this cookie has
one of its own (OWASP: device cookies). It names nobody: the account is in the signature only.
"""

import hashlib
import hmac
import secrets
from datetime import datetime

from openbook.accounts.sealing import derived_key
from openbook.accounts.sessions.cookies import DEVICE_LIFE

LONGEST = 200


def device_cookie(email_key: str, moment: datetime, secret: bytes) -> str:
    """`MADE.NONCE.SIGNATURE` for a browser on which this account has signed in."""
    made, nonce = str(int(moment.timestamp())), secrets.token_urlsafe(12)
    return f"{made}.{nonce}.{_signature(made, nonce, email_key, secret)}"


def known_device(cookie: str | None, email_key: str, moment: datetime, secret: bytes) -> str | None:
    """What to count this browser by, if this account signed in on it; else None."""
    if not cookie or len(cookie) > LONGEST or cookie.count(".") != 2 or not cookie.isascii():
        return None
    made, nonce, signature = cookie.split(".")
    if not hmac.compare_digest(signature, _signature(made, nonce, email_key, secret)):
        return None
    age = moment.timestamp() - int(made)
    return nonce if age < DEVICE_LIFE.total_seconds() else None


def _signature(made: str, nonce: str, email_key: str, secret: bytes) -> str:
    named = "\x1f".join((made, nonce, email_key)).encode("utf-8", "surrogatepass")
    key = derived_key(b"openbook known devices", secret)
    return hmac.digest(key, named, hashlib.sha256).hex()
