"""The records of one partition that wait to be folded."""

from collections import deque
from collections.abc import Sequence
from itertools import islice

from app.record import LogRecord
from app.streaming.batch import PartitionBatch
from app.streaming.errors import RecordsLostError

_FOLD_S = 0.1
"""How long a fold may keep the event loop: all partitions of a worker share it, and the watchdog waits 10 s."""
_MIN_BATCH = 100
_FIRST_BATCH = 1_000


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
        self._batch_limit = _FIRST_BATCH

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
        count = min(len(self._waiting), self._batch_limit)
        if before is not None:
            count = sum(record.offset < before for record in islice(self._waiting, count))
        return [self._waiting.popleft() for _ in range(count)]

    def took(self, records: int, seconds: float) -> None:
        """Learn from how long a fold took."""
        self._batch_limit = max(_MIN_BATCH, int(records / seconds * _FOLD_S))
