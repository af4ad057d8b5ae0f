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
    waiting: tuple[str, ...] = ("blocked", "heartbeat", "in_progress", "pending", "queued", "status", "waiting")
    """Kinds and states of messages that say that somebody waits: whoever waits does not loop."""


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

    half_life_s: Seconds = 2_592_000.0
    """A score that nothing renews counts half after this time (30 days): long enough to be looked at."""


class CollusionPolicy(Struct, frozen=True, forbid_unknown_fields=True):
    """When agents that praise each other are a ring, and identities that praise one are its Sybils."""

    half_life_s: Seconds = 2_592_000.0
    """Praise counts half after this time (30 days)."""
    false_alarms: Annotated[float, Meta(gt=0, le=1)] = 1e-4
    """Probability, over all clusters that could be chosen, that chance alone makes one look so closed."""
    closed: Share = 0.8
    """The share of a member's praise that stays in the cluster, or goes to the one beneficiary, at least."""
    least: Annotated[int, Meta(ge=2, le=24)] = 3
    """Members of a ring, identities of a Sybil attack, at least."""
    born_within_s: Seconds = 3_600.0
    """Identities born within this time of each other were born together."""
    quiet_s: Seconds = 86_400.0
    """The incident resolves when no more such praise comes for this long."""
    penalty: Weight = 12.0
    """Bad evidence for each culprit, once: it brings a newcomer under `trust.quarantine_below`."""


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
