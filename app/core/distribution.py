"""A fleet's trust: how its scores are spread, and whose moved most (TRUST-5, T11). A pure function over entries."""

from collections.abc import Iterable

from msgspec import Struct

from app.core.courses import HOUR_MS
from app.core.entries import AgentEntry
from app.core.policy import TrustPolicy
from app.core.trust import decimals, trust_at

QUANTILES = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)
BINS = 10


class Mover(Struct, frozen=True):
    """An agent, its score before the hour, and its score now."""

    agent_id: str
    before: float
    after: float


class Distribution(Struct, frozen=True):
    """The scores of a fleet at one time."""

    agents: int
    mean: float
    quantiles: tuple[float, ...]
    """At QUANTILES, by linear interpolation."""
    histogram: tuple[int, ...]
    """Agents by tenths of the scale; 100 belongs to the last."""
    movers: tuple[Mover, ...]
    """Those whose score moved most since the hour began, the greatest move first."""


def distribution(
    entries: Iterable[tuple[str, AgentEntry]], now: int, policy: TrustPolicy, most: int = 10
) -> Distribution | None:
    """The distribution of (agent, entry) pairs at `now` (event time, ms); None without agents.

    >>> agents = [("ann", AgentEntry(0, 0, None, 0)), ("bob", AgentEntry(0, 0, None, 0, bad=4.0))]
    >>> found = distribution(agents, 0, TrustPolicy())
    >>> found.mean, found.quantiles[3], found.histogram
    (75.0, 75.0, (0, 0, 0, 0, 0, 1, 0, 0, 0, 1))
    """
    agents = list(entries)
    scores = sorted(trust_at(entry, now, policy) for _, entry in agents)
    if not scores:
        return None
    histogram = [0] * BINS
    for score in scores:
        histogram[min(BINS - 1, int(score * BINS / 100.0))] += 1
    moved = [
        Mover(name, entry.course.hour_score, trust_at(entry, now, policy))
        for name, entry in agents
        if entry.course is not None and entry.course.hour == now // HOUR_MS
    ]
    moved.sort(key=lambda mover: (-abs(mover.after - mover.before), mover.agent_id))
    return Distribution(
        agents=len(scores),
        mean=decimals(sum(scores) / len(scores)),
        quantiles=tuple(_quantile(scores, share) for share in QUANTILES),
        histogram=tuple(histogram),
        movers=tuple(moved[:most]),
    )


def _quantile(scores: list[float], share: float) -> float:
    place = share * (len(scores) - 1)
    below = int(place)
    above = min(below + 1, len(scores) - 1)
    return decimals(scores[below] + (place - below) * (scores[above] - scores[below]))
