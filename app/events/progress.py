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
    """Wall clock of the worker, ms."""
    caught_up: int | None = None
    """The latest time, by the same clock, at which all that the log then held was folded; None where the worker does
    not know yet, as after a restart until it has read what it found."""
    schema_version: int = SCHEMA_VERSION

    @property
    def behind_s(self) -> float | None:
        """Seconds that the fold was behind the log when it said so; None where that is not known."""
        return None if self.caught_up is None else max(0, self.time - self.caught_up) / 1000.0
