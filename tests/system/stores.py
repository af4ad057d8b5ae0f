"""What the RocksDB stores in the workers' data folders hold."""

from pathlib import Path

from app.streaming.store import PartitionStore
from app.streaming.store_memory import StoreMemory
from app.topics import changelog
from tables import TABLES
from tests.system.recorded import Recorded, Table, replay

Tables = dict[str, Table]


def read_store(folder: Path, partition: int) -> tuple[Tables, dict[str, int]]:
    """The tables of one partition, and the changelog positions that they were copied up to."""
    store = PartitionStore(folder, StoreMemory(8))
    try:
        origin = store.origin
        assert origin is not None, folder
        tables = {spec.name: {(partition, key): value for key, value in store.items(spec.name)} for spec in TABLES}
        return tables, dict(origin.positions)
    finally:
        store.close()


def of_changelogs(recorded: Recorded, app_id: str, partition: int, positions: dict[str, int]) -> Tables:
    """What a store at these positions must hold."""
    tables = {}
    for table, records in recorded.changelogs.items():
        end = positions.get(changelog(app_id, table).name, 0)
        tables[table] = replay([r for r in records if r.partition == partition and r.offset < end])
    return tables
