"""Praise: who gives good ratings to whom, counted for the detectors of rings and of Sybils.

Counts fade by half in each `collusion.half_life_s`; of each agent the MAX_PRAISED it praised latest are named.
"""

from math import log

from app.core.context import Context
from app.core.entries import Praise, PraiseEntry
from app.core.table import Key
from app.core.trust import decimals, forgetting, move, seen

FLEET = ""
"""The name under which a fleet's totals stand; no agent has it."""
MAX_PRAISED = 24
"""A constant of engine version 1, which bounds an entry and the search for rings."""
HALF_LIVES_KEPT = 10


def give(context: Context, rater: str, target: str) -> tuple[PraiseEntry, PraiseEntry]:
    """Count a good rating; returns the entries of both, to be changed."""
    giver, getter, fleet = edit(context, rater), edit(context, target), edit(context, FLEET)
    fleet.given = decimals(fleet.given + 1.0)
    giver.given = decimals(giver.given + 1.0)
    giver.count += 1
    getter.got = decimals(getter.got + 1.0)
    before = times(giver, target)
    others = tuple(praise for praise in giver.praised if praise.agent_id != target)
    giver.praised = (*others, Praise(target, decimals(before + 1.0), context.offset))[-MAX_PRAISED:]
    return giver, getter


def times(entry: PraiseEntry, agent_id: str) -> float:
    """How often the entry's agent has praised another."""
    for praised in entry.praised:
        if praised.agent_id == agent_id:
            return praised.times
    return 0.0


def edit(context: Context, agent_id: str) -> PraiseEntry:
    """The agent's entry, faded to now; a new one is counted among those the fleet knows."""
    praises, key, now = context.state.praises, (context.fleet, agent_id), context.now
    half_life_s = context.policy.collusion.half_life_s
    entry = praises.edit(key)
    if entry is None:
        entry = praises.put(key, PraiseEntry(due=None, at=now))
        if agent_id != FLEET:
            edit(context, FLEET).known += 1
    left = forgetting(now - entry.at, half_life_s)
    if left < 1.0:
        entry.given, entry.got = decimals(entry.given * left), decimals(entry.got * left)
        entry.praised = tuple(Praise(p.agent_id, decimals(p.times * left), p.offset) for p in entry.praised)
    entry.at = max(entry.at, now)
    entry.due = now + int(HALF_LIVES_KEPT * half_life_s * 1000.0)
    return entry


def fleet_of(context: Context) -> PraiseEntry:
    """The fleet's totals."""
    return context.state.praises.get((context.fleet, FLEET)) or PraiseEntry(due=None, at=context.now)


def expire(context: Context, key: Key) -> None:
    """The timer of an agent's praise: none was given or got for long."""
    context.state.praises.delete(key)
    fleet = context.state.praises.edit((context.fleet, FLEET))
    if key[1] != FLEET and fleet is not None:
        fleet.known -= 1


def log_choices(whole: float, part: int) -> float:
    """Natural logarithm of the ways to choose `part` of `whole`, at most: (e whole / part)^part.

    >>> round(log_choices(10, 2), 2)   # 45 ways
    5.22
    """
    return part * (1.0 + log(max(whole, part) / part))


def punish(context: Context, agent_id: str, subject: str, signal: str, because: tuple[int, ...]) -> None:
    """A culprit of an incident loses trust, once."""
    entry = seen(context, agent_id)
    if entry.ring != subject:
        entry.ring = subject
        move(context, agent_id, signal, bad=context.policy.collusion.penalty, because=because)
