"""Over-extraction of a shared pool: taking more than a fair share of what grows back, seen before it collapses."""

from typing import Final

from msgspec.structs import replace

from app.core import incidents, stakes
from app.core.commons import SLACK, claimants, demand, fair_share, sustainable
from app.core.contention import Contention
from app.core.context import Context
from app.core.entries import Member, Pool
from app.core.interaction import Interaction
from app.core.interventions import throttle
from app.core.trust import decimals, move
from app.events import AlertAgent

PATTERN: Final = "resource_hoarding"
OVERUSE = "overuse"


def observe(context: Context, interaction: Interaction, contention: Contention, pool: Pool) -> None:
    """Score a claim by what it asks for; judge the members of the round by what a grant has given them."""
    fair = fair_share(pool, context.policy.commons)
    if interaction.act == "claim":
        context.effects.score("hoarding", beyond(_asked(pool, interaction.sender), fair))
    elif contention.answered:
        given = frozenset(claim.agent_id for claim in contention.answered)
        pool = _judge(context, contention, pool, given, fair)
        contention.entry.pool = pool
        _report(context, contention, pool, fair)


def beyond(amount: float, fair: float) -> float:
    """How far an amount goes beyond a fair share, 0..1: a half at the share itself.

    The odds are the square of their ratio, so that twice the share counts 0.8 and half of it 0.2.

    >>> beyond(10.0, 10.0), beyond(20.0, 10.0), beyond(0.0, 10.0), beyond(1.0, 0.0)
    (0.5, 0.8, 0.0, 1.0)
    """
    if amount <= 0.0:
        return 0.0
    ratio = fair / amount
    return decimals(1.0 / (1.0 + ratio * ratio))


def _asked(pool: Pool, agent_id: str) -> float:
    return next((member.asked for member in pool.members if member.agent_id == agent_id), 0.0)


def _judge(context: Context, contention: Contention, pool: Pool, given: frozenset[str], fair: float) -> Pool:
    """Count the grant as an act of each who got it, and correct earlier verdicts: more members, smaller shares."""
    members = tuple(
        _verdict(context, contention, member, fair, now=member.agent_id in given) for member in pool.members
    )
    return replace(pool, members=members)


def _verdict(context: Context, contention: Contention, member: Member, fair: float, *, now: bool) -> Member:
    if not (now or member.judged):
        return member
    over = member.got > fair + SLACK
    if member.judged and over == member.over:
        return member
    sign = 1.0 if over else -1.0
    change = (sign, -sign) if member.judged else (max(sign, 0.0), max(-sign, 0.0))
    stakes.acted(context, member.agent_id, (contention.resource, contention.keeper), over=change[0], fair=change[1])
    if over:
        move(context, member.agent_id, OVERUSE, bad=context.policy.hoarding.trust)
    return replace(member, over=over, judged=True)


def _report(context: Context, contention: Contention, pool: Pool, fair: float) -> None:
    """Raise an alert where the pool is drawn down by members who make a habit of it."""
    bears = sustainable(pool, context.policy.commons)
    if demand(pool) <= bears + SLACK:
        return
    policy = context.policy.hoarding
    culprits = [
        member
        for member in pool.members
        if member.over and _share(context, member.agent_id, (contention.resource, contention.keeper)) >= policy.alert
    ]
    if not culprits:
        return
    culprits.sort(key=lambda member: (-member.got, member.agent_id))
    victims = [member for member in pool.members if member.got < fair - SLACK]
    most = culprits[0]
    incidents.report(
        context,
        incidents.Finding(
            pattern=PATTERN,
            subject=f"{contention.keeper}/{contention.resource}",
            severity=max(
                _share(context, member.agent_id, (contention.resource, contention.keeper)) for member in culprits
            ),
            agents=(
                *(AlertAgent(member.agent_id, "culprit") for member in culprits),
                *(AlertAgent(member.agent_id, "victim") for member in victims),
            ),
            evidence=(*(member.offset for member in culprits), context.offset),
            explanation=(
                f"{most.agent_id} took {most.got:g} of {contention.resource} in a round that bears {bears:g}"
                f" for {claimants(pool)} members, {fair:g} each; {len(culprits)} of them go beyond that."
            ),
            suggested_action=throttle(most.agent_id, contention.resource, fair),
            due=context.now + int(context.policy.incident.quiet_s * 1000.0),
            resource=contention.resource,
        ),
    )


def _share(context: Context, agent_id: str, source: stakes.Source) -> float:
    return stakes.share_of(context, agent_id, source)
