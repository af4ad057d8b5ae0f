"""Giving commands: a control record is appended, and the answer is what the fold makes of it."""

import time
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Self

import msgspec
from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition

from app.bus.connection import confluent
from app.bus.issuer import Issuer
from app.bus.transport import quiet_logger
from app.core.commands import Command, name_of
from app.core.partitioner import home
from app.errors import RingfenceError
from app.events import DeadLetter, Decision, LogPosition
from app.settings import KafkaSettings
from app.topics import DEAD_LETTERS, DECISIONS, RAW

_decision = msgspec.json.Decoder(Decision)
_letter = msgspec.json.Decoder(DeadLetter)


COPIED = "Copied"


class CommandError(RingfenceError):
    """A command that was refused, or not answered in time; the message says which."""


class CommandRefusedError(CommandError):
    """The fold has refused it; `error` is the kind of its dead letter."""

    def __init__(self, command: Command, letter: DeadLetter) -> None:
        super().__init__(f"{name_of(command)} was refused: {letter.reason} ({letter.error})")
        self.error = letter.error


class Commander:
    """Sends commands of an issuer, and waits for their decisions.

    Use it as a context manager; it reads the decisions and dead letters from the moment it is entered.
    """

    def __init__(self, settings: KafkaSettings, issuer: Issuer, timeout_s: float = 15.0) -> None:
        self._issuer = issuer
        self._timeout_s = timeout_s
        config = confluent(settings)
        self._producer = Producer(
            {**config, "acks": "all", "message.timeout.ms": int(timeout_s * 1000)}, logger=quiet_logger()
        )
        self._consumer = Consumer(
            {
                **config,
                "group.id": f"ringfence-commander-{time.time_ns()}",
                "enable.auto.commit": False,
                "isolation.level": "read_committed",
                "auto.offset.reset": "latest",
            },
            logger=quiet_logger(),
        )
        self.partitions = 0
        """Partitions of the raw topic."""

    def __enter__(self) -> Self:
        try:
            topics = self._consumer.list_topics(timeout=self._timeout_s).topics
            if RAW.name not in topics:
                raise CommandError(f"there is no topic {RAW.name}; `ringfence up` or `ringfence prepare` makes it")
            self.partitions = len(topics[RAW.name].partitions)
            self._consumer.assign([self._end(topic.name, number) for topic in _ANSWERS for number in self._numbers()])
        except KafkaException as error:
            raise CommandError(f"Kafka does not answer: {error.args[0].str()}") from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._consumer.close()

    def send(self, command: Command) -> Decision:
        """Send a command to the fleet or the partition that it addresses; returns its decision.

        Raises CommandRefusedError, and CommandError where it cannot be appended, or no worker answers in time.
        """
        partition = home(command.fleet, self.partitions) if command.fleet is not None else command.partition
        assert partition is not None
        answer = self._ask(command, partition)
        if isinstance(answer, DeadLetter) and answer.error == COPIED:
            answer = self._ask(command, partition)
        if isinstance(answer, DeadLetter):
            raise CommandRefusedError(command, answer)
        return answer

    def send_all(self, make: Callable[[int], Command]) -> list[Decision]:
        """Send a command to every partition, one after the other; `make` is told the partition."""
        return [self.send(make(number)) for number in self._numbers()]

    def _numbers(self) -> range:
        return range(self.partitions)

    def _end(self, topic: str, partition: int) -> TopicPartition:
        _, end = self._consumer.get_watermark_offsets(
            TopicPartition(topic, partition), timeout=self._timeout_s, cached=False
        )
        return TopicPartition(topic, partition, end)

    def _ask(self, command: Command, partition: int) -> Decision | DeadLetter:
        """Send once. Another process of the same issuer may overtake; the later number then stands first."""
        position = self._append(command, partition)
        for answer in self._answers(time.monotonic() + self._timeout_s):
            if answer.position == position:
                return answer
        raise CommandError(
            f"{name_of(command)} stands on partition {partition}, but no worker has decided it "
            f"in {self._timeout_s:g} s; it takes effect when one does: see `ringfence status`"
        )

    def _append(self, command: Command, partition: int) -> LogPosition:
        value, headers = self._issuer.sign(command)
        placed: list[LogPosition] = []
        failed: list[str] = []

        def report(error: object, message: object) -> None:
            if error is not None:
                failed.append(str(error))
            else:
                placed.append(LogPosition(partition, message.offset()))  # type: ignore[attr-defined]

        self._producer.produce(RAW.name, value, partition=partition, headers=headers, on_delivery=report)
        self._producer.flush(self._timeout_s)
        if not placed:
            raise CommandError(f"{name_of(command)} could not be appended: {failed[0] if failed else 'no answer'}")
        return placed[0]

    def _answers(self, deadline: float) -> Iterator[Decision | DeadLetter]:
        while (left := deadline - time.monotonic()) > 0:
            message = self._consumer.poll(min(left, 0.5))
            if message is not None and message.error() is None:
                decoder = _decision if message.topic() == DECISIONS.name else _letter
                yield decoder.decode(message.value())


_ANSWERS = (DECISIONS, DEAD_LETTERS)
