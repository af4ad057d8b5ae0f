"""QUAR-5: an outage of what all depend on restrains nobody, though the mode is enforce, and is one alert in the end."""

from collections.abc import Iterator
from typing import Final

import msgspec
import pytest
from msgspec.structs import replace

from app.archive.memory_fold import MemoryFold
from app.archive.plain import LineRecord
from app.core.outputs import Step
from app.core.policy import BottleneckPolicy, IncidentPolicy, Policy
from app.events import AgentMessage
from app.simulator.scenarios.outage import ERROR
from app.simulator.simulation import Plan, simulate
from tests.unit.core.folding import alerts, transitions

ESTABLISHED, YOUNG, SLOW = 11.0, 3.0, 60.0
"""Seconds between two messages of an agent. Agents are established after 600 s: the outage begins after that, or is
over before."""
USUAL = Policy(mode="enforce", clock="messages")
PATIENT = replace(USUAL, bottleneck=BottleneckPolicy(window_s=600.0), incident=IncidentPolicy(quiet_s=600.0))
"""For fleets whose agents seldom speak."""
CASES: Final = (
    *((seed, ESTABLISHED, USUAL) for seed in range(20)),
    *((seed, YOUNG, USUAL) for seed in range(5)),
    *((seed, SLOW, PATIENT) for seed in range(5)),
)
AGENTS = 12
BEATS = 170.0
"""Past the end of the outage."""


def folded(seed: int, beat_s: float, policy: Policy) -> Iterator[Step]:
    """What a fold makes of each message of an outage that is worse than the usual one."""
    fold = MemoryFold(policy=policy, plain=True)
    plan = Plan("outage", agents=AGENTS, seed=seed, rate=AGENTS / beat_s, duration_s=BEATS * beat_s, severity=0.75)
    messages = (event for event in simulate(plan) if isinstance(event, AgentMessage))
    for number, message in enumerate(messages):
        yield fold.fold(LineRecord(number, msgspec.json.encode(message)))


def restrained(done: Step) -> list[str]:
    return [each.agent_id for each in transitions(done) if each.state in ("throttled", "quarantined")]


@pytest.mark.parametrize(("seed", "beat_s", "policy"), CASES)
def test_an_outage_restrains_nobody_and_is_one_alert_that_names_it(seed: int, beat_s: float, policy: Policy) -> None:
    causes: list[str] = []
    blamed: set[str] = set()
    for done in folded(seed, beat_s, policy):
        assert restrained(done) == []
        for alert in alerts(done):
            if alert.pattern == "common_cause":
                assert ERROR in alert.explanation
                causes += [alert.alert_id] * (alert.state == "opened")
            elif alert.state == "resolved":
                blamed.remove(alert.alert_id)
            else:
                blamed.add(alert.alert_id)
        assert not (causes and blamed), "once the cause is known nobody is blamed"
    assert len(causes) == 1


@pytest.mark.parametrize("beat_s", [ESTABLISHED, YOUNG])
def test_without_a_common_cause_the_outage_would_restrain_agents(beat_s: float) -> None:
    policy = replace(USUAL, bottleneck=BottleneckPolicy(common_agents=1_000))
    assert any(restrained(done) for done in folded(0, beat_s, policy))
