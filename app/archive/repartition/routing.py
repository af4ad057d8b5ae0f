"""Where each record of the old log goes in the new one, and as what."""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from app.archive.repartition.sources import Sources
from app.archive.repartition.survey import Survey, command_of, is_tick, origin_of
from app.bus.issuer import Issuer
from app.core import signals
from app.core.commands import Command, EnrollKey, RevokeKey, name_of
from app.core.errors import Refused
from app.core.partitioner import home
from app.core.reading import read_message
from app.events import Header
from app.record import Headers, LogRecord

_OF_A_COPY = frozenset({Header.ORIGIN, Header.SIGNATURE})
_OF_A_SPOOL = frozenset({Header.SOURCE, Header.SOURCE_SEQUENCE})


class Placed(NamedTuple):
    """A record to append to a partition of the new log; `timestamp` is its CreateTime in milliseconds."""

    partition: int
    key: bytes | None
    value: bytes | None
    headers: Headers
    timestamp: int


class Routing:
    """Routes the records of a log of `before` partitions to one of `after`, in the order of `merge`.

    Commands are signed anew by `operator`, whose key the new log's genesis enrolls. What was decided is decided
    again; `appended` and `left_out` count what became of the records.
    """

    def __init__(self, survey: Survey, before: int, after: int, operator: Issuer) -> None:
        self.appended: Counter[str] = Counter()
        self.left_out: Counter[str] = Counter()
        self._survey = survey
        self._skipped = frozenset(survey.skipped)
        self._before = before
        self._after = after
        self._operator = operator
        self._heard_before = Sources()
        self._heard_after = Sources()
        self._counted: set[tuple[int, int, int]] = set()

    def route(self, record: LogRecord) -> Iterator[Placed]:
        """The records of the new log that stand for one of the old."""
        headers = dict(record.headers)
        if self._survey.is_dead(record):
            yield from self._letter(record, headers)
        elif is_tick(headers):
            self.left_out["ticks"] += 1
        elif Header.CONTROL in headers:
            yield from self._command(record, command_of(record, headers))
        else:
            yield from self._message(record, headers)

    def _letter(self, record: LogRecord, headers: dict[str, bytes]) -> Iterator[Placed]:
        """A dead letter dies again on its own, except a command, whose signature might be good elsewhere."""
        if (record.partition, record.offset) in self._skipped:
            self.left_out["skipped positions"] += 1
        elif Header.CONTROL in headers:
            self.left_out["refused commands"] += 1
        elif self._survey.is_copied(record):
            self.left_out["redriven dead letters"] += 1
        else:
            self.appended["dead letters"] += 1
            yield Placed(record.partition % self._after, record.key, record.value, record.headers, record.timestamp)

    def _command(self, record: LogRecord, command: Command) -> Iterator[Placed]:
        if command.fleet is not None:
            yield self._signed(record, command, home(command.fleet, self._after))
        elif isinstance(command, EnrollKey | RevokeKey) and command.name == self._operator.name:
            self.left_out["commands about the operator's own key"] += 1
        else:
            for partition in range(self._after):
                yield self._signed(record, _addressed(command, partition), partition)

    def _signed(self, record: LogRecord, command: Command, partition: int) -> Placed:
        self.appended[f"{name_of(command)} commands"] += 1
        value, headers = self._operator.sign(command)
        return Placed(partition, record.key, value, headers, record.timestamp)

    def _message(self, record: LogRecord, headers: dict[str, bytes]) -> Iterator[Placed]:
        try:
            fleet = fleet_of(record.value)
        except Refused:
            self.appended["undecidable records without a dead letter"] += 1
            yield Placed(record.partition % self._after, record.key, record.value, record.headers, record.timestamp)
            return
        copy = Header.ORIGIN in headers
        repeated = (
            self._copy_repeats(record, headers)
            if copy
            else self._heard_before.repeats(record.partition, fleet, headers)
        )
        misplaced = home(fleet, self._before) != record.partition
        if repeated and (copy or misplaced):
            self.left_out["repeats that changed nothing"] += 1
        elif misplaced and self._survey.is_copied(record):
            self.left_out["forwarded records, for their copies"] += 1
        else:
            yield from self._placed(record, headers, fleet, repeated=repeated)

    def _placed(self, record: LogRecord, headers: dict[str, bytes], fleet: str, *, repeated: bool) -> Iterator[Placed]:
        """At the fleet's new home; without its source where that would make a repeat of what was none.

        A misplaced record was counted where it stood, its copy at home by its origin: there the number may come late.
        """
        partition = home(fleet, self._after)
        repeats = self._heard_after.repeats(partition, fleet, headers)
        if repeated and not repeats:
            self.left_out["repeats that changed nothing"] += 1
            return
        dropped = _OF_A_COPY if Header.ORIGIN in headers else frozenset()
        if repeats and not repeated:
            dropped |= _OF_A_SPOOL
        self.appended["repeats" if repeated else "messages"] += 1
        kept = [(header, value) for header, value in record.headers if header not in dropped]
        yield Placed(partition, fleet.encode(), record.value, kept, record.timestamp)

    def _copy_repeats(self, record: LogRecord, headers: dict[str, bytes]) -> bool:
        origin = origin_of(headers)
        counted = (record.partition, origin.partition, origin.offset)
        known = counted in self._counted
        self._counted.add(counted)
        return known


def fleet_of(value: bytes | None) -> str:
    """The fleet whose home the fold looks for. Raises Refused where the value is no message.

    >>> fleet_of(b'{"agent_id":"a","message_type":"t","metadata":{"fleet":"north"}}')
    'north'
    """
    message = read_message(value)
    return signals.fleet_of(message, signals.metadata_of(message))


def _addressed(command: Command, partition: int) -> Command:
    """The command to a partition of the new log; a genesis of the old one is an enrollment like any other there."""
    if isinstance(command, EnrollKey):
        return msgspec.structs.replace(command, partition=partition, partitions=None)
    return msgspec.structs.replace(command, partition=partition)
