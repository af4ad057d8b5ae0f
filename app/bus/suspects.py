"""Which message the broker refuses, when it refuses a batch."""

from collections.abc import Iterable

from app.bus.refusal import Refusal, classify
from app.bus.transport import Failure

_SPLIT = 10


class Suspects:
    """A refused batch is sent again in ever smaller groups, until its culprits are found.

    >>> from confluent_kafka import KafkaError
    >>> suspects = Suspects()
    >>> batch = [Failure(n, KafkaError.INVALID_TIMESTAMP, "Invalid timestamp") for n in range(7, 22)]
    >>> suspects.convict(batch)
    []
    >>> suspects.group(after=6), suspects.group(after=21)
    (1, None)
    >>> suspects.convict([Failure(8, KafkaError.INVALID_TIMESTAMP, "Invalid timestamp")])
    [Failure(sequence=8, code=32, reason='Invalid timestamp')]
    >>> suspects.attempts(8)
    2
    """

    def __init__(self) -> None:
        self._until = 0
        self._group = 1
        self._attempts: dict[int, int] = {}

    def group(self, *, after: int) -> int | None:
        """How many messages may be in flight together from that sequence on; None for as many as ever."""
        return self._group if after < self._until else None

    def attempts(self, sequence: int) -> int:
        """How many times the message was refused."""
        return self._attempts.get(sequence, 0)

    def convict(self, failures: Iterable[Failure]) -> list[Failure]:
        """Learn from the failures of a client; returns those of messages to give up."""
        refused = [failure for failure in failures if classify(failure.code) is not Refusal.NOT_THE_MESSAGE]
        for failure in refused:
            self._attempts[failure.sequence] = self.attempts(failure.sequence) + 1
        for_good = [failure for failure in refused if classify(failure.code) is Refusal.FOR_GOOD]
        tried_enough = [failure for failure in refused if self._tried_enough(failure)]
        return tried_enough + self._narrow(for_good)

    def forget(self, sequence: int) -> None:
        """Drop what is known of messages up to this one: they are settled."""
        self._attempts = {open_: count for open_, count in self._attempts.items() if open_ > sequence}

    def _tried_enough(self, failure: Failure) -> bool:
        patient = classify(failure.code) is Refusal.AFTER_RETRIES
        return patient and self.attempts(failure.sequence) >= Refusal.AFTER_RETRIES.value

    def _narrow(self, refused: list[Failure]) -> list[Failure]:
        """One alone is the culprit; of several, find out."""
        if len(refused) == 1:
            self._group = _SPLIT
            return refused
        if refused:
            self._until = max(self._until, *(failure.sequence for failure in refused))
            self._group = max(1, len(refused) // _SPLIT)
        return []
