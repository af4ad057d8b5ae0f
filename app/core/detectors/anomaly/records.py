"""Records: how surprising it is that a statistic goes beyond all that it has been.

Among n exchangeable values the latest is the highest with probability 1/n, whatever their distribution
(A. Renyi, "Theorie des elements saillants d'une suite d'observations", 1962). Where the tail falls off
exponentially, what a record adds to the last one is exponential (peaks over a threshold with shape 0: A.
Siffer et al., "Anomaly Detection in Streams with Extreme Value Theory", KDD 2017, section 3). Its mean is
known from r earlier records and a prior that weighs as much as one, so what the next one adds is predicted
by a Pareto distribution (type II; the gamma is the exponential's conjugate), and a record that adds
`excess` to the range has the surprise

    log10(n) + (r + 1) log10(1 + excess / ((r + 1) mean step))

in powers of ten against chance. Neither scale nor distribution is assumed, so the surprises of very
different series compare. The range narrows with age: a past extreme does not hide the next for ever.
"""

import math

from app.core.entries import Extremes
from app.core.trust import decimals

MIN_EXCESS = 0.005
"""Share of the range that a record must add to count: less is the noise of arithmetic."""

PRIOR_STEP = 0.1
"""What the first record is expected to add, as a share of the range; it weighs as much as one record."""

MAX_STEPS = 3.0
"""Mean steps that one record counts for at most: one anomaly must not hide the next."""

RECORDS_KEPT = 20.0
"""Records that the mean step goes back to."""

MEMORY = 10_000
"""Samples in which the range narrows to 1/e, and beyond which more of them make a record no more surprising."""


def surprise_of(known: Extremes, value: float, scale: int) -> float:
    """The surprise of a value; 0 for one within the range.

    Parameters: `scale`, samples that go into one value of the statistic, so that n is as many times fewer.
    Where all values so far were equal, nothing is known of steps: what is as rare as n says counts twice.

    >>> known = Extremes(0.0, 10.0, samples=1000)
    >>> surprise_of(known, 9.0, 1), round(surprise_of(known, 11.0, 1), 2), round(surprise_of(known, 11.0, 10), 2)
    (0.0, 3.3, 2.3)
    """
    excess = _excess(known, value)
    if excess <= MIN_EXCESS * (known.high - known.low):
        return 0.0
    rarity = math.log10(max(1.0, min(known.samples, MEMORY) / scale))
    step, weight = _mean_step(known), known.records + 1.0
    return rarity + (weight * math.log10(1.0 + excess / (weight * step)) if step > 0.0 else rarity)


def extended(known: Extremes, value: float) -> Extremes:
    """The range with a further value, a little narrower by age.

    >>> extended(Extremes(0.0, 10.0), 12.0)
    Extremes(low=0.0012, high=11.9988, samples=2, steps=2.0, records=1.0)
    """
    low, high, steps, records = known.low, known.high, known.steps, known.records
    excess = _excess(known, value)
    if excess > MIN_EXCESS * (high - low) and high > low:
        kept = 1.0 if records < RECORDS_KEPT else 1.0 - 1.0 / RECORDS_KEPT
        steps = kept * (steps + min(excess, MAX_STEPS * _mean_step(known)))
        records = kept * (records + 1.0)
    low, high = min(low, value), max(high, value)
    narrowed = (high - low) / MEMORY
    low, high = decimals(low + narrowed), decimals(high - narrowed)
    return Extremes(low, high, known.samples + 1, decimals(steps), decimals(records))


def _excess(known: Extremes, value: float) -> float:
    if value > known.high:
        return value - known.high
    return known.low - value if value < known.low else 0.0


def _mean_step(known: Extremes) -> float:
    return (known.steps + PRIOR_STEP * (known.high - known.low)) / (known.records + 1.0)
