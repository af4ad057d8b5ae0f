"""Sybil attack: identities that are born together and exist to praise one beneficiary.

Model: a newcomer that rates by merit praises the beneficiary with the probability q with which all others do. Each of k
identities of the same sponsor (or of none), born within `born_within_s`, gave n_i good ratings, all but few to the
beneficiary. The logarithm of how unlikely that is, sum n_i ln(1 / q), must be over ln(1 / false_alarms) plus the
logarithm of the number of choices: k of the newcomers of that time, one of the fleet's agents. So a newcomer that
likes whom all like is none, and of a crowd of newcomers some will choose the same by chance. An identity is named
only where its own n ln(1 / q) is over ln(newcomers / MEMBER_RISK) or, once there is an attack, the ratio of honest
newcomers to identities takes the place of their number.

Source: J. Douceur, "The Sybil Attack", IPTPS 2002; synchronized behaviour as evidence: Q. Cao et al.,
"Uncovering Large Groups of Active Malicious Accounts" (SynchroTrap), CCS 2014.
"""

from math import log
from typing import Final, NamedTuple

from app.core import incidents, praise
from app.core.context import Context
from app.core.entries import AgentEntry, PraiseEntry
from app.core.interaction import Interaction
from app.core.newcomers import UNSPONSORED
from app.core.ratings import MAX_RATED, rating_of
from app.core.table import Key
from app.events import AlertAgent

SYBIL: Final = "sybil"
MAX_FANS = 64
"""New identities that praised an agent, the latest; a constant of engine version 1, as the next."""
MEMBER_RISK = 0.05
"""Newcomers by merit, of all of that time, that are expected to look like one of the identities by chance."""


class _Fan(NamedTuple):
    agent_id: str
    times: float
    offset: int


def observe(context: Context, interaction: Interaction) -> None:
    """A good rating by a new identity."""
    if interaction.act != "rating":
        return
    value = rating_of(interaction.content.rating, interaction.content.scale)
    sender = context.state.agents.get((context.fleet, interaction.sender))
    if value is None or value <= 0.0 or sender is None or len(interaction.targets) > MAX_RATED:
        return
    for target in interaction.targets:
        key = (context.fleet, target)
        entry = context.state.praises.get(key)
        if entry is not None and _newborn(context, sender, entry, interaction.sender):
            _admire(context, key, interaction.sender, sender)


def _newborn(context: Context, sender: AgentEntry, entry: PraiseEntry, sender_id: str) -> bool:
    young = context.now - sender.first_seen <= context.policy.collusion.born_within_s * 1000.0
    return young or sender_id in entry.fans


def _admire(context: Context, key: Key, fan: str, sender: AgentEntry) -> None:
    """Remember the fan, and see whether there are too many like it."""
    entry = context.state.praises.edit(key)
    assert entry is not None
    if fan not in entry.fans:
        entry.fans = (*entry.fans, fan)[-MAX_FANS:]
    fans = _siblings(context, str(key[1]), entry, sender)
    least = context.policy.collusion.least
    if len(fans) < least:
        return
    rate = _merit(context, entry, fans)
    cohort = context.state.cohorts.get((context.fleet, sender.sponsor or UNSPONSORED))
    born = max(float(len(fans)), 0.0 if cohort is None else cohort.born)
    alike = [fan for fan in fans if fan.times * rate >= log(born / MEMBER_RISK)]
    if len(alike) >= least:
        choices = praise.log_choices(born, len(alike)) + log(praise.fleet_of(context).known)
        needed = choices + log(1.0 / context.policy.collusion.false_alarms)
        excess = sum(fan.times for fan in alike) * rate - needed
        if excess > 0.0:
            odds = (born - len(alike) + 1.0) / len(alike)
            _report(context, str(key[1]), [fan for fan in fans if fan.times * rate >= log(odds / MEMBER_RISK)], excess)


def _siblings(context: Context, beneficiary: str, entry: PraiseEntry, sender: AgentEntry) -> list[_Fan]:
    """The fans that were born together with the sender, of the same sponsor, and praise hardly anybody else."""
    policy = context.policy.collusion
    found = []
    for fan in entry.fans:
        agent = context.state.agents.get((context.fleet, fan))
        given = context.state.praises.get((context.fleet, fan))
        if agent is None or given is None or agent.sponsor != sender.sponsor:
            continue
        if abs(agent.first_seen - sender.first_seen) > policy.born_within_s * 1000.0:
            continue
        own = next((p for p in given.praised if p.agent_id == beneficiary), None)
        if own is not None and own.times >= policy.closed * given.given:
            found.append(_Fan(fan, own.times, own.offset))
    return found


def _merit(context: Context, entry: PraiseEntry, fans: list[_Fan]) -> float:
    """The evidence in one good rating of the beneficiary: -ln of the rate at which others praise it."""
    fleet, theirs = praise.fleet_of(context), sum(fan.times for fan in fans)
    return log((max(0.0, fleet.given - theirs) + 1.0) / (max(0.0, entry.got - theirs) + 1.0))


def _report(context: Context, beneficiary: str, fans: list[_Fan], excess: float) -> None:
    policy = context.policy.collusion
    offsets = tuple(sorted(fan.offset for fan in fans))
    incidents.report(
        context,
        incidents.Finding(
            pattern=SYBIL,
            subject=beneficiary,
            severity=1.0 - 1.0 / (1.0 + excess / log(1.0 / policy.false_alarms)),
            agents=(AlertAgent(beneficiary, "culprit"), *(AlertAgent(fan.agent_id, "culprit") for fan in fans)),
            evidence=offsets,
            explanation=f"{len(fans)} new identities, born together, praise {beneficiary} and hardly anybody else.",
            suggested_action=f"ignore what new identities say of {beneficiary}",
            due=context.now + int(policy.quiet_s * 1000.0),
        ),
    )
    for fan in fans:
        praise.punish(context, fan.agent_id, beneficiary, SYBIL, (fan.offset,))
