"""An agent's state in the mirror: its latest transition, or a note that it was forgotten."""

import msgspec
from msgspec import Struct

from app.events import Forgotten, Header, Transition
from app.record import LogRecord

_transition = msgspec.json.Decoder(Transition)
_forgotten = msgspec.json.Decoder(Forgotten)


class Gone(Struct, frozen=True):
    """That nothing stands about an agent any more. It stays for a while, so that late writers find what to compare."""

    fleet: str
    agent_id: str
    epoch: int
    """Of its last transition."""
    time: int
    """When the worker committed this, ms since the epoch."""
    forgotten: bool = True


State = Transition | Gone


def state_of(record: LogRecord) -> State | None:
    """What a record of the enforcement topic says; None of a deletion that no fold wrote. Raises UNREADABLE."""
    if record.value is not None:
        return _transition.decode(record.value)
    about = dict(record.headers).get(Header.FORGOTTEN)
    if about is None:
        return None
    gone = _forgotten.decode(about)
    return Gone(gone.fleet, gone.agent_id, gone.epoch, record.timestamp)


def later(one: State, other: State) -> State:
    """The later of two states of an agent: the state that is forgotten and the note of that have one epoch."""
    return max(one, other, key=lambda state: (state.epoch, isinstance(state, Gone)))
