"""The book of a door: who is contained, and how fresh that is; in memory, fed by the committed topics."""

import threading
import time
from collections.abc import Callable, Mapping

import msgspec
import structlog
from confluent_kafka import Message

from api.doors.pulse import Instant, Pulse
from api.doors.states import States
from app.core.partitioner import home
from app.events import UNREADABLE, Progress
from app.topics import ENFORCEMENT, PROGRESS

log = structlog.get_logger()

_progress = msgspec.json.Decoder(Progress)


class Book:
    """What stands about the agents, and when each partition's fold last had the whole log.

    One thread tells, any thread reads. A record that is older than what is known changes nothing, so reading the topics
    again from the beginning is harmless.
    """

    def __init__(self, now: Callable[[], Instant] = lambda: Instant(time.time(), time.monotonic())) -> None:
        self.partitions = 0
        """Of the raw topic; 0 while Kafka has not been reached."""
        self.unreadable = 0
        """Records that no fold of this version wrote."""
        self._now = now
        self.states = States()
        self._pulses: dict[int, Pulse] = {}
        self._lock = threading.Lock()

    def tell(self, message: Message) -> None:
        """Note a record of the enforcement or the progress topic; one that cannot be read is said and left out."""
        try:
            if message.topic() == ENFORCEMENT.name:
                self.states.read(message)
            elif message.topic() == PROGRESS.name and message.value() is not None:
                self.note_progress(_progress.decode(message.value()), message.offset())
        except UNREADABLE as error:
            self.unreadable += 1
            place = f"{message.topic()}[{message.partition()}]@{message.offset()}"
            log.warning("a door cannot read a record", place=place, reason=str(error))

    def note_progress(self, progress: Progress, offset: int) -> None:
        """Note how far the fold of a partition is, as the record at an offset of the progress topic says."""
        pulse = Pulse.of(progress, offset, self._now())
        with self._lock:
            known = self._pulses.get(progress.partition)
            if known is None:
                self._pulses[progress.partition] = pulse
            elif pulse.follows(known):
                self._pulses[progress.partition] = pulse.after(known)

    def age_s(self, fleet: str) -> float | None:
        """Seconds since the fold of the fleet's partition had decided all of the log; None where that is unknown."""
        return self._age_s(home(fleet, self.partitions)) if self.partitions else None

    def ages_s(self) -> Mapping[int, float | None]:
        """The same for every partition."""
        return {partition: self._age_s(partition) for partition in range(self.partitions)}

    def _age_s(self, partition: int) -> float | None:
        pulse = self._pulses.get(partition)
        return None if pulse is None else pulse.age_s(self._now())
