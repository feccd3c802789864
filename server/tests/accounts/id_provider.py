"""A small OpenID provider on loopback with real keys, which also lies on demand."""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from joserfc import jws
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

CLIENT, SECRET = "openbook at work", "s3cret:%/&"
Claims = dict[str, Any]
Key = RSAKey | ECKey | OKPKey


def plain(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


class IdProvider:
    """What it knows, whom it signs in, and how it may be made to lie."""

    def __init__(self, url: str):
        self.url = url
        self.keys: list[tuple[str, Key]] = [("RS256", RSAKey.generate_key(2048, {"kid": "one"}))]
        self.person: Claims = {}
        self.codes: dict[str, dict[str, str]] = {}
        self.asked: list[str] = []
        self.reset()

    def reset(self) -> None:
        self.profile: Claims | None = None
        self.claims: Callable[[Claims], Claims] = lambda claims: claims
        self.sign: Callable[[Claims], str] = self.signed
        self.metadata: Claims = {}
        self.answer: Callable[[dict[str, str]], dict[str, str]] = lambda answer: answer
        self.tokens: Callable[[], bytes] | None = None

    def is_now(self, email: str, subject: str | None = None, **more: Any) -> str:
        """Who is signed in at the provider from now on; their subject."""
        named = subject or secrets.token_hex(8)
        self.person = {"sub": named, "email": email, "email_verified": True, "name": "Ada"} | more
        return named

    def rotate(self, algorithm: str, key: Key) -> None:
        """Sign with another key; the former ones are forgotten."""
        self.keys = [(algorithm, key)]

    def signed(self, claims: Claims, key: Key | OctKey | None = None, **header: Any) -> str:
        algorithm, own = self.keys[0]
        used = key or own
        head = {"alg": algorithm, "kid": own.as_dict().get("kid")} | header
        return jws.serialize_compact(head, json.dumps(claims).encode(), used, [head["alg"]])

    def public_pem(self) -> bytes:
        return self.keys[0][1].as_pem(private=False)

    # What it answers -------------------------------------------------------------------------

    def description(self) -> Claims:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "userinfo_endpoint": f"{self.url}/me",
        } | self.metadata

    def jwks(self) -> Claims:
        return {"keys": [key.as_dict(private=False) for _, key in self.keys]}

    def authorize(self, query: dict[str, str]) -> str:
        """Where the browser goes after the person said yes."""
        assert query["response_type"] == "code" and query["code_challenge_method"] == "S256"
        assert query["client_id"] == CLIENT and "openid" in query["scope"].split()
        code = secrets.token_urlsafe(16)
        self.codes[code] = query | {"person": json.dumps(self.person)}
        answer = self.answer({"code": code, "state": query["state"]})
        return f"{query['redirect_uri']}?{urlencode(answer)}"

    def exchange(self, form: dict[str, str], authorization: str) -> bytes | None:
        """The tokens of a code, once; None if it is not given."""
        if self.tokens is not None:
            return self.tokens()
        name, _, secret = (
            base64.b64decode(authorization.removeprefix("Basic ")).decode().partition(":")
        )
        begun = self.codes.pop(form["code"], None)
        challenge = plain(hashlib.sha256(form["code_verifier"].encode()).digest())
        if (
            begun is None
            or (unquote(name), unquote(secret)) != (CLIENT, SECRET)
            or begun["code_challenge"] != challenge
            or begun["redirect_uri"] != form["redirect_uri"]
        ):
            return None
        now = int(time.time())
        own = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 300}
        claims = self.claims(own | {"nonce": begun["nonce"]} | json.loads(begun["person"]))
        given = {"id_token": self.sign(claims), "access_token": "at", "token_type": "Bearer"}
        return json.dumps(given).encode()


@contextmanager
def running() -> Iterator[IdProvider]:
    """A provider for the time of the block."""

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            provider.asked.append(parts.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            match parts.path:
                case "/.well-known/openid-configuration":
                    self.say(200, json.dumps(provider.description()).encode())
                case "/keys":
                    self.say(200, json.dumps(provider.jwks()).encode())
                case "/me" if self.headers["Authorization"] == "Bearer at":
                    own = {"sub": provider.person["sub"]}
                    self.say(200, json.dumps(provider.profile or own).encode())
                case "/authorize":
                    self.say(302, b"", Location=provider.authorize(query))
                case _:
                    self.say(404, b"{}")

        def do_POST(self) -> None:
            provider.asked.append(self.path)
            sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(sent).items()}
            body = provider.exchange(form, self.headers.get("Authorization", ""))
            self.say(400 if body is None else 200, body or b'{"error": "invalid_grant"}')

        def say(self, status: int, body: bytes, **headers: str) -> None:
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    provider = IdProvider(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
