"""Messages of simulated fleets, as records of the raw topic."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice

import msgspec

from app.events import AgentMessage
from app.simulator.simulation import Plan, simulate
from tests.benchmarks.topics import Record

AGENTS = 8
FLEET_RATE = 50.0
"""Messages a second of one fleet, in its own time."""

_encode = msgspec.json.Encoder().encode


def fleet_records(count: int, fleets: int, agents: int = AGENTS) -> Iterator[Record]:
    """So many messages of healthy fleets, and a quarter in conflict, stamped as if the last one were sent now."""
    conflicted = fleets // 4
    start = datetime.now(UTC) - timedelta(seconds=count / (fleets * FLEET_RATE))
    plans = [_plan("healthy", fleets - conflicted, agents, start)]
    if conflicted:
        plans.append(_plan("conflict", conflicted, agents, start))
    messages = (event for event in simulate(*plans) if isinstance(event, AgentMessage))
    return (_record(message) for message in islice(messages, count))


def _plan(scenario: str, fleets: int, agents: int, start: datetime) -> Plan:
    return Plan(scenario, fleets=fleets, agents=agents, seed=1, rate=fleets * FLEET_RATE, start=start)


def _record(message: AgentMessage) -> Record:
    sent = datetime.fromisoformat(message.timestamp or "")
    return Record((message.fleet or "").encode(), _encode(message), int(sent.timestamp() * 1000))
