"""Bottlenecks: the agent that others wait for, or that the trouble starts from (METRIC-3, QUAR-5).

Every answered request says how long its answer took: as the two agents measured it, where the content has
`duration_us` and `caller_saw_us`, else by the time from request to response. What is slow or fails now is kept for the
fleet as its troubles; they are laid at the door of one agent (`blame`), or, where many fail at once in the same way and
none stands out, at that of a common cause.
"""

from app.core import conversations, incidents, signals
from app.core.context import Context
from app.core.detectors.bottleneck import census, common_cause, load, troubles
from app.core.detectors.bottleneck.blame import suspects
from app.core.detectors.bottleneck.latency import MEMORY, ORDINARY, Call, Excess, compared, learn
from app.core.detectors.bottleneck.troubles import Seen
from app.core.entries import LatencyEntry, LoadEntry, OpenRequest, Trouble
from app.core.interaction import Interaction
from app.core.signals import Content, way_of_failing
from app.core.trust import decimals
from app.events import AlertAgent

THINNED = 4
"""Once enough calls were seen one in so many is enough to follow what is usual."""
MIN_NATS = 2.0
"""Less evidence than this is no trouble yet."""
SEVERE = 20.0
"""Evidence (nats) of half the highest severity."""
NAMED = 3
"""Of those who wait, in the explanation."""
MAX_OPERATION = 64
"""Characters of an operation's name that tell it from others; constants of engine version 1."""


def observe(context: Context, interaction: Interaction) -> None:
    """Learn from an answer how long it took."""
    request = interaction.answered
    if request is None:
        return
    call, saw_us = _call(context, interaction, request)
    conversations.charge(context, interaction.message, request.agent_id, saw_us, failed=interaction.error)
    loads, key = context.state.loads, (context.fleet, interaction.sender)
    entry = loads.edit(key) or loads.put(key, LoadEntry(due=None))
    entry.answered += 1
    excess = _compare(context, interaction, request.agent_id, call, thinned=entry.answered % THINNED > 0)
    failed = interaction.error and not request.failed_below
    load.count(entry, excess, failed=failed, now=context.now, policy=context.policy.bottleneck)
    entry.due = _kept(context, entry.due)
    way = way_of_failing(interaction.content) if interaction.error else None
    census.count(context, interaction.sender, entry, way)
    if excess is not ORDINARY or failed:
        found = load.weigh(entry)
        if found.own + found.wire >= MIN_NATS:
            seen = Seen(request.agent_id, way, excess, found)
            _judge(context, troubles.note(context, interaction.sender, seen))


def _call(context: Context, interaction: Interaction, request: OpenRequest) -> tuple[Call, int]:
    """The call, and how long its caller has waited (us)."""
    took, saw = signals.amount(interaction.content.duration_us), signals.amount(interaction.content.caller_saw_us)
    duration = (context.now - request.at) * 1_000 if took is None else int(took)
    seen = duration if saw is None else int(saw)
    wire = None if took is None or saw is None else max(0, seen - duration)
    return Call(max(0, duration - request.below_us), wire), seen


def _compare(context: Context, interaction: Interaction, caller: str, call: Call, *, thinned: bool) -> Excess:
    latencies = context.state.latencies
    key = (context.fleet, caller, interaction.sender, _operation(interaction.content))
    known = latencies.get(key)
    slow = compared(known, call, context.policy.bottleneck) if known is not None else ORDINARY
    if known is None or known.seen < MEMORY or not thinned:
        entry = latencies.edit(key) or latencies.put(key, LatencyEntry(due=None))
        learn(entry, call)
        entry.due = _kept(context, entry.due)
    return slow


def _operation(content: Content) -> str:
    return (signals.name(content.operation) or "")[:MAX_OPERATION]


def _kept(context: Context, due: int | None) -> int:
    """When to forget an entry that is used now; moved seldom, so that it costs no timer a call."""
    most = int(context.policy.bottleneck.forget_after_s * 1000.0)
    return due if due is not None and due - context.now > most // 2 else context.now + most


def _judge(context: Context, known: tuple[Trouble, ...]) -> None:
    least = context.policy.bottleneck.min_evidence
    (_, strongest), *_ = suspects(known)
    if strongest < least or common_cause.found(context, known, strongest):
        return
    unexplained = common_cause.unexplained(context, known)
    culprit, nats = next(iter(suspects(unexplained)), ("", 0.0))
    if nats >= least:
        _report(context, culprit, nats, unexplained)


def _report(context: Context, culprit: str, nats: float, known: tuple[Trouble, ...]) -> None:
    own = [trouble for trouble in known if trouble.callee == culprit or culprit in dict(trouble.callers)]
    waiting = tuple(dict.fromkeys(caller for trouble in own for caller, _ in trouble.callers if caller != culprit))
    rest = len(waiting) - NAMED
    who = ", ".join(waiting[:NAMED]) + (f" and {rest} more" if rest > 0 else "")
    incidents.report(
        context,
        incidents.Finding(
            pattern="bottleneck",
            subject=culprit,
            severity=decimals(nats / (nats + SEVERE)),
            agents=(AlertAgent(culprit, "culprit"), *(AlertAgent(agent, "victim") for agent in waiting)),
            evidence=tuple(sorted({offset for trouble in own for offset in trouble.evidence})),
            explanation=f"Calls have become slow or fail at {culprit} and not behind it: {who or 'all'} waited "
            "far longer than usual, or in vain.",
            suggested_action=f"look at {culprit}, not at those who wait for it",
            due=context.now + int(context.policy.incident.quiet_s * 1000.0),
        ),
    )
