"""How far the folds are."""

from msgspec import Struct

from app.events.messages import SCHEMA_VERSION


class Progress(Struct, frozen=True):
    """How far the fold of a partition is; the value of the progress topic (key: the partition)."""

    partition: int
    next_offset: int
    clock: int
    engine_version: int
    worker: str
    """Address of the worker's web server, host:port."""
    time: int
    """Wall clock of the worker."""
    schema_version: int = SCHEMA_VERSION
