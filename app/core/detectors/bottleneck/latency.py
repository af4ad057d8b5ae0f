"""What is usual between two agents, and how far the calls of now are from it.

Of every (caller, callee, operation): the callee's own time, which is what it took less what it waited for others
itself, and the time on the wire, which is what the caller saw less what the callee took. Usual is the mean of the
logarithm and its mean absolute deviation, both by exponential forgetting with values far off taken as less far
(P. J. Huber, "Robust estimation of a location parameter", Annals of Mathematical Statistics 35, 1964). A call is slow
or not; the slow calls of now are weighed against their ordinary share by the log-likelihood ratio of two binomials
(A. Wald, Sequential Analysis, 1947), as one slow call in twenty says nothing where one in ten is slow on good days.
"""

import math
from typing import NamedTuple

from app.core.entries import LatencyEntry
from app.core.policy import BottleneckPolicy
from app.core.trust import decimals, forgetting

LEARNED = 8
"""Calls before anything counts as slow."""
MEMORY = 128
"""Calls that what is usual looks back on."""
HUBER = 2.0
"""Deviations at which a value counts no further."""
DEVIATIONS = 4.0
"""A call is slow only if it is that many mean deviations above the usual, too."""
MIN_DEVIATION = 0.1
MIN_SHARE = 0.02
"""The least ordinary share of slow calls, so that the first slow one is no proof."""
FLOOR_US = 100
"""Times below this are all the same."""


class Call(NamedTuple):
    """One answered call: microseconds on the wire (None: unknown) and in the callee itself."""

    own_us: int
    wire_us: int | None
    failed: bool


class Evidence(NamedTuple):
    """How strongly the calls of now say that the callee, or the wire, is slow (nats)."""

    own: float
    wire: float


def learn(entry: LatencyEntry, call: Call, now: int, policy: BottleneckPolicy) -> Evidence | None:
    """Take a call in; None where it is an ordinary one."""
    entry.seen = min(entry.seen + 1, MEMORY)
    left = forgetting(now - entry.at, policy.window_s)
    entry.at = now
    known = entry.seen > LEARNED
    own, wire = _log(call.own_us), None if call.wire_us is None else _log(call.wire_us)
    slow = call.failed or (known and _is_slow(own, entry.own_log, entry.own_dev, policy))
    slow_wire = wire is not None and known and _is_slow(wire, entry.wire_log, entry.wire_dev, policy)
    entry.calls = decimals(entry.calls * left + 1.0)
    entry.slow = decimals(entry.slow * left + slow)
    entry.slow_wire = decimals(entry.slow_wire * left + slow_wire)
    found = None
    if slow or slow_wire:
        found = Evidence(
            evidence(entry.slow, entry.calls, entry.slow_share),
            evidence(entry.slow_wire, entry.calls, entry.slow_wire_share),
        )
    _settle(entry, own, wire, slow=slow, slow_wire=slow_wire)
    return found


def evidence(slow: float, calls: float, ordinary: float) -> float:
    """The log-likelihood ratio (nats) of the share of slow calls against the ordinary one; 0 where it is no higher.

    >>> round(evidence(5, 5, 0.02), 1), evidence(1, 100, 0.02)
    (19.6, 0.0)
    """
    expected = max(MIN_SHARE, ordinary)
    share = slow / calls
    if share <= expected:
        return 0.0
    fast = calls - slow
    gained = slow * math.log(share / expected)
    return decimals(gained + (fast * math.log((1.0 - share) / (1.0 - expected)) if fast > 0.0 else 0.0))


def _log(us: int) -> float:
    return math.log(max(FLOOR_US, us))


def _is_slow(value: float, usual: float, deviation: float, policy: BottleneckPolicy) -> bool:
    return value - usual > max(math.log(policy.slow_factor), DEVIATIONS * deviation)


def _settle(entry: LatencyEntry, own: float, wire: float | None, *, slow: bool, slow_wire: bool) -> None:
    weight = 1.0 / entry.seen
    entry.own_log, entry.own_dev = _moved(entry.own_log, entry.own_dev, own, weight)
    entry.slow_share = decimals(entry.slow_share + weight * (slow - entry.slow_share))
    if wire is not None:
        entry.wire_log, entry.wire_dev = _moved(entry.wire_log, entry.wire_dev, wire, weight)
        entry.slow_wire_share = decimals(entry.slow_wire_share + weight * (slow_wire - entry.slow_wire_share))


def _moved(mean: float, deviation: float, value: float, weight: float) -> tuple[float, float]:
    off = value - mean
    if weight < 1.0:
        limit = HUBER * max(deviation, MIN_DEVIATION)
        near = max(-limit, min(limit, off))
        return decimals(mean + weight * near), decimals(deviation + weight * (abs(near) - deviation))
    return decimals(value), 1.0
