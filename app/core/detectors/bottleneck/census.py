"""The census of those who answer: how many agents in good standing do lately, and how many fail in the same way.

Each counts 1 when it does, and by half for every half-life since: the sum over all agents is kept exactly, in one
number, by adding to it what the agent's own part had lost since it last counted (forward decay: G. Cormode et al.,
"Forward Decay: A Practical Time Decay Model for Streaming Systems", ICDE 2009). An agent fails in one way at a time,
so that few cannot count for many by failing in many ways.
"""

from typing import Final

from app.core.context import Context
from app.core.enforcement import limits
from app.core.entries import CensusEntry, LoadEntry, Struck
from app.core.trust import decimals, forgetting

EVERYONE: Final = ""
"""Stands for all who answer, whether they fail or not."""
HALF_LIVES_KEPT = 10


def count(context: Context, agent_id: str, load: LoadEntry, way: str | None) -> None:
    """Count an agent that has answered; `way`: in which it failed, if it did. `load` is its own, to be changed."""
    if not limits.in_good_standing(context, agent_id):
        return
    _add(context, EVERYONE, 1.0 - _left(context, load.counted))
    load.counted = context.now
    if way is not None:
        _strike(context, load, way)


def share(context: Context, way: str) -> float:
    """The share, 0..1, of those who answer that fail in this way."""
    everyone = _agents(context, EVERYONE)
    return decimals(min(1.0, _agents(context, way) / everyone)) if everyone > 0.0 else 0.0


def _strike(context: Context, load: LoadEntry, way: str) -> None:
    before = load.struck
    if before is not None:
        _add(context, before.way, -_left(context, before.at))
    _add(context, way, 1.0)
    load.struck = Struck(way, context.now)


def _add(context: Context, way: str, agents: float) -> None:
    census, key, now = context.state.census, (context.fleet, way), context.now
    number = decimals(max(0.0, _agents(context, way) + agents))
    if number:
        due = now + int(HALF_LIVES_KEPT * context.policy.bottleneck.common_half_life_s * 1000.0)
        census.put(key, CensusEntry(due=due, at=now, agents=number))
    else:
        census.delete(key)


def _agents(context: Context, way: str) -> float:
    entry = context.state.census.get((context.fleet, way))
    return 0.0 if entry is None else entry.agents * _left(context, entry.at)


def _left(context: Context, at: int | None) -> float:
    """What is left now of what counted 1 then."""
    return 0.0 if at is None else forgetting(context.now - at, context.policy.bottleneck.common_half_life_s)
