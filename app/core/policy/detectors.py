"""What the pattern detectors decide by, a section each."""

from typing import Annotated

from msgspec import Meta, Struct

from app.core.policy.fields import Seconds, Share


class LoopPolicy(Struct, frozen=True, forbid_unknown_fields=True):
    """Which paths back to their start count as loops."""

    window_s: Seconds = 3_600.0
    """First to last message of a cycle."""
    max_hops: Annotated[int, Meta(ge=3, le=64)] = 8


class AnomalyPolicy(Struct, frozen=True, forbid_unknown_fields=True):
    """How behaviour and reported numbers are watched."""

    period_s: Seconds = 300.0
    """Behaviour is summed up over this time: the usual sampling of metrics."""
    learn_samples: Annotated[int, Meta(ge=1, le=1_000_000)] = 288
    """Samples before the first alert: a day of periods."""
    alert_at: Share = 0.8
    """The score of a sample from which it is an incident."""
    quiet_s: Seconds = 3_600.0
    """An incident resolves after this time without a further one."""
    forget_after_s: Seconds = 2_592_000.0
    """What has not been seen for this long is forgotten."""


class SuspicionPolicy(Struct, frozen=True, forbid_unknown_fields=True):
    """How the detectors' scores of an agent fade."""

    half_life_s: Seconds = 86_400.0
    """A score that nothing renews counts half after this time."""
