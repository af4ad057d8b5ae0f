"""What records of the log change in the mirror: pure, so that the live sink and a rebuild cannot differ."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol, TypeVar

import msgspec
import structlog

from app.core.entries import AgentEntry
from app.core.policy import TrustPolicy
from app.events import UNREADABLE, Change, Decision, Progress
from app.mirror.score import Place, Score, score_of
from app.mirror.state import State, later, state_of
from app.record import LogRecord

log = structlog.get_logger(__name__)

T = TypeVar("T")

_key = msgspec.json.Decoder(tuple[str, str])
_entry = msgspec.json.Decoder(AgentEntry)
_decision = msgspec.json.Decoder(Decision)
_progress = msgspec.json.Decoder(Progress)


class Moved(msgspec.Struct, frozen=True):
    """A change of an agent's trust, as the history keeps it."""

    time: int
    """When it was decided, ms since the epoch."""
    before: float
    after: float
    delta: float
    signal: str
    confidence: float


class HistoryEntry(NamedTuple):
    """An entry of a stream; `id`: the offset in the raw log, and which of the changes of that record it is."""

    id: str
    moved: Moved


@dataclass
class AgentUpdate:
    """The latest that is known of an agent; what is None or empty does not change."""

    score: Score | None = None
    state: State | None = None
    history: list[HistoryEntry] = field(default_factory=list)


class Policies(Protocol):
    """Which trust policy is in force."""

    def trust(self, fleet: str, partition: int) -> TrustPolicy:
        """That of a fleet of a partition."""

    def note(self, decision: Decision, partition: int) -> None:
        """Learn from a decision that a policy has changed."""


class Updates:
    """Takes records and keeps, of each agent, the latest.

    Args:
        logs: the id of each topic, by its name.

    """

    def __init__(self, logs: Mapping[str, str]) -> None:
        self._logs = logs
        self.agents: dict[tuple[str, str], AgentUpdate] = {}
        self.progress: dict[int, Progress] = {}

    def table(self, topic: str, records: Iterable[LogRecord], policies: Policies) -> None:
        """Take entries of the agents' changelog, under the policies in force."""
        for record, ((fleet, agent_id), entry) in _readable(records, _keyed_entry):
            place = Place(self._logs[topic], record.partition, record.offset, record.timestamp)
            policy = policies.trust(fleet, record.partition)
            self._of(fleet, agent_id).score = score_of(entry, place, policy)

    def transitions(self, records: Iterable[LogRecord]) -> None:
        """Take records of the enforcement topic."""
        for _, state in _readable(records, state_of):
            if state is not None:
                update = self._of(state.fleet, state.agent_id)
                update.state = state if update.state is None else later(update.state, state)

    def decisions(self, records: Iterable[LogRecord], policies: Policies) -> None:
        """Take decisions: the history, and news of policies. A tick's names no fleet, and moves no trust."""
        for record, decision in _decoded(records, _decision):
            policies.note(decision, record.partition)
            if decision.fleet is not None:
                for number, change in enumerate(decision.changes, 1):
                    entry = HistoryEntry(f"{_offset(decision)}-{number}", _moved(change, record.timestamp))
                    self._of(decision.fleet, change.agent_id).history.append(entry)

    def folds(self, records: Iterable[LogRecord]) -> None:
        """Take what the folds say of themselves."""
        for _, progress in _decoded(records, _progress):
            self.progress[progress.partition] = progress

    def _of(self, fleet: str, agent_id: str) -> AgentUpdate:
        return self.agents.setdefault((fleet, agent_id), AgentUpdate())


def _decoded(records: Iterable[LogRecord], decoder: msgspec.json.Decoder[T]) -> Iterator[tuple[LogRecord, T]]:
    """Records with what their values say; deletions are left out."""
    present = (record for record in records if record.value is not None)
    return _readable(present, lambda record: decoder.decode(record.value or b""))


def _keyed_entry(record: LogRecord) -> tuple[tuple[str, str], AgentEntry | None]:
    return _key.decode(record.key or b""), None if record.value is None else _entry.decode(record.value)


def _readable(records: Iterable[LogRecord], read: Callable[[LogRecord], T]) -> Iterator[tuple[LogRecord, T]]:
    """Records with what is read of them; what somebody else has put on the topic is left out."""
    for record in records:
        try:
            said = read(record)
        except UNREADABLE as error:
            log.error("not mirrored", partition=record.partition, offset=record.offset, reason=str(error))  # noqa: TRY400
        else:
            yield record, said


def _offset(decision: Decision) -> int:
    return decision.position if isinstance(decision.position, int) else decision.position.offset


def _moved(change: Change, time: int) -> Moved:
    return Moved(time, change.before, change.after, change.delta, change.signal, change.confidence)
