"""What a live view shows of one agent, one partition, one door."""

from dataclasses import dataclass
from typing import Literal

from app.bus.door import DoorCondition
from app.events import Change, EnforcementState, Transition

DoorStanding = Literal["in touch", "out of touch", "reading", "silent"]
CONTAINED: tuple[EnforcementState, ...] = ("quarantined", "throttled", "probation", "watched")
"""States that a person may want to look at, the most urgent first."""


@dataclass(slots=True)
class AgentRow:
    """What is known of one agent: `trust` is None until a decision says it, `last_change` moved it last."""

    fleet: str
    agent_id: str
    trust: float | None = None
    messages: int = 0
    risk: float = 0.0
    enforcement: Transition | None = None
    last_change: Change | None = None

    @property
    def condemned(self) -> bool:
        """Whether its last enforcement state is quarantined, in whatever mode."""
        return self.enforcement is not None and self.enforcement.state == "quarantined"

    @property
    def quarantined(self) -> bool:
        """Whether it is really held: in the other modes that is only what would be done."""
        return self.condemned and self.enforcement is not None and self.enforcement.mode == "enforce"


@dataclass(frozen=True, slots=True)
class PartitionRow:
    """How far the fold of a partition is; `lag` in records, `behind_s` in seconds, None while they are not known."""

    partition: int
    next_offset: int
    lag: int | None
    behind_s: float | None
    worker: str


@dataclass(frozen=True, slots=True)
class Connection:
    """Since when, in seconds, the brokers answer, or why they do not."""

    since: float
    lost: str | None


@dataclass(frozen=True, slots=True)
class DoorRow:
    """What a door last said of itself, or why it says nothing, and since when, in seconds, it is as it is."""

    url: str
    since: float
    condition: DoorCondition | None
    trouble: str | None

    @property
    def standing(self) -> DoorStanding:
        """What this comes to."""
        if self.condition is None:
            return "silent"
        if not self.condition.ready:
            return "reading"
        return "out of touch" if self.condition.stale else "in touch"
