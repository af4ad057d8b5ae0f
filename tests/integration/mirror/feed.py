"""A log in memory that a sink reads as `Delivery` lets it: from where it says, again where it has lost something."""

from aiokafka import TopicPartition

from app.bus.envelope import Envelope
from app.delivery import Position, Sink
from tests.integration.mirror.log import fetched

BATCH = 7


class Feed:
    """Hands over what is appended."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._log: dict[TopicPartition, list[Envelope]] = {}
        self._next: dict[TopicPartition, Position] = {}
        self.rewound = 0

    def append(self, *records: Envelope) -> None:
        for record in records:
            self._log.setdefault(TopicPartition(record.topic, record.partition), []).append(record)

    async def begin(self) -> None:
        """As after an assignment."""
        self._next = dict(await self._sink.resume(list(self._log)))

    async def deliver(self) -> None:
        """Until all is written."""
        lost = True
        while lost or any(map(self._ahead, self._log)):
            batch = {place: self._ahead(place)[:BATCH] for place in self._log if self._ahead(place)}
            lost = bool(moved := await self._sink.write({p: list(map(fetched, rs)) for p, rs in batch.items()}))
            self.rewound += lost
            self._next |= moved if lost else {place: records[-1].offset + 1 for place, records in batch.items()}

    def _ahead(self, place: TopicPartition) -> list[Envelope]:
        start = self._next.get(place) or 0
        return [record for record in self._log[place] if record.offset >= start]
