"""Dead letters."""

from msgspec import Struct

from app.events.messages import SCHEMA_VERSION, Position


class DeadLetter(Struct, frozen=True):
    """A record that could not be decided; nothing of it is lost.

    `raw` (base64) is null where the value is over the size limit: then it is read at `position`,
    and `raw_sha256` says that it is the same.
    """

    position: Position
    error: str
    reason: str
    raw: bytes | None
    raw_sha256: str
    raw_size: int
    key: bytes | None
    headers: tuple[tuple[str, bytes], ...]
    timestamp: int
    attempts: int = 1
    schema_version: int = SCHEMA_VERSION
