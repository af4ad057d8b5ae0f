"""Which dead letters a command means."""

from app.bus.dead_letters import find_letter, read_letters
from app.errors import RingfenceError
from app.events import DeadLetter, LogPosition
from app.settings import KafkaSettings


class SelectionError(RingfenceError):
    """A command line that names no letters, or names them twice."""


def pick(
    kafka: KafkaSettings, partition: int | None, offset: int | None, *, everything: bool, error: str | None
) -> list[DeadLetter]:
    """The letter of a position, or all, or all of an error class. Raises SelectionError, NoSuchLetterError."""
    single = partition is not None and offset is not None
    if (partition is None) != (offset is None) or single + everything + (error is not None) != 1:
        raise SelectionError("name one of: PARTITION and OFFSET, --all, --error CLASS")
    if partition is not None and offset is not None:
        return [find_letter(kafka, LogPosition(partition, offset))]
    return [letter for letter in read_letters(kafka) if error is None or letter.error == error]
