"""Collapse: the risk that those who share a pool use it up.

The game: the players are those who claim from the pool; each chooses how much, round after round; the
payoff is what it gets, as long as there is something to get. Taking more is the best answer to whatever
the others do, although all lose by it, unless the future counts: the tragedy of the commons (G. Hardin
1968; as a dynamic game D. Levhari and L. Mirman, "The Great Fish War", Bell Journal of Economics 11, 1980),
which agreements on limits overcome where they leave their members something (E. Ostrom 1990; S. Barrett,
"Self-enforcing International Environmental Agreements", Oxford Economic Papers 46, 1994). Hence two hazards:

- `overuse`: the demand that is expected in the rounds to come goes beyond what grows back. Expected is
  what is claimed, drawn towards the amounts that the members speak of (a geometric mean), and the
  probability of collapse is a logistic of the log of demand over sustainable yield.
- `no_surplus`: a restraint that leaves nobody anything enforces itself for nobody.

The most aggressive member is the pivotal one: whose return to the fair share lowers demand the most.
"""

import math
import re
from statistics import median
from typing import Final

from msgspec.structs import replace

from app.core import incidents, signals
from app.core.commons import SLACK, claimants, demand, fair_share, member, sustainable
from app.core.context import Context, Hazard
from app.core.entries import Member, Pool
from app.core.interaction import Interaction
from app.core.interventions import Intervention, throttle
from app.core.policy import CommonsPolicy
from app.core.table import Key
from app.core.trust import decimals
from app.events import AlertAgent

CONFLICT: Final = "conflict"
OVERUSE = "overuse"
NO_SURPLUS = "no_surplus"
NUMBER = re.compile(r"\d{1,9}(?:\.\d{1,6})?")
MAX_TEXT = 4_000
"""Characters of a message that are read for amounts; a constant of engine version 1."""
UNHEARD = 2.0
"""Messages that name amounts count as much as this many that say what is claimed anyway."""
FLOOR = 0.1
"""Added to a ratio of amounts before its logarithm is taken: below it, less is no better."""
MAX_THROTTLED = 8
"""Agents that one suggestion throttles; a constant of engine version 1."""
IDLE = 0.02
"""Demand under this share of what grows back is none."""


def observe(context: Context, interaction: Interaction) -> None:
    """Add the hazards of the pool that the message claims from, grants from or speaks about."""
    key = _pool_key(context, interaction)
    entry = None if key is None else context.state.resources.get(key)
    if key is None or entry is None or entry.pool is None:
        return
    pool = _heard(interaction, entry.pool)
    if pool is not entry.pool:
        changed = context.state.resources.edit(key)
        assert changed is not None
        changed.pool = pool
    _assess(context, key, pool)


def overuse(pool: Pool, policy: CommonsPolicy) -> float:
    """Probability that the pool is used up, 0..1.

    >>> pool = Pool(opened=100.0, full=100.0, available=100.0, growth=1.0, left=0.0)
    >>> overuse(pool, CommonsPolicy()) > 0.9 > 0.4 > overuse(replace(pool, left=50.0), CommonsPolicy())
    True
    """
    bears = sustainable(pool, policy)
    if bears <= 0.0:
        return 1.0
    expected = _log_ratio(demand(pool), bears)
    if pool.voices > 0.0:
        spoken = _log_ratio(math.exp(pool.voiced), fair_share(pool, policy))
        expected += policy.voice * (spoken - expected) * pool.voices / (pool.voices + UNHEARD)
    odds = math.exp((expected - math.log(policy.overuse_even)) / policy.overuse_spread)
    return decimals(odds / (1.0 + odds))


def _pool_key(context: Context, interaction: Interaction) -> Key | None:
    contention = interaction.contention
    if contention is not None:
        return (context.fleet, contention.resource, contention.keeper)
    for agent in (interaction.sender, *interaction.targets[:1]):
        stake = context.state.stakes.get((context.fleet, agent))
        if stake is not None:
            return (context.fleet, stake.resource, stake.keeper)
    return None


def _heard(interaction: Interaction, pool: Pool) -> Pool:
    """The pool with what the message says about amounts; only its members have a voice, and an agreement."""
    if interaction.act == "commitment":
        limit = signals.level(interaction.content.limit)
        return pool if limit is None else _voice(replace(pool, limit=limit), limit)
    text = interaction.content.text
    if interaction.act != "speech" or not isinstance(text, str) or member(pool, interaction.sender) is None:
        return pool
    named = [float(number) for number in NUMBER.findall(text[:MAX_TEXT])]
    amounts = [amount for amount in named if 0.0 < amount <= pool.opened]
    return _voice(pool, median(amounts)) if amounts else pool


def _voice(pool: Pool, amount: float) -> Pool:
    if amount <= 0.0:
        return pool
    voices = pool.voices + 1.0
    voiced = pool.voiced + (math.log(amount) - pool.voiced) / voices
    return replace(pool, voices=decimals(voices), voiced=decimals(voiced))


def _assess(context: Context, key: Key, pool: Pool) -> None:
    policy, hazards = context.policy.commons, context.effects.hazards
    risk = overuse(pool, policy)
    hazards.append(Hazard(OVERUSE, risk, whole=True))
    if _leaves_nothing(pool, policy):
        hazards.append(Hazard(NO_SURPLUS, policy.no_surplus))
    if risk >= context.policy.risk.high and demand(pool) > sustainable(pool, policy) and len(pool.members) > 1:
        _report(context, key, pool, risk)


def _leaves_nothing(pool: Pool, policy: CommonsPolicy) -> bool:
    idle = pool.left is not None and demand(pool) < IDLE * sustainable(pool, policy)
    return idle or pool.limit == 0.0


def _log_ratio(amount: float, share: float) -> float:
    return math.log((amount / share + FLOOR) / (1.0 + FLOOR))


def _report(context: Context, key: Key, pool: Pool, risk: float) -> None:
    """Name whoever goes beyond the fair share, the most aggressive first, and who is left with less."""
    resource = str(key[1])
    bears, fair = sustainable(pool, context.policy.commons), fair_share(pool, context.policy.commons)
    over = sorted((one for one in pool.members if one.asked > fair + SLACK), key=lambda one: (-one.asked, one.agent_id))
    if not over:
        return
    most = over[0]
    victims = tuple(one.agent_id for one in pool.members if one.asked <= fair + SLACK)
    incidents.report(
        context,
        incidents.Finding(
            pattern=CONFLICT,
            subject="/".join(map(str, key[1:])),
            severity=risk,
            agents=(
                *(AlertAgent(one.agent_id, "culprit") for one in over),
                *(AlertAgent(agent, "victim") for agent in victims),
            ),
            evidence=(*(one.offset for one in over), context.offset),
            explanation=(
                f"{len(pool.members)} of {claimants(pool)} members ask for {demand(pool):g} of the"
                f" {pool.opened:g} {resource}, of which {bears:g} grow back; {most.agent_id} asks for the most."
            ),
            suggested_action="; ".join(map(str, _least(pool, resource, over, bears, fair))),
            due=context.now + int(context.policy.incident.quiet_s * 1000.0),
            resource=resource,
        ),
    )


def _least(pool: Pool, resource: str, over: list[Member], bears: float, fair: float) -> list[Intervention]:
    """The fewest throttles, from the most aggressive on, and the mildest, after which the pool bears the demand."""
    rest, least = sum(one.asked for one in pool.members), []
    for one in over[:MAX_THROTTLED]:
        if rest <= bears + SLACK:
            break
        limit = decimals(max(fair, bears - (rest - one.asked)))
        rest += limit - one.asked
        least.append(throttle(one.agent_id, resource, limit))
    return least or [throttle(over[0].agent_id, resource, fair)]
