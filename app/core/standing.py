"""An agent's standing: what its score leads to, once a record has moved it."""

from app.core import enforcement, incidents
from app.core.context import Context
from app.core.trust import recovery_ms, trust_at
from app.events import AlertAgent

LOW_TRUST = "low_trust"


def review(context: Context) -> None:
    """Open, update or resolve the low-trust incident of every agent whose score the record moved."""
    for agent_id in dict.fromkeys(change.agent_id for change in context.effects.changes):
        _review_agent(context, agent_id)


def _review_agent(context: Context, agent_id: str) -> None:
    policy = context.policy.trust
    key = (context.fleet, LOW_TRUST, agent_id)
    trust = trust_at(context.state.agents.get((context.fleet, agent_id)), context.now, policy)
    if trust >= policy.recovered_above:
        incidents.resolve(context, key)
    elif trust < policy.quarantine_below or context.state.incidents.get(key) is not None:
        _report_low(context, agent_id, trust)


def _report_low(context: Context, agent_id: str, trust: float) -> None:
    policy = context.policy.trust
    agent = context.state.agents.get((context.fleet, agent_id))
    assert agent is not None
    opened = incidents.report(
        context,
        incidents.Finding(
            pattern=LOW_TRUST,
            subject=agent_id,
            severity=1.0 - trust / policy.recovered_above,
            agents=(AlertAgent(agent_id, "culprit"),),
            evidence=agent.evidence,
            explanation=f"{agent_id} fell to a trust of {trust:.1f}, under the limit of {policy.quarantine_below:g}.",
            suggested_action=f"quarantine {agent_id}",
            due=agent.at + recovery_ms(agent, policy),
        ),
    )
    if opened:
        _contain(context, agent_id, trust, agent.evidence)


def _contain(context: Context, agent_id: str, trust: float, evidence: tuple[int, ...]) -> None:
    mode = context.policy.mode
    if mode == "off" or enforcement.is_quarantined(context, agent_id):
        return
    order = enforcement.Order(
        reason=f"trust {trust:.1f} is under {context.policy.trust.quarantine_below:g}",
        actor=enforcement.AUTOMATIC,
        mode=mode,
        evidence=evidence,
        expires_at=context.now + int(context.policy.enforcement.quarantine_s * 1000.0),
    )
    enforcement.quarantine(context, agent_id, order)
