"""What was measured, and how it stands to its goal."""

from collections.abc import Sequence
from statistics import median

import msgspec


class Measure(msgspec.Struct, frozen=True):
    """Values of one thing, a value for each run."""

    name: str
    unit: str
    values: Sequence[float]

    @property
    def median(self) -> float:
        """The value in the middle."""
        return median(self.values)


class Goal(msgspec.Struct, frozen=True):
    """A number, and the bound that it should keep.

    >>> Goal("p99", "ms", 48.0, at_most=60.0).met
    True
    """

    name: str
    unit: str
    value: float
    at_least: float | None = None
    at_most: float | None = None

    @property
    def met(self) -> bool:
        """Whether it keeps it."""
        return (self.at_least is None or self.value >= self.at_least) and (
            self.at_most is None or self.value <= self.at_most
        )


class Ratio(msgspec.Struct, frozen=True):
    """A goal for how many times better one measure is than another."""

    ours: str
    theirs: str
    at_least: float


RATIOS = (
    Ratio("our layer", "plain Faust", 20.0),
    Ratio("our layer", "Quix Streams", 4.0),
    Ratio("our layer", "bare loop", 0.6),
    Ratio("whole worker, all fleets", "Quix Streams", 1.5),
    Ratio("whole worker, one fleet", "Quix Streams", 1.5),
    Ratio("recovery, our layer", "recovery, plain Faust", 50.0),
)
LIMITS = {
    "latency p99 at 5,000/s": 60.0,
    "failover p99, one worker": 10.0,
    "failover p99, two workers": 5.0,
}


def goals(measures: Sequence[Measure]) -> list[Goal]:
    """The goals that the measures say something about.

    >>> [goal.value for goal in goals([Measure("our layer", "1/s", [80.0]), Measure("bare loop", "1/s", [100.0])])]
    [0.8]
    """
    known = {measure.name: measure for measure in measures}
    ratios = [
        Goal(
            f"{ratio.ours} / {ratio.theirs}", "x", known[ratio.ours].median / known[ratio.theirs].median, ratio.at_least
        )
        for ratio in RATIOS
        if ratio.ours in known and ratio.theirs in known
    ]
    limits = [
        Goal(name, known[name].unit, known[name].median, at_most=limit)
        for name, limit in LIMITS.items()
        if name in known
    ]
    return ratios + limits
