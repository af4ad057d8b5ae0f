"""Enforcement: which agents are contained, since when, by whom and why."""

from typing import Literal, NamedTuple

from app.core import graph
from app.core.context import Context
from app.core.entries import EnforcementEntry
from app.core.table import Key
from app.events import Mode, Transition

AUTOMATIC = "ringfence"


class Order(NamedTuple):
    """Why, by whom and how an agent's state is changed."""

    reason: str
    actor: str
    mode: Mode
    evidence: tuple[int, ...]
    expires_at: int | None = None
    """Event time in milliseconds; None: until released."""


def is_quarantined(context: Context, agent_id: str) -> EnforcementEntry | None:
    """The agent's enforcement entry while it is quarantined."""
    entry = context.state.enforcement.get((context.fleet, agent_id))
    return entry if entry is not None and entry.state == "quarantined" else None


def quarantine(context: Context, agent_id: str, order: Order) -> None:
    """Contain the agent. It binds only where the mode is enforce; otherwise it says what would have been done."""
    _transition(context, agent_id, "quarantined", order)


def release(context: Context, agent_id: str, *, reason: str, actor: str) -> None:
    """Let the agent go; without effect where it is not contained."""
    entry = is_quarantined(context, agent_id)
    if entry is not None:
        _transition(context, agent_id, "released", Order(reason, actor, entry.mode, entry.evidence))


def expire(context: Context, key: Key) -> None:
    """The timer of an enforcement entry."""
    release(context, str(key[1]), reason="the quarantine expired", actor=AUTOMATIC)


def _transition(context: Context, agent_id: str, state: Literal["quarantined", "released"], order: Order) -> None:
    table, key = context.state.enforcement, (context.fleet, agent_id)
    known = table.get(key)
    entry = table.put(
        key,
        EnforcementEntry(
            due=order.expires_at,
            state=state,
            epoch=known.epoch + 1 if known else 1,
            reason=order.reason,
            evidence=order.evidence,
            actor=order.actor,
            mode=order.mode,
            policy_version=context.policy.version,
        ),
    )
    graph.mark_node(context, agent_id)
    context.effects.transitions.append(
        Transition(
            fleet=context.fleet,
            agent_id=agent_id,
            state=state,
            previous=known.state if known else "trusted",
            epoch=entry.epoch,
            time=context.now,
            reason=order.reason,
            actor=order.actor,
            mode=order.mode,
            evidence=context.state.positions(order.evidence),
            expires_at=order.expires_at,
            policy_version=context.policy.version,
            position=context.state.position(context.offset),
        )
    )
