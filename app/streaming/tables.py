"""The folds' tables as Faust sees them: listed, routed, assigned with their changelogs, and read."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NoReturn

import faust
from faust.stores.base import SerializedStore
from faust.types import TP

from app.streaming.errors import ReadOnlyTableError

if TYPE_CHECKING:
    from app.streaming.app import FoldApp


class TableStore(SerializedStore[bytes, bytes]):
    """Faust's store of a table: reads what the folds have committed in all partitions held here."""

    app: "FoldApp"

    def persisted_offset(self, _tp: TP) -> int | None:
        """None: recovery is not Faust's."""
        return None

    def _get(self, key: bytes) -> bytes | None:
        found = (view.get(key) for view in self.app.folds.views(self.table_name))
        return next((value for value in found if value is not None), None)

    def _iteritems(self) -> Iterator[tuple[bytes, bytes]]:
        for view in self.app.folds.views(self.table_name):
            yield from view.items()

    def _iterkeys(self) -> Iterator[bytes]:
        return (key for key, _ in self._iteritems())

    def _itervalues(self) -> Iterator[bytes | None]:
        return (value for _, value in self._iteritems())

    def _size(self) -> int:
        return sum(1 for _ in self._iteritems())

    def _contains(self, key: bytes) -> bool:
        return self._get(key) is not None

    def _set(self, _key: bytes, _value: bytes | None) -> NoReturn:
        raise ReadOnlyTableError(self.table_name)

    def _del(self, _key: bytes) -> NoReturn:
        raise ReadOnlyTableError(self.table_name)

    def _clear(self) -> NoReturn:
        raise ReadOnlyTableError(self.table_name)

    async def backup_partition(self, *_: object, **__: object) -> None:
        """Nothing: the changelogs are the backup."""

    def restore_backup(self, *_: object, **__: object) -> None:
        """Nothing: the changelogs are the backup."""

    def reset_state(self) -> None:
        """Nothing: stores that cannot be continued are rebuilt at their assignment."""


class FoldTable(faust.Table[bytes, bytes]):
    """A table that only its fold writes, in its own transaction."""

    app: "FoldApp"

    def _new_store(self) -> TableStore:
        return TableStore(
            "rocksdb://", self.app, self, table_name=self.name, key_type=bytes, value_type=bytes,
            key_serializer="raw", value_serializer="raw",
        )  # fmt: skip

    def on_key_set(self, _key: bytes, _value: bytes) -> NoReturn:
        """Refuse: it would be sent outside of the transaction."""
        raise ReadOnlyTableError(self.name)

    def on_key_del(self, _key: bytes) -> NoReturn:
        """Refuse: it would be sent outside of the transaction."""
        raise ReadOnlyTableError(self.name)

    def on_clear(self) -> NoReturn:
        """Refuse: it would be sent outside of the transaction."""
        raise ReadOnlyTableError(self.name)
