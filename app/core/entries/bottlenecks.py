"""How long agents take, and who waits."""

from typing import NamedTuple

from msgspec import Struct


class LatencyEntry(Struct, omit_defaults=True):
    """How long one agent takes to answer another, usually. Key: [fleet, caller, callee, operation]."""

    due: int | None
    seen: int = 0
    own_log: float = 0.0
    """Mean of ln(own time in us), and the mean absolute deviation."""
    own_dev: float = 0.0
    wire_log: float = 0.0
    """The same of the time on the wire."""
    wire_dev: float = 0.0


class Struck(NamedTuple):
    """That an agent has failed in a way, and when it did last."""

    way: str
    at: int


class LoadEntry(Struct, omit_defaults=True):
    """The calls that an agent answers. Key: [fleet, agent]."""

    due: int | None
    answered: int = 0
    at: int = 0
    """When the counts below were last decayed."""
    calls: float = 0.0
    slow: float = 0.0
    """Of the current window: those that it took long over or failed at itself."""
    slow_wire: float = 0.0
    """Those that were long on the way."""
    excess: float = 0.0
    excess_wire: float = 0.0
    """By how many powers of ten all of those were above the usual, in sum."""
    slow_share: float = 0.0
    """Ordinary shares of both."""
    slow_wire_share: float = 0.0
    counted: int | None = None
    """When it last counted as one that answers."""
    struck: Struck | None = None
    """As what it last counted among those that fail."""


class CensusEntry(Struct, omit_defaults=True):
    """How many agents answer, or fail in one way, lately. Key: [fleet, way]; the way of all that answer is empty."""

    due: int | None
    at: int
    agents: float = 0.0
    """As of `at`: each counts by half for every `common_half_life_s` since it last did."""


class Trouble(Struct, frozen=True, array_like=True):
    """An agent to which calls are slow, or fail, now."""

    callee: str
    at: int
    own: float
    """Evidence (nats) that it is slow or fails itself, and that the wires to it are slow."""
    wire: float
    callers: tuple[tuple[str, int], ...]
    """Who has met with that, and how often on the wire."""
    reason: str
    evidence: tuple[int, ...]
    counts: bool = False
    """Whether the callee was in good standing when this began."""
    cost: tuple[int, ...] = ()
    """Those of the evidence that cost it trust as errors."""


class TroubleEntry(Struct, omit_defaults=True):
    """What is slow or fails in a fleet now. Key: [fleet]."""

    due: int | None
    troubles: tuple[Trouble, ...] = ()
