"""What the fold itself costs: CPU per message by the size of a fleet, its worst messages, and what it remembers."""

import gc
from collections.abc import Iterator, Sequence
from itertools import islice
from time import process_time
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from app.archive.memory_fold import MemoryFold
from app.archive.plain import LineRecord
from app.core.policy import BUILT_IN
from app.events import AgentMessage
from app.simulator.simulation import Plan, simulate

RATE_PER_AGENT = 0.05
"""Messages a second of one agent, whatever the size of its fleet."""
MEET = 2
"""Messages an agent before the measured ones, so that most agents and edges are known."""
BATCH = 500
"""Records between two flushes, as in a busy worker."""
NAMED = 10_000
"""Targets of the broadcast."""
CROWD = 54
"""Agents of the fleet in which each writes to all others."""

_POLICY = replace(BUILT_IN, clock="messages")
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode


class FoldCost(NamedTuple):
    """Of the messages measured, one fleet."""

    us: float
    """CPU a message."""
    bare_us: float
    """CPU of a loop that only decodes and encodes the same messages, measured beside it."""
    agent_bytes: float
    """Keys and entries of all tables, an agent."""


def measure_fold(agents: int, messages: int) -> FoldCost:
    """Fold a healthy fleet of that many agents, measured over its last `messages`."""
    meet = agents * MEET
    records = _records(islice(_healthy(agents), meet + messages))
    fold = _fold()
    _cpu(fold, records[:meet])
    spent = _cpu(fold, records[meet:])
    size = sum(len(key) + len(value) for table in fold.tables.values() for key, value in table.items())
    return FoldCost(spent / messages * 1e6, _bare_us(records[meet:]), size / agents)


def slowest_in_a_crowd(rounds: int) -> float:
    """The 99.9 % quantile of the CPU (ms) of a message, where each of 54 agents writes to the 53 others in turn."""
    names = [f"agent-{number}" for number in range(CROWD)]
    crowd = [
        AgentMessage(
            agent_id=names[turn % CROWD],
            message_type="broadcast",
            content=msgspec.Raw(b'{"text":"round %d"}' % turn),
            target_agents=tuple(name for name in names if name != names[turn % CROWD]),
            timestamp=_stamp(turn * 0.1),
        )
        for turn in range(CROWD * rounds)
    ]
    spent = sorted(_each(_fold(), _records(crowd)))
    return spent[int(len(spent) * 0.999) - 1] * 1e3


def broadcast_us(rounds: int) -> float:
    """The median CPU (us) a target of a message that names 10,000."""
    names = tuple(f"agent-{number}" for number in range(NAMED))
    sent = [
        AgentMessage(agent_id="caller", message_type="broadcast", target_agents=names, timestamp=_stamp(turn))
        for turn in range(rounds + 1)
    ]
    spent = sorted(_each(_fold(), _records(sent))[1:])
    return spent[len(spent) // 2] / NAMED * 1e6


def _healthy(agents: int) -> Iterator[AgentMessage]:
    plan = Plan("healthy", fleets=1, agents=agents, seed=1, rate=agents * RATE_PER_AGENT)
    return (event for event in simulate(plan) if isinstance(event, AgentMessage))


def _records(messages: Sequence[AgentMessage] | Iterator[AgentMessage]) -> list[LineRecord]:
    return [LineRecord(number, _encode(message)) for number, message in enumerate(messages)]


def _stamp(seconds: float) -> str:
    return f"2025-01-01T{int(seconds) // 3600:02}:{int(seconds) // 60 % 60:02}:{seconds % 60:06.3f}Z"


def _fold() -> MemoryFold:
    return MemoryFold(policy=_POLICY, plain=True, flush_every=BATCH)


def _cpu(fold: MemoryFold, records: Sequence[LineRecord]) -> float:
    gc.freeze()
    start = process_time()
    for record in records:
        fold.fold(record)
    fold.flush()
    return process_time() - start


def _each(fold: MemoryFold, records: Sequence[LineRecord]) -> list[float]:
    spent = []
    for record in records:
        start = process_time()
        fold.fold(record)
        spent.append(process_time() - start)
    return spent


def _bare_us(records: Sequence[LineRecord]) -> float:
    start = process_time()
    for record in records:
        _encode(_decode(record.value))
    return (process_time() - start) / len(records) * 1e6
