"""Forgetting: an enforcement state that says no more than its absence would is deleted.

That an agent is trusted again says nothing after a while: what rules still need of its past stands in its own entry.
A watch, or a release by a person, stays for as long as the agent itself is remembered. Epochs go on above those of the
forgotten, so that no reader takes an old record of such an agent for a new one.
"""

from msgspec.structs import replace

from app.core import graph
from app.core.context import Context
from app.core.enforcement.record import review_at, state_of
from app.events import Forgotten


def review(context: Context, agent_id: str) -> None:
    """Forget what stands about an agent that nothing restrains, or look again later."""
    entry, key = state_of(context, agent_id), (context.fleet, agent_id)
    if entry.state == "trusted" or context.state.agents.get(key) is None:
        _forget(context, agent_id, entry.epoch)
    else:
        context.state.enforcement.put(key, replace(entry, due=review_at(context, entry.state)))


def _forget(context: Context, agent_id: str, epoch: int) -> None:
    context.state.enforcement.delete((context.fleet, agent_id))
    fleet = context.fleet_entry
    fleet.forgotten_epoch = max(fleet.forgotten_epoch, epoch)
    graph.mark_node(context, agent_id)
    context.effects.enforcement.append(Forgotten(context.fleet, agent_id, epoch))
