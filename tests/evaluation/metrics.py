"""What the detectors are measured by, written out plainly. Pure functions over sequences of cases."""

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

Case = tuple[bool, float]
"""What is true, and the score that was given."""


class Counts(NamedTuple):
    """True positives, false positives, false negatives."""

    tp: int = 0
    fp: int = 0
    fn: int = 0

    def precision(self) -> float:
        """The share of what was named that is true; nan where nothing was named.

        >>> Counts(tp=3, fp=1).precision(), Counts(fn=2).precision()
        (0.75, nan)
        """
        return self.tp / (self.tp + self.fp) if self.tp + self.fp else math.nan

    def recall(self) -> float:
        """The share of what is true that was named; nan where nothing is.

        >>> Counts(tp=3, fn=1).recall(), Counts(fp=2).recall()
        (0.75, nan)
        """
        return self.tp / (self.tp + self.fn) if self.tp + self.fn else math.nan

    def f1(self) -> float:
        """The harmonic mean of both (van Rijsbergen 1979); 0 where nothing was named and something is true.

        >>> Counts(tp=1, fp=1, fn=0).f1()
        0.6666666666666666
        """
        return 2 * self.tp / (2 * self.tp + self.fp + self.fn) if self.tp + self.fp + self.fn else 1.0


def counted(pairs: Iterable[tuple[bool, bool]]) -> Counts:
    """Count pairs of what is true and what was said."""
    tp = fp = fn = 0
    for true, said in pairs:
        tp += true and said
        fp += said and not true
        fn += true and not said
    return Counts(tp, fp, fn)


def total(counts: Iterable[Counts]) -> Counts:
    """The sum of counts."""
    tp = fp = fn = 0
    for each in counts:
        tp, fp, fn = tp + each.tp, fp + each.fp, fn + each.fn
    return Counts(tp, fp, fn)


def auc(cases: Sequence[Case]) -> float:
    """Area under the receiver operating characteristic: the Mann-Whitney statistic, ties counting half.

    The probability that a random true case scores above a random false one; nan where one of them is missing.

    >>> auc([(True, 0.9), (True, 0.4), (False, 0.4), (False, 0.1)])
    0.875
    """
    positives = sum(true for true, _ in cases)
    negatives = len(cases) - positives
    if not positives or not negatives:
        return math.nan
    of_positives = sum(
        rank for rank, (true, _) in zip(ranks([score for _, score in cases]), cases, strict=True) if true
    )
    return (of_positives - positives * (positives + 1) / 2) / (positives * negatives)


def spearman(pairs: Sequence[tuple[float, float]]) -> float:
    """Correlation of the ranks, ties at their mean rank (Spearman 1904); nan where one side is constant.

    >>> spearman([(1, 10), (2, 20), (3, 15)])
    0.5
    """
    if not pairs:
        return math.nan
    xs, ys = ranks([x for x, _ in pairs]), ranks([y for _, y in pairs])
    mean = (len(pairs) + 1) / 2
    spread_x, spread_y = sum((x - mean) ** 2 for x in xs), sum((y - mean) ** 2 for y in ys)
    if not spread_x or not spread_y:
        return math.nan
    together = sum((x - mean) * (y - mean) for x, y in zip(xs, ys, strict=True))
    return together / math.sqrt(spread_x * spread_y)


def ranks(values: Sequence[float]) -> list[float]:
    """The ranks from 1, equal values sharing their mean.

    >>> ranks([30, 10, 10])
    [3.0, 1.5, 1.5]
    """
    order = sorted(range(len(values)), key=values.__getitem__)
    ranked = [0.0] * len(values)
    start = 0
    while start < len(order):
        end = start + 1
        while end < len(order) and values[order[end]] == values[order[start]]:
            end += 1
        for place in order[start:end]:
            ranked[place] = (start + 1 + end) / 2
        start = end
    return ranked
