"""QUAR-5: a healthy, busy day contains nobody, though the mode is enforce."""

import msgspec
import pytest

from app.archive.memory_fold import MemoryFold
from app.archive.plain import LineRecord
from app.core.policy import Policy
from app.events import AgentMessage
from app.simulator.simulation import Plan, simulate

SEEDS = 20


@pytest.mark.parametrize("scenario", ["busy", "healthy", "flash-crowd"])
def test_nobody_is_restrained_without_a_reason(scenario: str) -> None:
    for seed in range(SEEDS):
        fold = MemoryFold(policy=Policy(mode="enforce", clock="messages"), plain=True)
        plan = Plan(scenario, agents=16, seed=seed, rate=8.0, duration_s=120.0)
        messages = [event for event in simulate(plan) if isinstance(event, AgentMessage)]
        for number, message in enumerate(messages):
            done = fold.fold(LineRecord(number, msgspec.json.encode(message)))
            contained = [output.value for output in done.outputs if output.channel == "enforcement"]
            assert contained == [], f"seed {seed}, message {number}"
