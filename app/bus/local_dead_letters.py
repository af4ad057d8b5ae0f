"""Messages that could not be sent for good: kept beside the spool, counted, listed, never lost."""

from typing import Any, NamedTuple

from app.bus.message import Message, decode_headers, encode_headers
from app.bus.spool_file import SpoolFile
from app.moment import now_ms

_INSERT = "INSERT INTO dead_letter VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_SELECT = """SELECT id, time, error, reason, attempts, topic, key, value, headers, timestamp, origin
             FROM dead_letter ORDER BY id DESC LIMIT ?"""


class Grounds(NamedTuple):
    """Why a message was given up: the class of the error, a sentence, and how often it was tried."""

    error: str
    reason: str
    attempts: int


class LocalDeadLetter(NamedTuple):
    """A message given up, when (milliseconds since the epoch) and why."""

    id: int
    time: int
    grounds: Grounds
    message: Message


class LocalDeadLetters:
    """The dead letters of one spool."""

    def __init__(self, file: SpoolFile) -> None:
        self._file = file

    def add(self, message: Message, grounds: Grounds, sequence: int | None = None) -> None:
        """Keep a message; `sequence` is None where it never got one, refused before it was spooled."""
        row = (
            *(now_ms(), *grounds, sequence, message.topic, message.key, message.value),
            *(encode_headers(message.headers), message.timestamp, message.origin),
        )
        with self._file.reading() as file:
            file.execute(_INSERT, row)

    def __len__(self) -> int:
        """How many there are."""
        with self._file.reading() as file:
            return int(file.execute("SELECT count(*) FROM dead_letter").fetchone()[0])

    def take(self) -> list[Message]:
        """Remove all of them, oldest first; within the transaction in which they go back to the spool."""
        with self._file.reading() as file:
            taken = [_dead_letter(*row).message for row in file.execute(_SELECT, (-1,))]
            file.execute("DELETE FROM dead_letter")
        return taken[::-1]

    def newest(self, limit: int) -> list[LocalDeadLetter]:
        """The last `limit` of them, newest first."""
        with self._file.reading() as file:
            return [_dead_letter(*row) for row in file.execute(_SELECT, (limit,))]


def _dead_letter(number: int, time: int, *columns: Any) -> LocalDeadLetter:  # noqa: ANN401 - a row is untyped
    error, reason, attempts, topic, key, value, headers, timestamp, origin = columns
    message = Message(topic, key, value, decode_headers(headers), timestamp, origin)
    return LocalDeadLetter(number, time, Grounds(error, reason, attempts), message)
