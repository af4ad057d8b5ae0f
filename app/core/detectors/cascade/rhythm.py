"""What is ordinary in a fleet: how long its agents pause, how many they reach in one go, how far things spread.

A fleet of services pauses for milliseconds, one of people for days. Nobody has to say which: the window in which
a message counts as the cause of another follows from the pauses between the sends of the fleet's agents, which
are taken as log-normal (A. Vazquez et al., "Modeling bursts and heavy tails in human dynamics", Physical Review E
73, 2006, find the long tails).
"""

import math

from msgspec import Struct

from app.core.context import Context
from app.core.entries import RhythmEntry
from app.core.trust import decimals

MIN_PAUSES = 16
"""Pauses before the rhythm of a fleet counts as known."""
MEMORY = 256
"""Pauses that the mean looks back on; once there are that many, one in THINNED is enough to follow it."""
THINNED = 16
RETAINED = 3
"""Windows for which an agent remembers what reached it."""
DEVIATIONS = 2.0
"""The window covers all pauses but the longest 2.5 %."""
PACE_DEVIATIONS = 1.75
"""What is sent in one go goes on within all pauses but the longest 4 %."""
SIZES = 32
"""Fan-outs of this size and above are counted together."""
MAX_FANOUTS = 4_096
"""Finished fan-outs that are remembered at full worth."""
MIN_FANOUTS = 32
"""Finished fan-outs before it is known which ones are out of line."""
MIN_DEVIATION = math.log(2.0)
"""Even a fleet that beats like a clock may pause twice as long."""
MIN_WINDOW_MS = 1_000
"""Constants of engine version 1."""


def rhythm(context: Context) -> RhythmEntry:
    """The fleet's entry, to be changed."""
    rhythms, key = context.state.rhythms, (context.fleet,)
    return rhythms.edit(key) or rhythms.put(key, RhythmEntry())


def paused(context: Context, pause_ms: float, sends: int) -> None:
    """An agent has sent again after `pause_ms`, as often as `sends`."""
    known = context.state.rhythms.get((context.fleet,))
    if known is not None and known.pauses >= MEMORY and sends % THINNED:
        return
    entry = rhythm(context)
    entry.pauses = min(entry.pauses + 1, MEMORY)
    weight, x = 1.0 / entry.pauses, math.log(max(1.0, pause_ms))
    ahead = x - entry.pause_log
    entry.pause_log = decimals(entry.pause_log + weight * ahead)
    entry.pause_var = decimals((1.0 - weight) * (entry.pause_var + weight * ahead * ahead))
    if entry.pauses >= MIN_PAUSES:
        longest = math.log(context.policy.cascade.max_window_s * 1000.0)
        entry.window_ms = _quantile_ms(entry, DEVIATIONS, longest)
        entry.pace_ms = _quantile_ms(entry, PACE_DEVIATIONS, longest)


def _quantile_ms(entry: RhythmEntry, deviations: float, longest: float) -> int:
    deviation = max(MIN_DEVIATION, math.sqrt(entry.pause_var))
    return max(MIN_WINDOW_MS, int(math.exp(min(longest, entry.pause_log + deviations * deviation))))


class Times(Struct, frozen=True):
    """The fleet's times (ms)."""

    known: bool
    """Whether enough pauses were seen to say so."""
    window: int
    """How long a message may set off others, where that is inferred."""
    named: int
    """The same where the messages themselves say so."""
    pace: int
    """The longest pause within what an agent sends in one go."""
    kept: int
    """For how long an agent's entry is of use; as long as can be while the rhythm is unknown."""


def times(context: Context) -> Times:
    """The fleet's times; the policy's while its rhythm is unknown."""
    entry = context.state.rhythms.get((context.fleet,))
    policy = context.policy.cascade
    window = int(policy.window_s * 1000.0)
    if entry is None or not entry.window_ms:
        return Times(False, window, window, window, int(policy.max_window_s * 1000.0))  # noqa: FBT003 - a record
    known = entry.window_ms
    return Times(True, known, max(known, window), entry.pace_ms, max(RETAINED * known, window))  # noqa: FBT003


def finished(context: Context, reached: int) -> None:
    """A fan-out has come to its end: this is what fan-outs are like."""
    entry = rhythm(context)
    counts = list(entry.fanouts or (0,) * SIZES)
    counts[min(reached, SIZES) - 1] += 1
    if sum(counts) > MAX_FANOUTS:
        counts = [count // 2 for count in counts]
    entry.fanouts = tuple(counts)


def share_as_large(context: Context, reached: int) -> float:
    """The share of the fleet's fan-outs that reach as many; 1 while too few are known.

    The one that is asked about counts as well.
    """
    entry = context.state.rhythms.get((context.fleet,))
    counts = () if entry is None else entry.fanouts
    known = sum(counts)
    return 1.0 if known < MIN_FANOUTS else (1 + sum(counts[min(reached, SIZES) - 1 :])) / (1 + known)
