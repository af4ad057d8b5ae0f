"""What the parts of the fold share while one record is folded."""

from dataclasses import dataclass, field

from app.core.policy import Policy
from app.core.state import State
from app.events import Alert, Change, PatternFound, Transition


@dataclass(slots=True)
class Effects:
    """What the record has caused so far."""

    changes: list[Change] = field(default_factory=list)
    transitions: list[Transition] = field(default_factory=list)
    alerts: list[Alert] = field(default_factory=list)
    patterns: list[PatternFound] = field(default_factory=list)


@dataclass(slots=True)
class Context:
    """The fleet, its time and its policy, and where the record stands."""

    state: State
    fleet: str
    offset: int
    now: int
    """Event time in milliseconds: the fleet's clock, or the time of the timer that fires."""
    policy: Policy
    effects: Effects
