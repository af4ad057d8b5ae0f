"""A context of one record, for tests of what the fold's parts do to it."""

from app.archive.memory_fold import MemoryFold
from app.core.context import Context, Effects
from app.core.entries import FleetEntry
from app.core.policy import Policy


def context_of(policy: Policy, now: int = 1_000, offset: int = 5) -> Context:
    """In a fleet that has just begun."""
    state = MemoryFold(policy=policy, plain=True).state
    fleet = state.fleets.put(("north",), FleetEntry(clock=now))
    return Context(state, "north", fleet, offset, now, policy, Effects())
