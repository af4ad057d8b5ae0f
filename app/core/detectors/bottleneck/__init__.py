"""Bottlenecks: the agent that others wait for, or that the trouble starts from (METRIC-3, QUAR-5).

Every answered request says how long its answer took: as the two agents measured it, where the content has
`duration_us` and `caller_saw_us`, else by the time from request to response. What is slow or fails now is kept for the
fleet as its troubles; they are laid at the door of one agent (`blame`), or, where many fail at once in the same way and
none stands out, at that of a common cause.
"""

from app.core import conversations, incidents, signals
from app.core.context import Context
from app.core.detectors.bottleneck import common_cause
from app.core.detectors.bottleneck.blame import suspects
from app.core.detectors.bottleneck.latency import Call, Evidence, learn
from app.core.entries import LatencyEntry, OpenRequest, Trouble, TroubleEntry
from app.core.interaction import Interaction
from app.core.signals import Content
from app.core.table import Key
from app.core.trust import decimals
from app.events import AlertAgent

MAX_TROUBLES = 32
"""Of a fleet, the latest; a constant of engine version 1."""
MIN_NATS = 2.0
"""Less evidence than this is no trouble yet."""
SEVERE = 20.0
"""Evidence (nats) of half the highest severity."""
MAX_OPERATION = 64
"""Characters of an operation's name that tell it from others."""


def observe(context: Context, interaction: Interaction) -> None:
    """Learn from an answer how long it took."""
    request = interaction.answered
    if request is None:
        return
    call, saw_us = _call(context, interaction, request)
    conversations.charge(context, interaction.message, request.agent_id, saw_us, failed=interaction.error)
    operation = _operation(interaction.content)
    latencies = context.state.latencies
    key = (context.fleet, request.agent_id, interaction.sender, operation)
    entry = latencies.edit(key) or latencies.put(key, LatencyEntry(due=None))
    policy = context.policy.bottleneck
    if entry.due is None or entry.due - context.now < int(policy.forget_after_s * 500.0):
        entry.due = context.now + int(policy.forget_after_s * 1000.0)
    found = learn(entry, call, context.now, policy)
    if found is not None and found.own + found.wire >= MIN_NATS:
        _trouble(context, interaction, request.agent_id, operation, found)


def _call(context: Context, interaction: Interaction, request: OpenRequest) -> tuple[Call, int]:
    """The call, and how long its caller has waited (us)."""
    passed = (context.now - request.at) * 1_000
    took, saw = signals.amount(interaction.content.duration_us), signals.amount(interaction.content.caller_saw_us)
    duration = passed if took is None else int(took)
    seen = duration if saw is None else int(saw)
    wire = None if took is None or saw is None else max(0, seen - duration)
    failed = interaction.error and not request.failed_below
    return Call(max(0, duration - request.below_us), wire, failed), seen


def _operation(content: Content) -> str:
    return (signals.name(content.operation) or "")[:MAX_OPERATION]


def _trouble(context: Context, interaction: Interaction, caller: str, operation: str, found: Evidence) -> None:
    troubles, key = context.state.troubles, (context.fleet,)
    entry = troubles.edit(key) or troubles.put(key, TroubleEntry(due=None))
    reason = common_cause.reason(interaction.content) if interaction.error else "slow"
    new = Trouble(
        caller, interaction.sender, operation, context.now, found.own, found.wire, reason, context.offset
    )
    same = (new.caller, new.callee, new.operation)
    kept = _recent(context, entry)
    entry.troubles = (
        *(known for known in kept if (known.caller, known.callee, known.operation) != same),
        new,
    )[-MAX_TROUBLES:]
    _set_due(context, entry)
    _judge(context, entry.troubles)


def _recent(context: Context, entry: TroubleEntry) -> tuple[Trouble, ...]:
    oldest = context.now - int(context.policy.bottleneck.window_s * 1000.0)
    return tuple(trouble for trouble in entry.troubles if trouble.at > oldest)


def _set_due(context: Context, entry: TroubleEntry) -> None:
    entry.due = entry.troubles[0].at + int(context.policy.bottleneck.window_s * 1000.0)


def _judge(context: Context, troubles: tuple[Trouble, ...]) -> None:
    (culprit, nats), *_ = suspects(troubles)
    if nats < context.policy.bottleneck.min_evidence:
        return
    if not common_cause.found(context, troubles, nats):
        _report(context, culprit, nats, troubles)


def _report(context: Context, culprit: str, nats: float, troubles: tuple[Trouble, ...]) -> None:
    own = [trouble for trouble in troubles if culprit in (trouble.caller, trouble.callee)]
    waiting = dict.fromkeys(trouble.caller for trouble in own if trouble.caller != culprit)
    slowest = max(own, key=lambda trouble: trouble.own + trouble.wire)
    others = len(waiting) - 1
    incidents.report(
        context,
        incidents.Finding(
            pattern="bottleneck",
            subject=culprit,
            severity=decimals(nats / (nats + SEVERE)),
            agents=(AlertAgent(culprit, "culprit"), *(AlertAgent(agent, "victim") for agent in waiting)),
            evidence=tuple(sorted(trouble.offset for trouble in own)),
            explanation=f"{culprit} is where calls have become slow or fail: {slowest.caller} waits for "
            f"{slowest.callee}{' ' + slowest.operation if slowest.operation else ''} far longer than usual"
            + (f", and {others} more agents wait." if others > 0 else "."),
            suggested_action=f"look at {culprit}, not at those who wait for it",
            due=context.now + int(context.policy.incident.quiet_s * 1000.0),
        ),
    )


def expire(context: Context, key: Key) -> None:
    """The timer of a fleet's troubles: old ones are over."""
    entry = context.state.troubles.edit(key)
    assert entry is not None
    entry.troubles = _recent(context, entry)
    if entry.troubles:
        _set_due(context, entry)
    else:
        context.state.troubles.delete(key)


def forget(context: Context, key: Key) -> None:
    """The timer of what is usual between two agents that have not spoken for long."""
    context.state.latencies.delete(key)
