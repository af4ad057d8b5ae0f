"""Cases that belong together (of one run, say) stay together when they are drawn anew."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import TypeVar

from tests.evaluation.figure import Estimate, estimate
from tests.evaluation.metrics import Case, Counts, auc, total

C = TypeVar("C")
Groups = Sequence[Sequence[Case]]


def grouped(cases: Iterable[tuple[str, C]]) -> list[list[C]]:
    """The cases of each name, in the order of the names' first case.

    >>> grouped([("a", 1), ("b", 2), ("a", 3)])
    [[1, 3], [2]]
    """
    groups: defaultdict[str, list[C]] = defaultdict(list)
    for name, case in cases:
        groups[name].append(case)
    return list(groups.values())


def pooled_auc(groups: Groups) -> float:
    """The AUC over the cases of all groups."""
    return auc(list(chain.from_iterable(groups)))


def auc_estimate(groups: Groups, resamples: int) -> Estimate:
    """The pooled AUC and its interval over groups."""
    return estimate(groups, pooled_auc, resamples)


def counts_estimate(counts: Sequence[Counts], metric: Callable[[Counts], float], resamples: int) -> Estimate:
    """Precision, recall or F1 of summed counts and its interval over them."""
    return estimate(counts, lambda drawn: metric(total(drawn)), resamples)
