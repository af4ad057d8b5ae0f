"""What the parts of the fold share while one record is folded."""

from typing import Literal

from msgspec import Struct

from app.core.entries import FleetEntry
from app.core.policy import Policy
from app.core.state import State
from app.events import Alert, Change, Cycles, CyclesDropped, Forgotten, GraphDelta, PatternFound, Transition

Detector = Literal["loop", "hoarding", "cascade", "byzantine", "anomaly"]


class Hazard(Struct, frozen=True):
    """A cause by itself of an interaction's ending in conflict, and its probability, 0..1."""

    name: str
    probability: float
    whole: bool = False
    """Whether it takes into account who takes part, so that the sender's record is no further cause."""


class Effects(Struct):
    """What the record has caused so far."""

    changes: list[Change] = []
    enforcement: list[Transition | Forgotten] = []
    alerts: list[Alert] = []
    patterns: list[PatternFound] = []
    cycles: list[Cycles | CyclesDropped] = []
    graph: list[GraphDelta] = []
    aged: int = 0
    """Edges looked at for their age."""
    hazards: list[Hazard] = []
    scores: dict[Detector, float] = {}
    """What the detectors say of the message being folded, 0..1 each."""

    @property
    def transitions(self) -> tuple[Transition, ...]:
        """Those among the changes of enforcement."""
        return tuple([change for change in self.enforcement if isinstance(change, Transition)])

    def score(self, detector: Detector, score: float) -> None:
        """Score the message; of several scores of one detector the highest counts."""
        self.scores[detector] = max(score, self.scores.get(detector, 0.0))


class Context(Struct):
    """The fleet, its time and its policy, and where the record stands."""

    state: State
    fleet: str
    fleet_entry: FleetEntry
    """The fleet's, as `edit` gives it, so that it may be changed."""
    offset: int
    now: int
    """Event time in milliseconds: the fleet's clock, or the time of the timer that fires."""
    policy: Policy
    effects: Effects
