"""What the second factor takes and gives."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

Code = Annotated[str, Meta(max_length=40, description="Six digits of the app, or a recovery code.")]


class TotpSecret(msgspec.Struct, frozen=True):
    """What a person's app and the server share."""

    secret: str
    confirmed_at: datetime | None
    last_step: int

    def __repr__(self) -> str:  # a secret must not get into a log by way of a struct's repr
        return f"TotpSecret(confirmed_at={self.confirmed_at!r})"


class NewTotp(msgspec.Struct, frozen=True):
    """To be put into an authenticator app. In force once a code of it was given."""

    secret: str
    uri: str
    """The same as `otpauth://`, to be drawn as a QR code."""


class TotpCode(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A code that shows that the app has the secret."""

    code: Code


class RecoveryCodes(msgspec.Struct, frozen=True):
    """Each is good for one sign-in without the app. Shown this once."""

    codes: list[str]
