"""What a treatment changes: runs with and without it, taking turns, so that a noisy machine is noisy for both."""

from collections.abc import Callable, Iterator, Sequence
from math import exp, log
from statistics import fmean
from typing import Generic, NamedTuple, TypeVar

from tests.evaluation.bootstrap import interval

T = TypeVar("T")


class Pair(NamedTuple, Generic[T]):
    """The same measurement without and with the treatment, one after the other."""

    without: T
    treated: T


class Change(NamedTuple):
    """In percent of the untreated figure, and its 95 % interval over the pairs."""

    mean: float
    low: float
    high: float


def take_turns(pairs: int, without: Callable[[], T], treated: Callable[[], T]) -> Iterator[Pair[T]]:
    """Measure so many pairs; which comes first changes from pair to pair.

    >>> list(take_turns(2, lambda: 1.0, lambda: 2.0))
    [Pair(without=1.0, treated=2.0), Pair(without=1.0, treated=2.0)]
    """
    for number in range(pairs):
        if number % 2:
            late = treated()
            yield Pair(without(), late)
        else:
            yield Pair(without(), treated())


def change(pairs: Sequence[Pair[float]]) -> Change:
    """The mean change, as ratios are averaged: by their logarithms.

    >>> change([Pair(100.0, 98.0)] * 10)
    Change(mean=-2.0, low=-2.0, high=-2.0)
    """
    low, high = interval(pairs, _mean_log)
    return Change(_percent(_mean_log(pairs)), _percent(low), _percent(high))


def _mean_log(pairs: Sequence[Pair[float]]) -> float:
    return fmean(log(pair.treated / pair.without) for pair in pairs)


def _percent(logarithm: float) -> float:
    return round((exp(logarithm) - 1.0) * 100.0, 6)
