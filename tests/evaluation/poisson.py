"""How sure a count is: the exact interval of a Poisson rate (Garwood 1936)."""

import math

from tests.evaluation.bootstrap import TAIL, Interval

STEPS = 60
"""Bisections: far below six decimals."""


def poisson_interval(count: int) -> Interval:
    """The 95 % interval of the mean of a Poisson variable that was seen to be `count`.

    >>> poisson_interval(0).high
    3.688879
    """
    low = 0.0 if count == 0 else _mean_at(count - 1, 1 - TAIL)
    return Interval(round(low, 6), round(_mean_at(count, TAIL), 6))


def _mean_at(count: int, probability: float) -> float:
    """The mean under which `count` or less has this probability, which falls as the mean grows."""
    low, high = 0.0, 10.0 + 3.0 * count
    for _ in range(STEPS):
        middle = (low + high) / 2
        if _at_most(count, middle) > probability:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _at_most(count: int, mean: float) -> float:
    term = total = math.exp(-mean)
    for number in range(1, count + 1):
        term *= mean / number
        total += term
    return total
