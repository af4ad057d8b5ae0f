"""What the pattern detectors decide by, a section each."""

from typing import Annotated

from msgspec import Meta, Struct

from app.core.policy.fields import Seconds


class LoopPolicy(Struct, frozen=True, forbid_unknown_fields=True):
    """Which paths back to their start count as loops."""

    window_s: Seconds = 3_600.0
    """First to last message of a cycle."""
    max_hops: Annotated[int, Meta(ge=3, le=64)] = 8


class SuspicionPolicy(Struct, frozen=True, forbid_unknown_fields=True):
    """How the detectors' scores of an agent fade."""

    half_life_s: Seconds = 86_400.0
    """A score that nothing renews counts half after this time."""
