"""Folding a message: its signals, what they do to trust, its risk and the verdict."""

from typing import Literal

from app.core import contention, conversations, enforcement, graph, repeats, signals
from app.core.context import Context, Effects
from app.core.detectors.listed import DETECTORS
from app.core.enforcement import limits
from app.core.entries import AgentEntry
from app.core.interaction import Interaction
from app.core.outputs import Emitted
from app.core.results import outputs_of
from app.core.risk import combine
from app.core.signals import Metadata
from app.core.standing import review
from app.core.trust import seen, trust_at
from app.events import AgentMessage, Decision, EnforcementState, Scores

Verdict = Literal["allow", "warn", "deny"]


def fold_message(context: Context, message: AgentMessage, metadata: Metadata, *, repeated: bool) -> list[Emitted]:
    """Decide a message that is at home. A repeated one changes nothing."""
    known = context.state.agents.get((context.fleet, message.agent_id))
    before = trust_at(known, context.now, context.policy.trust)
    message_id = signals.id_of(message, metadata)
    if repeated or _repeats_id(context, message, message_id):
        return _decided(context, message, "duplicate", before, before)
    sender = _meet(context, message, metadata)
    interaction = _interaction(context, message, message_id, metadata)
    _read_signals(context, interaction)
    graph.observe(context, interaction)
    for observe in DETECTORS:
        observe(context, interaction)
    review(context)
    return _decided(context, message, "message", before, trust_at(sender, context.now, context.policy.trust))


def _repeats_id(context: Context, message: AgentMessage, message_id: str | None) -> bool:
    remembered = context.policy.repeat.max_remembered > 0
    return remembered and message_id is not None and repeats.id_repeats(context, message, message_id)


def _meet(context: Context, message: AgentMessage, metadata: Metadata) -> AgentEntry:
    """Count the message, and make the acquaintance of those it names. Returns the sender's entry, to be changed."""
    sender = seen(context, message.agent_id)
    sender.messages += 1
    limits.establish(context, sender)
    sender.agent_class = signals.name(metadata.agent_class) or sender.agent_class
    agents, fleet = context.state.agents, context.fleet
    for target in message.target_agents:
        if agents.get((fleet, target)) is None:
            seen(context, target)
    return sender


def _interaction(context: Context, message: AgentMessage, message_id: str | None, metadata: Metadata) -> Interaction:
    content = signals.content_of(message, context.policy.vocabulary)
    kind = signals.kind_of(message, content)
    return Interaction(
        message=message,
        message_id=message_id,
        matter=signals.digest(message.conversation),
        sender=message.agent_id,
        targets=tuple([target for target in dict.fromkeys(message.target_agents) if target != message.agent_id]),
        kind=kind,
        act=context.policy.vocabulary.act_of(kind),
        content=content,
        error=signals.says_error(content, metadata),
    )


def _read_signals(context: Context, interaction: Interaction) -> None:
    """Take what the message does about resources and requests as evidence."""
    message, content = interaction.message, interaction.content
    match interaction.act:
        case "claim":
            interaction.contention = contention.request(context, message, content)
        case "grant":
            interaction.contention = contention.grant(context, message, content)
        case "release":
            interaction.contention = contention.release(context, message, content)
        case "refuse":
            interaction.contention = contention.refuse(context, message, content)
        case _ if message.message_type == "request":
            conversations.open_request(context, message)
        case _ if message.message_type == "response":
            excused = interaction.error and limits.has_common_cause(context, signals.way_of_failing(content))
            interaction.answered = conversations.answer(context, message, error=interaction.error, excused=excused)


def _decided(
    context: Context, message: AgentMessage, kind: Literal["message", "duplicate"], before: float, after: float
) -> list[Emitted]:
    risk, factors = combine(context.effects.hazards, after)
    standing = enforcement.state_of(context, message.agent_id)
    effects = context.effects
    decision = Decision(
        position=context.state.position(context.offset),
        kind=kind,
        fleet=context.fleet,
        agent_id=message.agent_id,
        trust_before=before,
        trust_after=after,
        changes=tuple(effects.changes),
        transitions=effects.transitions,
        risk=risk,
        factors=factors,
        anomaly=effects.scores.get("anomaly", 0.0),
        scores=_scores(effects),
        patterns=tuple(effects.patterns),
        verdict=_verdict(context, standing.state, risk, after),
        mode=standing.mode if standing.state in ("throttled", "quarantined") else context.policy.mode,
        policy_version=context.policy.version,
        engine_version=context.state.partition.engine_version,
    )
    return outputs_of(decision, effects, key=context.fleet.encode())


def _scores(effects: Effects) -> Scores:
    found = effects.scores
    return Scores(
        loop=found.get("loop", 0.0),
        hoarding=found.get("hoarding", 0.0),
        cascade=found.get("cascade", 0.0),
        byzantine=found.get("byzantine", 0.0),
    )


def _verdict(context: Context, state: EnforcementState, risk: float, trust: float) -> Verdict:
    if state == "quarantined":
        return "deny"
    dangerous = risk >= context.policy.risk.high or trust < context.policy.trust.quarantine_below
    return "warn" if dangerous or state in ("throttled", "probation") else "allow"
