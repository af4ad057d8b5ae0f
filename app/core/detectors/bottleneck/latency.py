"""What is usual between two agents, and which calls are slow.

Of every (caller, callee, operation): the callee's own time, which is what it took less what it waited for others
itself, and the time on the wire, which is what the caller saw less what the callee took. Usual is the mean of the
logarithm and its mean absolute deviation, both by exponential forgetting with values far off taken as less far
(P. J. Huber, "Robust estimation of a location parameter", Annals of Mathematical Statistics 35, 1964).
"""

import math

from msgspec import Struct

from app.core.entries import LatencyEntry
from app.core.policy import BottleneckPolicy
from app.core.trust import decimals

LEARNED = 8
"""Calls before anything counts as slow."""
MEMORY = 128
"""Calls that what is usual looks back on."""
HUBER = 2.0
"""Deviations at which a value counts no further."""
DEVIATIONS = 4.0
"""A call is slow only if it is that many mean deviations above the usual, too."""
MIN_DEVIATION = 0.1
FLOOR_US = 100
"""Times below this are all the same; constants of engine version 1."""


class Call(Struct, frozen=True):
    """One answered call: microseconds in the callee itself and on the wire (None: unknown)."""

    own_us: int
    wire_us: int | None


class Excess(Struct, frozen=True):
    """By how many powers of ten the parts of a call are above the usual; 0 where they are not slow."""

    own: float
    wire: float


_DECADE = math.log(10.0)
ORDINARY = Excess(0.0, 0.0)


def compared(entry: LatencyEntry, call: Call, policy: BottleneckPolicy) -> Excess:
    """How a call compares with what is usual."""
    if entry.seen < LEARNED:
        return ORDINARY
    own = _excess(call.own_us, entry.own_log, entry.own_dev, policy)
    wire = 0.0 if call.wire_us is None else _excess(call.wire_us, entry.wire_log, entry.wire_dev, policy)
    return Excess(own, wire) if own or wire else ORDINARY


def learn(entry: LatencyEntry, call: Call) -> None:
    """Take a call into what is usual."""
    entry.seen = min(entry.seen + 1, MEMORY)
    weight = 1.0 / entry.seen
    entry.own_log, entry.own_dev = _moved(entry.own_log, entry.own_dev, _log(call.own_us), weight)
    if call.wire_us is not None:
        entry.wire_log, entry.wire_dev = _moved(entry.wire_log, entry.wire_dev, _log(call.wire_us), weight)


def _log(us: int) -> float:
    return math.log(max(FLOOR_US, us))


def _excess(us: int, usual: float, deviation: float, policy: BottleneckPolicy) -> float:
    above = _log(us) - usual
    return above / _DECADE if above > max(math.log(policy.slow_factor), DEVIATIONS * deviation) else 0.0


def _moved(mean: float, deviation: float, value: float, weight: float) -> tuple[float, float]:
    if weight == 1.0:
        return decimals(value), 1.0
    limit = HUBER * max(deviation, MIN_DEVIATION)
    near = max(-limit, min(limit, value - mean))
    return decimals(mean + weight * near), decimals(deviation + weight * (abs(near) - deviation))
