"""The calls that an agent answers: whether more of them than usual are slow now.

The slow calls of the window are weighed against their ordinary share by the log-likelihood ratio of two binomials
(A. Wald, Sequential Analysis, 1947), over all that the agent is called for at once: one slow call of a rare kind says
nothing about an agent that answers a hundred others in time.
"""

import math

from msgspec import Struct

from app.core.detectors.bottleneck.latency import Excess
from app.core.entries import LoadEntry
from app.core.policy import BottleneckPolicy
from app.core.trust import decimals, forgetting

MEMORY = 256
"""Calls that the ordinary share looks back on; a constant of engine version 1."""
MIN_SHARE = 0.05
"""The least ordinary share of slow calls, so that the first slow one is no proof."""


class Evidence(Struct, frozen=True):
    """How strongly the calls of now say that an agent, or the way to it, is slow or fails (nats)."""

    own: float
    wire: float


def count(entry: LoadEntry, excess: Excess, *, failed: bool, now: int, policy: BottleneckPolicy) -> None:
    """Take a call in; a failure is as bad as an answer that takes ten times as long."""
    left = forgetting(now - entry.at, policy.window_s)
    entry.at = now
    own = max(excess.own, float(failed))
    slow, slow_wire = own > 0.0, excess.wire > 0.0
    entry.calls = decimals(entry.calls * left + 1.0)
    entry.slow, entry.excess = decimals(entry.slow * left + slow), decimals(entry.excess * left + own)
    entry.slow_wire = decimals(entry.slow_wire * left + slow_wire)
    entry.excess_wire = decimals(entry.excess_wire * left + excess.wire)
    entry.slow_share = decimals(entry.slow_share + (slow - entry.slow_share) / MEMORY)
    entry.slow_wire_share = decimals(entry.slow_wire_share + (slow_wire - entry.slow_wire_share) / MEMORY)


def weigh(entry: LoadEntry) -> Evidence:
    """The evidence of the calls of now."""
    return Evidence(
        evidence(entry.slow, entry.calls, entry.slow_share, entry.excess),
        evidence(entry.slow_wire, entry.calls, entry.slow_wire_share, entry.excess_wire),
    )


def evidence(slow: float, calls: float, ordinary: float, excess: float) -> float:
    """The log-likelihood ratio (nats) of the share of slow calls against the ordinary one, weighted.

    Its weights are that share, since a bottleneck slows most calls and not a few more stragglers than usual among
    many, and by how many powers of ten the slow calls are slow on average (`excess` is their sum).
    0 where the share is no higher than the ordinary one.

    >>> round(evidence(5, 5, 0.02, excess=5.0), 1), evidence(1, 100, 0.02, excess=1.0)
    (15.0, 0.0)
    """
    expected = max(MIN_SHARE, ordinary)
    share = slow / calls
    if share <= expected:
        return 0.0
    fast = calls - slow
    kept = fast * math.log((1.0 - share) / (1.0 - expected)) if fast > 0.0 else 0.0
    return decimals(share * excess / slow * (slow * math.log(share / expected) + kept))
