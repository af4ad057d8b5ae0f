"""Hawks: who fights for what has no room for all instead of giving way.

A claim that meets others is a fight as far as it goes beyond a fair share of what all want (the demand game:
J. Nash, "Two-Person Cooperative Games", Econometrica 21, 1953), or comes again after a refusal before
anything can be expected to have come free: considerate callers back off (R. Metcalfe and D. Boggs,
"Ethernet", CACM 19, 1976). Who makes a habit of fights, or hoards, is a hawk.
"""

import math

from app.core import habits, stakes
from app.core.contention import Contention
from app.core.contention.room import fair_share
from app.core.context import Context
from app.core.entries import Claim, ResourceEntry
from app.core.interaction import Interaction
from app.core.trust import decimals


def observe(context: Context, interaction: Interaction, contention: Contention) -> None:
    """Remember who was refused, and how each claim that finds no room is made."""
    source = (contention.resource, contention.keeper)
    if interaction.act in ("grant", "refuse"):
        refused_at = context.now if interaction.act == "refuse" else None
        for claim in contention.answered:
            stakes.draw(context, claim.agent_id, source).refused_at = refused_at
    elif contention.asked is not None and contention.overlap > 0.0:
        draw = stakes.draw(context, interaction.sender, source)
        part = fought(contention, contention.asked, draw.refused_at)
        draw.fights = habits.counted(
            draw.fights, context.now, context.policy.hoarding, does=part, leaves=decimals(1.0 - part)
        )


def fought(contention: Contention, claim: Claim, refused_at: int | None) -> float:
    """How far a claim that finds no room is a fight, 0..1: by its amount or, after a refusal, by its haste."""
    excess = _excess(contention, claim)
    if refused_at is None:
        return decimals(excess)
    holds = sum(hold.agent_id != claim.agent_id for hold in contention.entry.holds)
    return decimals(1.0 - (1.0 - excess) * (1.0 - nothing_freed(contention.entry, holds, claim.since - refused_at)))


def nothing_freed(entry: ResourceEntry, holds: int, elapsed_ms: int) -> float:
    """Probability that none of so many holds has been given back meanwhile, their lengths taken as exponential.

    >>> nothing_freed(ResourceEntry(due=None, held_s=60.0, released=5), 1, 60_000)
    0.367879
    """
    if holds == 0:
        return 0.0
    if entry.released == 0 or elapsed_ms <= 0:
        return 1.0
    return decimals(math.exp(-holds * elapsed_ms / 1000.0 / entry.held_s)) if entry.held_s else 0.0


def unyielding(context: Context, sender: str, contention: Contention) -> tuple[str, ...]:
    """Those in the clash who will not give way, the worst first."""
    source, found = (contention.resource, contention.keeper), []
    for agent in dict.fromkeys((sender, *(claim.agent_id for claim in contention.rivals))):
        fights = _fights(context, agent, source)
        if fights >= context.policy.contention.insistence or stakes.hoards(context, agent, source):
            found.append((-max(fights, stakes.share_of(context, agent, source)), agent))
    return tuple(agent for _, agent in sorted(found))


def _fights(context: Context, agent: str, source: stakes.Source) -> float:
    """The share of the agent's clashes that were fights; 0 where they were too few to tell."""
    draw = stakes.draw_of(context, agent, source)
    if draw is None or draw.fights.does < context.policy.contention.least:
        return 0.0
    return habits.share(draw.fights, context.now, context.policy.hoarding)


def _excess(contention: Contention, claim: Claim) -> float:
    rivals = contention.rivals
    contenders = 1 + len({rival.agent_id for rival in rivals})
    fair = fair_share(contention.entry, contenders, min(rival.amount for rival in rivals))
    return max(0.0, 1.0 - fair / claim.amount)
