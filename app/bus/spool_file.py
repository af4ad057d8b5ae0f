"""The SQLite file behind a spool: one connection, transactions, errors in the words of a spool."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.bus.errors import SpoolBusyError, SpoolDamagedError, SpoolFullError
from app.errors import RingfenceError

_SCHEMA = """
CREATE TABLE IF NOT EXISTS spool (
    source TEXT NOT NULL, last_sequence INTEGER NOT NULL, messages INTEGER NOT NULL, bytes INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS message (
    sequence INTEGER PRIMARY KEY, size INTEGER NOT NULL, timestamp INTEGER NOT NULL, topic TEXT NOT NULL,
    key BLOB NOT NULL, headers BLOB NOT NULL, origin TEXT NOT NULL, value BLOB);
CREATE TABLE IF NOT EXISTS mark (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS dead_letter (
    id INTEGER PRIMARY KEY, time INTEGER NOT NULL, error TEXT NOT NULL, reason TEXT NOT NULL,
    attempts INTEGER NOT NULL, sequence INTEGER, topic TEXT NOT NULL, key BLOB NOT NULL, value BLOB,
    headers BLOB NOT NULL, timestamp INTEGER, origin TEXT NOT NULL);
"""
_WAL_PAGES = 8_000
_LOCK_WAIT_S = 30.0


class SpoolFile:
    """A SQLite database in WAL mode with `synchronous=FULL`.

    A transaction that has returned survives the death of the process and, where the disk keeps its word,
    a loss of power too: otherwise numbers already seen by the broker could be given out again.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.RLock()
        with self._translated():
            self._connection = sqlite3.connect(
                path, timeout=_LOCK_WAIT_S, isolation_level=None, check_same_thread=False
            )
            self._prepare()

    def _prepare(self) -> None:
        try:
            self._connection.executescript(
                f"PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint={_WAL_PAGES}; {_SCHEMA}"
            )
        except sqlite3.Error:
            self._connection.close()
            raise

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """A write transaction: all of it or nothing."""
        with self._lock, self._translated():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                self._connection.rollback()
                raise

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The connection, for reads."""
        with self._lock, self._translated():
            yield self._connection

    def close(self) -> None:
        """Close the file; what was committed stays."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            raise _in_our_words(error, self._path) from error


def _in_our_words(error: sqlite3.DatabaseError, path: Path) -> RingfenceError:
    code = getattr(error, "sqlite_errorcode", None)
    if code == sqlite3.SQLITE_FULL:
        return SpoolFullError(f"{path}: the disk is full: free some space and send again")
    if code == sqlite3.SQLITE_BUSY:
        return SpoolBusyError(f"{path}: another process has been writing for {_LOCK_WAIT_S:.0f} s: try again")
    return SpoolDamagedError(f"{path}: {error}: move the file away to begin a new spool")
