"""The latest messages of each agent, as steps of paths."""

from msgspec import Struct


class Sent(Struct, frozen=True, array_like=True):
    """A message as temporal edges: from its sender to each target, all at one time (ms) and offset."""

    time: int
    offset: int
    targets: tuple[str, ...]
    matter: int = 0
    """The conversation, as a hash; 0: none is given."""
    sketch: bytes = b""
    """What it says (`detectors/loop/sketch.py`); empty where it says nothing that can go round."""


class Heard(Struct, frozen=True, array_like=True):
    """An agent that wrote, and roughly when (ms): its later messages may go unnoted for a while."""

    agent_id: str
    time: int


class HopsEntry(Struct, omit_defaults=True):
    """The latest temporal edges of an agent. Key: [fleet, agent]."""

    due: int | None
    sealed: int = 0
    """Chunks filled so far; the next one takes the slot of the oldest."""
    sent: tuple[Sent, ...] = ()
    """What it sent since the last chunk, oldest first."""
    heard: tuple[Heard, ...] = ()
    """The latest two that wrote to it."""
    repeated: int = 0
    """How many messages in a row, up to the latest, said the same to the same targets before it."""


class HopChunkEntry(Struct, omit_defaults=True):
    """Older temporal edges of an agent, oldest first; they go with its HopsEntry. Key: [fleet, agent, slot]."""

    sent: tuple[Sent, ...]
    due: int | None = None
