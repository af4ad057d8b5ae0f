"""What the cascade and bottleneck detectors decide by."""

from typing import Annotated

from msgspec import Meta, Struct

from app.core.policy.fields import Seconds, Share, Weight


class CascadePolicy(Struct, frozen=True, forbid_unknown_fields=True):
    """When activity or failure that spreads counts as a cascade."""

    window_s: Seconds = 3_600.0
    """How long a message may set off others that name it or its conversation; all while the rhythm is unknown."""
    max_window_s: Seconds = 2_592_000.0
    """The most that a fleet's rhythm stretches the window to."""
    min_size: Annotated[int, Meta(ge=2, le=10_000)] = 8
    """Agents set off before a tree is worth an alert."""
    certainty: Annotated[float, Meta(ge=0.5, le=0.9999)] = 0.9
    """Credibility of the reproduction number's interval; its lower end must be above 1, which leaves 5 % below."""
    margin: Annotated[float, Meta(ge=1, le=100)] = 1.5
    """How many times the fleet's ordinary reproduction number is out of line."""
    min_handovers: Annotated[int, Meta(ge=2, le=10_000)] = 2
    """New agents that an unprompted agent hands something over to before that is worth an alert."""
    min_fanout: Annotated[int, Meta(ge=2, le=10_000)] = 16
    """New agents that it reaches by messages of other kinds."""
    ordinary: Share = 0.1
    """A fan-out is out of line where no more than this share of the fleet's are as large."""


class BottleneckPolicy(Struct, frozen=True, forbid_unknown_fields=True):
    """When an agent that others wait for counts as a bottleneck."""

    window_s: Seconds = 60.0
    """Calls count half after this time."""
    slow_factor: Annotated[float, Meta(gt=1, le=1_000)] = 3.0
    """A call is slow from this multiple of its usual time on."""
    min_evidence: Weight = 7.0
    """Log-likelihood ratio (nats) of slow calls against the ordinary share, from which on there is an alert."""
    forget_after_s: Seconds = 604_800.0
    """What is usual between two agents is forgotten after this time without a call."""
    common_agents: Annotated[int, Meta(ge=2, le=1_000)] = 5
    """Agents in good standing that fail at once, without any one of them standing out, have a common cause,"""
    common_share: Annotated[float, Meta(gt=0, le=1)] = 0.5
    """where they are this share, too, of the agents in good standing that have answered lately."""
    common_half_life_s: Seconds = 600.0
    """Who has not answered for this long counts half."""
