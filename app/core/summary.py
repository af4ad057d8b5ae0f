"""The final entries of all agents, decayed to the end: the lines of agents.jsonl."""

from collections.abc import Iterator, Mapping

import msgspec

from app.core import courses
from app.core.clock import policy_of
from app.core.entries import AgentEntry
from app.core.state import State
from app.core.suspicion import scores_at
from app.core.table import Backing
from app.core.trust import confidence_at, decimals, interval_at, trust_at
from app.events import AgentSummary

_key_decoder = msgspec.json.Decoder(tuple[str, str])
_entry_decoder = msgspec.json.Decoder(AgentEntry)


def summaries(state: State, backing: Mapping[str, Backing]) -> Iterator[AgentSummary]:
    """Every agent of a partition as of the clock of its fleet."""
    for key, value in backing["agents"].items():
        fleet, agent_id = _key_decoder.decode(key)
        yield _summary(state, fleet, agent_id, _entry_decoder.decode(value))


def _summary(state: State, fleet: str, agent_id: str, agent: AgentEntry) -> AgentSummary:
    policy = policy_of(state, fleet)
    clock = state.fleets.get((fleet,))
    now = agent.last_seen if clock is None else clock.clock
    acts = agent.cooperations + agent.conflicts + agent.errors + agent.refusals
    low, high = interval_at(agent, now, policy.trust)
    course = agent.course
    slope = None if course is None else courses.slope(course)
    return AgentSummary(
        fleet=fleet,
        agent_id=agent_id,
        trust=trust_at(agent, now, policy.trust),
        confidence=confidence_at(agent, now, policy.trust),
        scores=scores_at(agent, now, policy.suspicion),
        peaks=agent.peaks,
        messages=agent.messages,
        first_seen=agent.first_seen,
        last_seen=agent.last_seen,
        cooperation_rate=decimals(agent.cooperations / acts) if acts else None,
        conflict_rate=decimals(agent.conflicts / acts) if acts else None,
        trust_low=low,
        trust_high=high,
        volatility=None if course is None else courses.spread(course),
        trend=None if slope is None else slope.value,
        trend_low=None if slope is None else slope.low,
        trend_high=None if slope is None else slope.high,
        recovery_s=None if course is None or course.recovery_ms is None else decimals(course.recovery_ms / 1000.0),
    )
