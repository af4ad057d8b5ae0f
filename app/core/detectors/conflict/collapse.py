"""Collapse: the risk that those who share a pool use it up."""

import math
import re
from statistics import median

from msgspec.structs import replace

from app.core import signals
from app.core.commons import claimants, demand, fair_share, sustainable
from app.core.context import Context, Hazard
from app.core.entries import Pool, ResourceEntry
from app.core.interaction import Interaction
from app.core.policy import CommonsPolicy
from app.core.table import Key
from app.core.trust import decimals

NUMBER = re.compile(r"\d{1,9}(?:\.\d{1,6})?")
MAX_TEXT = 4_000
"""Characters of a message that are read for amounts; a constant of engine version 1."""
LIMIT_VOICES = 1.0
FLOOR = 0.1


def observe(context: Context, interaction: Interaction) -> None:
    key = _pool_key(context, interaction)
    entry = None if key is None else context.state.resources.get(key)
    if key is None or entry is None or entry.pool is None:
        return
    pool = _heard(interaction, entry.pool)
    if pool is not entry.pool:
        changed = context.state.resources.edit(key)
        assert changed is not None
        changed.pool = pool
    _assess(context, pool)


def _pool_key(context: Context, interaction: Interaction) -> Key | None:
    contention = interaction.contention
    if contention is not None:
        return (context.fleet, contention.resource, contention.keeper)
    if interaction.act not in ("speech", "commitment"):
        return None
    for agent in (interaction.sender, *interaction.targets[:1]):
        stake = context.state.stakes.get((context.fleet, agent))
        if stake is not None:
            return (context.fleet, stake.resource, stake.keeper)
    return None


def _heard(interaction: Interaction, pool: Pool) -> Pool:
    if interaction.act == "commitment":
        limit = signals.level(interaction.content.limit)
        return pool if limit is None else _voice(replace(pool, limit=limit), limit, LIMIT_VOICES)
    text = interaction.content.text
    if interaction.act == "speech" and isinstance(text, str):
        named = [float(number) for number in NUMBER.findall(text[:MAX_TEXT])]
        amounts = [amount for amount in named if 0.0 < amount <= pool.opened]
        return _voice(pool, median(amounts), 1.0) if amounts else pool
    return pool


def _voice(pool: Pool, amount: float, weight: float) -> Pool:
    if amount <= 0.0:
        return pool
    voices = pool.voices + weight
    voiced = pool.voiced + weight * (math.log(amount) - pool.voiced) / voices
    return replace(pool, voices=decimals(voices), voiced=decimals(voiced))


def _assess(context: Context, pool: Pool) -> None:
    policy = context.policy.commons
    context.effects.hazards.append(Hazard("overuse", overuse(pool, policy)))
    if _no_surplus(pool, policy):
        context.effects.hazards.append(Hazard("no_surplus", policy.no_surplus))


def overuse(pool: Pool, policy: CommonsPolicy) -> float:
    """Probability that the pool is used up: a logistic of expected demand over sustainable yield."""
    bears = sustainable(pool, policy)
    if bears <= 0.0:
        return 1.0
    asked = _log_ratio(demand(pool), bears)
    if pool.voices > 0.0:
        spoken = _log_ratio(math.exp(pool.voiced), fair_share(pool, policy))
        asked += policy.voice * (spoken - asked) * pool.voices / (pool.voices + 2.0)
    odds = math.exp((math.log(policy.overuse_even) - asked) / policy.overuse_spread)
    return decimals(1.0 / (1.0 + odds))


def _log_ratio(amount: float, share: float) -> float:
    return math.log((amount / share + FLOOR) / (1.0 + FLOOR))


def _no_surplus(pool: Pool, policy: CommonsPolicy) -> bool:
    if pool.limit == 0.0:
        return True
    return pool.left is not None and demand(pool) < 0.02 * sustainable(pool, policy)
