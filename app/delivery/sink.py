"""What a sink is: something outside that takes records of the log."""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from aiokafka import ConsumerRecord, TopicPartition

Fetched = Mapping[TopicPartition, Sequence[ConsumerRecord]]
"""Records by partition, in order."""

Position = int | None
"""The offset to read next; None: the sink has nothing of this partition."""


class Sink(Protocol):
    """Takes records in order of each partition, some of them again after a crash or a rebalance."""

    @property
    def name(self) -> str:
        """Part of the consumer group's name."""

    @property
    def topics(self) -> Sequence[str]:
        """What it takes records from."""

    @property
    def batch(self) -> int:
        """How many records it takes at once; after a crash so many may come again."""

    def begins(self, topic: str) -> int | None:
        """The time (ms since the epoch) from which on it wants records of a partition of which it has nothing.

        None: it keeps no positions. Then the consumer group does, which begins with what comes from now on.
        """

    async def resume(self, places: Collection[TopicPartition]) -> Mapping[TopicPartition, Position]:
        """Take over these partitions, and no others any more; where to go on with each, if it keeps positions."""

    async def write(self, fetched: Fetched) -> Mapping[TopicPartition, Position]:
        """Write records, waiting as long as it takes; called without any, too, about once a second.

        Returns partitions that must be read from elsewhere, because what was written has been lost outside; then
        nothing of `fetched` counts as written.
        """

    async def close(self) -> None:
        """Let go of the connections to the outside."""


class KeepsNoPositions:
    """The part of a sink whose positions the consumer group keeps."""

    def begins(self, _: str) -> None:
        """Where the consumer group is."""

    async def resume(self, _: Collection[TopicPartition]) -> Mapping[TopicPartition, Position]:
        """Nothing: the consumer group knows."""
        return {}
