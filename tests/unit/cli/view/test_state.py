"""CLI-1: what the live view knows follows from what it was told."""

import pytest

from app.cli.view.plain import news
from app.cli.view.rows import Connection
from app.cli.view.state import ViewState
from app.cli.view.updates import Ends, Lost, Unreadable, Update, read, read_deletion
from app.events import Forgotten, Header
from app.topics import ALERTS, DECISIONS, ENFORCEMENT
from tests.junk import JUNK
from tests.unit.cli.view.samples import alert, decided, progress, seen, transition


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
    assert not told(transition("a"), transition("a", "released", epoch=2)).quarantined()


def test_a_quarantine_in_shadow_holds_nobody() -> None:
    state = told(decided("a", 90), transition("b", mode="shadow"))
    assert not state.quarantined()
    assert [row.agent_id for row in state.agents(limit=2) if row.condemned] == ["b"]


def test_the_contained_are_those_of_the_last_transitions_the_most_urgent_first() -> None:
    state = told(
        transition("a", "probation"),
        transition("b", "throttled"),
        transition("c", mode="shadow"),
        transition("d"),
        transition("e"),
        transition("e", "released", epoch=2),
        transition("b", "watched", epoch=2),
    )
    assert [(one.agent_id, one.state) for one in state.contained()] == [
        ("d", "quarantined"),
        ("a", "probation"),
        ("b", "watched"),
        ("c", "quarantined"),
    ]
    assert (state.count("quarantined"), state.count("throttled"), state.count("probation")) == (1, 0, 1)


def test_what_is_told_again_after_an_outage_is_neither_news_nor_the_state() -> None:
    state = told(transition("a"), transition("a", "released", epoch=2), transition("a"))
    assert not state.quarantined()
    assert news(state, transition("a")) is None
    assert news(state, transition("a", epoch=3)) is not None


def test_a_door_is_as_it_is_since_it_has_last_changed() -> None:
    state = told(seen(0.1), seen(0.2), seen(9.0), seen(10.0), seen(0.1, ready=False))
    assert [(door.standing, door.since) for door in state.doors()] == [("reading", 4.0)]
    assert [(door.standing, door.since) for door in told(seen(9.0), seen(10.0)).doors()] == [("out of touch", 0.0)]


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


def test_who_is_forgotten_is_not_shown_any_more() -> None:
    about = [(Header.FORGOTTEN, b'{"fleet":"f","agent_id":"coder-1","epoch":2}')]
    update = read_deletion(ENFORCEMENT.name, about)
    assert update == Forgotten("f", "coder-1", 2)
    state = told(transition(epoch=2), transition(agent="coder-2"), update)
    assert [one.agent_id for one in state.contained()] == ["coder-2"]
    assert state.agent_count() == 1


def test_who_is_contained_again_is_not_forgotten_and_who_has_a_score_keeps_it() -> None:
    state = told(transition(epoch=3), Forgotten("f", "coder-1", 2), Forgotten("f", "nobody", 2))
    assert [one.epoch for one in state.contained()] == [3]
    known = told(decided("coder-1", trust=40.0), transition(epoch=1), Forgotten("f", "coder-1", 1))
    assert [(row.trust, row.enforcement) for row in known.agents(10)] == [(40.0, None)]


def test_a_deletion_that_no_fold_wrote_says_nothing() -> None:
    assert read_deletion(ENFORCEMENT.name, ()) is None
    assert isinstance(read_deletion(ENFORCEMENT.name, [(Header.FORGOTTEN, b"7")]), Unreadable)


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


@pytest.mark.parametrize("value", JUNK)
def test_a_record_that_the_fold_did_not_write_is_counted(value: bytes) -> None:
    update = read(ALERTS.name, value, [])
    assert isinstance(update, Unreadable)
    assert told(update).unreadable == 1


_DECISION = (
    b'{"position":{"partition":0,"offset":1},"kind":"message","fleet":"f","agent_id":"coder-1",'
    b'"trust_before":100.0,"trust_after":100.0,"risk":0.25,"a_later_field":1}'
)
