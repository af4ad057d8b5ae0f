"""Following `fold-progress`: how far each partition is, and who folds it."""

import uuid

import msgspec
from confluent_kafka import Consumer, TopicPartition

from app.bus.connection import confluent
from app.bus.transport import quiet_logger
from app.events import Progress
from app.settings import KafkaSettings
from app.topics import PROGRESS

_decode = msgspec.json.Decoder(Progress).decode


class ProgressFollower:
    """Reads what workers say of their partitions, committed only."""

    def __init__(self, settings: KafkaSettings) -> None:
        self.latest: dict[int, Progress] = {}
        """By partition."""
        config = {
            **confluent(settings), "group.id": f"test-{uuid.uuid4()}", "enable.auto.commit": False,
            "auto.offset.reset": "earliest", "isolation.level": "read_committed",
        }  # fmt: skip
        self._consumer = Consumer(config, logger=quiet_logger())
        self._consumer.assign([TopicPartition(PROGRESS.name, number, 0) for number in range(settings.partitions)])

    def poll(self, timeout_s: float = 0.05) -> None:
        """Take what has come; waits for it at most so long."""
        for message in self._consumer.consume(1000, timeout_s):
            if message.error() is None:
                progress = _decode(message.value())
                self.latest[progress.partition] = progress

    def next_offset(self, partition: int) -> int:
        """The first offset not decided yet."""
        known = self.latest.get(partition)
        return known.next_offset if known else 0

    def owned_by(self, address: str, since_ms: int) -> set[int]:
        """Partitions whose latest word came from this worker, after a time of the wall clock."""
        return {
            number
            for number, progress in self.latest.items()
            if progress.worker == address and progress.time >= since_ms
        }

    def close(self) -> None:
        """Let go of the connections."""
        self._consumer.close()
