"""The states of the agents, as a door knows them: in memory, fed by the compacted topic of enforcement."""

from contextlib import suppress
from threading import Lock

import msgspec
from confluent_kafka import Message

from app.bus.reread import Reread
from app.events import UNREADABLE, Forgotten, Header, Transition

AgentKey = tuple[str, str]
"""Fleet and agent."""

_transition = msgspec.json.Decoder(Transition)
_forgotten = msgspec.json.Decoder(Forgotten)
_key = msgspec.json.Decoder(AgentKey)


class States:
    """The latest transition of every agent about whom something stands; evidence stays on the log.

    The topic is read again after an outage, and what it said first is not what stands. So a record that was read before
    changes nothing of an agent that is not known: it was forgotten since. And since a topic does not keep deletions for
    ever, whoever was not told of again is forgotten at the end. One thread tells, any thread reads.
    """

    def __init__(self) -> None:
        self._latest: dict[AgentKey, Transition] = {}
        self._again: dict[AgentKey, Transition] | None = None
        """What stands as of the part that has been read, while all is read from the beginning."""
        self._unread: set[AgentKey] = set()
        self._reread = Reread()
        self._lock = Lock()

    def begin(self) -> None:
        """All is told from the beginning now."""
        with self._lock:
            self._reread.begin()
            self._again = {}
            self._unread.clear()

    def end(self) -> None:
        """All has been told that there was."""
        with self._lock:
            self._reread.end()
            unread = {key: self._latest[key] for key in self._unread if key in self._latest}
            self._latest, self._again = {**unread, **(self._again or {})}, None

    def read(self, message: Message) -> None:
        """Note a record of the topic. Raises UNREADABLE where no fold of this version wrote it."""
        is_new = self._reread.is_new(message.partition(), message.offset())
        value, about = message.value(), dict(message.headers() or ()).get(Header.FORGOTTEN)
        try:
            if value is not None:
                self.note(_transition.decode(value), is_new=is_new)
            elif about is not None:
                self.forget(_forgotten.decode(about))
        except UNREADABLE:
            self._note_unread(message.key())
            raise

    def note(self, transition: Transition, *, is_new: bool = True) -> None:
        """Note a transition, unless a later one of the agent is known, or the agent was forgotten since."""
        key, slim = (transition.fleet, transition.agent_id), msgspec.structs.replace(transition, evidence=())
        with self._lock:
            if self._again is not None:
                self._again[key] = slim
            known = self._latest.get(key)
            if is_new if known is None else transition.epoch >= known.epoch:
                self._latest[key] = slim
                self._unread.discard(key)

    def forget(self, forgotten: Forgotten) -> None:
        """Note that nothing stands about an agent any more, unless something does again."""
        key = (forgotten.fleet, forgotten.agent_id)
        with self._lock:
            if self._again is not None:
                self._again.pop(key, None)
            known = self._latest.get(key)
            if known is None or known.epoch <= forgotten.epoch:
                self._latest.pop(key, None)
                self._unread.discard(key)

    def _note_unread(self, key: bytes | None) -> None:
        """Note that something was decided of an agent that this version does not know."""
        with suppress(msgspec.DecodeError, UnicodeDecodeError), self._lock:
            self._unread.add(_key.decode(key or b""))

    def latest(self, fleet: str, agent_id: str) -> Transition | None:
        """The agent's latest transition; None where nothing stands about it."""
        return self._latest.get((fleet, agent_id))

    def knows(self, fleet: str, agent_id: str) -> bool:
        """Whether what was decided last of the agent could be read."""
        return (fleet, agent_id) not in self._unread

    def __len__(self) -> int:
        """Agents about whom something stands."""
        return len(self._latest)
