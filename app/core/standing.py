"""An agent's standing: what its score leads to, once a record has moved it."""

from msgspec.structs import replace

from app.core import enforcement, incidents
from app.core.context import Context
from app.core.enforcement import LOW_TRUST
from app.core.entries import AgentEntry
from app.core.trust import recovery_ms, seen, trust_at
from app.events import AlertAgent


def review(context: Context) -> None:
    """Open, update or resolve the low-trust incident of every agent whose score the record moved."""
    offended: dict[str, bool] = {}
    for change in context.effects.changes:
        offended[change.agent_id] = change.delta < 0.0 or offended.get(change.agent_id, False)
    for agent_id, was_offended in offended.items():
        _review_agent(context, agent_id, offended=was_offended)


def _review_agent(context: Context, agent_id: str, *, offended: bool) -> None:
    policy = context.policy.trust
    key = (context.fleet, LOW_TRUST, agent_id)
    agent = seen(context, agent_id)
    trust = trust_at(agent, context.now, policy)
    _time_recovery(context, agent, trust)
    if trust >= policy.recovered_above:
        incidents.resolve(context, key)
    elif trust < policy.quarantine_below or context.state.incidents.get(key) is not None:
        _report_low(context, agent_id, agent, trust)
    if offended:
        enforcement.judge(context, agent_id, trust, agent.evidence)
    else:
        enforcement.recover(context, agent_id, trust)


def _time_recovery(context: Context, agent: AgentEntry, trust: float) -> None:
    """Note when an agent falls under the limit, and how long it takes until it counts as recovered."""
    policy, course = context.policy.trust, agent.course
    if course is None:
        return
    if course.low_since is None:
        if trust < policy.quarantine_below:
            agent.course = replace(course, low_since=context.now)
    elif trust >= policy.recovered_above:
        recovery = context.now - course.low_since
        agent.course = replace(course, low_since=None, recovery_ms=recovery)


def _report_low(context: Context, agent_id: str, agent: AgentEntry, trust: float) -> None:
    policy = context.policy.trust
    incidents.report(
        context,
        incidents.Finding(
            pattern=LOW_TRUST,
            subject=agent_id,
            severity=max(0.0, 1.0 - 0.5 * trust / max(policy.quarantine_below, 1.0)),
            agents=(AlertAgent(agent_id, "culprit"),),
            evidence=agent.evidence,
            explanation=f"{agent_id} fell to a trust of {trust:.1f}, under the limit of {policy.quarantine_below:g}.",
            suggested_action=f"quarantine {agent_id}",
            due=agent.at + recovery_ms(agent, policy),
        ),
    )
