"""The partitions of the old log as one sequence: by time, each partition in its own order."""

import heapq
from collections.abc import Iterator, Mapping

from app.archive.repartition.survey import Shared, Survey
from app.bus.envelope import Envelope


def merge(partitions: Mapping[int, Iterator[Envelope]], survey: Survey) -> Iterator[Envelope]:
    """Yield every record once, but a command that several partitions have only where the first of them had it.

    Such a command waits until all partitions that have it have come to it: so what each fleet said before it, and
    after it, stays so. Where two such commands crossed on the log, the older one does not wait.
    """
    return _Merge(partitions, survey).run()


class _Merge:
    def __init__(self, partitions: Mapping[int, Iterator[Envelope]], survey: Survey) -> None:
        self._partitions = partitions
        self._survey = survey
        self._heads: list[tuple[int, int, Envelope]] = []
        self._waiting: dict[Shared, list[Envelope]] = {}
        self._given: set[Shared] = set()

    def run(self) -> Iterator[Envelope]:
        for partition in self._partitions:
            self._advance(partition)
        while self._heads or self._waiting:
            if not self._heads:
                yield self._give(min(self._waiting, key=self._oldest))
                continue
            _, partition, record = heapq.heappop(self._heads)
            shared = self._survey.shared_at(record)
            if shared is None:
                yield record
                self._advance(partition)
            elif shared in self._given:
                self._advance(partition)
            else:
                yield from self._arrive(shared, record)

    def _arrive(self, shared: Shared, record: Envelope) -> Iterator[Envelope]:
        arrived = self._waiting.setdefault(shared, [])
        arrived.append(record)
        if len(arrived) == self._survey.holders[shared]:
            yield self._give(shared)

    def _give(self, shared: Shared) -> Envelope:
        arrived = self._waiting.pop(shared)
        self._given.add(shared)
        for record in arrived:
            self._advance(record.partition)
        return min(arrived, key=lambda record: (record.timestamp, record.partition))

    def _advance(self, partition: int) -> None:
        record = next(self._partitions[partition], None)
        if record is not None:
            heapq.heappush(self._heads, (record.timestamp, partition, record))

    def _oldest(self, shared: Shared) -> tuple[int, int]:
        return min((record.timestamp, record.partition) for record in self._waiting[shared])
