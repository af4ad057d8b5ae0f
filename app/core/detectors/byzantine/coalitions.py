"""Hidden coalitions: how likely each set of members is to be the traitors, given what the group does in the open.

The members of a group that decides together and then acts in teams are honest or traitors. The posterior over
all coalitions smaller than half of the group (the honest majority that agreement needs) is exact: a coalition's
log-likelihood is the sum over outcomes, proposals and votes. That is inference by enumeration in a two-class model
of annotators with unknown reliability (A. P. Dawid and A. M. Skene, Applied Statistics 28(1), 1979), with fixed
rates: traitors want a traitor on the team, honest members would rather have none but know less.
"""

import math
import struct
from collections.abc import Sequence
from functools import lru_cache
from itertools import combinations

MAX_COALITIONS = 1024
MAX_MEMBERS = 64
"""Coalitions enumerated (so those of large groups are small), and members; constants of engine version 1."""

TRAITORS = 0.05
"""Probability that a group has any traitors."""
SHARE = 0.3
"""Share of traitors in a group that has some."""
SABOTAGE = 0.75
"""Probability that a traitor on a team sabotages it."""
MISCOUNT = 0.0005
"""Probability of a sabotage that nobody committed."""
ACCIDENT = 0.3
"""Probability that a team fails for other reasons, where nobody counts sabotages: work fails often."""
INCLUDES = 0.9
"""Probability that a traitor proposes a team with a traitor on it."""
APPROVES_OWN, APPROVES_CLEAN = 0.9, 0.35
"""Probability that a traitor approves a team with, and without, a traitor on it."""
TRUSTS_OWN, TRUSTS_CLEAN = 0.55, 0.8
"""The same of an honest member."""
_LOWEST = -60.0


@lru_cache(maxsize=MAX_MEMBERS)
def coalitions(members: int) -> tuple[int, ...]:
    """All coalitions of less than half the members, as bits, smaller ones first and no more than the bound.

    >>> coalitions(4)
    (0, 1, 2, 4, 8)
    """
    counts = [math.comb(members, size) for size in range((members - 1) // 2 + 1)]
    sizes = [size for size in range(len(counts)) if size < 2 or sum(counts[: size + 1]) <= MAX_COALITIONS]  # noqa: PLR2004
    return tuple(sum(1 << place for place in chosen) for size in sizes for chosen in combinations(range(members), size))


@lru_cache(maxsize=MAX_MEMBERS)
def prior(members: int) -> tuple[float, ...]:
    """Log-probability of each coalition before anything is seen; the same for all of one size."""
    sets = coalitions(members)
    odds = [SHARE ** c.bit_count() * (1.0 - SHARE) ** (members - c.bit_count()) for c in sets]
    total = sum(odds[1:]) or 1.0
    return (math.log(1.0 - TRAITORS), *(math.log(TRAITORS * odd / total) for odd in odds[1:]))


def outcome(likelihoods: Sequence[float], members: int, team: int, *, failed: bool, saboteurs: int) -> list[float]:
    """After a team acted: `saboteurs` members are known to have sabotaged it; 0 with `failed` if nobody counted."""
    said = {place: _outcome(place, saboteurs, failed=failed) for place in range(team.bit_count() + 1)}
    return [
        likelihood + said[(coalition & team).bit_count()]
        for likelihood, coalition in zip(likelihoods, coalitions(members), strict=True)
    ]


def _outcome(traitors: int, saboteurs: int, *, failed: bool) -> float:
    """Log P(outcome | so many traitors on the team)."""
    if saboteurs > traitors:
        return math.log(MISCOUNT) * (saboteurs - traitors)
    if failed and saboteurs == 0:
        return math.log(1.0 - (1.0 - ACCIDENT) * (1.0 - SABOTAGE) ** traitors)
    ways = math.comb(traitors, saboteurs)
    return math.log(ways * SABOTAGE**saboteurs * (1.0 - SABOTAGE) ** (traitors - saboteurs))


def ballot(likelihoods: Sequence[float], members: int, team: int, leader: int, votes: tuple[int, int]) -> list[float]:
    """After a proposal by the member at place `leader` (-1: an outsider) and its votes: who voted, who approved."""
    voted, approved = votes
    rejected = voted & ~approved
    bit = 0 if leader < 0 else 1 << leader
    chosen = [_proposed(members, team.bit_count(), size) for size in range((members - 1) // 2 + 2)]
    rates = (_logs(TRUSTS_CLEAN, APPROVES_CLEAN), _logs(TRUSTS_OWN, APPROVES_OWN))
    after = []
    for likelihood, coalition in zip(likelihoods, coalitions(members), strict=True):
        hit = 1 if coalition & team else 0
        honest_yes, honest_no, traitor_yes, traitor_no = rates[hit]
        ayes, noes = (approved & coalition).bit_count(), (rejected & coalition).bit_count()
        said = ayes * traitor_yes + noes * traitor_no
        said += (approved.bit_count() - ayes) * honest_yes + (rejected.bit_count() - noes) * honest_no
        if coalition & bit:
            said += chosen[coalition.bit_count()][hit]
        after.append(likelihood + said)
    return after


def _logs(honest: float, traitor: float) -> tuple[float, float, float, float]:
    return math.log(honest), math.log(1.0 - honest), math.log(traitor), math.log(1.0 - traitor)


def _proposed(members: int, team: int, traitors: int) -> tuple[float, float]:
    """Log of how much likelier a traitor than chance is to propose a team without, and with, traitors."""
    clean = math.comb(members - traitors, team) / math.comb(members, team) if team <= members else 0.5
    clean = min(0.98, max(0.02, clean))
    return math.log((1.0 - INCLUDES) / clean), math.log(INCLUDES / (1.0 - clean))


def weights(likelihoods: Sequence[float], members: int) -> list[float]:
    """For each member: how far the group's evidence moves its log-odds of being a traitor, in nats."""
    before, after = _expected(members), _marginals(likelihoods, members)
    return [_logit(new) - _logit(old) for old, new in zip(before, after, strict=True)]


@lru_cache(maxsize=MAX_MEMBERS)
def _expected(members: int) -> tuple[float, ...]:
    """Each member's probability of being a traitor before anything is seen."""
    return tuple(_marginals(prior(members), members))


def _marginals(likelihoods: Sequence[float], members: int) -> list[float]:
    highest = max(likelihoods)
    masses = [math.exp(likelihood - highest) for likelihood in likelihoods]
    total = math.fsum(masses)
    found = [0.0] * members
    for mass, coalition in zip(masses, coalitions(members), strict=True):
        rest = coalition
        while rest:
            low = rest & -rest
            found[low.bit_length() - 1] += mass
            rest ^= low
    return [mass / total for mass in found]


def _logit(probability: float) -> float:
    bounded = min(1.0 - 1e-9, max(1e-9, probability))
    return math.log(bounded / (1.0 - bounded))


def pack(likelihoods: Sequence[float]) -> bytes:
    """As stored, relative to the likeliest coalition."""
    highest = max(likelihoods)
    return struct.pack(f"<{len(likelihoods)}f", *(max(_LOWEST, value - highest) for value in likelihoods))


def unpack(packed: bytes) -> tuple[float, ...]:
    """The stored values."""
    return struct.unpack(f"<{len(packed) // 4}f", packed)
