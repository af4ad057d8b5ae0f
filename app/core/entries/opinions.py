"""What agents say of each other, and what newcomers and praise are judged by."""

from msgspec import Struct


class Opinion(Struct, frozen=True, array_like=True):
    """A rating of an agent by another, and what it has been worth to the rater so far."""

    rater: str
    value: float
    """-1 (worst) to 1 (best)."""
    share: float
    """Of the rater's voice: less for a second opinion of the same rater, and for praise given back."""
    good: float
    bad: float
    faded: float
    """The rater's `faded` when `good` and `bad` were added."""
    offset: int


class OpinionsEntry(Struct, omit_defaults=True):
    """What others say of an agent. Key: [fleet, agent]."""

    due: int | None
    opinions: tuple[Opinion, ...] = ()
    """The latest."""
    weight: float = 0.0
    """Faded sum of the voices of earlier ones."""
    value: float = 0.0
    """Faded sum of their voices times values."""


class Praise(Struct, frozen=True, array_like=True):
    """How often an agent has praised another."""

    agent_id: str
    times: float
    offset: int
    """Of the latest."""


class PraiseEntry(Struct, omit_defaults=True):
    """Good ratings that an agent gave and got. Keys: [fleet, agent], and [fleet, ""] for the whole fleet."""

    due: int | None
    at: int
    """When the numbers were last faded."""
    given: float = 0.0
    got: float = 0.0
    praised: tuple[Praise, ...] = ()
    """Whom it praises, those it praised latest last."""
    fans: tuple[str, ...] = ()
    """New identities among those who praised it, the latest last."""
    count: int = 0
    """Good ratings that it ever gave."""
    known: int = 0
    """Of the fleet: agents that gave or got praise."""


class Dealer(Struct, frozen=True, array_like=True):
    """One side of a dealing."""

    moves: int = 0
    defections: int = 0
    good: float = 0.0
    bad: float = 0.0
    """What the dealing has been worth to it so far."""
    faded: float = 0.0
    """Its `faded` then."""


class DealingEntry(Struct, omit_defaults=True):
    """The moves of two agents towards each other, the one whose name sorts first before the other.

    Key: [fleet, agent, agent].
    """

    due: int | None
    first: Dealer = Dealer()
    second: Dealer = Dealer()


class CohortEntry(Struct, omit_defaults=True):
    """The newcomers of one sponsor, or of none (""). Key: [fleet, sponsor]."""

    due: int | None
    at: int
    """When `born` was last faded."""
    since: int
    known: int = 0
    """Newcomers in all."""
    born: float = 0.0
    """Newcomers, faded by half each hour."""
    good: float = 0.0
    """What the ratings say of newcomers, faded by newer evidence."""
    bad: float = 0.0
