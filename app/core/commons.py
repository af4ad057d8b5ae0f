"""A shared pool that grows back: who takes what in a round, what it bears, and what is a fair share.

The pool says what it holds (`pool_available` of a claim) and what is left (`pool_left` of a grant). A round
ends when it is seen to have grown, or when one who has claimed claims again after that. Sources: G. Hardin,
"The Tragedy of the Commons", Science 162, 1968; E. Ostrom, Governing the Commons, 1990; G. Piatti et al.,
"Cooperate or Collapse: Emergence of Sustainable Cooperation in a Society of LLM Agents" (GovSim), 2024,
for pools that double between rounds; M. B. Schaefer 1954 for leaving half of a stock to grow.
"""

from msgspec.structs import replace

from app.core.entries import Claim, Member, Pool
from app.core.policy import CommonsPolicy
from app.core.trust import decimals

MAX_MEMBERS = 64
"""Agents that a pool knows by name in a round, the first to claim; a constant of engine version 1.

Those over it count as claimants."""
SLACK = 1e-6


def claim(pool: Pool | None, claim: Claim, available: float, policy: CommonsPolicy) -> Pool:
    """The pool after a claim on it while it holds `available` units."""
    if pool is None:
        pool = Pool(opened=available, full=available, available=available, growth=policy.regrowth)
    elif _grew(pool, claim.agent_id, available):
        pool = _next_round(pool, available, policy)
    members, count = pool.members, pool.claimants
    mine = member(pool, claim.agent_id)
    if mine is not None:
        members = _put(members, replace(mine, asked=decimals(mine.asked + claim.amount), offset=claim.offset))
    else:
        count += 1
        if len(members) < MAX_MEMBERS:
            members = (*members, Member(claim.agent_id, claim.amount, offset=claim.offset))
    return replace(pool, available=available, members=members, claimants=count)


def grant(pool: Pool, agent_id: str, amount: float, left: float | None) -> Pool:
    """The pool after the agent was given `amount` units, of which `left` remain."""
    mine = member(pool, agent_id)
    if mine is not None:
        pool = replace(pool, members=_put(pool.members, replace(mine, got=decimals(mine.got + amount))))
    return pool if left is None else replace(pool, left=left)


def sustainable(pool: Pool, policy: CommonsPolicy) -> float:
    """Units that may be taken in the round and grow back: the share g / (1 + g) of what the round began with.

    >>> sustainable(Pool(opened=100.0, full=100.0, available=100.0, growth=1.0), CommonsPolicy())
    50.0
    >>> sustainable(Pool(opened=100.0, full=100.0, available=100.0, growth=0.25), CommonsPolicy())
    20.0
    """
    growth = min(pool.growth, policy.regrowth)
    return decimals(pool.opened * growth / (1.0 + growth))


def claimants(pool: Pool) -> int:
    """Agents that draw on the pool in a round."""
    return max(pool.claimants, pool.claimed_before, 1)


def fair_share(pool: Pool, policy: CommonsPolicy) -> float:
    """What each may take so that all can take as much and the pool grows back."""
    return decimals(sustainable(pool, policy) / claimants(pool))


def demand(pool: Pool) -> float:
    """Units that the round is expected to take: what is asked so far, for all of its members, or is known to be gone.

    Never more than there is: what is asked beyond that is not taken.
    """
    asked = sum(member.asked for member in pool.members)
    expected = asked * claimants(pool) / max(len(pool.members), 1)
    gone = 0.0 if pool.left is None else pool.opened - pool.left
    return min(max(expected, gone), pool.opened)


def member(pool: Pool, agent_id: str) -> Member | None:
    """What the agent does in the round, if it is known to claim."""
    for known in pool.members:
        if known.agent_id == agent_id:
            return known
    return None


def _put(members: tuple[Member, ...], changed: Member) -> tuple[Member, ...]:
    return tuple(changed if known.agent_id == changed.agent_id else known for known in members)


def _grew(pool: Pool, agent_id: str, available: float) -> bool:
    if available > pool.available + SLACK:
        return True
    return member(pool, agent_id) is not None and (pool.left is None or available > pool.left + SLACK)


def _next_round(pool: Pool, available: float, policy: CommonsPolicy) -> Pool:
    """A new round; the regrowth before it is learnt, except where a full pool hides how much more it could be."""
    growth, left = pool.growth, pool.left
    if left is not None and left > SLACK:
        seen = (available - left) / left
        if available < pool.full - SLACK or seen > growth:
            growth = decimals(growth + policy.learning * (seen - growth))
    return replace(
        pool,
        opened=available,
        full=max(pool.full, available),
        growth=max(growth, 0.0),
        left=None,
        members=(),
        claimants=0,
        claimed_before=pool.claimants,
        voices=decimals(pool.voices / 2.0),
    )
