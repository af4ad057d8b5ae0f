"""T2: a store keeps entries and positions together, and is thrown away rather than believed when in doubt."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.streaming.errors import StoreCorruptError, StoreLockedError
from app.streaming.identity import Identity
from app.streaming.store import PartitionStore
from app.streaming.store_memory import StoreMemory
from app.streaming.table_view import TableView

IDENTITY = Identity("cluster", {"changelog": "id"})


@pytest.fixture
def store(tmp_path: Path) -> Iterator[PartitionStore]:
    opened = open_store(tmp_path)
    yield opened
    opened.close()


def open_store(folder: Path) -> PartitionStore:
    store = PartitionStore(folder / "0", StoreMemory(cache_mb=8))
    if store.origin is None:
        store.begin(IDENTITY, time_ms=1)
    return store


def test_tables_do_not_mix(store: PartitionStore) -> None:
    store.apply({"a": [(b"k", b"1"), (b"\xff", b"2")], "ab": [(b"k", b"3")]}, {}, 2)
    assert list(TableView(store, "a").items()) == [(b"k", b"1"), (b"\xff", b"2")]
    assert TableView(store, "ab").get(b"k") == b"3"
    assert TableView(store, "b").get(b"k") is None


def test_a_later_entry_of_the_same_batch_wins_and_none_deletes(store: PartitionStore) -> None:
    store.apply({"a": [(b"k", b"1"), (b"k", None), (b"l", None), (b"l", b"2")]}, {}, 2)
    assert list(store.items("a")) == [(b"l", b"2")]


def test_entries_and_positions_survive_a_reopening(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    store.apply({"a": [(b"k", b"1")]}, {"changelog": 7}, 5)
    store.close()
    again = open_store(tmp_path)
    assert again.origin is not None
    assert (again.origin.identity, again.origin.positions, again.origin.time_ms) == (IDENTITY, {"changelog": 7}, 5)
    assert again.get("a", b"k") == b"1"
    again.close()


WRITE_AND_DIE = """
import os, signal, sys
from pathlib import Path
from app.streaming.identity import Identity
from app.streaming.store import PartitionStore
from app.streaming.store_memory import StoreMemory

store = PartitionStore(Path(sys.argv[1]), StoreMemory(cache_mb=8))
store.begin(Identity("cluster", {}), time_ms=1)
for number in range(100):
    store.apply({"a": [(b"k", b"%d" % number)]}, {"changelog": number}, number)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_entries_and_positions_survive_a_sigkill(tmp_path: Path) -> None:
    died = subprocess.run([sys.executable, "-c", WRITE_AND_DIE, str(tmp_path / "0")], check=False)
    assert died.returncode == -signal.SIGKILL
    store = open_store(tmp_path)
    assert store.get("a", b"k") == b"99"
    assert store.origin is not None
    assert store.origin.positions == {"changelog": 99}
    store.close()


def test_an_open_store_is_not_opened_again(store: PartitionStore) -> None:
    with pytest.raises(StoreLockedError, match="another process"):
        PartitionStore(store.path, StoreMemory(cache_mb=8))


def test_damaged_entries_condemn_the_store(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    store.apply({"a": [(b"%05d" % number, os.urandom(2000)) for number in range(2000)]}, {}, 2)
    store._db.flush()
    store.close()
    for file in (tmp_path / "0").glob("*.sst"):
        damaged = bytearray(file.read_bytes())
        quarter = len(damaged) // 4
        damaged[quarter : 2 * quarter] = b"x" * quarter  # what the store was built from stays readable
        file.write_bytes(damaged)
    store = PartitionStore(tmp_path / "0", StoreMemory(cache_mb=8))
    with pytest.raises(StoreCorruptError, match="rebuilt at the next start"):
        list(store.items("a"))
    store.close()
    rebuilt = PartitionStore(tmp_path / "0", StoreMemory(cache_mb=8))
    assert rebuilt.origin is None
    assert list(rebuilt.items("a")) == []
    rebuilt.close()
