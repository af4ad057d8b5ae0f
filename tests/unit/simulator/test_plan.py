"""SIM-2: a plan says exactly what will be simulated."""

from collections.abc import Callable

import pytest

from app.events import AgentMessage
from app.simulator.simulation import Plan, PlanError, simulate


@pytest.mark.parametrize(
    "build",
    [
        lambda: Plan("no such scenario"),
        lambda: Plan("healthy", agents=1),
        lambda: Plan("healthy", fleets=0),
        lambda: Plan("healthy", rate=0),
    ],
)
def test_a_plan_that_makes_no_fleet_is_refused(build: Callable[[], Plan]) -> None:
    with pytest.raises(PlanError):
        build()


@pytest.mark.parametrize(
    ("agents", "rate", "seconds"), [(5, 20, 300), (8, 50, 120), (10, 1_000, 10), (10_000, 5_000, 10)]
)
def test_the_rate_is_what_was_asked_for(agents: int, rate: float, seconds: float) -> None:
    plan = Plan("healthy", agents=agents, seed=1, rate=rate, duration_s=seconds)
    sent = sum(isinstance(event, AgentMessage) for event in simulate(plan))
    assert sent / seconds == pytest.approx(rate, rel=0.15)


def test_a_fleet_does_the_same_at_every_rate() -> None:
    def kinds(rate: float) -> list[tuple[str, str]]:
        plan = Plan("conflict", seed=2, rate=rate, duration_s=2_000 / rate)
        return [(m.agent_id, m.message_type) for m in simulate(plan) if isinstance(m, AgentMessage)]

    assert kinds(10) == kinds(1_000)


def test_fleets_of_other_plans_change_nothing_in_a_fleet() -> None:
    healthy, conflict = Plan("healthy", seed=2, duration_s=20), Plan("conflict", seed=2, duration_s=20)
    together = [event for event in simulate(healthy, conflict) if event.fleet == "healthy-1"]
    assert together == list(simulate(healthy))
