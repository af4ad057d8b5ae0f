"""A table of the fold: decoded entries over the durable ones, and what one record changes can be undone."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Generic, Protocol, TypeVar

import msgspec
from msgspec.structs import replace

from app.core.errors import StoreError

Key = tuple[str | int, ...]


class Entry(Protocol):
    """What every entry has: the event time (ms) at which its next timer fires."""

    due: int | None


E = TypeVar("E", bound=Entry)


class Backing(Protocol):
    """The durable entries of one table in one partition, as of the last commit."""

    def get(self, key: bytes) -> bytes | None: ...
    def items(self) -> Iterable[tuple[bytes, bytes]]: ...


class AnyTable(Protocol):
    """A table, whatever the type of its entries."""

    name: str
    stored: str

    @property
    def changed(self) -> Mapping[Key, Entry | None]: ...
    def get(self, key: Key) -> Entry | None: ...
    def delete(self, key: Key) -> None: ...
    def report_to(self, changed: "list[AnyTable]") -> None: ...
    def merge(self, *, every: bool = False) -> list[tuple[int, Key]]: ...
    def discard(self) -> None: ...
    def flush(self) -> list[tuple[bytes, bytes | None]]: ...


class _Due(msgspec.Struct):
    due: int | None = None


class Table(Generic[E]):
    """Entries of one type under keys, which are JSON arrays.

    Reads see what the record being folded has changed, then the entries of this batch and the cache, then
    the backing. An entry got by `edit` may be changed; one got by `get` must not be.

    >>> from app.core.entries import SourceEntry
    >>> sources = Table("sources", SourceEntry, {})
    >>> _ = sources.put(("spool", "a"), SourceEntry(last=1)), sources.merge()
    >>> sources.edit(("spool", "a")).last = 2; sources.discard()
    >>> sources.get(("spool", "a"))
    SourceEntry(last=1, due=None)
    >>> sources.flush()
    [(b'["spool","a"]', b'{"last":1,"due":null}')]
    """

    def __init__(
        self,
        name: str,
        entry: type[E],
        backing: Backing,
        *,
        stored: str | None = None,
        cached: int = 100_000,
    ) -> None:
        self.name = name
        self.stored = stored or name
        """The stored table; one of another name holds several tables, whose names come first in its keys."""
        self._prefix: Key = () if stored is None else (name,)
        self._backing = backing
        self._decode = msgspec.json.Decoder(entry).decode
        self._encode = msgspec.json.Encoder().encode
        self._cached = cached
        self._young: dict[Key, E | None] = {}
        self._old: dict[Key, E | None] = {}
        self._dirty: dict[Key, object] = {}
        self.changed: dict[Key, E | None] = {}
        """What the record being folded has changed: the entries as they were before it."""
        self._reports: list[AnyTable] = []

    def report_to(self, changed: "list[AnyTable]") -> None:
        """Join this list with the first change of each record; whoever merges or discards clears it."""
        self._reports = changed

    def get(self, key: Key) -> E | None:
        """The entry as the record being folded sees it; not to be changed."""
        try:
            return self._young[key]
        except KeyError:
            entry = self._young[key] = self._old.pop(key) if key in self._old else self._load(key)
            return entry

    def edit(self, key: Key) -> E | None:
        """A copy of the entry that may be changed until `merge` or `discard`."""
        if key in self.changed:
            return self._young[key]
        entry = self.get(key)
        if entry is not None:
            if not self.changed:
                self._reports.append(self)
            self.changed[key] = entry
            self._young[key] = entry = replace(entry)  # type: ignore[type-var] # all are Structs; copy.copy takes twice as long
        return entry

    def put(self, key: Key, entry: E) -> E:
        """Add or replace an entry."""
        self._change(key, entry)
        return entry

    def delete(self, key: Key) -> None:
        self._change(key, None)

    def assume(self, key: Key, entry: E) -> None:
        """Let an entry stand where none is stored; it is written once it is changed or kept."""
        self._young[key] = entry

    def keep(self, key: Key, entry: E) -> None:
        """Replace an entry for good, whatever becomes of the record being folded."""
        self._dirty[key] = None
        self._young[key] = entry

    def merge(self, *, every: bool = False) -> list[tuple[int, Key]]:
        """Keep what the record has changed.

        Returns when changed entries are due (event time in ms, key): `every` one, or those due earlier than before.
        """
        dues = []
        for key, before in self.changed.items():
            self._dirty[key] = None
            entry = self._young[key]
            if entry is None or (due := entry.due) is None:
                continue
            if every or before is None or before.due is None or due < before.due:
                dues.append((due, key))
        self.changed.clear()
        return dues

    def discard(self) -> None:
        """Put back what the record has changed."""
        self._young.update(self.changed)
        self.changed.clear()

    def _change(self, key: Key, entry: E | None) -> None:
        if key not in self.changed:
            before = self.get(key)
            if not self.changed:
                self._reports.append(self)
            self.changed[key] = before
        self._young[key] = entry

    def flush(self) -> list[tuple[bytes, bytes | None]]:
        """The entries changed since the last flush, each encoded once, in the order first changed; None deletes.

        The caller has them in the backing before the next flush: until then the older half of the cache,
        which may be dropped then, still answers.
        """
        young, encode = self._young, self._encode
        prefix = self._prefix
        writes = [
            (encode((*prefix, *key)), None if (entry := young[key]) is None else encode(entry)) for key in self._dirty
        ]
        self._dirty.clear()
        if len(self._young) > self._cached:
            self._old, self._young = self._young, {}
        return writes

    def _load(self, key: Key) -> E | None:
        try:
            value = self._backing.get(self._encode((*self._prefix, *key)))
            return None if value is None else self._decode(value)
        except Exception as error:
            raise StoreError(f"table {self.name}: cannot read {key}") from error


def dues(backing: Backing) -> Iterator[tuple[int, Key]]:
    """The timers of the entries of a stored table: (event time in ms, stored key)."""
    decode_due = msgspec.json.Decoder(_Due).decode
    decode_key = msgspec.json.Decoder(Key).decode
    for key, value in backing.items():
        due = decode_due(value).due
        if due is not None:
            yield due, decode_key(key)
