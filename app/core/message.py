"""Folding a message: its signals, what they do to trust, its risk and the verdict."""

from typing import Literal

from app.core import contention, conversations, enforcement, repeats, signals
from app.core.context import Context
from app.core.outputs import Emitted
from app.core.results import outputs_of
from app.core.risk import combine
from app.core.signals import Metadata
from app.core.standing import review
from app.core.trust import seen, trust_at
from app.events import AgentMessage, Decision

Verdict = Literal["allow", "warn", "deny"]


def fold_message(context: Context, message: AgentMessage, metadata: Metadata, *, repeated: bool) -> list[Emitted]:
    """Decide a message that is at home. A repeated one changes nothing."""
    before = _trust(context, message)
    if repeated or _repeats_id(context, message, metadata):
        return _decided(context, message, "duplicate", before, contended=0.0)
    _meet(context, message, metadata)
    contended = _read_signals(context, message, metadata)
    review(context)
    return _decided(context, message, "message", before, contended=contended)


def _trust(context: Context, message: AgentMessage) -> float:
    entry = context.state.agents.get((context.fleet, message.agent_id))
    return trust_at(entry, context.now, context.policy.trust)


def _repeats_id(context: Context, message: AgentMessage, metadata: Metadata) -> bool:
    message_id = message.id or signals.name(metadata.msg_id)
    remembered = context.policy.repeat.max_remembered > 0
    return remembered and message_id is not None and repeats.id_repeats(context, message, message_id)


def _meet(context: Context, message: AgentMessage, metadata: Metadata) -> None:
    """Count the message, and make the acquaintance of those it names."""
    sender = seen(context, message.agent_id)
    sender.messages += 1
    sender.agent_class = signals.name(metadata.agent_class) or sender.agent_class
    agents, fleet = context.state.agents, context.fleet
    for target in message.target_agents:
        if agents.get((fleet, target)) is None:
            seen(context, target)


def _read_signals(context: Context, message: AgentMessage, metadata: Metadata) -> float:
    """Take the message's signals as evidence; returns the share of its claim that finds no room, 0..1."""
    content = signals.content_of(message)
    kind = signals.kind_of(message, content)
    if kind == "resource_request":
        return contention.request(context, message, content)
    if kind == "resource_grant":
        contention.grant(context, message, content)
    elif kind == "resource_release":
        contention.release(context, message, content)
    elif kind in signals.REFUSALS:
        contention.refuse(context, message, content)
    elif message.message_type == "request":
        conversations.open_request(context, message)
    elif message.message_type == "response":
        conversations.answer(context, message, error=signals.says_error(content, metadata))
    return 0.0


def _decided(
    context: Context, message: AgentMessage, kind: Literal["message", "duplicate"], before: float, *, contended: float
) -> list[Emitted]:
    after = _trust(context, message)
    risk, factors = combine(contended, after)
    contained = enforcement.is_quarantined(context, message.agent_id)
    effects = context.effects
    decision = Decision(
        position=context.state.position(context.offset),
        kind=kind,
        fleet=context.fleet,
        agent_id=message.agent_id,
        trust_before=before,
        trust_after=after,
        changes=tuple(effects.changes),
        transitions=tuple(effects.transitions),
        risk=risk,
        factors=factors,
        patterns=tuple(effects.patterns),
        verdict="deny" if contained else _verdict(context, risk, after),
        mode=contained.mode if contained else context.policy.mode,
        policy_version=context.policy.version,
        engine_version=context.state.partition.engine_version,
    )
    return outputs_of(decision, effects, key=context.fleet.encode())


def _verdict(context: Context, risk: float, trust: float) -> Verdict:
    dangerous = risk >= context.policy.risk.high or trust < context.policy.trust.quarantine_below
    return "warn" if dangerous else "allow"
