"""Newcomers: what a new identity may spend of the trust of its sponsor, or of the fleet (TRUST-6).

New identities are cheap, so trust in them must not be, or a bad score is laundered by coming back under
another name. A newcomer starts at 100, with three limits:

- *Voice.* All newcomers of one sponsor (within an hour: of none) share a budget of strangers' voices.
- *Sponsor.* Who comes with a sponsor pays dues that bring it to its sponsor's trust.
- *Dues.* Where ratings say that newcomers have done badly, the next one pays dues when it first rates
  others: bad evidence that brings its score to what the fleet has experienced with newcomers.

Sources: E. Friedman and P. Resnick, "The Social Cost of Cheap Pseudonyms", Journal of Economics and Management
Strategy 10, 2001 (dues of newcomers); M. Feldman and J. Chuang, "The Evolution of Cooperation under Cheap
Pseudonyms", IEEE CEC 2005 (the stranger-adaptive policy). No symmetric reputation resists Sybils by itself:
A. Cheng and E. Friedman, "Sybilproof reputation mechanisms", P2PECON 2005.
"""

from app.core.context import Context
from app.core.entries import AgentEntry, CohortEntry
from app.core.interaction import Interaction
from app.core.trust import decimals, forgetting, move, seen, trust_at

UNSPONSORED = ""
HOUR_S = 3_600.0
BUDGET = 8.0
"""Strangers' voices that the newcomers of one hour share, at least; a constant of engine version 1, as all below."""
SHARE = 0.1
"""The same as a share of those who came before."""
PATIENCE = 4.0
"""Priors' worth of good experience with newcomers that a fleet starts with."""
DUES_FLOOR = 0.5
"""The share of a stranger's trust that dues leave at least."""
MEMORY = 200.0
"""Evidence about newcomers that later evidence of the same weight halves."""
NEW = 1.0
"""An agent with less evidence than this is a newcomer: how it does is experience with newcomers."""


def observe(context: Context, interaction: Interaction) -> None:
    """The first message of an agent counts it among the newcomers."""
    entry = context.state.agents.get((context.fleet, interaction.sender))
    if entry is None or entry.messages != 1:
        return
    sponsor = interaction.message.sponsor
    known = context.state.agents.get((context.fleet, sponsor)) if sponsor and sponsor != interaction.sender else None
    cohort = _edit(context, sponsor or UNSPONSORED)
    cohort.born = decimals(cohort.born * forgetting(context.now - cohort.at, HOUR_S) + 1.0)
    cohort.at = max(cohort.at, context.now)
    cohort.known += 1
    newcomer = seen(context, interaction.sender)
    newcomer.credit = _credit(context, cohort, sponsored=known is not None)
    if known is not None and sponsor is not None:
        newcomer.sponsor = sponsor
        standing = trust_at(known, context.now, context.policy.trust) / 100.0
        _pay(context, interaction.sender, "sponsor", max(standing, 1e-3))


def pay_dues(context: Context, agent_id: str) -> None:
    """Before an agent's first rating of others counts, it pays what newcomers owe, unless it has a record."""
    entry = seen(context, agent_id)
    if entry.enrolled:
        return
    entry.enrolled = True
    policy = context.policy.trust
    cohort = context.state.cohorts.get((context.fleet, entry.sponsor or UNSPONSORED))
    if cohort is None or entry.good >= policy.prior:
        return
    patience = PATIENCE * policy.prior
    expected = (cohort.good + patience) / (cohort.good + cohort.bad + patience)
    _pay(context, agent_id, "newcomer", max(DUES_FLOOR, expected))


def experience(context: Context, entry: AgentEntry, *, good: float, bad: float) -> None:
    """What ratings say of an agent is experience with newcomers while it is one."""
    if entry.good + entry.bad >= NEW:
        return
    cohort = _edit(context, entry.sponsor or UNSPONSORED)
    left = 2.0 ** (-(abs(good) + abs(bad)) / MEMORY)
    cohort.good = decimals(max(0.0, cohort.good * left + good))
    cohort.bad = decimals(max(0.0, cohort.bad * left + bad))


def _edit(context: Context, sponsor: str) -> CohortEntry:
    cohorts, key, now = context.state.cohorts, (context.fleet, sponsor), context.now
    cohort = cohorts.edit(key) or cohorts.put(key, CohortEntry(due=None, at=now, since=now))
    cohort.due = now + int(context.policy.trust.forget_after_s * 1000.0)
    return cohort


def _credit(context: Context, cohort: CohortEntry, *, sponsored: bool) -> float:
    """The share of a stranger's voice that is left; those who found a fleet have all of it."""
    if not sponsored and context.now - cohort.since < HOUR_S * 1000.0:
        return 1.0
    budget = BUDGET if sponsored else max(BUDGET, SHARE * cohort.known)
    return decimals(min(1.0, budget / cohort.born))


def _pay(context: Context, agent_id: str, signal: str, standing: float) -> None:
    """Bad evidence that brings an agent without a record to a standing, 0..1."""
    dues = decimals(context.policy.trust.prior * (1.0 - standing) / standing)
    if dues > 0.0:
        move(context, agent_id, signal, bad=dues)
