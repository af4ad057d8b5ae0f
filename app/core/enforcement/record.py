"""The record of enforcement: each transition with its actor, reason and evidence."""

from typing import NamedTuple

from msgspec.structs import replace

from app.core import graph
from app.core.context import Context
from app.core.enforcement import relapses
from app.core.enforcement.states import after
from app.core.entries import EnforcementEntry
from app.events import EnforcementAct, EnforcementState, Mode, Restraint, Transition

AUTOMATIC = "ringfence"
ENDING: tuple[EnforcementState, ...] = ("throttled", "quarantined", "probation")
"""The states that end by themselves, unless a person has said otherwise."""
NEVER_BOUND = EnforcementEntry(
    due=None, state="trusted", epoch=0, reason="", evidence=(), actor=AUTOMATIC, mode="shadow", policy_version=0
)


class Order(NamedTuple):
    """Why, by whom and how an agent's state is changed."""

    reason: str
    actor: str
    mode: Mode
    evidence: tuple[int, ...]
    """Offsets of records."""
    expires_at: int | None = None
    """Event time in milliseconds; None: until somebody changes it."""
    restraint: Restraint | None = None
    pattern: str | None = None
    """What Ringfence contains the agent for; None where a person does, or nobody."""


def state_of(context: Context, agent_id: str) -> EnforcementEntry:
    """What stands about the agent; of one that nobody ever contained, that it is trusted."""
    return context.state.enforcement.get((context.fleet, agent_id)) or NEVER_BOUND


def apply(context: Context, agent_id: str, act: EnforcementAct, order: Order) -> bool:
    """Change the agent's state as the table of transitions says; False where it does not allow the act."""
    known = state_of(context, agent_id)
    state = after(known.state, act)
    if state is None:
        return False
    if act == "appeal":
        entry = replace(known, epoch=known.epoch + 1, appeal=order.reason)
    else:
        entry = _entry(context, agent_id, state, order)
        relapses.count(context, agent_id, known.state, state)
    context.state.enforcement.put((context.fleet, agent_id), entry)
    graph.mark_node(context, agent_id)
    context.effects.enforcement.append(
        Transition(
            fleet=context.fleet,
            agent_id=agent_id,
            state=state,
            previous=known.state,
            act=act,
            epoch=entry.epoch,
            time=context.now,
            reason=order.reason,
            actor=order.actor,
            mode=entry.mode,
            evidence=context.state.positions(order.evidence),
            expires_at=entry.due if state in ENDING else None,
            policy_version=entry.policy_version,
            position=context.state.position(context.offset),
            restraint=entry.restraint,
            grounds=entry.reason if act == "appeal" else None,
        )
    )
    return True


def review_at(context: Context, state: EnforcementState) -> int:
    """When (event time, ms) to see whether what stands about an agent that nothing restrains may be forgotten."""
    policy = context.policy
    kept_s = policy.enforcement.forget_after_s if state == "trusted" else policy.trust.forget_after_s
    return context.now + int(kept_s * 1000.0)


def _entry(context: Context, agent_id: str, state: EnforcementState, order: Order) -> EnforcementEntry:
    return EnforcementEntry(
        due=order.expires_at if state in ENDING else review_at(context, state),
        state=state,
        epoch=_epoch(context, agent_id) + 1,
        reason=order.reason,
        evidence=order.evidence,
        actor=order.actor,
        mode=order.mode,
        policy_version=context.policy.version,
        restraint=order.restraint,
        pattern=order.pattern,
    )


def _epoch(context: Context, agent_id: str) -> int:
    """The agent's latest; of one about which nothing stands, the highest that it may have had before."""
    known = context.state.enforcement.get((context.fleet, agent_id))
    return context.fleet_entry.forgotten_epoch if known is None else known.epoch
