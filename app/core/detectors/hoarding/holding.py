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


def observe(context: Context, interaction: Interaction, contention: Contention) -> None:
    """A refusal is laid to those who hold too much for too long; a hold given back in time is a fair act."""
    entry = contention.entry
    if interaction.act == "refuse" and contention.answered and entry.holds:
        _starve(context, contention, tuple(claim.agent_id for claim in contention.answered))
    elif interaction.act == "release" and contention.returned:
        _give_back(context, contention, contention.returned[0])
    elif interaction.act == "claim" and contention.overlap > 0.0:
        stake = context.state.stakes.get((context.fleet, interaction.sender))
        share = stakes.share_over(stake, context.now, context.policy.hoarding)
        context.effects.score("hoarding", decimals(share * contention.overlap))


def excess(hold: Claim, entry: ResourceEntry, contenders: int) -> float:
    """The share of a hold that goes beyond the fair share of what there is, 0..1."""
    fair = (entry.capacity or hold.amount) / max(contenders, 1)
    return max(0.0, 1.0 - fair / hold.amount)


def overdue(hold: Claim, entry: ResourceEntry, now: int) -> float:
    """How far a hold has outlasted what is usual, 0..1: a half at the usual time; 1 where none is known."""
    held_s = (now - hold.since) / 1000.0
    return held_s / (held_s + entry.held_s) if held_s > 0.0 else 0.0


def _starve(context: Context, contention: Contention, starved: tuple[str, ...]) -> None:
    entry = contention.entry
    contenders = len({claim.agent_id for claim in (*entry.holds, *entry.requests)} | set(starved))
    for hold in entry.holds:
        blame = decimals(excess(hold, entry, contenders) * overdue(hold, entry, context.now))
        if blame > 0.0 and hold.agent_id not in starved:
            stakes.acted(context, hold.agent_id, contention.resource, contention.keeper, over=blame)
            context.effects.score("hoarding", blame)
            _report(context, contention, hold, contenders)


def _give_back(context: Context, contention: Contention, hold: Claim) -> None:
    """What was given back without having kept anybody out is a fair act."""
    kept_out = any(denied.at >= hold.since and denied.agent_id != hold.agent_id for denied in contention.entry.denied)
    if not kept_out:
        stakes.acted(context, hold.agent_id, contention.resource, contention.keeper, fair=1.0)


def _report(context: Context, contention: Contention, hold: Claim, contenders: int) -> None:
    policy, entry = context.policy.hoarding, contention.entry
    stake = context.state.stakes.get((context.fleet, hold.agent_id))
    share = stakes.share_over(stake, context.now, policy)
    if share < policy.alert or stake is None or stake.over < policy.least:
        return
    denied = [item for item in entry.denied if item.at >= hold.since and item.agent_id != hold.agent_id]
    victims = tuple(dict.fromkeys(item.agent_id for item in denied))
    fair = (entry.capacity or hold.amount) / max(contenders, 1)
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
