"""Unprovoked defection: from a partner whose last known move was not a defection.

The weight is the log-likelihood ratio of the agent's rate of unprovoked defections under two rates, of a defector and
of a partner that errs now and then, as in Wald's sequential test (A. Wald, Sequential Analysis, 1947); the count of
moves is bounded, since moves of one agent are far from independent.
"""

import math

from app.core.context import Context
from app.core.detectors.byzantine.belief import conduct, replace
from app.core.detectors.byzantine.signals import DEFECTION
from app.core.entries import ExchangeEntry, Moves
from app.core.interaction import Interaction
from app.core.trust import decimals

DEFECTOR, PARTNER = 0.4, 0.05
"""Share of unprovoked defections among the moves of a defector and of a partner."""
COUNTED = 16.0
"""Moves that count at most."""
_DEFECTIONS = frozenset({"defect", "defection", "d", "betray"})


def observe(context: Context, interaction: Interaction) -> None:
    """A move towards each target."""
    action = interaction.content.action
    defected = isinstance(action, str) and action.lower() in _DEFECTIONS
    for target in interaction.targets[:1]:
        provoked = _exchange(context, interaction.sender, target, defected=defected)
        unprovoked = defected and not provoked
        entry = conduct(context, interaction.sender)
        entry.moves, entry.defections = decimals(entry.moves + 1.0), decimals(entry.defections + unprovoked)
        weight = weight_of(entry.defections, entry.moves)
        if unprovoked:
            context.effects.score("byzantine", 0.25)
        replace(context, interaction.sender, DEFECTION, weight)


def weight_of(defections: float, moves: float) -> float:
    """Nats that so many unprovoked defections among so many moves speak for a defector.

    >>> weight_of(0, 100) < 0 < weight_of(30, 100)
    True
    """
    share = defections / moves
    each = share * math.log(DEFECTOR / PARTNER) + (1.0 - share) * math.log((1.0 - DEFECTOR) / (1.0 - PARTNER))
    return decimals(min(moves, COUNTED) * each)


def _exchange(context: Context, sender: str, target: str, *, defected: bool) -> bool:
    """Note the move. Returns whether the last move of the other, known before now, was a defection."""
    ordered = sender < target
    exchanges = context.state.exchanges
    key = (context.fleet, sender, target) if ordered else (context.fleet, target, sender)
    entry = exchanges.edit(key) or exchanges.put(key, ExchangeEntry(due=None, first=Moves(), second=Moves()))
    own, other = (entry.first, entry.second) if ordered else (entry.second, entry.first)
    provoked = other.defected if other.at < context.now else other.before
    moved = Moves(defected, context.now, own.defected if own.at < context.now else own.before)
    if ordered:
        entry.first = moved
    else:
        entry.second = moved
    entry.due = context.now + int(context.policy.byzantine.memory_s * 1000.0)
    return provoked
