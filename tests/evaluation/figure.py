"""One figure of the evaluation: a line of its table, an object of its JSON."""

import math
from collections.abc import Callable, Sequence
from typing import TypeVar

from msgspec import Struct

from tests.evaluation.bootstrap import RESAMPLES, interval

G = TypeVar("G")


class Effort(Struct, frozen=True):
    """How much computing the evaluation may spend."""

    resamples: int = RESAMPLES
    seeds: int = 50
    agent_hours: float = 10_000.0


QUICK = Effort(resamples=100, seeds=5, agent_hours=500.0)


class Estimate(Struct, frozen=True):
    """A score with its 95 % interval; None where it is not defined."""

    score: float | None
    low: float | None = None
    high: float | None = None


class Figure(Struct, frozen=True, kw_only=True):
    """How well a detector does on a set.

    `naive` is what a few plain lines reach, computed here on the same data (`naive_is` says how);
    `published` is what others report; `cost_us` is the whole fold's CPU time per message of the set.
    Where `lower` holds, less is better; where `to_bound` does, the goal is for the interval's upper end.
    """

    detector: str
    set: str
    metric: str
    estimate: Estimate
    cases: int
    naive: float | None = None
    naive_is: str = ""
    published: str = ""
    goal: float | None = None
    lower: bool = False
    to_bound: bool = False
    breakdown: dict[str, int] = {}
    cost_us: float | None = None

    @property
    def reached(self) -> bool | None:
        """Whether the goal is reached; None without a goal."""
        if self.goal is None:
            return None
        score = self.estimate.high if self.to_bound else self.estimate.score
        if score is None:
            return False
        return score <= self.goal if self.lower else score >= self.goal


def estimate(groups: Sequence[G], metric: Callable[[Sequence[G]], float], resamples: int) -> Estimate:
    """The metric of groups of cases, with its bootstrap interval over them."""
    low, high = interval(groups, metric, resamples)
    return Estimate(known(metric(groups)), known(low), known(high))


def known(value: float) -> float | None:
    """The value to four decimals, None where it is none.

    >>> known(0.123456), known(math.nan), known(math.inf)
    (0.1235, None, None)
    """
    return round(value, 4) if math.isfinite(value) else None
