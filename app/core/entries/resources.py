"""Resources, the claims on them, and who takes how much."""

from msgspec import Struct


class Claim(Struct, frozen=True, array_like=True):
    """An amount of a resource that an agent asked for, or holds."""

    agent_id: str
    amount: float
    since: int
    due: int
    offset: int
    task: str = ""
    """A digest of the conversation that it is for; an agent has one claim for each."""
    overdue: bool = False
    """Whether nobody has answered it in time."""


class Member(Struct, frozen=True, array_like=True):
    """An agent that draws on a shared pool, and what it does in the round."""

    agent_id: str
    asked: float
    got: float = 0.0
    judged: bool = False
    over: bool = False
    """Whether what it got is more than its fair share."""
    offset: int = 0


class Pool(Struct, frozen=True, array_like=True):
    """A shared pool that grows back between rounds of claims; amounts in the resource's own units."""

    opened: float
    """What it held when the round began."""
    full: float
    """The most that it was ever seen to hold."""
    available: float
    """What the latest claim says that it holds."""
    growth: float
    """Regrowth between rounds as a share of what was left, as seen so far."""
    left: float | None = None
    """What the latest grant of the round says that is left."""
    members: tuple[Member, ...] = ()
    claimants: int = 0
    """Agents that claimed in this round."""
    claimed_before: int = 0
    """Agents that claimed in the round before."""
    limit: float | None = None
    """The most that each may take by the latest agreement."""
    voices: float = 0.0
    """Messages about the pool that name amounts; older rounds count less."""
    voiced: float = 0.0
    """Mean logarithm of the amounts that they name."""


class Denied(Struct, frozen=True, array_like=True):
    """A claim that was refused, or that nobody answered in time."""

    agent_id: str
    at: int
    offset: int


class ResourceEntry(Struct, omit_defaults=True):
    """A resource that agents contend for. Key: [fleet, resource, keeper]."""

    due: int | None
    capacity: float | None = None
    """Units in all; None where nobody says and no refusal tells."""
    holds: tuple[Claim, ...] = ()
    requests: tuple[Claim, ...] = ()
    pool: Pool | None = None
    denied: tuple[Denied, ...] = ()
    """The latest claims that were refused, or that nobody answered in time."""
    held_s: float = 0.0
    """How long a unit is held, by the latest releases; seconds."""
    released: int = 0
    """The number of releases that this goes by."""


class StakeEntry(Struct, omit_defaults=True):
    """What an agent claims. Key: [fleet, agent]."""

    due: int | None
    resource: str
    """What it claimed last, and from whom."""
    keeper: str
    worst: tuple[str, str] = ("", "")
    """The resource, and its keeper, of which it hoards most."""


class Habit(Struct, frozen=True, array_like=True):
    """How often an agent does something, of all the times that it could have; both fade."""

    at: int = 0
    """When they were last decayed."""
    does: float = 0.0
    leaves: float = 0.0


class DrawEntry(Struct, omit_defaults=True):
    """How an agent draws on a resource. Key: [fleet, agent, resource, keeper]."""

    due: int | None
    takes: Habit = Habit()
    """Acts beyond its fair share, and within it."""
    fights: Habit = Habit()
    """Claims by which it fights for what has no room for all, and those by which it gives way."""
    refused_at: int | None = None
    """When its latest claim was refused; None if it was granted."""
