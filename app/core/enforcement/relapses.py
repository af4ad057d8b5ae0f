"""Relapses: quarantines that follow on a probation, also where that was sat out without a better score."""

from app.core.context import Context
from app.core.trust import trust_at
from app.events import EnforcementState


def number(context: Context, agent_id: str) -> int:
    """The agent's relapses since its score was last good, or a person let it go."""
    agent = context.state.agents.get((context.fleet, agent_id))
    return 0 if agent is None else agent.relapses


def count(context: Context, agent_id: str, before: EnforcementState, state: EnforcementState) -> None:
    """Count what a transition between these states makes of the agent's relapses."""
    if state == "released" or (state == "trusted" and _is_trustworthy(context, agent_id)):
        clear(context, agent_id)
    elif before == "probation" and state in ("quarantined", "trusted"):
        _set(context, agent_id, number(context, agent_id) + 1)


def clear(context: Context, agent_id: str) -> None:
    """Count no earlier relapse any more."""
    if number(context, agent_id):
        _set(context, agent_id, 0)


def _is_trustworthy(context: Context, agent_id: str) -> bool:
    """Whether the agent's score is that of one which is trusted again."""
    agent, policy = context.state.agents.get((context.fleet, agent_id)), context.policy
    return trust_at(agent, context.now, policy.trust) >= policy.enforcement.trusted_above


def _set(context: Context, agent_id: str, relapses: int) -> None:
    agent = context.state.agents.edit((context.fleet, agent_id))
    if agent is not None:
        agent.relapses = relapses
