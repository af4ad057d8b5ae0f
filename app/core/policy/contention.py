"""How claims on shared resources are judged: hoarding, over-use of a pool that grows back, the risk of conflict."""

from typing import Annotated

from msgspec import Meta, Struct

from app.core.policy.fields import Seconds, Share, Weight

LogOdds = Annotated[float, Meta(ge=-100, le=100)]
Positive = Annotated[float, Meta(ge=0.001, le=1e6)]


class CommonsPolicy(Struct, frozen=True, forbid_unknown_fields=True):
    """What is believed of a shared pool that grows back, and of those who draw on it."""

    regrowth: Positive = 1.0
    """Growth between rounds as a share of what was left: 1 doubles (Piatti et al. 2024). Pools seen to grow
    slower are believed, faster ones are not: half a stock is to stay (Schaefer 1954)."""
    learning: Share = 0.3
    """Weight of the latest regrowth seen, against all before."""
    overuse_even: Positive = 1.2
    """Demand over sustainable yield at which collapse is as likely as not."""
    overuse_spread: Positive = 0.2
    """Spread of that threshold, in units of log demand (the scale of a logistic)."""
    voice: Share = 0.6
    """Weight of the amounts that members speak of, against those that they claim, in what they will claim next."""
    no_surplus: Share = 0.6
    """Probability that a restraint which leaves its members nothing ends in a scramble."""


class HoardingPolicy(Struct, frozen=True, forbid_unknown_fields=True):
    """When taking more than a fair share counts as hoarding."""

    half_life_s: Seconds = 3_600.0
    """What an agent took counts half after this time."""
    prior: Positive = 0.5
    """Fair acts that an unknown agent is credited with."""
    memory: Positive = 20.0
    """Acts that are remembered in all: older ones fade as new ones come."""
    alert: Share = 0.6
    """Share of an agent's acts beyond its fair share from which an alert is raised."""
    least: Positive = 2.0
    """Evidence, in acts, that an alert needs."""
    trust: Weight = 0.25
    """Trust evidence of an act beyond the fair share of a pool that is overused, in units of one cooperative act."""


class VotingPolicy(Struct, frozen=True, forbid_unknown_fields=True):
    """What makes a member reject a proposal: a logistic model, in units of log odds.

    Fitted by logistic regression on recorded votes, cross-validated over groups; the signs are the theory's.
    """

    memory_s: Seconds = 86_400.0
    """A council in which nothing happens is forgotten after this time."""
    base: LogOdds = -0.8
    """Of a member who is not on the team and whom nothing else moves."""
    proposer: LogOdds = -1.8
    """Who proposed it wants it."""
    member: LogOdds = -1.0
    """Who is on the team knows oneself."""
    agreement: LogOdds = -1.8
    """The team is the one that the member named, times their overlap; who named none stands in the middle, at 0.5."""
    consistency: LogOdds = 0.5
    """The team is one that the member has rejected, times their overlap, 0..1."""
    size: LogOdds = 1.7
    """Times the share of the council that is on the team: the more, the likelier one is unsound."""
    stakes: LogOdds = 0.4
    """For each outcome so far: the fewer are left, the more each decides."""
    regret: LogOdds = 0.7
    """For each failure laid to the team beyond what the best team of that size would carry."""
    doubt: LogOdds = 0.4
    """For each failure laid to the proposer."""
    relief: Share = 0.15
    """Failures that one success makes up for."""
    attempts: Annotated[int, Meta(ge=1, le=1000)] = 5
    """Proposals after which rules end a deadlock: the last of them stands."""
