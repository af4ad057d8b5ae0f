"""The book of a door: who is contained, and how fresh that is; in memory, fed by the committed topics."""

import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress

import msgspec
import structlog
from confluent_kafka import Message

from api.doors.pulse import Instant, Pulse
from app.core.partitioner import home
from app.events import UNREADABLE, Progress, Transition
from app.topics import ENFORCEMENT, PROGRESS

log = structlog.get_logger()

_transition = msgspec.json.Decoder(Transition)
_progress = msgspec.json.Decoder(Progress)
_key = msgspec.json.Decoder(tuple[str, str])


class Book:
    """The latest transition of every agent, and when each partition's fold last had the whole log.

    Evidence stays on the log. One thread tells, any thread reads. A record that is older than what is known changes
    nothing, so reading the topics again from the beginning is harmless.
    """

    def __init__(self, now: Callable[[], Instant] = lambda: Instant(time.time(), time.monotonic())) -> None:
        self.partitions = 0
        """Of the raw topic; 0 while Kafka has not been reached."""
        self.unreadable = 0
        """Records that no fold of this version wrote."""
        self._now = now
        self._transitions: dict[tuple[str, str], Transition] = {}
        self._unread: set[tuple[str, str]] = set()
        self._pulses: dict[int, Pulse] = {}
        self._lock = threading.Lock()

    def tell(self, message: Message) -> None:
        """Note a record of the enforcement or the progress topic; one that cannot be read is said and left out."""
        value = message.value()
        if value is None:
            return
        try:
            if message.topic() == ENFORCEMENT.name:
                self.note(_transition.decode(value))
            elif message.topic() == PROGRESS.name:
                self.note_progress(_progress.decode(value), message.offset())
        except UNREADABLE as error:
            self.unreadable += 1
            self._note_unread(message)
            place = f"{message.topic()}[{message.partition()}]@{message.offset()}"
            log.warning("a door cannot read a record", place=place, reason=str(error))

    def note(self, transition: Transition) -> None:
        """Note a transition, unless a later one of the agent is known."""
        key = (transition.fleet, transition.agent_id)
        with self._lock:
            known = self._transitions.get(key)
            if known is None or transition.epoch >= known.epoch:
                self._transitions[key] = msgspec.structs.replace(transition, evidence=())
                self._unread.discard(key)

    def _note_unread(self, message: Message) -> None:
        """Note that something was decided of an agent that this version does not know."""
        if message.topic() == ENFORCEMENT.name:
            with suppress(msgspec.DecodeError, UnicodeDecodeError), self._lock:
                self._unread.add(_key.decode(message.key() or b""))

    def note_progress(self, progress: Progress, offset: int) -> None:
        """Note how far the fold of a partition is, as the record at an offset of the progress topic says."""
        pulse = Pulse.of(progress, offset, self._now())
        with self._lock:
            known = self._pulses.get(progress.partition)
            if known is None:
                self._pulses[progress.partition] = pulse
            elif pulse.follows(known):
                self._pulses[progress.partition] = pulse.after(known)

    def latest(self, fleet: str, agent_id: str) -> Transition | None:
        """The agent's latest transition; None where nobody ever contained it."""
        return self._transitions.get((fleet, agent_id))

    def knows(self, fleet: str, agent_id: str) -> bool:
        """Whether what was decided last of the agent could be read."""
        return (fleet, agent_id) not in self._unread

    def age_s(self, fleet: str) -> float | None:
        """Seconds since the fold of the fleet's partition had decided all of the log; None where that is unknown."""
        return self._age_s(home(fleet, self.partitions)) if self.partitions else None

    def ages_s(self) -> Mapping[int, float | None]:
        """The same for every partition."""
        return {partition: self._age_s(partition) for partition in range(self.partitions)}

    def _age_s(self, partition: int) -> float | None:
        pulse = self._pulses.get(partition)
        return None if pulse is None else pulse.age_s(self._now())

    def __len__(self) -> int:
        """Agents that have ever been contained."""
        return len(self._transitions)
