"""Cycles: every time-respecting cycle that a message closes, within a bounded number of steps.

The bound is a token bucket of a fleet: what a message may spend is what quiet times have saved up, so that
sparse traffic is searched completely, while a fleet in which everybody talks to everybody costs a few steps
a message in the long run. What is cut is counted, and named by an output.
"""

from collections.abc import Iterator

from app.core.context import Context
from app.core.detectors.loop import hops, recall, report
from app.core.detectors.loop.search import Budget, Closing, CutError, Path, paths
from app.core.detectors.loop.sketch import TRANSFER
from app.core.entries import Sent
from app.core.interaction import Interaction
from app.events import Cycle, Cycles, CyclesDropped

SAVED = 65_536
"""Steps that a fleet may save up."""
EARNED = 4
"""Steps that a message earns its fleet."""
MAX_STEPS = 4_096
"""Steps that one message may cost."""
WORTHWHILE = 256
"""A fleet with less than this is too dense to search for now."""
MAX_TARGETS = 256
"""A message to more than this is to everybody and passes nothing on; all constants of engine version 1."""
MAX_RETURNED = 16
"""Transfers that returned, by one message, of which each is reported."""
MAX_HOPS = 512
"""Messages of the cycles in one output: with the longest names they stay below an output's size limit."""
NAMED_EVERY_MS = 60_000
"""How often searches that were cut are named."""


def close(context: Context, interaction: Interaction, sent: Sent, repeated: int) -> list[Path]:
    """Put out the cycles that the message closes, then remember it. Returns the cycles, whole."""
    fleet = context.fleet_entry
    left = SAVED - EARNED if fleet.search_steps is None else fleet.search_steps
    saved = left + EARNED if left < SAVED - EARNED else SAVED
    dense = saved < WORTHWHILE
    found: list[Path] = []
    spent, dropped = (0, 1) if dense else _search(context, interaction, saved, found)
    fleet.search_steps = saved - spent
    if found:
        context.effects.cycles += _put_out(context, found)
    if len(sent.targets) > MAX_TARGETS or hops.note(context, interaction.sender, sent, repeated, brief=dense):
        dropped += 1
    if dropped:
        _name_dropped(context, dropped)
    return found


def _search(context: Context, interaction: Interaction, saved: int, found: list[Path]) -> tuple[int, int]:
    """Find the cycles; returns the steps that it took, and how many searches were cut."""
    sender, since = interaction.sender, context.now - hops.window_ms(context)
    heard = recall.heard_from(context, sender, since)
    if not heard:
        return 0, 0
    only = heard[0] if len(heard) == 1 else None
    dropped, affordable, sent_after = 0, min(saved, MAX_STEPS), recall.reader(context)
    budget = Budget(affordable)
    for first in interaction.targets[:MAX_TARGETS]:
        if first == only or not recall.wrote_to_others(context, first, sender):
            continue
        closing = Closing(first, sender, context.now, context.offset, since, context.policy.loop.max_hops)
        try:
            paths(closing, sent_after, budget, found)
        except CutError:
            dropped += 1
    return affordable - budget.left, dropped


def _put_out(context: Context, found: list[Path]) -> Iterator[Cycles]:
    """The cycles, as many as fit into each output."""
    positions = {offset: context.state.position(offset) for cycle in found for offset in cycle.offsets}
    batch: list[Cycle] = []
    hops = 0
    for agents, offsets in found:
        hops += len(agents)
        if hops > MAX_HOPS:
            yield Cycles(context.fleet, tuple(batch))
            batch, hops = [], len(agents)
        batch.append(Cycle(agents, tuple(map(positions.__getitem__, offsets))))
    if batch:
        yield Cycles(context.fleet, tuple(batch))


def report_returned(context: Context, found: list[Path]) -> None:
    """Report the cycles that are transfers all the way, each set of agents once."""
    seen: set[frozenset[str]] = set()
    for cycle in found:
        members = frozenset(cycle.agents)
        if members not in seen and len(seen) < MAX_RETURNED and _all_transfers(context, cycle):
            seen.add(members)
            report.returned(context, cycle.agents, cycle.offsets)


def _all_transfers(context: Context, cycle: Path) -> bool:
    """Whether each message but the closing one, of which it is known, is a transfer."""
    hop = zip(cycle.agents[:-1], cycle.offsets[:-1], strict=True)
    return all(recall.sketch_at(context, agent_id, offset) == TRANSFER for agent_id, offset in hop)


def _name_dropped(context: Context, dropped: int) -> None:
    """Count searches that were cut, and say so now and then."""
    fleet = context.fleet_entry
    fleet.searches_dropped += dropped
    if fleet.dropped_at is None or context.now - fleet.dropped_at >= NAMED_EVERY_MS:
        context.effects.cycles.append(CyclesDropped(fleet.searches_dropped, context.fleet, context.now))
        fleet.searches_dropped, fleet.dropped_at = 0, context.now
