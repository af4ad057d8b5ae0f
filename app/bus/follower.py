"""Following topics without a group: from the beginning or near the end, then all that comes, across outages."""

import logging
import threading
from collections.abc import Callable, Mapping
from contextlib import closing
from typing import Self

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicPartition

from app.bus.transport import ClientConfig

BROKER_TIMEOUT_S = 3.0
POLL_S = 0.1
RETRY_S = 1.0
BATCH = 500

TAIL = -2000
"""librdkafka's RD_KAFKA_OFFSET_TAIL_BASE: an offset of TAIL - n is n before the end."""

quiet = logging.getLogger("ringfence.follower.librdkafka")
quiet.addHandler(logging.NullHandler())
quiet.propagate = False


class Follower:
    """A thread that hands every committed record to `tell` until it is stopped.

    Args:
        client: settings of a confluent_kafka client, with the brokers' addresses and credentials.
        starts: where to begin, by topic: an offset as confluent_kafka takes it.
        tell: gets each record.
        lost: is told why the brokers do not answer; the follower begins anew after a second.
        begun: called before it begins, and begins anew.
        reached: called each time once all has been told that there was when it began.
        between: called between two looks for records, at least every tenth of a second.

    """

    def __init__(  # noqa: PLR0913 - whom it tells what
        self,
        client: ClientConfig,
        starts: Mapping[str, int],
        tell: Callable[[Message], None],
        *,
        lost: Callable[[str], None] = lambda _: None,
        begun: Callable[[], None] = lambda: None,
        reached: Callable[[], None] = lambda: None,
        between: Callable[[], None] = lambda: None,
    ) -> None:
        self._client = dict(client)
        self._starts = starts
        self._tell = tell
        self._lost = lost
        self._begun = begun
        self._reached = reached
        self._between = between
        self.partitions: Mapping[str, int] = {}
        """How many each topic has."""
        self.caught_up = threading.Event()
        """Set once all that there was at the first start has been told."""
        self._behind: set[tuple[str, int]] = set()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="follower", daemon=True)

    def __enter__(self) -> Self:
        """Start to follow."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop, and close the connections."""
        self._stopping.set()
        self._thread.join()

    @property
    def alive(self) -> bool:
        """Whether it follows, or tries to; not before it is entered, nor after `tell` has failed."""
        return self._thread.is_alive()

    @property
    def current(self) -> bool:
        """Whether all has been told that there was when it last began; not while it reads again after an outage."""
        return self.caught_up.is_set() and not self._behind

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._follow()
            except KafkaException as error:
                self._lost(error.args[0].str())
                self._stopping.wait(RETRY_S)

    def _follow(self) -> None:
        with closing(self._consumer()) as consumer:
            places = self._places(consumer)
            self._behind = {(place.topic, place.partition) for place in places}
            self._begun()
            consumer.assign(places)
            while not self._stopping.is_set():
                self._between()
                first = consumer.poll(POLL_S)
                if first is not None:
                    for message in (first, *consumer.consume(BATCH, timeout=0)):
                        self._read(message)

    def _read(self, message: Message) -> None:
        error = message.error()
        if error is None:
            self._tell(message)
        elif error.code() == KafkaError._PARTITION_EOF:  # noqa: SLF001 - its public name
            self._reach_end((message.topic(), message.partition()))
        elif not error.retriable() and error.code() != KafkaError._TRANSPORT:  # noqa: SLF001 - likewise
            raise KafkaException(error)

    def _reach_end(self, place: tuple[str, int]) -> None:
        if self._behind == {place}:
            self._reached()
        self._behind.discard(place)
        if not self._behind:
            self.caught_up.set()

    def _places(self, consumer: Consumer) -> list[TopicPartition]:
        topics = consumer.list_topics(timeout=BROKER_TIMEOUT_S).topics
        for topic in self._starts:
            if topic not in topics:
                raise KafkaException(KafkaError(KafkaError.UNKNOWN_TOPIC_OR_PART, f"no topic {topic} yet"))
            if topics[topic].error is not None:  # it has just been made, or taken away
                raise KafkaException(topics[topic].error)
        self.partitions = {topic: len(topics[topic].partitions) for topic in self._starts}
        return [TopicPartition(t, p, start) for t, start in self._starts.items() for p in topics[t].partitions]

    def _consumer(self) -> Consumer:
        return Consumer(
            {
                **self._client,
                "group.id": "ringfence-follower",
                "enable.auto.commit": False,
                "enable.partition.eof": True,
                "isolation.level": "read_committed",
                "auto.offset.reset": "earliest",
                "logger": quiet,
            }
        )
