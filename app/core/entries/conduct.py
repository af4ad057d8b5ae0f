"""What speaks for and against an agent's being Byzantine."""

from msgspec import Struct


class Limit(Struct, frozen=True, array_like=True):
    """What an agent is bound not to go over."""

    resource: str
    """Empty: whatever it claims."""
    amount: float
    due: int
    offset: int
    """The record that bound it."""
    conversation: str | None
    """Where that was."""


class ConductEntry(Struct, omit_defaults=True):
    """What speaks for an agent's being Byzantine. Key: [fleet, agent]."""

    due: int | None
    at: int
    """When `weights`, `moves` and `defections` were last decayed."""
    weights: tuple[float, ...] = ()
    """Decayed log-likelihood ratios, one for each signal."""
    probability: float = 0.0
    """What they came to."""
    evidence: tuple[int, ...] = ()
    """Offsets of the latest records that spoke against it."""
    moves: float = 0.0
    """Decayed count of its moves towards others, and of its unprovoked defections among them."""
    defections: float = 0.0
    limits: tuple[Limit, ...] = ()
    group: str | None = None
    """The group that it decides in."""


class Moves(Struct, frozen=True, array_like=True):
    """An agent's latest move towards another, and the one before: whether it defected, and when (ms)."""

    defected: bool = False
    at: int = -1
    before: bool = False


class ExchangeEntry(Struct, omit_defaults=True):
    """The latest moves of a pair towards each other. Key: [fleet, agent, agent], in order of name."""

    due: int | None
    first: "Moves"
    second: "Moves"


class GroupEntry(Struct, omit_defaults=True):
    """A group that decides together, and what is believed of traitors in it. Key: [fleet, group]."""

    due: int | None
    members: tuple[str, ...]
    likelihoods: bytes
    """Log-likelihood of each coalition, little-endian float32, in the order of `coalitions`."""
    team: int = 0
    """The proposal before the group: its members as bits."""
    leader: int = -1
    voted: int = 0
    approved: int = 0


class StatementEntry(Struct, omit_defaults=True):
    """What an agent has said to whom, of one kind and in one context. Key: [fleet, agent, context]."""

    due: int | None
    value: int
    """CRC-32 of what it said."""
    heard: tuple[str, ...]
    offset: int
    held: bool = False
    """Whether the difference is held against it."""


class PendingCall(Struct, frozen=True, array_like=True):
    """A call that serves what its agent has read, until its result is known."""

    tool: str
    weight: float


class ReadingEntry(Struct, omit_defaults=True):
    """What an agent was asked to do in a conversation, and what it was told by what it read.

    Key: [fleet, agent, conversation]. Words are kept as CRC-32, four bytes each, little-endian.
    """

    due: int | None
    asked: bytes = b""
    told: bytes = b""
    """Words of passages that address the reader."""
    source: str = ""
    """Who brought the latest such passage, and in which record."""
    offset: int = 0
    pending: tuple[PendingCall, ...] = ()
    counted: float = 0.0
    """Weight that obeying them has counted so far."""
