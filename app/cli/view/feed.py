"""Follows the topics of a running system, and says when the brokers are gone and back."""

import time
from collections.abc import Callable, Mapping
from typing import Self

from confluent_kafka import OFFSET_BEGINNING, KafkaError, KafkaException, Message, TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec

from app.bus.follower import BROKER_TIMEOUT_S, TAIL, Follower, quiet
from app.bus.reread import Reread
from app.bus.transport import ClientConfig
from app.cli.view.updates import Ends, Lost, Update, read, read_deletion
from app.topics import ALERTS, DECISIONS, ENFORCEMENT, PROGRESS, RAW

ENDS_EVERY_S = 1.0

START_OFFSETS: Mapping[str, int] = {
    DECISIONS.name: TAIL - 200,
    ALERTS.name: TAIL - 50,
    ENFORCEMENT.name: OFFSET_BEGINNING,
    PROGRESS.name: OFFSET_BEGINNING,
}


class Feed:
    """Hands every update to `tell` until it is stopped.

    client: settings of a confluent_kafka client, with the brokers' addresses and credentials.
    """

    def __init__(self, client: ClientConfig, tell: Callable[[Update], None]) -> None:
        self._tell = tell
        self._admin = AdminClient({**client, "logger": quiet})
        self._next_ends = 0.0
        self._reread = Reread()
        """Of enforcement: what was told first of an agent may long be over, and the agent forgotten."""
        self._follower = Follower(
            client,
            START_OFFSETS,
            self._read,
            lost=lambda why: tell(Lost(why)),
            begun=self._reread.begin,
            reached=self._reread.end,
            between=self._tell_ends,
        )

    def __enter__(self) -> Self:
        """Start to follow."""
        self._follower.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop, and close the connections."""
        self._follower.__exit__()

    def _read(self, message: Message) -> None:
        if message.topic() == ENFORCEMENT.name and not self._reread.is_new(message.partition(), message.offset()):
            return
        topic, value, headers = message.topic(), message.value(), message.headers() or ()
        update = read_deletion(topic, headers) if value is None else read(topic, value, headers)
        if update is not None:
            self._tell(update)

    def _tell_ends(self) -> None:
        if time.monotonic() >= self._next_ends:
            self._tell(Ends(self._ends()))
            self._next_ends = time.monotonic() + ENDS_EVERY_S

    def _ends(self) -> Mapping[int, int]:
        cluster = self._admin.list_topics(RAW.name, timeout=BROKER_TIMEOUT_S)
        places = [TopicPartition(RAW.name, partition) for partition in cluster.topics[RAW.name].partitions]
        asked = self._admin.list_offsets(
            {place: OffsetSpec.latest() for place in places}, request_timeout=BROKER_TIMEOUT_S
        )
        ends = {place.partition: future.result().offset for place, future in asked.items()}
        if min(ends.values(), default=0) < 0:  # the client's answer, without an error, when no broker answers in time
            raise KafkaException(KafkaError(KafkaError._TRANSPORT, "the brokers do not answer"))  # noqa: SLF001 - its public name
        return ends
