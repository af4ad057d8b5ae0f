"""A fetched batch of one partition, on its way from the consumer to the fold."""

from collections.abc import Sequence
from typing import NamedTuple

from app.record import LogRecord


class PartitionBatch(NamedTuple):
    """Records of one partition, as one event of a Faust stream."""

    partition: int
    generation: int
    """Generation of the consumer group in which it was fetched; worthless in any other."""
    start: int
    """Where the batch before it ended. Offsets between here and the first record hold no records to fold."""
    end: int
    """Where the next batch starts."""
    highwater: int
    """End of the log as of the fetch."""
    records: Sequence[LogRecord]
