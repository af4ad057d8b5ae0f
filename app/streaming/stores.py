"""The stores that a worker has open: those of its partitions, and warm copies of other workers'."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import structlog
from aiokafka import TopicPartition

from app.moment import now_ms
from app.streaming.folder import DataFolder
from app.streaming.identity import Identity
from app.streaming.staleness import why_stale
from app.streaming.store import PartitionStore
from app.streaming.store_memory import StoreMemory
from app.streaming.table_view import TableView

log = structlog.get_logger(__name__)


class Stores:
    """Opens, checks and closes the stores of partitions in a data folder."""

    def __init__(self, folder: DataFolder, memory: StoreMemory, max_age_ms: int) -> None:
        self._folder = folder
        self._memory = memory
        self._max_age_ms = max_age_ms
        self._open: dict[int, PartitionStore] = {}

    def keep(self, partitions: Iterable[int]) -> Mapping[int, PartitionStore]:
        """Have exactly these partitions open."""
        wanted = set(partitions)
        for partition in self._open.keys() - wanted:
            self._open.pop(partition).close()
        for partition in wanted - self._open.keys():
            self._open[partition] = PartitionStore(self._path(partition), self._memory)
        return self.of(wanted)

    def of(self, partitions: Iterable[int]) -> Mapping[int, PartitionStore]:
        """The open stores of these partitions."""
        return {partition: self._open[partition] for partition in partitions}

    def make_valid(self, identity: Identity, ends: Mapping[TopicPartition, int]) -> None:
        """Empty the stores that cannot be continued on this cluster with these changelogs."""
        for partition, store in self._open.items():
            ends_here = {end.topic: offset for end, offset in ends.items() if end.partition == partition}
            stale = why_stale(store.origin, identity, ends_here, now_ms(), self._max_age_ms)
            if stale:
                log.info("table store is rebuilt", partition=partition, reason=stale)
                store.begin(identity, now_ms())
            else:
                store.adopt(identity)

    def views(self, table: str) -> list[TableView]:
        """One table in all open partitions."""
        return [TableView(store, table) for _, store in sorted(self._open.items())]

    def close(self) -> None:
        """Close all stores."""
        self.keep(())

    def _path(self, partition: int) -> Path:
        return self._folder.store(partition)
