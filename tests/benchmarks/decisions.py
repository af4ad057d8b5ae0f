"""Reads decisions as they are committed, and notes when each came."""

import threading
import time
from types import TracebackType
from typing import NamedTuple, Self

import msgspec
from confluent_kafka import OFFSET_END, Consumer, TopicPartition

from app.topics import DECISIONS
from tests.benchmarks.setup import PARTITIONS

BATCH = 1_000
POLL_S = 0.01


class Place(NamedTuple):
    """Where a message stands in the raw topic."""

    partition: int
    offset: int


class _Position(msgspec.Struct):
    partition: int
    offset: int


class _Positioned(msgspec.Struct):
    position: _Position


_decode = msgspec.json.Decoder(_Positioned).decode


class DecisionTimes:
    """A thread that notes the time (seconds, `time.perf_counter`) at which a reader saw each decision."""

    def __init__(self, bootstrap: str) -> None:
        self.seen: dict[Place, float] = {}
        self._consumer = Consumer({
            "bootstrap.servers": bootstrap, "group.id": "bench", "isolation.level": "read_committed",
            "enable.auto.commit": False, "fetch.wait.max.ms": 10,
        })  # fmt: skip
        self._consumer.assign([TopicPartition(DECISIONS.name, number, OFFSET_END) for number in range(PARTITIONS)])
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._read, daemon=True)

    def __enter__(self) -> Self:
        """Start."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self._stopping.set()
        self._thread.join()
        self._consumer.close()

    def _read(self) -> None:
        while not self._stopping.is_set():
            for message in self._consumer.consume(BATCH, POLL_S):
                if message.error() is None:
                    position = _decode(message.value() or b"").position
                    self.seen[Place(position.partition, position.offset)] = time.perf_counter()
