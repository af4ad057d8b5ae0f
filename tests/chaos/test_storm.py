"""STREAM-1, STREAM-3, STREAM-4, STREAM-5, BUS-7, D4, D6: kills, freezes and moves under load change nothing.

Two workers on 8 partitions, at least 2,000 messages a second (1 in 100 misplaced, 1 in 100 repeated, 1 in 200
broken), 20 SIGKILLs of workers at random moments, a SIGKILL of the broker, a SIGSTOP of a worker for longer
than its session, a worker added and one removed. The long form (`make chaos`) deals more of each.
"""

from typing import NamedTuple

import pytest

from tests.chaos.storm import Plan, Storm, Weathered
from tests.system.exactness import Outcome, outcome_of
from tests.system.system import System

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(2_400)]

SHORT = Plan(kills=20)
LONG = Plan(kills=60, rounds=3, seed=1)


class Survived(NamedTuple):
    plan: Plan
    weathered: Weathered
    outcome: Outcome


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(SHORT, id="short", marks=pytest.mark.chaos),
        pytest.param(LONG, id="long", marks=pytest.mark.chaos_long),
    ],
)
def survived(request: pytest.FixtureRequest, system: System) -> Survived:
    weathered = Storm(system, request.param).blow()
    return Survived(request.param, weathered, outcome_of(system))


def test_storm_was_as_announced(survived: Survived) -> None:
    assert survived.weathered.kills == survived.plan.kills
    assert survived.weathered.rate >= survived.plan.rate * 0.98


def test_all_messages_are_decided(survived: Survived) -> None:
    """STREAM-1, D4."""
    survived.outcome.assert_all_decided()
    assert len(survived.outcome.recorded.raw) > survived.weathered.sent


def test_each_position_is_decided_once(survived: Survived) -> None:
    """STREAM-1."""
    survived.outcome.assert_decided_once()


def test_order_of_each_agent_is_kept(survived: Survived) -> None:
    """STREAM-3, D6."""
    survived.outcome.assert_in_order()


def test_misplaced_messages_are_forwarded_once(survived: Survived) -> None:
    """BUS-7."""
    survived.outcome.assert_forwarded_once()


def test_outputs_are_those_of_the_fold(survived: Survived) -> None:
    """STREAM-4: decisions, alerts, enforcement and dead letters, byte for byte."""
    survived.outcome.assert_outputs_refold()


def test_tables_are_those_of_the_fold(survived: Survived) -> None:
    """STREAM-4."""
    survived.outcome.assert_tables_refold()


def test_chain_heads_are_those_of_the_fold(survived: Survived) -> None:
    """STREAM-4."""
    survived.outcome.assert_chain_heads()


def test_progress_never_goes_back(survived: Survived) -> None:
    """STREAM-5."""
    survived.outcome.assert_progress()


def test_stores_hold_what_the_changelogs_say(survived: Survived) -> None:
    """STREAM-4."""
    survived.outcome.assert_stores()
