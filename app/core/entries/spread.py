"""What spreads from agent to agent."""

from msgspec import Struct


class Receipt(Struct, frozen=True, array_like=True):
    """A message that an agent got, which what it sends next may be set off by."""

    at: int
    sender: str
    offset: int
    """Of the record at the root of the tree that it belongs to."""
    generation: int
    """Of the sender in that tree; the root's is 0."""
    conversation: int = 0
    message_id: int = 0
    """Both as CRC-32; 0: none is given."""
    failure: bool = False


class FanOut(Struct, frozen=True, array_like=True):
    """Whom an agent that nobody had prompted has reached in one go."""

    last: int
    """When it last reached a new target."""
    targets: tuple[str, ...]
    evidence: tuple[int, ...] = ()
    met: tuple[tuple[str, int], ...] = ()
    """Where the targets have sent on to, and how many of them did."""
    active: tuple[str, ...] = ()
    """The targets that have sent on, or back."""
    answers: int = 0
    """Targets that have sent back."""
    looked: bool = False
    """Whether it was looked at early and found ordinary so far."""
    handed: bool = True
    """Whether it hands something over with every message."""


class SpreadEntry(Struct, omit_defaults=True):
    """What an agent got and sent lately, for the propagation forest. Key: [fleet, agent]."""

    due: int | None
    sent_at: int = 0
    heard_at: int = 0
    """When anything last reached it; kept no finer than an eighth of the fleet's window."""
    pause_ms: float = 0.0
    """Its usual time between two sends; 0 while unknown."""
    receipts: tuple[Receipt, ...] = ()
    sends: int = 0
    offset: int = -1
    """Of the root of the tree where it last took part, and how far from that it is."""
    generation: int = 0
    conversation: int = 0
    """Where it sent last, as CRC-32."""
    fanout: FanOut | None = None
    reached: tuple[str, ...] = ()
    """The targets of its last fan-out, which are not new any more."""


class TreeEntry(Struct, omit_defaults=True):
    """One tree of the propagation forest: who was set off by whom. Key: [fleet, offset of the root]."""

    due: int | None
    root: str
    failure: bool
    generations: tuple[int, ...]
    """Agents by their distance from the root."""
    members: tuple[str, ...]
    """The first MAX_MEMBERS of them."""
    parents: tuple[tuple[str, int], ...]
    """Those who set off the most, and how many."""
    evidence: tuple[int, ...]
    told: int = 0
    """Messages of it that those who were set off have sent, by target."""
    failed: tuple[str, ...] = ()
    """Those who have answered one of its messages with a failure, the first MAX_MEMBERS."""


class RhythmEntry(Struct, omit_defaults=True):
    """What is ordinary in a fleet: pauses between sends, fan-outs, trees. Key: [fleet]."""

    due: int | None = None
    pauses: int = 0
    pause_log: float = 0.0
    """Mean of ln(pause in ms), and its variance."""
    pause_var: float = 0.0
    window_ms: int = 0
    """How long a message may set off others, and the longest pause within one go; 0 while unknown."""
    pace_ms: int = 0
    fanouts: tuple[int, ...] = ()
    """Finished fan-outs by how many they reached; the last counts the larger ones, too."""
    agents: int = 0
    """Agents that have taken part lately."""
    children: float = 0.0
    parents: float = 0.0
    """Of finished trees, for the ordinary reproduction number."""
