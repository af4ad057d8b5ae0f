"""Percentile bootstrap over groups of cases (Efron and Tibshirani 1993, chapter 13)."""

import math
from collections.abc import Callable, Sequence
from random import Random
from typing import NamedTuple, TypeVar

RESAMPLES = 1_000
TAIL = 0.025
SEED = 20250101

G = TypeVar("G")


class Interval(NamedTuple):
    """Where 95 % of the resampled values lie."""

    low: float
    high: float


def interval(groups: Sequence[G], metric: Callable[[Sequence[G]], float], resamples: int = RESAMPLES) -> Interval:
    """The 95 % interval of a metric when whole groups (runs, agents, series) are drawn anew with replacement.

    Resamples for which the metric is not defined (nan) are left out. The same input gives the same interval.

    >>> interval([1.0] * 10, lambda drawn: sum(drawn) / len(drawn))
    Interval(low=1.0, high=1.0)
    """
    random = Random(SEED)
    drawn = (metric(random.choices(groups, k=len(groups))) for _ in range(resamples if groups else 0))
    values = sorted(value for value in drawn if not math.isnan(value))
    if not values:
        return Interval(math.nan, math.nan)
    return Interval(values[int(TAIL * len(values))], values[math.ceil((1 - TAIL) * len(values)) - 1])
