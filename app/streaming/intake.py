"""The records of one partition that wait to be folded."""

from collections import deque
from collections.abc import Iterator, Sequence
from itertools import islice

from app.record import LogRecord
from app.streaming.batch import PartitionBatch
from app.streaming.errors import RecordsLostError

_FOLD_S = 0.1
"""How long a partition may fold while the others wait for their turn."""
_SLICE_S = 0.002
"""How long a fold may keep the event loop: the others' transactions wait for it at each of their requests."""
_MIN_BATCH = 100
_FIRST_PACE = 10_000.0


class Intake:
    """Takes batches in without a gap and gives records out, as many as a fold can do in a tenth of a second.

    Parameters: `topic`, for what errors say; `next_offset`, of the fold; `buffer_records`, how many may wait.
    """

    def __init__(self, topic: str, next_offset: int, buffer_records: int) -> None:
        self.read_to = next_offset
        """Where the next batch must start."""
        self._topic = topic
        self._buffer_records = buffer_records
        self._waiting: deque[LogRecord] = deque()
        self._pace = _FIRST_PACE

    def __len__(self) -> int:
        return len(self._waiting)

    @property
    def has_room(self) -> bool:
        """False while enough records wait."""
        return len(self._waiting) < self._buffer_records

    @property
    def done_to(self) -> int:
        """All below this offset has been given out."""
        return self.first if self._waiting else self.read_to

    @property
    def first(self) -> int:
        """The offset of the record that has waited longest."""
        return self._waiting[0].offset

    def offer(self, batch: PartitionBatch, next_offset: int) -> None:
        """Queue the records of a batch from `next_offset` on.

        Raises:
            RecordsLostError: it does not continue the one before it.

        """
        if batch.start != self.read_to:
            raise RecordsLostError(self._topic, batch.partition, self.read_to, batch.start)
        self.read_to = batch.end
        self._waiting.extend(record for record in batch.records if record.offset >= next_offset)

    def take(self, before: int | None) -> Sequence[LogRecord]:
        """The next records to fold together, those below the offset `before` where it is given."""
        count = min(len(self._waiting), max(_MIN_BATCH, int(self._pace * _FOLD_S)))
        if before is not None:
            count = sum(record.offset < before for record in islice(self._waiting, count))
        return [self._waiting.popleft() for _ in range(count)]

    def slices(self, records: Sequence[LogRecord]) -> Iterator[Sequence[LogRecord]]:
        """The records in parts, between which others may have the event loop."""
        size = max(1, int(self._pace * _SLICE_S))
        return (records[start : start + size] for start in range(0, len(records), size))

    def took(self, records: int, seconds: float) -> None:
        """Learn from how long a fold took."""
        self._pace = records / seconds
