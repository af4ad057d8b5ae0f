"""Dealings: who has been fair to whom, from the moves that agents make towards each other.

An agent deals fairly with a partner while it has defected no more often than the partner has: defection that
answers a defection is no debt, defection that nobody provoked is one until it is made good. Each partner counts
once, however long the dealing: its verdict is worth n / (n + ROUNDS) after n rounds, and replaces the earlier one.
So an agent cannot make up for many it has wronged by long cooperation with a few.

A round is over when both have moved as often; a move that stays without answer is judged at the next.

Source: the Axelrod library's good-partner rating (share of the matches in which a player cooperates at least as
much as its opponent; V. Knight et al., JORS 4, 2016), after R. Axelrod, The Evolution of Cooperation, 1984.
"""

from msgspec.structs import replace

from app.core.context import Context
from app.core.entries import Dealer, DealingEntry
from app.core.interaction import Interaction
from app.core.trust import left_of, move

MAX_PARTNERS = 64
"""Targets of one move that count, the first; a constant of engine version 1."""
ROUNDS = 4.0
"""Rounds after which a verdict is worth half of what it can be; a constant of engine version 1."""
ACTIONS = {"cooperate": 0, "defect": 1}


def observe(context: Context, interaction: Interaction) -> None:
    """A move towards partners."""
    action = interaction.content.action
    if interaction.act != "move" or not isinstance(action, str) or action not in ACTIONS:
        return
    for partner in interaction.targets[:MAX_PARTNERS]:
        _deal(context, interaction.sender, partner, ACTIONS[action])


def _deal(context: Context, sender: str, partner: str, defected: int) -> None:
    first, second = sorted((sender, partner))
    dealings, key = context.state.dealings, (context.fleet, first, second)
    entry = dealings.edit(key) or dealings.put(key, DealingEntry(due=None))
    entry.due = context.now + int(context.policy.trust.forget_after_s * 1000.0)
    own, other = (entry.first, entry.second) if sender == first else (entry.second, entry.first)
    own = replace(own, moves=own.moves + 1, defections=own.defections + defected)
    if own.moves == other.moves:
        own, other = _judged(context, sender, own, other), _judged(context, partner, other, own)
    elif own.moves > other.moves + 1:
        own = _judged(context, sender, own, other)
    entry.first, entry.second = (own, other) if sender == first else (other, own)


def _judged(context: Context, agent_id: str, own: Dealer, other: Dealer) -> Dealer:
    """Replace what the dealing was worth to an agent where the verdict turns, or the rounds have doubled."""
    unfair = own.defections > other.defections
    turned = own.good > 0.0 if unfair else own.bad > 0.0
    agent = context.state.agents.get((context.fleet, agent_id))
    if agent is None or not (turned or own.moves & (own.moves - 1) == 0):
        return own
    policy = context.policy.trust
    worth = policy.dealing * own.moves / (own.moves + ROUNDS)
    good, bad = (0.0, worth) if unfair else (worth, 0.0)
    left = left_of(agent, own.faded, context.now, policy)
    moved = move(context, agent_id, "dealing", good=good - own.good * left, bad=bad - own.bad * left)
    return replace(own, good=good, bad=bad, faded=moved.faded)
