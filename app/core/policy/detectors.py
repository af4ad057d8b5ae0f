"""What the pattern detectors decide by, a section each."""

from typing import Annotated

from msgspec import Meta, Struct

from app.core.policy.fields import Seconds, Share, Weight


class LoopPolicy(Struct, frozen=True, forbid_unknown_fields=True):
    """Which paths back to their start count as loops."""

    window_s: Seconds = 3_600.0
    """First to last message of a cycle."""
    max_hops: Annotated[int, Meta(ge=3, le=64)] = 8
    alike: Share = 0.75
    """Resemblance (Jaccard, of the opening words) from which on two messages say the same."""
    turns: Annotated[int, Meta(ge=2, le=14)] = 3
    """How often a message must come by, saying the same, until the cycle it goes round is a loop."""
    exchange_turns: Annotated[int, Meta(ge=2, le=14)] = 8
    """How often an agent must say the same in one conversation until the exchange is one without progress."""
    row: Annotated[int, Meta(ge=2)] = 16
    """How often in a row, with nothing else in between, where every time is a conversation of its own."""
    evidence: Weight = 0.5
    """What it costs, each time, to drive a loop; one unit is one error."""
    waiting: tuple[str, ...] = ("waiting", "blocked", "pending", "queued", "in_progress", "status", "heartbeat")
    """Kinds and states of messages that say that somebody waits: whoever waits does not loop."""


class SuspicionPolicy(Struct, frozen=True, forbid_unknown_fields=True):
    """How the detectors' scores of an agent fade."""

    half_life_s: Seconds = 86_400.0
    """A score that nothing renews counts half after this time."""
