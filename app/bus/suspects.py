"""Which message the broker refuses, when it refuses a batch."""

from collections.abc import Iterable

from app.bus.refusal import Refusal, classify
from app.bus.transport import Failure


class Suspects:
    """A refused batch is sent again one message at a time, until its culprits are found.

    >>> from confluent_kafka import KafkaError
    >>> suspects = Suspects()
    >>> suspects.culprits([Failure(n, KafkaError.INVALID_TIMESTAMP, "Invalid timestamp") for n in (7, 8, 9)])
    []
    >>> suspects.alone(after=6), suspects.alone(after=9)
    (True, False)
    >>> suspects.culprits([Failure(8, KafkaError.INVALID_TIMESTAMP, "Invalid timestamp")])
    [Failure(sequence=8, code=32, reason='Invalid timestamp')]
    >>> suspects.attempts(8)
    2
    """

    def __init__(self) -> None:
        self._until = 0
        self._attempts: dict[int, int] = {}
        self._attempts_alone: dict[int, int] = {}

    def alone(self, *, after: int) -> bool:
        """Whether the message after that sequence has to be sent alone."""
        return after < self._until

    def attempts(self, sequence: int) -> int:
        """How many times the message was refused."""
        return self._attempts.get(sequence, 0)

    def culprits(self, failures: Iterable[Failure]) -> list[Failure]:
        """Learn from the failures of a client; those that were refused alone, for good."""
        refused = [failure for failure in failures if classify(failure.code) is not Refusal.NOT_THE_MESSAGE]
        for failure in refused:
            self._count(failure.sequence)
        found = [failure for failure in refused if self._convicted(failure)]
        self._until = max([self._until, *(failure.sequence for failure in refused)])
        return found

    def forget(self, sequence: int) -> None:
        """Drop what is known of messages up to this one: they are settled."""
        self._attempts = {open_: count for open_, count in self._attempts.items() if open_ > sequence}
        self._attempts_alone = {open_: count for open_, count in self._attempts_alone.items() if open_ > sequence}

    def _count(self, sequence: int) -> None:
        self._attempts[sequence] = self.attempts(sequence) + 1
        if sequence <= self._until:
            self._attempts_alone[sequence] = self._attempts_alone.get(sequence, 0) + 1

    def _convicted(self, failure: Failure) -> bool:
        return self._attempts_alone.get(failure.sequence, 0) >= classify(failure.code).value
