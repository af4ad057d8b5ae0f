"""Appending to new topics: every record where it was routed to; to the log nobody else's in between."""

from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import Self

from confluent_kafka import KafkaError, KafkaException, Message, Producer

from app.archive.repartition.errors import RepartitionError
from app.archive.repartition.routing import Placed
from app.bus.connection import confluent
from app.bus.diagnosis import explain
from app.bus.transport import quiet_logger
from app.settings import KafkaSettings
from app.topics import MAX_RAW_BYTES, RAW

_TIMEOUT_S = 60.0
_WAIT_S = 0.5


class Appender:
    """Appends to a topic, idempotently and in order; leaving it waits until Kafka has all.

    `ends` are the offsets at which each partition goes on, and afterwards those at which it ends; None where others may
    append meanwhile. Raises RepartitionError where Kafka refuses a record, or where somebody else appends all the same.
    """

    def __init__(self, kafka: KafkaSettings, ends: Mapping[int, int] | None, topic: str = RAW.name) -> None:
        self.ends = dict(ends or {})
        self._shared = ends is None
        self._topic = topic
        self._kafka = kafka
        self._failure: RepartitionError | None = None
        config = {
            **confluent(kafka),
            "enable.idempotence": True,
            "message.max.bytes": MAX_RAW_BYTES,
            "message.timeout.ms": int(_TIMEOUT_S * 1000),
            "linger.ms": 20,
        }
        self._producer = Producer(config, logger=quiet_logger())

    def append(self, records: Iterable[Placed]) -> None:
        """Queue records; waits while the queue is full."""
        for record in records:
            while not self._queued(record):
                self._producer.poll(_WAIT_S)
        self._producer.poll(0)
        self._check()

    def flush(self) -> None:
        """Wait until Kafka has all."""
        left = self._producer.flush(_TIMEOUT_S)
        self._check()
        if left:
            raise RepartitionError(f"Kafka has not taken {left} records in {_TIMEOUT_S:.0f} s: run it again")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self.flush()
        else:
            self._producer.purge()
            self._producer.flush(1)

    def _queued(self, record: Placed) -> bool:
        self._check()
        try:
            self._producer.produce(
                self._topic,
                record.value,
                record.key,
                partition=record.partition,
                timestamp=record.timestamp,
                headers=list(record.headers),
                on_delivery=self._delivered,
            )
        except BufferError:
            return False
        except KafkaException as error:
            raise explain(error.args[0], self._kafka, self._topic) from error
        return True

    def _delivered(self, error: KafkaError | None, message: Message) -> None:
        if self._failure is not None:
            return
        if error is not None:
            self._failure = RepartitionError(f"{explain(error, self._kafka, self._topic)}; run it again")
            return
        partition, offset = message.partition(), message.offset()
        if not self._shared and offset != self.ends[partition]:
            self._failure = foreign(partition, self.ends[partition])
        self.ends[partition] = offset + 1

    def _check(self) -> None:
        if self._failure is not None:
            raise self._failure


def foreign(partition: int, offset: int) -> RepartitionError:
    """Somebody else has appended to the new log before it was whole."""
    return RepartitionError(
        f"somebody else appends to {RAW.name} (partition {partition}, offset {offset}) before its history is back: "
        "stop all senders and workers, send again what was sent meanwhile, and run it again"
    )
