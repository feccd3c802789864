"""The provider as this process knows it: its description and keys, read when they are needed."""

import asyncio
import logging
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

import httpx
import msgspec

from openbook.accounts.provider import attempts, id_token
from openbook.accounts.provider.fetching import NoAnswer, fetch, is_address
from openbook.accounts.provider.id_token import BadToken, UnknownKey
from openbook.accounts.provider.schemas import Client, Metadata, Proved, Tokens
from openbook.errors import NotAllowed, Unavailable
from openbook.settings import Settings

RETURN = "/api/sign-in/provider/return"
KEPT_SECONDS = 3600.0
"""How long the description and the keys are good for."""
AGAIN_SECONDS = 2.0
"""How soon the keys are read again for one that is not among them; how soon after a failure."""
AWAY = "The sign-in service does not answer as it should. Try again soon, or take another way in."
BAD_ANSWER = "The sign-in service's answer is not good. Start to sign in anew."
log = logging.getLogger(__name__)


def client_of(settings: Settings) -> Client | None:
    """The provider that the settings name; None where they name none."""
    if settings.oidc_issuer is None or settings.oidc_client_id is None:
        return None
    return Client(
        settings.oidc_issuer,
        settings.oidc_client_id,
        settings.oidc_client_secret,
        settings.oidc_scopes,
        frozenset(settings.oidc_domains.replace(",", " ").lower().split()),
        settings.oidc_label or httpx.URL(settings.oidc_issuer).host,
        settings.address + RETURN,
    )


class Provider:
    """Asks the provider. Every call is a network call: none of them inside a transaction."""

    def __init__(self, client: Client):
        self.client = client
        self._tls = httpx.create_ssl_context()
        self._one = asyncio.Lock()
        self._metadata: Metadata | None = None
        self._metadata_until = 0.0
        self._keys: tuple[Mapping[str, Any], ...] = ()
        self._keys_at: float | None = None
        self._failed_until = 0.0

    async def begin(self, state: str, attempt: str, secret: bytes) -> str:
        """Where a browser goes to sign in."""
        found = await self.metadata()
        endpoint = found.authorization_endpoint
        return attempts.authorization_url(endpoint, self.client, state, attempt, secret)

    async def proved(
        self, code: str, iss: str | None, attempt: str, secret: bytes, moment: datetime
    ) -> Proved:
        """Whom the provider signed in, for the code that it sent with the browser."""
        found = await self.metadata()
        # A code that another provider gave goes to no other one (RFC 9207).
        if iss != self.client.issuer and (
            iss is not None or found.authorization_response_iss_parameter_supported
        ):
            log.warning("a sign-in was refused: the answer names another issuer")
            raise NotAllowed(BAD_ANSWER, "bad_answer")
        nonce = attempts.nonce(attempt, secret)
        given = await self._exchange(found, code, attempts.verifier(attempt, secret))
        try:
            try:
                known = await self._verified(found, given.id_token, nonce, moment, again=False)
            except UnknownKey:
                known = await self._verified(found, given.id_token, nonce, moment, again=True)
            if not known.email_verified and found.userinfo_endpoint and given.access_token:
                profile = await self._profile(found.userinfo_endpoint, given.access_token)
                known = id_token.with_profile(known, profile)
        except BadToken as error:
            log.warning("a sign-in was refused: the provider's token has %s", error)
            raise NotAllowed(BAD_ANSWER, "bad_answer") from None
        return known

    async def metadata(self) -> Metadata:
        """The provider's description; Unavailable if it cannot be had or is not its own."""
        async with self._one:
            now = time.monotonic()
            if self._metadata is not None and now < self._metadata_until:
                return self._metadata
            if now < self._failed_until:
                raise Unavailable(AWAY, "provider_away")
            try:
                self._metadata = await self.described()
            except NoAnswer as error:
                self._failed_until = time.monotonic() + AGAIN_SECONDS
                raise _away("description", error) from None
            self._metadata_until = time.monotonic() + KEPT_SECONDS
            return self._metadata

    async def described(self) -> Metadata:
        """What the provider says of itself just now; NoAnswer says why it cannot be used."""
        issuer = self.client.issuer
        url = issuer.rstrip("/") + "/.well-known/openid-configuration"
        found = _decoded(await fetch("GET", url, self._tls), Metadata)
        if found.issuer != issuer:
            raise NoAnswer(
                f"it calls itself {found.issuer[:200]!r}: set OPENBOOK_OIDC_ISSUER to it"
            )
        asked = (found.authorization_endpoint, found.token_endpoint, found.jwks_uri)
        for address in (*asked, *filter(None, (found.userinfo_endpoint,))):
            if not is_address(address, issuer):
                raise NoAnswer("an address in it is not https")
        return found

    async def _exchange(self, found: Metadata, code: str, verifier: str) -> Tokens:
        client = self.client
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": client.return_to,
            "code_verifier": verifier,
        }
        login: tuple[str, str] | None = None
        ways = found.token_endpoint_auth_methods_supported
        if client.client_secret is None:
            form["client_id"] = client.client_id
        elif "client_secret_basic" in ways or "client_secret_post" not in ways:
            # As a form has them, before they are put together (RFC 6749, 2.3.1).
            login = (quote(client.client_id, safe=""), quote(client.client_secret, safe=""))
        else:
            form |= {"client_id": client.client_id, "client_secret": client.client_secret}
        try:
            more: dict[str, Any] = {"auth": login} if login else {}
            body = await fetch("POST", found.token_endpoint, self._tls, data=form, **more)
            return _decoded(body, Tokens)
        except NoAnswer as error:
            # 400: a code that was used, is over, or is of somebody else's attempt.
            if str(error) == "status 400":
                log.warning("a sign-in was refused: the provider does not take the code")
                raise NotAllowed(BAD_ANSWER, "bad_answer") from None
            raise _away("tokens", error) from None

    async def _verified(
        self, found: Metadata, token: str, nonce: str, moment: datetime, *, again: bool
    ) -> Proved:
        keys = await self._known_keys(found, again)
        return id_token.proved(token, keys, self.client, nonce, moment)

    async def _known_keys(self, found: Metadata, again: bool) -> tuple[Mapping[str, Any], ...]:
        """The provider's keys; `again`: read them anew, unless that was just done."""
        async with self._one:
            age = None if self._keys_at is None else time.monotonic() - self._keys_at
            if age is not None and age < (AGAIN_SECONDS if again else KEPT_SECONDS):
                return self._keys
            try:
                self._keys = id_token.read_keys(await fetch("GET", found.jwks_uri, self._tls))
            except NoAnswer as error:
                raise _away("keys", error) from None
            self._keys_at = time.monotonic()
            return self._keys

    async def _profile(self, url: str, access_token: str) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {access_token}"}
        try:
            return _decoded(await fetch("GET", url, self._tls, headers=headers), dict[str, Any])
        except NoAnswer as error:
            raise _away("profile", error) from None


def _decoded(body: bytes, kind: Any) -> Any:
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise NoAnswer("it cannot be read") from None


def _away(what: str, error: NoAnswer) -> Unavailable:
    log.error("the sign-in service's %s could not be had: %s", what, error)
    return Unavailable(AWAY, "provider_away")
