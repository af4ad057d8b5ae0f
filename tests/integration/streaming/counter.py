"""The fold that the tests of the streaming layer drive: it counts the records of each key."""

import os
import signal
import time
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec

from app.record import LogRecord
from app.streaming.fold import Output, Store, Writes

TABLES = {"counts": "records seen of each key", "partitions": "next offset of each partition"}
_NEXT = b"next"


class Topics(NamedTuple):
    """Where the counter appends: each count, and every tenth again."""

    counts: str
    tenths: str


class Counted(msgspec.Struct, array_like=True):
    """A record of the topic `counts`: which record of its key an input record was."""

    partition: int
    offset: int
    count: int


class Counter:
    """Counts in memory, as the real fold does, and returns what changed."""

    def __init__(
        self, topics: Topics, partition: int, stores: Mapping[str, Store], skipped: set[tuple[int, int]]
    ) -> None:
        self._topics = topics
        self._partition = partition
        self._counts = {key: int(value) for key, value in stores["counts"].items()}
        self._next = int(stores["partitions"].get(_NEXT) or 0)
        self._skipped = skipped
        self._dirty: set[bytes] = set()

    @property
    def next_offset(self) -> int:
        return self._next

    def fold(self, records: Sequence[LogRecord]) -> Sequence[Output]:
        outputs = [output for record in records for output in self._step(record)]
        self._next = records[-1].offset + 1
        return outputs

    def flush(self) -> Writes:
        changes = [(key, b"%d" % self._counts[key]) for key in sorted(self._dirty)]
        self._dirty.clear()
        return {"counts": changes, "partitions": [(_NEXT, b"%d" % self._next)]}

    def heartbeat(self, _caught_up: int | None) -> Sequence[Output]:
        return ()

    def _step(self, record: LogRecord) -> list[Output]:
        if (self._partition, record.offset) not in self._skipped:
            misbehave(record.value)
        key = record.key or b""
        self._dirty.add(key)
        count = self._counts[key] = self._counts.get(key, 0) + 1
        value = msgspec.json.encode(Counted(self._partition, record.offset, count))
        output = Output(self._topics.counts, self._partition, key, value, (("kind", b"count"),))
        return [output, output._replace(topic=self._topics.tenths)] if count % 10 == 0 else [output]


def misbehave(value: bytes | None) -> None:
    """Do what a bad record makes a program do."""
    if value == b"die":
        os.kill(os.getpid(), signal.SIGKILL)
    if value == b"hang":
        while True:
            time.time()
    if value == b"raise":
        raise ValueError("a defect of the fold")
