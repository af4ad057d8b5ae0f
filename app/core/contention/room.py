"""How much room a resource has for a claim."""

from app.core.entries import Claim, ResourceEntry
from app.core.trust import decimals


def held(entry: ResourceEntry) -> float:
    """Units that are held."""
    return decimals(sum(claim.amount for claim in entry.holds))


def fits(entry: ResourceEntry, claim: Claim) -> bool:
    """Whether there is room for the claim beside what is held."""
    if entry.pool is not None:
        return claim.amount <= entry.pool.available
    return held(entry) == 0.0 if entry.capacity is None else claim.amount <= entry.capacity - held(entry)


def overlap(entry: ResourceEntry, rivals: tuple[Claim, ...], amount: float) -> float:
    """The share of a claim of `amount` that the rivals' leave no room for, 0..1."""
    if not rivals or entry.capacity is None or entry.pool is not None:
        return 0.0
    missing = sum(claim.amount for claim in rivals) + amount - entry.capacity
    return decimals(min(1.0, max(0.0, missing / amount)))


def fair_share(entry: ResourceEntry, contenders: int, wanted: float) -> float:
    """What each contender may hold: an equal part, or what the one who goes without wants, if that is more.

    Who holds no more than another wants is not envied for the amount (D. Foley 1967); units may be indivisible.
    """
    return max((entry.capacity or 0.0) / max(contenders, 1), wanted)
