"""One idempotent client of Kafka, from its start until it is lost."""

import logging
from collections.abc import Mapping
from functools import partial
from typing import NamedTuple

from confluent_kafka import KafkaError, KafkaException, Message, Producer

from app.bus.connection import confluent
from app.bus.diagnosis import NoAnswerError, explain
from app.bus.errors import UnreachableError
from app.bus.message import Spooled
from app.bus.window import Window
from app.events import Header
from app.settings import KafkaSettings
from app.topics import MAX_RAW_BYTES

ClientConfig = Mapping[str, str | int | bool]
"""Settings of a confluent_kafka client."""

_CONFIG: ClientConfig = {
    "acks": "all",
    "enable.idempotence": True,
    "max.in.flight.requests.per.connection": 5,
    # A refused record fails its whole batch; without this the batches behind it are accepted all the same, and the
    # good ones of the failed batch could only follow them, out of order (seen: 99 of 100, with 658 behind).
    "enable.gapless.guarantee": True,
    # Waiting is the spool's business: a message that timed out here would leave a gap too.
    "message.timeout.ms": 0,
    "partitioner": "murmur2_random",
    "linger.ms": 5,
    "message.max.bytes": MAX_RAW_BYTES,
    "queue.buffering.max.kbytes": 128 * 1024,
    "reconnect.backoff.max.ms": 2_000,
    "topic.metadata.propagation.max.ms": 5_000,
}

_CONSEQUENCES = frozenset(
    {"_ALL_BROKERS_DOWN", "_FATAL", "_GAPLESS_GUARANTEE", "_PURGE_QUEUE", "_PURGE_INFLIGHT", "_TIMED_OUT"}
)
"""Errors that follow from another one and tell less than it."""

_COLLECT_POLLS = 10
_COLLECT_S = 0.1


class Failure(NamedTuple):
    """A message that came back."""

    sequence: int
    code: int
    reason: str


def quiet_logger() -> logging.Logger:
    """Where librdkafka logs: silent, for `trouble` says the same in one line; give it a handler to debug."""
    logger = logging.getLogger("librdkafka")
    logger.addHandler(logging.NullHandler())
    logger.propagate = False
    return logger


class Transport:
    """Hands messages to Kafka in order and knows what became of each.

    It is `lost` from the first failure on: everything not settled has to be handed to a new one, from the start.
    """

    def __init__(self, settings: KafkaSettings, source: str) -> None:
        self._settings = settings
        self._cause: KafkaError | None = None
        self._source = source.encode()
        self._fatal = False
        self.window = Window()
        self.failures: list[Failure] = []
        self._client = Producer({**confluent(settings), **_CONFIG, "error_cb": self._note}, logger=quiet_logger())

    @property
    def lost(self) -> bool:
        """Whether this client can do no more."""
        return self._fatal or bool(self.failures)

    @property
    def trouble(self) -> UnreachableError:
        """What is wrong, in one line."""
        if self._cause is None:
            return NoAnswerError(f"no Kafka answers at {self._settings.bootstrap} yet")
        return explain(self._cause, self._settings)

    def reach(self, timeout_s: float) -> None:
        """Raise UnreachableError, with what is wrong, unless a broker answers."""
        try:
            self._client.list_topics(timeout=timeout_s)
        except KafkaException as error:
            self.poll(0)
            self._cause = self._cause or error.args[0]
            raise self.trouble from error
        self._cause = None

    def hand(self, spooled: Spooled) -> bool:
        """Queue a message; False where the queue is full or the client is lost: hand it again later."""
        message = spooled.message
        try:
            self._client.produce(
                message.topic,
                key=message.key,
                value=message.value,
                headers=self._headers(spooled),
                timestamp=message.timestamp,
                on_delivery=partial(self._delivered, spooled.sequence),
            )
        except BufferError:
            return False
        except KafkaException as error:
            self._refuse(spooled.sequence, error.args[0])
            return False
        self.window.hand(spooled.sequence)
        return True

    def poll(self, timeout_s: float) -> int:
        """Wait for news of messages; their number."""
        try:
            return int(self._client.poll(timeout_s))
        except KafkaException as error:
            self._fatal = True
            self._note(error.args[0])
            return 0

    def collect(self) -> None:
        """Of a lost client: take in what it still has to say."""
        for _ in range(_COLLECT_POLLS):
            if not self.poll(_COLLECT_S):
                break

    def _headers(self, spooled: Spooled) -> list[tuple[str, bytes]]:
        sequence = str(spooled.sequence).encode()
        return [*spooled.message.headers, (Header.SOURCE, self._source), (Header.SOURCE_SEQUENCE, sequence)]

    def _delivered(self, sequence: int, error: KafkaError | None, _message: Message) -> None:
        if error is None:
            self.window.settle(sequence)
        else:
            self._refuse(sequence, error)

    def _refuse(self, sequence: int, error: KafkaError) -> None:
        self.failures.append(Failure(sequence, error.code(), error.str()))
        self._note(error)

    def _note(self, error: KafkaError) -> None:
        if error.name() not in _CONSEQUENCES:
            self._cause = error
