"""A bounded, crash-safe queue on disk in front of Kafka, for producers outside the worker.

Made on SQLite because a commit there is the durability we promise, `mark` can be written with it, and
135,000 messages of 900 bytes a second (1,000 a commit, each synced) are more than Kafka's client takes.
"""

import sqlite3
import uuid
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from app.bus.errors import SpoolFullError
from app.bus.local_dead_letters import Grounds, LocalDeadLetters
from app.bus.message import Message, Spooled, decode_headers, encode_headers
from app.bus.spool_file import SpoolFile
from app.moment import now_ms

DEFAULT_MAX_BYTES = 1024**3
Refused = tuple[Message, Grounds]
"""A message that is not sent, and why."""

_READ_BYTES = 8 * 1024 * 1024

_INSERT = "INSERT INTO message VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
_SELECT = """SELECT sequence, size, timestamp, topic, key, headers, origin, value
             FROM message WHERE sequence > ? ORDER BY sequence LIMIT ?"""
_MARK = "INSERT INTO mark VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
_ADD = "UPDATE spool SET last_sequence = ?, messages = messages + ?, bytes = bytes + ?"
_SUM = "SELECT count(*), coalesce(sum(size), 0) FROM message WHERE sequence <= ?"
_SUBTRACT = "UPDATE spool SET messages = messages - ?, bytes = bytes - ?"


class Depth(NamedTuple):
    """What a spool holds and nobody has acknowledged."""

    messages: int
    bytes: int


class Mark(NamedTuple):
    """How far the input named `name` has been spooled; written with the messages, so both or none survive."""

    name: str
    value: bytes


class Spool:
    """Messages in the order of `append`, numbered by a source of their own, until `remove`.

    The source's id is made with the spool and kept in it; sequences rise from 1 and are never given twice. A copy
    of the folder is the same source: use one of them only.

    folder: where the spool lives; made if absent. max_bytes: what it takes at most, in bytes.
    """

    def __init__(self, folder: Path, *, max_bytes: int = DEFAULT_MAX_BYTES) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._max_bytes = max_bytes
        self._file = SpoolFile(folder / "spool.sqlite")
        self.dead_letters = LocalDeadLetters(self._file)
        self.source = self._identify()

    def append(self, messages: Sequence[Message], mark: Mark | None = None, refused: Sequence[Refused] = ()) -> None:
        """Keep messages, those refused among the dead letters, durably when this returns.

        Raises SpoolFullError, and keeps nothing, where they do not fit.
        """
        with self._file.transaction() as file:
            self._insert(file, messages)
            for message, grounds in refused:
                self.dead_letters.add(message, grounds)
            if mark is not None:
                file.execute(_MARK, mark)

    def read(self, *, after: int, limit: int) -> list[Spooled]:
        """The oldest messages with a sequence above `after`: at most `limit`, and about 8 MiB."""
        found: list[Spooled] = []
        size = 0
        with self._file.reading() as file:
            for row in file.execute(_SELECT, (after, limit)):
                sequence, row_bytes, timestamp, topic, key, headers, origin, value = row
                message = Message(topic, key, value, decode_headers(headers), timestamp, origin)
                found.append(Spooled(sequence, message))
                size += row_bytes
                if size >= _READ_BYTES:
                    break
        return found

    def remove(self, up_to: int) -> int:
        """Forget every message with a sequence of `up_to` or below, which the broker has; how many there were."""
        with self._file.transaction() as file:
            messages, size = file.execute(_SUM, (up_to,)).fetchone()
            file.execute(_SUBTRACT, (messages, size))
            file.execute("DELETE FROM message WHERE sequence <= ?", (up_to,))
        return int(messages)

    def bury(self, spooled: Spooled, grounds: Grounds) -> None:
        """Move a message to the local dead letters: the broker refuses it for good."""
        with self._file.transaction() as file:
            self.dead_letters.add(spooled.message, grounds, spooled.sequence)
            file.execute(_SUBTRACT, (1, spooled.message.size))
            file.execute("DELETE FROM message WHERE sequence = ?", (spooled.sequence,))

    def revive(self) -> int:
        """Put all local dead letters back at the end of the spool, under new sequences; how many there were.

        Raises SpoolFullError, and changes nothing, where they do not fit.
        """
        with self._file.transaction() as file:
            messages = self.dead_letters.take()
            self._insert(file, messages)
        return len(messages)

    def depth(self) -> Depth:
        """What waits for the broker's acknowledgement."""
        with self._file.reading() as file:
            return Depth(*file.execute("SELECT messages, bytes FROM spool").fetchone())

    def mark(self, name: str) -> bytes | None:
        """The value of the last mark of that name."""
        with self._file.reading() as file:
            row = file.execute("SELECT value FROM mark WHERE name = ?", (name,)).fetchone()
        return None if row is None else row[0]

    def close(self) -> None:
        """Close the file; what it holds is sent when the spool is opened again."""
        self._file.close()

    def _insert(self, file: sqlite3.Connection, messages: Sequence[Message]) -> None:
        size = sum(message.size for message in messages)
        last, held = file.execute("SELECT last_sequence, bytes FROM spool").fetchone()
        self._check_room(held, size)
        file.executemany(_INSERT, _rows(last + 1, messages))
        file.execute(_ADD, (last + len(messages), len(messages), size))

    def _identify(self) -> str:
        with self._file.transaction() as file:
            row = file.execute("SELECT source FROM spool").fetchone()
            if row is not None:
                return str(row[0])
            source = str(uuid.uuid4())
            file.execute("INSERT INTO spool VALUES (?, 0, 0, 0)", (source,))
            return source

    def _check_room(self, held: int, size: int) -> None:
        if held + size > self._max_bytes:
            raise SpoolFullError(
                f"{self.folder}: {held} of {self._max_bytes} bytes are taken and {size} more do not fit: "
                "wait until Kafka has taken some, or give the spool more room"
            )


def _rows(first: int, messages: Sequence[Message]) -> Iterable[tuple[int | str | bytes | None, ...]]:
    now = now_ms()
    for sequence, message in enumerate(messages, first):
        timestamp = now if message.timestamp is None else message.timestamp
        headers = encode_headers(message.headers)
        yield sequence, message.size, timestamp, message.topic, message.key, headers, message.origin, message.value
