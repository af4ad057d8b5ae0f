"""Holding: keeping more than a fair share for long while others are refused."""

from app.core import incidents, stakes
from app.core.contention import Contention
from app.core.context import Context
from app.core.entries import Claim, ResourceEntry
from app.core.interaction import Interaction
from app.core.interventions import throttle
from app.core.trust import decimals
from app.events import AlertAgent

PATTERN = "resource_hoarding"
LATE = 4.0
"""Holds of so many times the usual length are far too long."""


def observe(context: Context, interaction: Interaction, contention: Contention) -> None:
    """A refusal is laid to those who hold too much for too long; a hold given back in time is a fair act."""
    entry = contention.entry
    if interaction.act == "refuse" and contention.answered and entry.holds:
        _starve(context, contention)
    elif interaction.act == "release" and contention.returned:
        _give_back(context, contention, contention.returned[0])
    elif interaction.act == "claim" and contention.overlap > 0.0:
        share = stakes.share_of(context, interaction.sender, (contention.resource, contention.keeper))
        context.effects.score("hoarding", decimals(share * contention.overlap))


def fair_share(entry: ResourceEntry, contenders: int, wanted: float) -> float:
    """What each contender may hold: an equal part, or what the one who is refused wants, if that is more.

    Who holds no more than another wants is not envied for the amount (D. Foley 1967); units may be indivisible.
    """
    return max((entry.capacity or 0.0) / max(contenders, 1), wanted)


def blame(hold: Claim, entry: ResourceEntry, fair: float, now: int) -> float:
    """The part of a hold in a refusal, 0..1: for too much of it, weighed by how long, or for far too long.

    Too long is against what is usual: a half at the usual time, 1 where none is known; far too long is
    beyond LATE times that.
    """
    held_s = (now - hold.since) / 1000.0
    if held_s <= 0.0:
        return 0.0
    excess = max(0.0, 1.0 - fair / hold.amount)
    late = max(0.0, 1.0 - LATE * entry.held_s / held_s) if entry.held_s else 0.0
    return decimals(max(excess * held_s / (held_s + entry.held_s), late))


def _starve(context: Context, contention: Contention) -> None:
    entry, starved = contention.entry, frozenset(claim.agent_id for claim in contention.answered)
    contenders = len({claim.agent_id for claim in (*entry.holds, *entry.requests)} | starved)
    fair = fair_share(entry, contenders, min(claim.amount for claim in contention.answered))
    for hold in entry.holds:
        part = 0.0 if hold.agent_id in starved else blame(hold, entry, fair, context.now)
        if part > 0.0:
            stakes.acted(context, hold.agent_id, (contention.resource, contention.keeper), over=part)
            context.effects.score("hoarding", part)
            _report(context, contention, hold, fair)


def _give_back(context: Context, contention: Contention, hold: Claim) -> None:
    """What was given back without having kept anybody out is a fair act."""
    kept_out = any(denied.at >= hold.since and denied.agent_id != hold.agent_id for denied in contention.entry.denied)
    if not kept_out:
        stakes.acted(context, hold.agent_id, (contention.resource, contention.keeper), fair=1.0)


def _report(context: Context, contention: Contention, hold: Claim, fair: float) -> None:
    policy, entry = context.policy.hoarding, contention.entry
    draw = stakes.draw_of(context, hold.agent_id, (contention.resource, contention.keeper))
    share = stakes.share_over(draw, context.now, policy)
    if share < policy.alert or draw is None or draw.over < policy.least:
        return
    denied = [item for item in entry.denied if item.at >= hold.since and item.agent_id != hold.agent_id]
    victims = tuple(dict.fromkeys(item.agent_id for item in denied))
    held_s = (context.now - hold.since) / 1000.0
    incidents.report(
        context,
        incidents.Finding(
            pattern=PATTERN,
            subject=hold.agent_id,
            severity=share,
            agents=(AlertAgent(hold.agent_id, "culprit"), *(AlertAgent(victim, "victim") for victim in victims)),
            evidence=(hold.offset, *(item.offset for item in denied)),
            explanation=(
                f"{hold.agent_id} has held {hold.amount:g} of {contention.resource} for {held_s:g} s"
                f" while {len(victims)} others were refused; a fair share is {fair:g}."
            ),
            suggested_action=str(throttle(hold.agent_id, contention.resource, decimals(fair))),
            due=context.now + int(context.policy.incident.quiet_s * 1000.0),
            resource=contention.resource,
        ),
    )
