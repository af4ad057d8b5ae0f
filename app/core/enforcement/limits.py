"""What bounds automatic containment: a share of the fleet in a window, and what has a common cause (QUAR-5)."""

from app.core.context import Context
from app.core.enforcement.record import state_of
from app.core.entries import AgentEntry, FleetEntry, Quarantines
from app.core.trust import decimals, trust_at
from app.events import Mode

SPANS = 12
"""Parts of a window in which quarantines are counted; a constant of engine version 1."""


def establish(context: Context, sender: AgentEntry) -> None:
    """Count an agent as one of the fleet's own once it has been there for long enough."""
    if not sender.established and context.now - sender.first_seen >= _ms(context.policy.enforcement.established_s):
        sender.established = True
        context.fleet_entry.established += 1


def forget(context: Context, agent: AgentEntry) -> None:
    """The agent is not remembered any more."""
    if agent.established:
        context.fleet_entry.established -= 1


def in_good_standing(context: Context, agent_id: str) -> bool:
    """Whether what happens to the agent says something of the fleet: none that is new, suspected, or held to account.

    While nobody in a fleet is established, nobody is new.
    """
    agent, policy = context.state.agents.get((context.fleet, agent_id)), context.policy
    if agent is None or agent.ring is not None or state_of(context, agent_id).state not in ("trusted", "released"):
        return False
    settled = agent.established or not context.fleet_entry.established
    return settled and trust_at(agent, context.now, policy.trust) >= policy.enforcement.watch_below


def room(context: Context, agent_id: str, mode: Mode) -> bool:
    """Whether the fleet may lose this agent, too, to an automatic quarantine.

    Newcomers are counted by themselves, or a crowd of them would use up what is there for the established; and what
    does not bind takes no room from what does.
    """
    policy, fleet = context.policy.enforcement, context.fleet_entry
    most = max(policy.max_least, int(decimals(policy.max_share * fleet.established)))
    alike = _is_established(context, agent_id)
    return most > sum(
        each.number
        for each in _recent(context, fleet)
        if each.established == alike and (each.binding or mode != "enforce")
    )


def take(context: Context, agent_id: str, mode: Mode) -> None:
    """Count an automatic quarantine."""
    fleet, began = context.fleet_entry, context.now - context.now % _span(context)
    counts = {each[:-1]: each.number for each in _recent(context, fleet)}
    kind = (began, _is_established(context, agent_id), mode == "enforce")
    counts[kind] = counts.get(kind, 0) + 1
    fleet.quarantines = tuple(Quarantines(*each, number) for each, number in sorted(counts.items()))


def _recent(context: Context, fleet: FleetEntry) -> tuple[Quarantines, ...]:
    """Those in spans that are not wholly over."""
    oldest = context.now - _ms(context.policy.enforcement.window_s) - _span(context)
    return tuple(each for each in fleet.quarantines if each.began > oldest)


def _span(context: Context) -> int:
    return max(1, _ms(context.policy.enforcement.window_s) // SPANS)


def _is_established(context: Context, agent_id: str) -> bool:
    agent = context.state.agents.get((context.fleet, agent_id))
    return agent is not None and agent.established


def has_common_cause(context: Context, way: str) -> bool:
    """Whether many agents fail in this way at present, so that no one of them is to blame."""
    return context.state.incidents.get((context.fleet, "common_cause", way)) is not None


def is_victim(context: Context, agent_id: str, evidence: tuple[int, ...]) -> bool:
    """Whether most of what cost the agent trust (offsets) are failures of now that have a common cause.

    An offset that stands there twice was held against it for something else, too.
    """
    entry = context.state.troubles.get((context.fleet,))
    excused = {
        offset
        for trouble in (() if entry is None else entry.troubles)
        if trouble.callee == agent_id and has_common_cause(context, trouble.reason)
        for offset in trouble.cost
    }
    return 2 * len(excused.intersection(evidence)) > len(evidence)


def _ms(seconds: float) -> int:
    return int(seconds * 1000.0)
