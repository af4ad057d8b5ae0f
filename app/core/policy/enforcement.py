"""What is done about agents that endanger others, and what bounds it."""

from collections.abc import Mapping
from typing import Annotated, get_args

from msgspec import Meta, Struct

from app.core.policy.fields import Seconds, Share, TrustScore
from app.events import Mode, Pattern


class EnforcementPolicy(Struct, frozen=True, forbid_unknown_fields=True):
    """From the least to the most: watch, throttle, quarantine; how long each lasts; how many at once.

    Scores count only for an agent whose score a record has just lowered.
    """

    watch_below: TrustScore = 50.0
    throttle_below: TrustScore = 40.0
    """Under `trust.quarantine_below` it is quarantined."""
    trusted_above: TrustScore = 60.0
    """A watched or throttled agent is trusted again from here on."""
    throttle_s: Seconds = 900.0
    throttled_rate: Annotated[float, Meta(ge=0.001, le=1e6)] = 0.2
    """Messages a second that the doors let through of a throttled agent."""
    quarantine_s: Seconds = 900.0
    relapse_factor: Annotated[float, Meta(ge=1, le=100)] = 2.0
    """Each quarantine that follows on a probation is longer than the one before by this factor."""
    longest_quarantine_s: Seconds = 86_400.0
    probation_s: Seconds = 900.0
    """How long an agent is on probation once its quarantine, or its throttle, is over."""
    act_above: Share = 0.75
    """An alert at this severity carries out the intervention that it suggests, where it suggests one."""
    modes: Mapping[str, Mode] = {}
    """The furthest that containments for a pattern may go, by pattern (`low_trust`: the score); else `mode`."""
    max_share: Share = 0.2
    """The share of a fleet's established agents that may be quarantined automatically in a window; as many newcomers
    may be, who are counted by themselves."""
    max_least: Annotated[int, Meta(ge=0, le=1_000_000)] = 3
    """As many of each may be in any case."""
    window_s: Seconds = 3_600.0
    forget_after_s: Seconds = 604_800.0
    """That an agent is trusted again is told for this long (a week)."""
    established_s: Seconds = 600.0
    """An agent counts as established this long after it was first seen, so that newcomers do not raise the limit."""

    def __post_init__(self) -> None:
        known = get_args(Pattern)
        for pattern in self.modes:
            if pattern not in known:
                raise ValueError(f"modes: there is no pattern {pattern!r}, but {', '.join(known)}")

    def __hash__(self) -> int:
        return hash((self.quarantine_s, frozenset(self.modes.items())))
