"""Holding: keeping more than a fair share for long while others are denied it."""

from typing import Final

from app.core import incidents, stakes
from app.core.contention import Contention
from app.core.contention.claims import in_all
from app.core.contention.room import fair_share
from app.core.context import Context
from app.core.entries import Claim, ResourceEntry
from app.core.interaction import Interaction
from app.core.interventions import throttle
from app.core.trust import decimals
from app.events import AlertAgent

PATTERN: Final = "resource_hoarding"
RARE = 0.02
"""Holds as long as this share of all are far too long."""


def observe(context: Context, interaction: Interaction, contention: Contention) -> None:
    """A denial is laid to those who hold too much for too long; a hold given back in time is a fair act."""
    if interaction.act == "refuse":
        context.effects.score("hoarding", starve(context, contention))
    elif interaction.act == "release":
        for hold in contention.returned:
            _give_back(context, contention, hold)
    elif interaction.act == "claim" and contention.overlap > 0.0:
        share = stakes.share_of(context, interaction.sender, (contention.resource, contention.keeper))
        context.effects.score("hoarding", decimals(share * contention.overlap))


def blame(hold: Claim, entry: ResourceEntry, fair: float, now: int) -> float:
    """The part of a hold in a denial, 0..1: for too much of it for longer than usual, or for far too long.

    Both grow with how many times the usual length, or the utmost one, it has lasted; where nothing has been
    given back yet, nobody knows what is usual, and too much counts in full.
    """
    held_s = (now - hold.since) / 1000.0
    if held_s <= 0.0:
        return 0.0
    excess = max(0.0, 1.0 - fair / hold.amount)
    if entry.released == 0:
        return decimals(excess)
    late = max(0.0, 1.0 - entry.held_s / held_s)
    far_too_late = max(0.0, 1.0 - utmost(entry.released) * entry.held_s / held_s)
    return decimals(max(excess * late, far_too_late))


def utmost(releases: int) -> float:
    """How many times the mean of so many releases a hold lasts at most, but for a share of RARE.

    Holds are taken as exponential with an unknown mean, for which so many releases leave a Pareto of the
    second kind (K. Lomax 1954): few of them tell little.

    >>> [round(utmost(releases), 1) for releases in (1, 2, 5)]
    [49.0, 12.1, 5.9]
    """
    return float(releases * (RARE ** (-1.0 / releases) - 1.0))


def starve(context: Context, contention: Contention) -> float:
    """Lay denied claims to those who hold too much for too long; returns the greatest part in it, 0..1."""
    entry, denied = contention.entry, [claim for claim in contention.answered if not claim.overdue]
    if not (denied and entry.holds):
        return 0.0
    starved = {claim.agent_id for claim in denied}
    contenders = len({claim.agent_id for claim in (*entry.holds, *entry.requests)} | starved)
    fair = fair_share(entry, contenders, min(claim.amount for claim in denied))
    worst = 0.0
    for hold in in_all(entry.holds):
        part = 0.0 if hold.agent_id in starved else blame(hold, entry, fair, context.now)
        if part > 0.0:
            stakes.acted(context, hold.agent_id, (contention.resource, contention.keeper), over=part)
            worst = max(worst, part)
            _report(context, contention, hold, fair)
    return worst


def _give_back(context: Context, contention: Contention, hold: Claim) -> None:
    """What was given back without having kept anybody out is a fair act."""
    kept_out = any(denied.at >= hold.since and denied.agent_id != hold.agent_id for denied in contention.entry.denied)
    if not kept_out:
        stakes.acted(context, hold.agent_id, (contention.resource, contention.keeper), fair=1.0)


def _report(context: Context, contention: Contention, hold: Claim, fair: float) -> None:
    source = (contention.resource, contention.keeper)
    if not stakes.hoards(context, hold.agent_id, source):
        return
    denied = [item for item in contention.entry.denied if item.at >= hold.since and item.agent_id != hold.agent_id]
    victims = tuple(dict.fromkeys(item.agent_id for item in denied))
    held_s = (context.now - hold.since) / 1000.0
    incidents.report(
        context,
        incidents.Finding(
            pattern=PATTERN,
            subject=hold.agent_id,
            severity=stakes.share_of(context, hold.agent_id, source),
            agents=(AlertAgent(hold.agent_id, "culprit"), *(AlertAgent(victim, "victim") for victim in victims)),
            evidence=(hold.offset, *(item.offset for item in denied)),
            explanation=(
                f"{hold.agent_id} has held {hold.amount:g} of {contention.resource} for {held_s:g} s"
                f" while {len(victims)} others were refused; a fair share is {fair:g}."
            ),
            suggested_action=throttle(hold.agent_id, contention.resource, decimals(fair)),
            due=context.now + int(context.policy.incident.quiet_s * 1000.0),
            resource=contention.resource,
        ),
    )
