"""CLI-1: what the live view knows follows from what it was told."""

import pytest

from app.cli.view.state import Connection, ViewState
from app.cli.view.updates import Ends, Lost, Unreadable, Update, read
from app.events import Header
from app.topics import ALERTS, DECISIONS
from tests.unit.cli.view.samples import alert, decided, progress, transition


def told(*updates: Update) -> ViewState:
    state = ViewState(now=0.0)
    for second, update in enumerate(updates):
        state.apply(update, float(second))
    return state


def test_the_least_trusted_agents_come_first_and_the_quarantined_before_them() -> None:
    state = told(decided("a", 90), decided("b", 20), decided("c", 95), transition("c"))
    assert [row.agent_id for row in state.agents(limit=2)] == ["c", "b"]
    assert [row.agent_id for row in state.quarantined()] == ["c"]


def test_a_release_ends_the_quarantine() -> None:
    assert not told(transition("a"), transition("a", "released")).quarantined()


def test_a_quarantine_in_shadow_holds_nobody() -> None:
    state = told(decided("a", 90), transition("b", mode="shadow"))
    assert not state.quarantined()
    assert [row.agent_id for row in state.agents(limit=2) if row.condemned] == ["b"]


def test_a_change_moves_the_trust_of_others_than_the_sender() -> None:
    culprit, victim = decided("culprit", 40), decided("victim", 100)
    state = told(victim, culprit)
    assert {row.agent_id: row.trust for row in state.agents(limit=9)} == {"victim": 100, "culprit": 40}


def test_agents_of_two_fleets_with_one_name_stay_apart() -> None:
    state = told(decided("a", 90, fleet="f"), decided("a", 50, fleet="g"))
    assert [(row.fleet, row.trust) for row in state.agents(limit=9)] == [("g", 50), ("f", 90)]


def test_alerts_show_their_last_state_newest_first() -> None:
    state = told(alert("one"), alert("two"), alert("one", "resolved"))
    assert [(shown.alert_id, shown.state) for shown in state.alerts()] == [("one", "resolved"), ("two", "opened")]
    assert [shown.alert_id for shown in state.open_alerts()] == ["two"]


def test_lag_is_what_the_log_has_beyond_the_folds_next_offset() -> None:
    state = told(progress(0, 90), progress(1, 100), Ends({0: 100, 1: 100}))
    assert [row.lag for row in state.partitions()] == [10, 0]
    assert state.lag() == 10


def test_lag_is_unknown_until_the_ends_are_known() -> None:
    assert told(progress(0, 90)).lag() is None


def test_throughput_and_latency_cover_the_last_seconds() -> None:
    state = told(*(decided(latency_ms=float(n)) for n in range(10)))
    assert state.rate.per_second(now=10.0) == pytest.approx(1.0)
    assert state.latency.at(0.5, now=10.0) == 5.0
    assert state.latency.at(0.99, now=10.0) == 9.0
    assert state.rate.per_second(now=60.0) == 0.0


def test_a_lost_connection_is_known_since_its_first_sign_and_heals() -> None:
    state = told(Ends({}), Lost("no brokers"), Lost("no brokers"))
    assert state.connection == Connection(since=1.0, lost="no brokers")
    state.apply(Ends({}), 9.0)
    assert state.connection == Connection(since=9.0, lost=None)


def test_records_are_read_by_topic_with_the_latency_from_their_header() -> None:
    update = read(DECISIONS.name, _DECISION, [(Header.LATENCY, b"7.5")])
    assert update == decided(trust=100.0, latency_ms=7.5)


def test_a_record_that_the_fold_did_not_write_is_counted() -> None:
    update = read(ALERTS.name, b"not json", [])
    assert isinstance(update, Unreadable)
    assert told(update).unreadable == 1


_DECISION = (
    b'{"position":{"partition":0,"offset":1},"kind":"message","fleet":"f","agent_id":"coder-1",'
    b'"trust_before":100.0,"trust_after":100.0,"risk":0.25,"a_later_field":1}'
)
