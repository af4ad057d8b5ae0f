"""The outputs of a decided record, in their fixed order: decision, alerts, enforcement, cycles, graph."""

import msgspec

from app.core.context import Effects
from app.core.outputs import Channel, Emitted, emit
from app.events import Decision, Forgotten, Transition


def outputs_of(decision: Decision, effects: Effects, key: bytes) -> list[Emitted]:
    """Encode a decision and what came with it; `key` is the fleet's."""
    outputs = [emit("decisions", key, decision)]
    outputs += [emit("alerts", alert.fleet.encode(), alert) for alert in effects.alerts]
    outputs += [_enforced(change) for change in effects.enforcement]
    outputs += [emit("cycles", cycle.fleet.encode(), cycle) for cycle in effects.cycles]
    outputs += [emit("graph", delta.fleet.encode(), delta) for delta in effects.graph]
    return outputs


def _enforced(change: Transition | Forgotten) -> Emitted:
    channel: Channel = "enforcement" if isinstance(change, Transition) else "forgotten"
    return emit(channel, msgspec.json.encode((change.fleet, change.agent_id)), change)
