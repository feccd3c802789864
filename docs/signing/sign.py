"""Sign who a visitor is, in Python. HS256 needs nothing but Python; EdDSA needs `cryptography`."""

import base64
import hashlib
import hmac
import json
import os
import sys
import time


def openbook_token(user_id, email=None, name=None, seconds=3600):
    """A token for the user who is signed in to your application; valid for an hour, 24 at most."""
    key, now = os.environ["OPENBOOK_KEY"], int(time.time())
    algorithm = "EdDSA" if "PRIVATE KEY" in key else "HS256"
    header = {"typ": "JWT", "alg": algorithm, "kid": os.environ["OPENBOOK_KID"]}
    claims = {"sub": user_id, "aud": os.environ["OPENBOOK_WORKSPACE"], "iat": now}
    claims |= {"exp": now + seconds, "email": email, "name": name}
    signed = f"{_part(json.dumps(header).encode())}.{_part(json.dumps(claims).encode())}"
    return f"{signed}.{_part(_signature(key, signed.encode()))}"


def _signature(key, signed):
    if "PRIVATE KEY" not in key:
        return hmac.digest(key.encode(), signed, hashlib.sha256)
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    return load_pem_private_key(key.encode(), None).sign(signed)


def _part(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


if __name__ == "__main__":
    print(openbook_token(*sys.argv[1:4]))
