"""A table of one partition, as a fold and a page read it."""

from collections.abc import Iterator

from app.streaming.store import PartitionStore


class TableView:
    """One table of a partition, as a fold reads it."""

    def __init__(self, store: PartitionStore, table: str) -> None:
        self._store = store
        self._table = table

    def get(self, key: bytes) -> bytes | None:
        """The entry of a key, or None."""
        return self._store.get(self._table, key)

    def items(self) -> Iterator[tuple[bytes, bytes]]:
        """All entries in the order of their keys."""
        return self._store.items(self._table)
