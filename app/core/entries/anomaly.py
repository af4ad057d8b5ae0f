"""What the numbers of an agent have been like."""

from msgspec import Struct


class Extremes(Struct, frozen=True, array_like=True):
    """The range of a statistic over its samples; the records that went beyond it have added `steps` to it in all."""

    low: float
    high: float
    samples: int = 1
    steps: float = 0.0
    records: float = 0.0


class Track(Struct, array_like=True):
    """How a number has gone so far; it is copied before it is changed."""

    since: int
    """When it began (event time, ms)."""
    samples: int = 0
    unit: float = 0.0
    """The power of ten of the first value that was not 0, in which all below is kept; 0 before it."""
    last: float = 0.0
    run: int = 0
    """Samples in a row that were equal to the one before."""
    fast: float = 0.0
    slow: float = 0.0
    """Means that forget, over two time scales."""
    off_season: float = 0.0
    """How far the latest samples were from the means of their hours."""
    peak: float = 0.0
    """The surprise that holds back lesser ones, and the sample at which it was."""
    peaked: int = 0
    extremes: tuple[Extremes | None, ...] = ()
    """One a statistic; None until it has settled."""
    hours: tuple[float | None, ...] = ()
    """The mean of each hour (UTC) of working days, then of weekends; None before its first sample."""


class SeriesEntry(Struct, omit_defaults=True):
    """A number that is watched: a feature of an agent's behaviour, or one that it reports.

    Keys: [fleet, agent, "behaviour", feature], [fleet, agent, "value", name].
    """

    due: int | None
    course: Track


class ActivityEntry(Struct, omit_defaults=True):
    """What an agent has done in its current period. Key: [fleet, agent]."""

    since: int
    """When the period began."""
    messages: int = 0
    targets: int = 0
    errors: int = 0
    size: int = 0
    """Bytes of content."""
    answers: int = 0
    latency_ms: float = 0.0
    """What its answers have taken, in all."""
    names: int = 0
    """Numbers that it reports and that are followed."""
    unfollowed: int = 0
    """Values of numbers beyond those."""
    due: int | None = None
