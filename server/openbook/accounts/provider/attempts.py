"""One browser's way to the provider and back. Pure.

The browser keeps 256 random bits in a cookie, the provider brings back other ones (`state`) that
the database knows by their digest, once. What else is needed, the verifier of PKCE (RFC 7636) and
the nonce, follows from the cookie and the instance's secret: so it is stored nowhere, and only the
browser that began can end.
"""

import base64
import hashlib
import hmac
from urllib.parse import urlencode, urlsplit, urlunsplit

from openbook.accounts.provider.schemas import Client
from openbook.accounts.sealing import derived_key

COOKIE = "openbook-provider"


def verifier(attempt: str, secret: bytes) -> str:
    """43 characters, as PKCE asks for."""
    return _derived(b"openbook provider verifier", attempt, secret)


def nonce(attempt: str, secret: bytes) -> str:
    return _derived(b"openbook provider nonce", attempt, secret)


def authorization_url(
    endpoint: str, client: Client, state: str, attempt: str, secret: bytes
) -> str:
    """Where the browser goes: the provider's page, with all that binds its answer to this."""
    challenge = hashlib.sha256(verifier(attempt, secret).encode()).digest()
    asked = {
        "response_type": "code",
        "client_id": client.client_id,
        "redirect_uri": client.return_to,
        "scope": client.scopes,
        "state": state,
        "nonce": nonce(attempt, secret),
        "code_challenge": _text(challenge),
        "code_challenge_method": "S256",
    }
    parts = urlsplit(endpoint)
    query = "&".join(filter(None, (parts.query, urlencode(asked))))
    return urlunsplit(parts._replace(query=query))


def _derived(purpose: bytes, attempt: str, secret: bytes) -> str:
    name = attempt.encode("utf-8", "surrogatepass")
    return _text(hmac.digest(derived_key(purpose, secret), name, hashlib.sha256))


def _text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()
