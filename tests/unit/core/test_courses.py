"""The course of a score: incremental sums are the direct computation (TRUST-5, T11)."""

import math
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.courses import HALF_LIFE_H, HOUR_MS, moved, slope, spread
from app.core.distribution import BINS, distribution
from app.core.entries import AgentEntry, Course
from app.core.policy import Policy, TrustPolicy
from app.core.trust import trust_at
from tests.unit.core.folding import Log

changes = st.lists(st.tuples(st.integers(0, 5 * HOUR_MS), st.integers(0, 100)), min_size=1, max_size=30)


def _course(steps: list[tuple[int, int]]) -> tuple[Course, list[tuple[float, float]]]:
    """The course after steps of (ms since the last, score), and its scores by time in hours."""
    course, now, before, told = None, 0, 100.0, []
    for passed, score in steps:
        now += passed
        course = moved(course, now, before, float(score))
        told.append((now / HOUR_MS, float(score)))
        before = float(score)
    assert course is not None
    return course, told


@given(changes)
def test_spread_and_slope_are_the_weighted_ones_of_all_changes(steps: list[tuple[int, int]]) -> None:
    course, told = _course(steps)
    end = told[-1][0]
    weights = [2.0 ** (-(end - time) / HALF_LIFE_H) for time, _ in told]
    whole = sum(weights)
    mean = sum(w * score for w, (_, score) in zip(weights, told, strict=True)) / whole
    variance = sum(w * (score - mean) ** 2 for w, (_, score) in zip(weights, told, strict=True)) / whole
    assert spread(course) == pytest.approx(math.sqrt(variance), abs=0.05)
    found = slope(course)
    if found is not None and end - told[0][0] > 0.1:
        mean_time = sum(w * time for w, (time, _) in zip(weights, told, strict=True)) / whole
        times = sum(w * (time - mean_time) ** 2 for w, (time, _) in zip(weights, told, strict=True))
        both = sum(w * (time - mean_time) * (score - mean) for w, (time, score) in zip(weights, told, strict=True))
        assert found.value == pytest.approx(both / times, rel=0.01, abs=0.05)
        assert found.low <= found.value <= found.high


def test_a_steady_fall_is_a_trend_without_doubt() -> None:
    course, _ = _course([(HOUR_MS, 100 - 5 * hour) for hour in range(6)])
    found = slope(course)
    assert found is not None
    assert (found.value, found.low, found.high) == pytest.approx((-5.0, -5.0, -5.0), abs=1e-2)


def test_two_scores_are_no_trend() -> None:
    course, _ = _course([(HOUR_MS, 90), (HOUR_MS, 80)])
    assert slope(course) is None


def test_a_recovery_is_timed_from_the_fall_to_the_limit_above() -> None:
    log = Log(Policy(trust=TrustPolicy(prior=1.0, half_life_s=1e9)))
    for _ in range(3):
        log.say("bob", "response", ("ann",), 1.0, content={"error": "no"})
    fallen = log.now
    for _ in range(12):
        log.say("ann", "request", ("bob",), conversation_id="c")
        log.say("bob", "response", ("ann",), conversation_id="c")
        course = _course_of(log, "bob")
        if course.recovery_ms is not None:
            break
    assert course.low_since is None
    assert course.recovery_ms == log.now - fallen


def _course_of(log: Log, agent_id: str) -> Course:
    agent = log.fold.state.agents.get(("north", agent_id))
    assert agent is not None
    assert agent.course is not None
    return agent.course


def _agent(number: int, good: float, bad: float) -> AgentEntry:
    course = moved(None, number % 3 * HOUR_MS, 100.0, 50.0)
    return AgentEntry(first_seen=0, last_seen=0, due=None, at=0, good=good, bad=bad, course=course)


weights = st.floats(0, 100).map(lambda weight: round(weight, 6))
fleets = st.lists(st.tuples(weights, weights), min_size=1, max_size=30)


@given(fleets, st.integers(0, 10))
def test_a_distribution_is_that_of_the_scores(fleet: list[tuple[float, float]], hour: int) -> None:
    """T11: against the direct computation."""
    now, policy = hour * HOUR_MS, TrustPolicy()
    agents = [(f"a{number:02}", _agent(number, good, bad)) for number, (good, bad) in enumerate(fleet)]
    found = distribution(agents, now, policy)
    assert found is not None
    scores = [trust_at(entry, now, policy) for _, entry in agents]
    assert found.mean == pytest.approx(statistics.fmean(scores), abs=1e-5)
    assert found.quantiles[3] == pytest.approx(statistics.median(scores), abs=1e-5)
    assert (found.quantiles[0], found.quantiles[-1]) == (min(scores), max(scores))
    assert sum(found.histogram) == found.agents == len(scores)
    assert found.histogram[-1] == sum(score >= 100.0 - 100.0 / BINS for score in scores)
    movers = [name for number, (name, _) in enumerate(agents) if number % 3 == hour]
    assert {mover.agent_id for mover in found.movers} <= set(movers)
    assert len(found.movers) == min(10, len(movers))
    moves = [abs(mover.after - mover.before) for mover in found.movers]
    assert moves == sorted(moves, reverse=True)


def test_no_agents_have_no_distribution() -> None:
    assert distribution([], 0, TrustPolicy()) is None
