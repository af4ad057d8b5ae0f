"""What was measured, and how it stands to its goal."""

from collections.abc import Iterator, Mapping, Sequence
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
    """A number, and the bound that it should keep, if any.

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
    Ratio("rulings by the check", "bare HTTP handler", 0.3),
    Ratio("rulings by Envoy's HTTP", "bare HTTP handler", 0.5),
    Ratio("rulings by Envoy's gRPC", "bare gRPC handler", 0.5),
)
LEAST_DECIDED = "decided a second, least change"
MOST_CPU, MOST_WAITED = "CPU a message, most change", "latency p50, most change"
"""What begins the names of changes by an outage: the ends of their 95 % intervals."""
TOLERATED = 5.0
"""Percent that an outage outside may change what the fold does."""
CAUGHT_UP = "sinks have caught up after"
RECOVERY_S = 10.0
FLOORS = {"others, least change": (-2.0, "%")}
"""The lower end of the 95 % interval."""
LIMITS = {
    "fold, 1,000 agents": (18.0, "us/message"),
    "fold, growth from the smallest to the largest fleet": (1.5, "x"),
    "fold, slow message of 54 all to all": (5.0, "ms"),
    "fold, a target of a broadcast to 10,000": (5.0, "us"),
    "state, 1,000 agents": (2_048.0, "bytes/agent"),
    "latency p99 at 5,000/s": (60.0, "ms"),
    "door p99, check": (300.0, "ms"),
    "door p99, Envoy": (300.0, "ms"),
    "door p99, Envoy's gRPC": (300.0, "ms"),
    "failover p99, one worker": (10.0, "s"),
    "failover p99, two workers": (5.0, "s"),
}
CPU = ", CPU"
"""What follows the name of a throughput in the name of what it costs."""


def goals(measures: Sequence[Measure]) -> list[Goal]:
    """The goals that the measures say something about.

    Ratios come by CPU too, without a bound: that hardly moves when the machine has other work.

    >>> [goal.value for goal in goals([Measure("our layer", "1/s", [80.0]), Measure("bare loop", "1/s", [100.0])])]
    [0.8]
    """
    known = {measure.name: measure.median for measure in measures}
    return [*_ratios(known), *_ratios_by_cpu(known), *_limits(known), *_floors(known), *_outages(known)]


def _ratios(known: Mapping[str, float]) -> Iterator[Goal]:
    for ratio in RATIOS:
        if ratio.ours in known and ratio.theirs in known:
            value = known[ratio.ours] / known[ratio.theirs]
            yield Goal(f"{ratio.ours} / {ratio.theirs}", "x", value, ratio.at_least)


def _ratios_by_cpu(known: Mapping[str, float]) -> Iterator[Goal]:
    for ratio in RATIOS:
        ours, theirs = f"{ratio.ours}{CPU}", f"{ratio.theirs}{CPU}"
        if ours in known and theirs in known:
            yield Goal(f"{ratio.ours} / {ratio.theirs}, by CPU", "x", known[theirs] / known[ours])


def _limits(known: Mapping[str, float]) -> Iterator[Goal]:
    for name, (limit, unit) in LIMITS.items():
        if name in known:
            yield Goal(name, unit, known[name], at_most=limit)


def _floors(known: Mapping[str, float]) -> Iterator[Goal]:
    for name, (floor, unit) in FLOORS.items():
        if name in known:
            yield Goal(name, unit, known[name], at_least=floor)


def _outages(known: Mapping[str, float]) -> Iterator[Goal]:
    for name, value in known.items():
        if name.startswith(LEAST_DECIDED):
            yield Goal(name, "%", value, at_least=-TOLERATED)
        elif name.startswith((MOST_CPU, MOST_WAITED)):
            yield Goal(name, "%", value, at_most=TOLERATED)
        elif name.startswith(CAUGHT_UP):
            yield Goal(name, "s", value, at_most=RECOVERY_S)
