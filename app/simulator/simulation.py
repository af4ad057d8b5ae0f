"""Fleets side by side: one stream of messages and labels in order of time.

>>> plan = Plan(scenario="healthy", agents=8, seed=7, rate=50, duration_s=60)
>>> first = next(event for event in simulate(plan) if isinstance(event, AgentMessage))
>>> first.timestamp, first.agent_id
('2025-01-01T00:00:00.051397Z', 'researcher-1')
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from heapq import merge
from operator import attrgetter
from random import Random

from app.errors import RingfenceError
from app.events import AgentMessage
from app.simulator.fleet import Fleet
from app.simulator.scenarios import SCENARIOS
from app.simulator.truth import Label

START = datetime(2025, 1, 1, tzinfo=UTC)
MIN_AGENTS = 2


class PlanError(RingfenceError):
    """A simulation that cannot be run as asked for."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to simulate.

    `rate` is in messages a second of all fleets together, `duration_s` in seconds (None: without end);
    `agents` counts those of one fleet beside the providers of its pools; `severity`, 0 to 1, is how bad it gets.
    Equal plans give equal bytes.

    Raises `PlanError` for an unknown scenario and for numbers that make no fleet.
    """

    scenario: str
    fleets: int = 1
    agents: int = 8
    seed: int = 0
    rate: float = 50.0
    start: datetime = START
    duration_s: float | None = None
    severity: float = 0.5

    def __post_init__(self) -> None:
        if self.scenario not in SCENARIOS:
            raise PlanError(f"no scenario {self.scenario!r}; there are: {', '.join(SCENARIOS)}")
        if self.fleets < 1 or self.agents < MIN_AGENTS:
            raise PlanError("a simulation needs at least one fleet of two agents")
        if self.rate <= 0:
            raise PlanError("the rate must be above 0 messages a second")
        if not 0 <= self.severity <= 1:
            raise PlanError("the severity must be from 0 to 1")

    @property
    def beat_s(self) -> float:
        """Mean seconds between two messages of one agent."""
        return self.fleets * self.agents / self.rate


def simulate(*plans: Plan) -> Iterator[AgentMessage | Label]:
    """All fleets of all plans, merged by event time; runs as fast as it is read."""
    streams = [_fleet(plan, number) for plan in plans for number in range(1, plan.fleets + 1)]
    return merge(*streams, key=attrgetter("timestamp"))


def _fleet(plan: Plan, number: int) -> Iterator[AgentMessage | Label]:
    name = f"{plan.scenario}-{number}"
    random, beat = Random(f"{plan.seed}/{name}"), timedelta(seconds=plan.beat_s)  # noqa: S311 - a seeded simulation
    fleet = Fleet(name, plan.agents, random, plan.start, beat, severity=plan.severity)
    SCENARIOS[plan.scenario](fleet)
    return fleet.run(None if plan.duration_s is None else plan.duration_s / plan.beat_s)
