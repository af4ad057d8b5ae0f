"""Is each scenario's trouble found, are the right ones named, and how soon?"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from statistics import mean, median
from typing import NamedTuple

from msgspec import Struct

from app.simulator.simulation import Plan
from tests.evaluation.figure import Effort, Estimate, Figure, estimate
from tests.evaluation.folded import Alert
from tests.evaluation.groups import counts_estimate
from tests.evaluation.metrics import Counts
from tests.evaluation.simulated.run import SimulatedRun, run

SIZES = (12, 24, 40)
BEATS_S = (10.0, 30.0, 60.0)
"""Fleets of several sizes and paces, in turn by the seed: each agent sends a message in one beat."""
SIZES_OF_A_SPREAD = (40, 80, 160)
"""How many each agent reaches can only be told where there are enough to be reached."""
BEATS = 120
ROLES_OF_A_LOOP = frozenset({"culprit", "carrier", "victim"})
CULPRITS = frozenset({"culprit"})


class Attack(NamedTuple):
    """The label that says who does it, the pattern of the alerts that should, and the roles that count as named."""

    label: str
    pattern: str
    roles: frozenset[str] = CULPRITS


ATTACKS: Mapping[str, Attack] = {
    "loop": Attack("loop", "routing_loop", ROLES_OF_A_LOOP),
    "hoarding": Attack("hoarding", "resource_hoarding"),
    "cascade": Attack("cascade", "cascade"),
    "byzantine": Attack("byzantine", "byzantine"),
    "collusion": Attack("collusion", "collusion"),
    "sybil": Attack("sybil", "sybil"),
    "conflict": Attack("aggressive", "conflict"),
}


class Outcome(Struct, frozen=True):
    """What came of one seed; the delays are infinite where no culprit was named."""

    counts: Counts
    seconds: float
    messages: float
    cost_us: float


def plan_of(scenario: str, seed: int, severity: float = 0.5) -> Plan:
    """The fleet of a seed."""
    sizes = SIZES_OF_A_SPREAD if scenario == "cascade" else SIZES
    agents, beat = sizes[seed % len(sizes)], BEATS_S[seed // len(SIZES) % len(BEATS_S)]
    return Plan(scenario, agents=agents, seed=seed, rate=agents / beat, duration_s=BEATS * beat, severity=severity)


def outcome(plan: Plan) -> Outcome:
    """Simulate, fold and score one fleet."""
    return scored(run(plan), ATTACKS[plan.scenario])


def scored(done: SimulatedRun, attack: Attack) -> Outcome:
    """Who is named against who does it; the delay is from the first true one's onset to the first true one named."""
    true = done.since(attack.label)
    named = _named(done.alerts, attack)
    counts = Counts(len(true.keys() & named.keys()), len(named.keys() - true.keys()), len(true.keys() - named.keys()))
    hits = [named[agent] for agent in true if agent in named]
    if not hits:
        return Outcome(counts, math.inf, math.inf, done.cost_us)
    onset = min(true.values())
    found = max(onset, min(hits))
    return Outcome(counts, (found - onset) / 1000, done.messages_between(onset, found), done.cost_us)


def _named(alerts: Iterable[Alert], attack: Attack) -> dict[str, int]:
    """The agents that alerts name, and since when."""
    named: dict[str, int] = {}
    for alert in alerts:
        if alert.pattern == attack.pattern and alert.state != "resolved":
            for agent in alert.agents:
                if agent.role in attack.roles:
                    named.setdefault(agent.agent_id, alert.time)
    return named


def attack_figures(scenario: str, outcomes: Sequence[Outcome], effort: Effort) -> list[Figure]:
    """Precision and recall of the named, median delay in seconds and messages."""
    counts = [each.counts for each in outcomes]
    cost = mean(each.cost_us for each in outcomes)

    def figure(metric: str, measured: Estimate, goal: float | None = None, *, lower: bool = False) -> Figure:
        return Figure(
            detector=ATTACKS[scenario].pattern,
            set=f"simulated {scenario}",
            metric=metric,
            estimate=measured,
            cases=len(outcomes),
            goal=goal,
            lower=lower,
            cost_us=cost,
        )

    def delays(of: Callable[[Outcome], float]) -> Estimate:
        return estimate([of(each) for each in outcomes], median, effort.resamples)

    return [
        figure("precision of the named", counts_estimate(counts, Counts.precision, effort.resamples), 0.95),
        figure("recall of the named", counts_estimate(counts, Counts.recall, effort.resamples), 0.95),
        figure("median seconds to detection", delays(lambda each: each.seconds), lower=True),
        figure("median messages to detection", delays(lambda each: each.messages), lower=True),
    ]
