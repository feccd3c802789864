"""A file as it is kept."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

PART = 256 * 1024
"""Bytes of each part but the last."""


class StoredFile(Struct, frozen=True, kw_only=True):
    """A row of `files`."""

    id: UUID
    contact_id: UUID | None = None
    """None until it is sent, where there is no contact before the first message."""
    origin_id: UUID | None = None
    conversation_id: UUID | None = None
    """None until it is sent."""
    session_id: UUID | None = None
    user_id: UUID | None = None
    private: bool = False
    name: str
    media_type: str
    size: int
    width: int | None = None
    height: int | None = None
    created_at: datetime

    def __repr__(self) -> str:  # its name is not for logs
        return f"StoredFile({self.id})"


class Waiting(Struct, frozen=True):
    """What has been uploaded and not been sent."""

    files: int
    bytes: int
