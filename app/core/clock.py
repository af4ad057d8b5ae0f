"""Time and policy of a fleet: its clock only rises, and what was due by then happens first."""

import heapq
from collections.abc import Iterator

from app.core import contention, conversations, enforcement, graph, incidents, praise, trust
from app.core.context import Context, Effects
from app.core.detectors import anomaly, cascade, hoarding
from app.core.detectors.bottleneck import troubles
from app.core.detectors.cascade import forest
from app.core.detectors.loop import hops
from app.core.entries import FleetEntry
from app.core.policy import Policy
from app.core.state import State
from app.core.table import Key
from app.core.timers import Timer

MAX_FIRED = 10_000
MAX_EMITTED = 200
"""Timers that one record fires, and outputs that they may cause; constants of engine version 1. The rest wait."""


def policy_of(state: State, fleet: str) -> Policy:
    """The policy in force for a fleet: its own, else the partition's."""
    entry = state.fleets.get((fleet,))
    return entry.policy if entry is not None and entry.policy is not None else state.partition.policy


def enter(state: State, fleet: str, offset: int, recorded: int, claimed: int | None) -> Context:
    """Bring the fleet's clock up to a record and fire what is due.

    Parameters: `recorded`, the record's timestamp, and `claimed`, the message's own (both ms); the
    policy says which one counts. Without one the record counts at the clock.
    """
    entry = state.fleets.edit((fleet,)) or state.fleets.put((fleet,), FleetEntry(clock=0))
    policy, partition = entry.policy or state.partition.policy, state.partition
    if policy.clock == "records":
        entry.clock = max(entry.clock, recorded, partition.ticked)
    elif claimed is not None:
        entry.clock = max(entry.clock, claimed)
    state.reach(entry.clock)
    context = Context(state, fleet, entry, offset, entry.clock, policy, Effects())
    _fire_fleet(context)
    return context


def tick(state: State, offset: int, recorded: int) -> Effects:
    """Fire what is due in all fleets whose clock is the log's, in order of time, then key."""
    partition = state.edit_partition()
    partition.ticked = now = max(partition.ticked, recorded)
    partition.clock = max(partition.clock, now)
    effects = Effects()
    due = list(_due_fleets(state, now))
    heapq.heapify(due)
    fired = 0
    while due and not _enough(fired, effects):
        _, fleet = heapq.heappop(due)
        fired += _fire_next(known(state, fleet, offset, now, effects), now)
        following = state.first_due(fleet, now)
        if following is not None:
            heapq.heappush(due, (following, fleet))
    return effects


def known(state: State, fleet: str, offset: int, now: int, effects: Effects) -> Context:
    """The context of a fleet that has been entered before, at `now` (event time, ms)."""
    entry = state.fleets.edit((fleet,))
    assert entry is not None
    return Context(state, fleet, entry, offset, now, entry.policy or state.partition.policy, effects)


def waits(state: State, now: int) -> bool:
    """Whether a tick at `now` (ms) would fire anything."""
    return any(_due_fleets(state, now))


def _due_fleets(state: State, now: int) -> Iterator[tuple[Timer, str]]:
    """Each fleet whose clock is the log's and that has something due, with its first timer."""
    for fleet in list(state.timers.due_fleets(now)):
        timer = state.first_due(fleet, now)
        if timer is not None and _follows_log(state, fleet):
            yield timer, fleet


def _follows_log(state: State, fleet: str) -> bool:
    return policy_of(state, fleet).clock == "records"


def _fire_fleet(context: Context) -> None:
    now, fired = context.now, 0
    while _fire_next(context, now):
        fired += 1
        if _enough(fired, context.effects):
            break
    context.now = now


def _enough(fired: int, effects: Effects) -> bool:
    emitted = len(effects.alerts) + len(effects.enforcement) + len(effects.graph)
    return fired >= MAX_FIRED or emitted >= MAX_EMITTED


def _fire_next(context: Context, now: int) -> bool:
    timer = context.state.pop_due(context.fleet, now)
    if timer is None:
        return False
    context.now = timer.due
    handler = _HANDLERS.get(timer.table)
    if handler is None:
        context.state.delete(timer.table, timer.key)
    else:
        handler(context, timer.key)
        context.state.schedule(timer.table, timer.key)
    return True


def _expire_claims(context: Context, key: Key) -> None:
    lapsed = contention.expire(context, key)
    if lapsed is not None:
        hoarding.starve(context, lapsed)


def _forget_agent(context: Context, key: Key) -> None:
    context.state.activities.delete(key)
    agent = context.state.agents.get(key)
    trust.forget(context, key)
    if agent is not None and context.state.agents.get(key) is None:
        enforcement.limits.forget(context, agent)


_HANDLERS = {
    "agents": _forget_agent,
    "praises": praise.expire,
    "resources": _expire_claims,
    "conversations": conversations.expire,
    "incidents": incidents.resolve,
    "enforcement": enforcement.expire,
    "spread": cascade.expire,
    "trees": forest.over,
    "troubles": troubles.expire,
    "series": anomaly.forget_series,
    "hops": hops.expire,
    "deltas": graph.expire,
}
"""What an entry's timer does, by table; entries of the other tables are deleted when they are due."""
