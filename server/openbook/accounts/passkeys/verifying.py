"""Whether what a browser answered was signed by the key, for this host and this challenge. Pure."""

import msgspec
from webauthn import verify_authentication_response, verify_registration_response
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.cose import COSEAlgorithmIdentifier as Algorithm
from webauthn.helpers.structs import (
    AttestationFormat,
    AuthenticationCredential,
    AuthenticatorAssertionResponse,
    AuthenticatorAttestationResponse,
    RegistrationCredential,
)

from openbook.accounts.passkeys.schemas import (
    LONGEST_CREDENTIAL,
    NewPasskey,
    Passkey,
    PasskeyAnswer,
    Place,
)
from openbook.accounts.sessions.origin import authority_of, is_own
from openbook.errors import BadInput, NotAllowed

ALGORITHMS = [
    Algorithm.ECDSA_SHA_256,
    Algorithm.EDDSA,
    Algorithm.RSASSA_PKCS1_v1_5_SHA_256,
]
FORMATS = (AttestationFormat.NONE, AttestationFormat.PACKED)
# One sentence, whatever was wrong with it: it tells a guesser nothing.
BAD_PASSKEY = "This passkey was not taken, or it took too long. Try again, or take another way."
NOT_MADE = "The browser's answer does not fit. Try again to add the passkey."
BY_NUMBER = (
    "Browsers keep passkeys for names, not for numeric addresses. Open openbook by its name; on "
    "its own machine that is localhost."
)


class ClientData(msgspec.Struct, frozen=True):
    """What the browser says of the page that asked. It is signed along."""

    type: str
    challenge: str
    origin: str
    crossOrigin: bool = False  # noqa: N815


class Made(msgspec.Struct, frozen=True):
    """The public half of a key that was just made."""

    credential_id: bytes
    public_key: bytes
    sign_count: int


class Proved(msgspec.Struct, frozen=True):
    """A signature that was right."""

    sign_count: int
    person_verified: bool
    """Whether the device asked for a finger, a face or a PIN."""


def host_of(place: Place) -> str | None:
    """The name that keys are bound to; None for a numeric address, which browsers refuse."""
    host = authority_of(place.public_url or f"https://{place.host}").partition(":")[0]
    if not host or host.startswith("[") or host.replace(".", "").isdigit():
        return None
    return host


def rp_id(place: Place) -> str:
    """The name that keys are bound to. BadInput where there is none."""
    found = host_of(place)
    if found is None:
        raise BadInput(BY_NUMBER, "no_host_name")
    return found


def challenge_of(client_data: str) -> str | None:
    """The challenge that was answered; None if that cannot be read."""
    found = _read(client_data)
    if found is None or not found.challenge.isascii():
        return None
    try:
        return base64url_to_bytes(found.challenge).decode("ascii")
    except ValueError:
        return None


def as_challenge(token: str) -> str:
    """A one-time token as browsers take a challenge."""
    return bytes_to_base64url(token.encode())


def as_text(value: bytes) -> str:
    return bytes_to_base64url(value)


def as_bytes(text: str) -> bytes | None:
    """None if it is no base64url."""
    try:
        return base64url_to_bytes(text)
    except ValueError:
        return None


def read_made(given: NewPasskey, challenge: str, place: Place) -> Made:
    """The key that the browser has made. BadInput if the answer is to something else.

    Which make of device it is does not matter: only keys that vouch for nobody else are taken,
    as browsers send them where no attestation is asked for.
    """
    origin = _origin(given.client_data, place)
    try:
        found = verify_registration_response(
            credential=RegistrationCredential(
                id=given.id,
                raw_id=base64url_to_bytes(given.id),
                response=AuthenticatorAttestationResponse(
                    client_data_json=base64url_to_bytes(given.client_data),
                    attestation_object=base64url_to_bytes(given.attestation),
                ),
            ),
            expected_challenge=challenge.encode(),
            expected_rp_id=rp_id(place),
            expected_origin=origin or "",
            supported_pub_key_algs=ALGORITHMS,
        )
    # What comes is a stranger's bytes, and the parsers below the library raise what they like.
    except Exception:
        raise BadInput(NOT_MADE, "bad_passkey") from None
    named = found.credential_id == base64url_to_bytes(given.id)
    long = len(found.credential_id) > LONGEST_CREDENTIAL
    if origin is None or not named or long or found.fmt not in FORMATS:
        raise BadInput(NOT_MADE, "bad_passkey")
    return Made(found.credential_id, found.credential_public_key, found.sign_count)


def check_answer(
    given: PasskeyAnswer, key: Passkey, challenge: str, place: Place, must_verify: bool
) -> Proved:
    """What the signature proves. NotAllowed if anything of it is not right."""
    origin = _origin(given.client_data, place)
    try:
        found = verify_authentication_response(
            credential=AuthenticationCredential(
                id=given.id,
                raw_id=base64url_to_bytes(given.id),
                response=AuthenticatorAssertionResponse(
                    client_data_json=base64url_to_bytes(given.client_data),
                    authenticator_data=base64url_to_bytes(given.authenticator_data),
                    signature=base64url_to_bytes(given.signature),
                ),
            ),
            expected_challenge=challenge.encode(),
            expected_rp_id=rp_id(place),
            expected_origin=origin or "",
            credential_public_key=key.public_key,
            credential_current_sign_count=key.sign_count,
            require_user_verification=must_verify,
        )
    except Exception:
        raise NotAllowed(BAD_PASSKEY, "bad_passkey") from None
    if origin is None:
        raise NotAllowed(BAD_PASSKEY, "bad_passkey")
    return Proved(found.new_sign_count, found.user_verified)


def _origin(client_data: str, place: Place) -> str | None:
    """The page that asked, if it is one of ours and stood in no other site's frame."""
    found = _read(client_data)
    if found is None or found.crossOrigin or not is_own(found.origin, place.host, place.public_url):
        return None
    return found.origin


def _read(client_data: str) -> ClientData | None:
    try:
        return msgspec.json.decode(base64url_to_bytes(client_data), type=ClientData)
    except (ValueError, msgspec.DecodeError):
        return None
