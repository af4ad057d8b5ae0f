"""Follows the topics of a running system, without a group, and says when the brokers are gone and back."""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from typing import Self

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, Message, TopicPartition
from confluent_kafka.admin import AdminClient, ClusterMetadata, OffsetSpec

from app.bus.transport import ClientConfig
from app.cli.view.updates import Ends, Lost, Update, read
from app.topics import ALERTS, DECISIONS, ENFORCEMENT, PROGRESS, RAW

BROKER_TIMEOUT_S = 3.0
POLL_S = 0.1
ENDS_EVERY_S = 1.0
RETRY_S = 1.0
BATCH = 500

_TAIL = -2000
"""librdkafka's RD_KAFKA_OFFSET_TAIL_BASE: an offset of _TAIL - n is n before the end."""

# The screen is for the view; a lost connection is told as an update.
_quiet = logging.getLogger("ringfence.view.librdkafka")
_quiet.addHandler(logging.NullHandler())
_quiet.propagate = False

START_OFFSETS: Mapping[str, int] = {
    DECISIONS.name: _TAIL - 200,
    ALERTS.name: _TAIL - 50,
    ENFORCEMENT.name: OFFSET_BEGINNING,
    PROGRESS.name: OFFSET_BEGINNING,
}


class Feed:
    """A thread that hands every update to `tell` until it is stopped.

    client: settings of a confluent_kafka client, with the brokers' addresses and credentials.
    """

    def __init__(self, client: ClientConfig, tell: Callable[[Update], None]) -> None:
        self._client = dict(client)
        self._tell = tell
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="feed", daemon=True)

    def __enter__(self) -> Self:
        """Start to follow."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop, and close the connections."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._follow()
            except KafkaException as error:
                self._tell(Lost(error.args[0].str()))
                self._stopping.wait(RETRY_S)

    def _follow(self) -> None:
        admin = AdminClient({**self._client, "logger": _quiet})
        with closing(self._consumer()) as consumer:
            partitions = _partitions(admin.list_topics(timeout=BROKER_TIMEOUT_S))
            consumer.assign([TopicPartition(t, p, START_OFFSETS[t]) for t, p in partitions if t in START_OFFSETS])
            raw = [TopicPartition(t, p) for t, p in partitions if t == RAW.name]
            next_ends = 0.0
            while not self._stopping.is_set():
                if time.monotonic() >= next_ends:
                    self._tell(Ends(_ends(admin, raw)))
                    next_ends = time.monotonic() + ENDS_EVERY_S
                self._read(consumer.consume(BATCH, timeout=POLL_S))

    def _read(self, messages: Iterable[Message]) -> None:
        for message in messages:
            value = message.value()
            if message.error() is None and value is not None:
                self._tell(read(message.topic(), value, message.headers() or ()))

    def _consumer(self) -> Consumer:
        return Consumer(
            {
                **self._client,
                "group.id": "ringfence-view",
                "enable.auto.commit": False,
                "isolation.level": "read_committed",
                "auto.offset.reset": "earliest",
                "logger": _quiet,
            }
        )


def _partitions(cluster: ClusterMetadata) -> list[tuple[str, int]]:
    followed = [RAW.name, *START_OFFSETS]
    for topic in followed:
        if topic not in cluster.topics:
            raise KafkaException(KafkaError(KafkaError.UNKNOWN_TOPIC_OR_PART, f"no topic {topic} yet"))
    return [(topic, partition) for topic in followed for partition in cluster.topics[topic].partitions]


def _ends(admin: AdminClient, raw: list[TopicPartition]) -> Mapping[int, int]:
    asked = admin.list_offsets({place: OffsetSpec.latest() for place in raw}, request_timeout=BROKER_TIMEOUT_S)
    ends = {place.partition: future.result().offset for place, future in asked.items()}
    if min(ends.values(), default=0) < 0:  # the client's answer, without an error, when no broker answers in time
        raise KafkaException(KafkaError(KafkaError._TRANSPORT, "the brokers do not answer"))  # noqa: SLF001 - its public name
    return ends
