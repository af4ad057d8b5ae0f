"""The record of enforcement: each transition with its actor, reason and evidence."""

from typing import NamedTuple

from msgspec.structs import replace

from app.core import graph
from app.core.context import Context
from app.core.enforcement.states import after
from app.core.entries import EnforcementEntry
from app.core.trust import trust_at
from app.events import EnforcementAct, EnforcementState, Mode, Restraint, Transition

AUTOMATIC = "ringfence"
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
    """Change the agent's state as the table of transitions says; False where it does not allow the act.

    A quarantine that follows on a probation counts as a relapse, also where the agent has sat out the probation without
    a better score; trust that is regained ends the count.
    """
    known = state_of(context, agent_id)
    state = after(known.state, act)
    if state is None:
        return False
    if act == "appeal":
        entry = replace(known, epoch=known.epoch + 1, appeal=order.reason)
    else:
        entry = _entry(context, agent_id, state, order)
    context.state.enforcement.put((context.fleet, agent_id), entry)
    graph.mark_node(context, agent_id)
    context.effects.transitions.append(
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
            expires_at=entry.due,
            policy_version=entry.policy_version,
            position=context.state.position(context.offset),
            restraint=entry.restraint,
            grounds=entry.reason if act == "appeal" else None,
        )
    )
    return True


def forgive(context: Context, agent_id: str) -> None:
    """Count no earlier relapse of a trusted agent any more, since its score is good again."""
    entry = state_of(context, agent_id)
    if entry.state == "trusted" and entry.relapses:
        context.state.enforcement.put((context.fleet, agent_id), replace(entry, relapses=0))


def _entry(context: Context, agent_id: str, state: EnforcementState, order: Order) -> EnforcementEntry:
    known = state_of(context, agent_id)
    return EnforcementEntry(
        due=order.expires_at,
        state=state,
        epoch=known.epoch + 1,
        reason=order.reason,
        evidence=order.evidence,
        actor=order.actor,
        mode=order.mode,
        policy_version=context.policy.version,
        restraint=order.restraint,
        pattern=order.pattern,
        relapses=_relapses(known, state, regained=_is_trustworthy(context, agent_id)),
    )


def _is_trustworthy(context: Context, agent_id: str) -> bool:
    """Whether the agent's score is that of one which is trusted again."""
    agent, policy = context.state.agents.get((context.fleet, agent_id)), context.policy
    return trust_at(agent, context.now, policy.trust) >= policy.enforcement.trusted_above


def _relapses(known: EnforcementEntry, state: EnforcementState, *, regained: bool) -> int:
    if state == "released" or (state == "trusted" and regained):
        return 0
    return known.relapses + (known.state == "probation" and state in ("quarantined", "trusted"))
