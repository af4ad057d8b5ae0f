"""What bounds automatic containment: a share of the fleet in a window, and what has a common cause (QUAR-5)."""

from app.core.context import Context
from app.core.entries import AgentEntry, FleetEntry

SPANS = 12
"""Parts of a window in which quarantines are counted; a constant of engine version 1."""


def establish(context: Context, sender: AgentEntry) -> None:
    """Count an agent as one of the fleet's own once it has been there for long enough."""
    if not sender.established and context.now - sender.first_seen >= _ms(context.policy.enforcement.established_s):
        sender.established = True
        _fleet(context).established += 1


def forget(context: Context, agent: AgentEntry) -> None:
    """The agent is not remembered any more."""
    if agent.established:
        _fleet(context).established -= 1


def room(context: Context) -> bool:
    """Whether the fleet may lose another agent to an automatic quarantine."""
    policy, fleet = context.policy.enforcement, _fleet(context)
    most = max(policy.max_least, int(policy.max_share * fleet.established))
    since = context.now - _ms(policy.window_s)
    return sum(count for start, count in fleet.quarantines if start > since) < most


def take(context: Context) -> None:
    """Count an automatic quarantine."""
    fleet, window = _fleet(context), _ms(context.policy.enforcement.window_s)
    span = max(1, window // SPANS)
    start = context.now - context.now % span
    kept = tuple(each for each in fleet.quarantines if context.now - window < each[0] < start)
    now = sum(count for began, count in fleet.quarantines if began == start)
    fleet.quarantines = (*kept, (start, now + 1))


def has_common_cause(context: Context, way: str) -> bool:
    """Whether many agents fail in this way at present, so that no one of them is to blame."""
    return context.state.incidents.get((context.fleet, "common_cause", way)) is not None


def is_victim(context: Context, agent_id: str, evidence: tuple[int, ...]) -> bool:
    """Whether most of what is held against the agent (offsets) are failures of now that have a common cause."""
    entry = context.state.troubles.get((context.fleet,))
    excused = {
        offset
        for trouble in (() if entry is None else entry.troubles)
        if trouble.callee == agent_id and has_common_cause(context, trouble.reason)
        for offset in trouble.evidence
    }
    return 2 * sum(offset in excused for offset in evidence) > len(evidence)


def _fleet(context: Context) -> FleetEntry:
    entry = context.state.fleets.edit((context.fleet,))
    assert entry is not None
    return entry


def _ms(seconds: float) -> int:
    return int(seconds * 1000.0)
