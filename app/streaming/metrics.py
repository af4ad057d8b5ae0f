"""What a worker measures about itself: counters that cost nanoseconds, read by whoever wants them."""

from time import perf_counter

import msgspec


class StageTimes(msgspec.Struct):
    """Seconds spent in each stage since the partition was assigned."""

    fold: float = 0.0
    """Computing what records change."""
    send: float = 0.0
    """Beginning the transaction and appending outputs and changelogs."""
    commit: float = 0.0
    """Committing the transaction."""
    store: float = 0.0
    """Writing the tables."""


class PartitionMetrics(msgspec.Struct):
    """Counters of one partition since it was assigned to this worker."""

    partition: int
    next_offset: int = 0
    highwater: int = 0
    records: int = 0
    transactions: int = 0
    outputs: int = 0
    busy_s: StageTimes = msgspec.field(default_factory=StageTimes)

    @property
    def lag(self) -> int:
        """Offsets between the fold and the end of the log, as of the last fetch."""
        return max(0, self.highwater - self.next_offset)


class WorkerMetrics(msgspec.Struct):
    """What one worker has done since it started."""

    partitions: list[PartitionMetrics]
    fetch_wait_s: float
    """Waiting for the broker to have records."""
    standbys: list[int]
    """Partitions of other workers whose tables are kept warm here."""
    standby_copied: int
    """Changelog records read for those since the last assignment."""
    recovered: int
    """Changelog records read at assignments."""
    recovery_s: float
    """Time that assignments took, fencing and recovery included."""
    uptime_s: float


class Stopwatch:
    """Seconds since the last lap.

    >>> Stopwatch().lap() >= 0
    True
    """

    def __init__(self) -> None:
        self._last = perf_counter()

    def lap(self) -> float:
        """Seconds since the last call, or since the start."""
        now = perf_counter()
        elapsed, self._last = now - self._last, now
        return elapsed
