"""What must be known of the whole old log before its first record is moved."""

from collections import Counter, defaultdict
from collections.abc import Iterable

import msgspec

from app.bus.envelope import Envelope
from app.core.commands import AnyCommand, Command, decode, decode_origin
from app.events import DeadLetter, Header, LogPosition, Origin
from app.record import LogRecord

SKIPPED = "Skipped"
TICK = b"tick"

_letter = msgspec.json.Decoder(DeadLetter)

Shared = tuple[bytes, int]
"""A command that was given to all partitions: what it says, and how often it was given before."""


class Survey:
    """Fates that a record does not show by itself.

    A record is dead where the old log has a dead letter of it; whatever else is a command or a copy was accepted,
    so its signature was verified then.
    """

    def __init__(self) -> None:
        self.dead: dict[int, set[int]] = defaultdict(set)
        """Offsets of dead letters, by partition."""
        self.skipped: list[tuple[int, int]] = []
        """Positions that were skipped: dead letters too."""
        self.copied: dict[int, set[int]] = defaultdict(set)
        """Offsets of records that have an accepted copy, forwarded or redriven, by partition."""
        self.shared: dict[tuple[int, int], Shared] = {}
        """The commands to partitions, by position."""
        self.holders: Counter[Shared] = Counter()
        """How many partitions have each of them."""
        self._given: Counter[tuple[int, bytes]] = Counter()

    def read_letters(self, letters: Iterable[Envelope]) -> None:
        """Take in the dead-letter topic, before the log."""
        for record in letters:
            letter = _letter.decode(record.value or b"")
            assert isinstance(letter.position, LogPosition)
            position = letter.position
            self.dead[position.partition].add(position.offset)
            if letter.error == SKIPPED:
                self.skipped.append((position.partition, position.offset))

    def read(self, record: LogRecord) -> None:
        """Take in a record of the raw log; those of a partition in order."""
        if self.is_dead(record):
            return
        headers = dict(record.headers)
        if is_tick(headers):
            return
        if Header.CONTROL in headers:
            self._note_command(record, command_of(record, headers))
        elif Header.ORIGIN in headers:
            origin = origin_of(headers)
            self.copied[origin.partition].add(origin.offset)

    def is_dead(self, record: LogRecord) -> bool:
        """Whether the old log could not decide the record."""
        return record.offset in self.dead[record.partition]

    def is_copied(self, record: LogRecord) -> bool:
        """Whether a copy stands for the record."""
        return record.offset in self.copied[record.partition]

    def shared_at(self, record: LogRecord) -> Shared | None:
        """The command to all partitions that the record is, if it is one."""
        return self.shared.get((record.partition, record.offset))

    def _note_command(self, record: LogRecord, command: AnyCommand) -> None:
        if command.fleet is not None:
            return
        said = msgspec.json.encode(unaddressed(command))
        given = (record.partition, said)
        shared = (said, self._given[given])
        self._given[given] += 1
        self.shared[record.partition, record.offset] = shared
        self.holders[shared] += 1


def unaddressed(command: Command) -> Command:
    """The command without what differs from partition to partition."""
    return msgspec.structs.replace(command, partition=None, sequence=0)


def is_tick(headers: dict[str, bytes]) -> bool:
    """Whether a record only says the time."""
    return headers.get(Header.CONTROL) == TICK


def command_of(record: LogRecord, headers: dict[str, bytes]) -> AnyCommand:
    """The command of an accepted control record."""
    return decode(record.value, headers[Header.CONTROL])


def origin_of(headers: dict[str, bytes]) -> Origin:
    """Where an accepted copy stood first."""
    return decode_origin(headers[Header.ORIGIN])
