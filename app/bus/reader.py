"""Reading a topic in bulk: without a group, committed records only, up to where it ended at the start."""

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import NamedTuple, Self

import stamina
from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicPartition

from app.bus.connection import confluent
from app.bus.diagnosis import NoAnswerError, explain
from app.bus.envelope import Envelope
from app.bus.errors import ReadError
from app.bus.transport import ClientConfig, quiet_logger
from app.settings import KafkaSettings

_CONFIG: ClientConfig = {
    "enable.auto.commit": False,
    "enable.partition.eof": True,
    "auto.offset.reset": "error",
    "isolation.level": "read_committed",
    "fetch.wait.max.ms": 100,
    "fetch.message.max.bytes": 8 * 1024 * 1024,
    "queued.max.messages.kbytes": 128 * 1024,
}
_GROUP = "ringfence-reader-"
"""Nothing is committed for it, but brokers want the right to it all the same."""
_FETCH = 2_000
_POLL_S = 0.05
_PATIENCE_S = 30.0
_METADATA_S = 5.0


class Span(NamedTuple):
    """Offsets of a partition: `start` is the first, `end` the first not included."""

    partition: int
    start: int
    end: int


class TopicReader:
    """Reads spans of one topic.

    Kafka's transaction markers take offsets and are not delivered, so the end of a span is known from the consumer's
    position and never from the number of records.
    """

    def __init__(self, settings: KafkaSettings, topic: str) -> None:
        self.topic = topic
        self._settings = settings
        group = f"{_GROUP}{uuid.uuid4()}"
        self._consumer = Consumer({**confluent(settings), **_CONFIG, "group.id": group}, logger=quiet_logger())

    def spans(self, *, start: int = 0, only: int | None = None) -> list[Span]:
        """What each partition holds now, from `start` on, up to the first record of an open transaction.

        Raises UnreachableError (a subclass says why), and ReadError where there is no partition `only`.
        """
        return [self._span(partition, start) for partition in self._partitions(only)]

    def spans_since(self, time_ms: int) -> list[Span]:
        """What each partition holds now from its first record on that is stamped `time_ms` (since the epoch) or later.

        Raises UnreachableError (a subclass says why).
        """
        spans = {span.partition: span for span in self.spans()}
        with self._explained():
            asked = [TopicPartition(self.topic, partition, time_ms) for partition in spans]
            found = self._consumer.offsets_for_times(asked, timeout=_METADATA_S)
        starts = {place.partition: place.offset for place in found if place.offset >= 0}
        return [span._replace(start=starts.get(span.partition, span.end)) for span in spans.values()]

    def read(self, span: Span) -> Iterator[Envelope]:
        """The records of one span, in order. Raises ReadError where Kafka falls silent."""
        return self.read_all([span])

    def read_all(self, spans: list[Span]) -> Iterator[Envelope]:
        """The records of several spans: each partition in order, the partitions mixed.

        Raises AccessError where a right is missing, ReadError where Kafka falls silent.
        """
        open_ = {span.partition: span for span in spans if span.start < span.end}
        self._consumer.assign([TopicPartition(self.topic, span.partition, span.start) for span in open_.values()])
        while open_:
            for message in self._fetch():
                self._demand_rights(message.error())
                span = open_.get(message.partition())
                if span is None:
                    continue
                if message.error() is None and message.offset() < span.end:
                    yield _envelope(message)
                if _reached(message, span):
                    del open_[span.partition]
                    self._consumer.incremental_unassign([TopicPartition(self.topic, span.partition)])

    def close(self) -> None:
        """Let go of the connections."""
        self._consumer.close()

    def _partitions(self, only: int | None) -> list[int]:
        with self._explained():
            metadata = self._consumer.list_topics(self.topic, timeout=_METADATA_S).topics[self.topic]
        if metadata.error is not None:
            raise explain(metadata.error, self._settings, self.topic, "Describe")
        if only is not None and only not in metadata.partitions:
            raise ReadError(f"{self.topic} has no partition {only}: it has 0 to {len(metadata.partitions) - 1}")
        return sorted(metadata.partitions) if only is None else [only]

    @stamina.retry(on=NoAnswerError, attempts=8, timeout=_METADATA_S)
    def _span(self, partition: int, start: int) -> Span:
        """Tries again where the partition has no leader yet: the broker has just started."""
        with self._explained():
            low, end = self._consumer.get_watermark_offsets(
                TopicPartition(self.topic, partition), timeout=_METADATA_S, cached=False
            )
        return Span(partition, max(start, low), end)

    def _fetch(self) -> list[Message]:
        deadline = time.monotonic() + _PATIENCE_S
        while time.monotonic() < deadline:
            with self._explained():
                messages: list[Message] = self._consumer.consume(_FETCH, timeout=_POLL_S)
            if messages:
                return messages
        raise ReadError(f"{self.topic}: no answer for {_PATIENCE_S:.0f} s: is Kafka running?")

    def _demand_rights(self, error: KafkaError | None) -> None:
        if error is None or not error.name().endswith("AUTHORIZATION_FAILED"):
            return
        of_group = error.code() == KafkaError.GROUP_AUTHORIZATION_FAILED
        raise explain(error, self._settings, f"the groups {_GROUP}*" if of_group else self.topic, "Read")

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except KafkaException as error:
            raise explain(error.args[0], self._settings, self.topic, "Describe") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def read_topic(settings: KafkaSettings, topic: str) -> list[Envelope]:
    """Everything committed on a topic, by partition, then offset."""
    with TopicReader(settings, topic) as reader:
        return [record for span in reader.spans() for record in reader.read(span)]


def latest_records(settings: KafkaSettings, topic: str) -> dict[bytes, Envelope]:
    """The last record of each key of a compacted topic, deletions too."""
    latest: dict[bytes, Envelope] = {}
    with TopicReader(settings, topic) as reader:
        for record in reader.read_all(reader.spans()):
            if record.key is not None:
                latest[record.key] = record
    return latest


def latest_values(settings: KafkaSettings, topic: str) -> dict[bytes, Envelope]:
    """The last record of each key of a compacted topic; keys whose last value is null are left out."""
    return {key: record for key, record in latest_records(settings, topic).items() if record.value is not None}


def _reached(message: Message, span: Span) -> bool:
    """Whether this is the last that the span has to give. Raises ReadError for a failed fetch."""
    error = message.error()
    if error is None:
        return bool(message.offset() + 1 >= span.end)
    if error.code() != KafkaError._PARTITION_EOF:  # noqa: SLF001 - its public name for local errors
        raise ReadError(f"{message.topic()}[{message.partition()}]: {error.str()}")
    return bool(message.offset() >= span.end)


def _envelope(message: Message) -> Envelope:
    _, timestamp = message.timestamp()
    return Envelope(
        message.topic(),
        message.partition(),
        message.offset(),
        timestamp,
        message.key(),
        message.value(),
        message.headers() or [],
    )
