"""What the pattern detectors decide by, a section each."""

from typing import Annotated

from msgspec import Meta, Struct

from app.core.policy.fields import Seconds, Share, Weight


class LoopPolicy(Struct, frozen=True, forbid_unknown_fields=True):
    """Which paths back to their start count as loops."""

    window_s: Seconds = 3_600.0
    """First to last message of a cycle."""
    max_hops: Annotated[int, Meta(ge=3, le=64)] = 8


class SuspicionPolicy(Struct, frozen=True, forbid_unknown_fields=True):
    """How the detectors' scores of an agent fade."""

    half_life_s: Seconds = 86_400.0
    """A score that nothing renews counts half after this time."""


class ByzantinePolicy(Struct, frozen=True, forbid_unknown_fields=True):
    """When an agent counts as Byzantine: faulty or malicious in any way, lying included."""

    prior: Annotated[float, Meta(ge=1e-6, le=0.5)] = 0.01
    """Probability that an agent of which nothing is known is Byzantine."""
    alert: Share = 0.5
    """Probability from which on an alert is open: it is more likely than not."""
    half_life_s: Seconds = 86_400.0
    """Evidence counts half after this time."""
    forget_after_s: Seconds = 604_800.0
    """What is known of an agent's conduct is dropped after this time without news (a week: seven half-lives)."""
    memory_s: Seconds = 3_600.0
    """How long statements, dealings, readings and groups are remembered after they were last used."""
    at_once_s: Seconds = 10.0
    """Statements of one conversation without a stated cause are compared within this time: later, truth may differ."""
    clock_tolerance_s: Seconds = 60.0
    """How far an honest agent's clock may be off the log's."""
    trust: Weight = 4.0
    """What certainty of being Byzantine costs, in cooperative acts; a rise of the probability costs its share."""
