"""The book of a door: who is contained, and how fresh that is; in memory, fed by the committed topics."""

import threading
import time

import msgspec
from confluent_kafka import Message

from app.core.partitioner import home
from app.events import Progress, Transition
from app.topics import ENFORCEMENT, PROGRESS

_transition = msgspec.json.Decoder(Transition)
_progress = msgspec.json.Decoder(Progress)


class Book:
    """The latest transition of every agent, and when each partition's fold last said that it goes on.

    One thread tells, any thread reads. A record that is older than what is known changes nothing, so reading
    the topics again from the beginning is harmless.
    """

    def __init__(self) -> None:
        self._transitions: dict[tuple[str, str], Transition] = {}
        self._alive: dict[int, int] = {}
        self._lock = threading.Lock()

    def tell(self, message: Message) -> None:
        """Note a record of the enforcement or the progress topic."""
        value = message.value()
        if value is None:
            return
        if message.topic() == ENFORCEMENT.name:
            self.note(_transition.decode(value))
        elif message.topic() == PROGRESS.name:
            self.note_progress(_progress.decode(value))

    def note(self, transition: Transition) -> None:
        """Note a transition, unless a later one of the agent is known."""
        key = (transition.fleet, transition.agent_id)
        with self._lock:
            known = self._transitions.get(key)
            if known is None or transition.epoch >= known.epoch:
                self._transitions[key] = transition

    def note_progress(self, progress: Progress) -> None:
        """Note that the fold of a partition goes on."""
        with self._lock:
            self._alive[progress.partition] = max(progress.time, self._alive.get(progress.partition, 0))

    def latest(self, fleet: str, agent_id: str) -> Transition | None:
        """The agent's latest transition; None where nobody ever contained it."""
        return self._transitions.get((fleet, agent_id))

    def age_s(self, fleet: str, partitions: int, now_s: float | None = None) -> float | None:
        """Seconds since the fold of the fleet's partition last said that it goes on; None where it never did."""
        told = self._alive.get(home(fleet, partitions)) if partitions else None
        now_s = time.time() if now_s is None else now_s
        return None if told is None else max(0.0, now_s - told / 1000.0)

    def __len__(self) -> int:
        """Agents that have ever been contained."""
        return len(self._transitions)
