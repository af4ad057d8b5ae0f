"""How often is alarm raised on days on which nothing is wrong?"""

from collections import Counter
from collections.abc import Iterator, Sequence
from statistics import mean
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from app.simulator.simulation import Plan
from tests.evaluation.figure import Estimate, Figure
from tests.evaluation.poisson import poisson_interval
from tests.evaluation.simulated.run import SimulatedRun, run

SCENARIOS = ("healthy", "busy", "flash-crowd")
PER_AGENT_HOURS = 1_000.0


class Day(NamedTuple):
    """Agents beside the providers of their pools, seconds between two messages of an agent, hours."""

    agents: int
    beat_s: float
    hours: float

    @property
    def agent_hours(self) -> float:
        return self.agents * self.hours


DAYS = (Day(24, 60.0, 24.0), Day(100, 60.0, 8.0), Day(10, 10.0, 6.0))


class Quiet(Struct, frozen=True):
    """One day: how many false alarms by pattern, in how many agent-hours."""

    alarms: dict[str, int]
    contentions: int
    """Alerts of conflicts that were there."""
    agent_hours: float
    cost_us: float


def plans(scenario: str, agent_hours: float) -> Iterator[Plan]:
    """Days of several kinds in turn until they hold so many agent-hours."""
    seed = 0
    while agent_hours > 0:
        day = DAYS[seed % len(DAYS)]
        yield Plan(scenario, agents=day.agents, seed=seed, rate=day.agents / day.beat_s, duration_s=day.hours * 3600)
        agent_hours -= day.agent_hours
        seed += 1


def quiet(plan: Plan) -> Quiet:
    """Simulate and fold one day."""
    done = run(plan)
    assert plan.duration_s is not None
    alarms = false_alarms(done)
    contentions = sum(1 for _ in done.opened()) - alarms.total()
    return Quiet(dict(alarms), contentions, plan.agents * plan.duration_s / 3600, done.cost_us)


def false_alarms(done: SimulatedRun) -> Counter[str]:
    """Alerts opened, by pattern; one of a conflict is right where its evidence holds a request that met others."""
    return Counter(
        alert.pattern
        for alert in done.opened()
        if not (alert.pattern == "conflict" and done.conflicts.intersection(alert.evidence))
    )


def calm_figures(scenario: str, days: Sequence[Quiet]) -> list[Figure]:
    """False alarms per 1,000 agent-hours, the goal being for the upper end; beside them what is no false alarm."""
    alarms: Counter[str] = Counter()
    for day in days:
        alarms.update(day.alarms)
    hours = sum(day.agent_hours for day in days)
    cost = mean(day.cost_us for day in days)

    def figure(metric: str, count: int) -> Figure:
        scale = PER_AGENT_HOURS / hours
        low, high = poisson_interval(count)
        return Figure(
            detector="all",
            set=f"simulated {scenario}",
            metric=f"{metric} per 1,000 agent-hours",
            estimate=Estimate(*(round(value * scale, 4) for value in (count, low, high))),
            cases=round(hours),
            lower=True,
            cost_us=cost,
        )

    false = replace(
        figure("false alarms", alarms.total()), goal=1.0, to_bound=True, breakdown=dict(sorted(alarms.items()))
    )
    return [false, figure("alerts of true contention", sum(day.contentions for day in days))]
