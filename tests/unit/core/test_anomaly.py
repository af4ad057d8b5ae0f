"""Anomalies of agents: scores, suspicion, alerts (METRIC-2, D17)."""

from app.core.detectors.anomaly.values import MAX_NAMES
from app.core.policy import AnomalyPolicy, Policy
from app.core.table import Key
from app.events import Alert
from tests.unit.core.folding import Log, alerts, decision

QUICK = Policy(anomaly=AnomalyPolicy(period_s=60.0, learn_samples=100, alert_at=0.6))
AGENT: Key = ("north", "ann")


def _chat(log: Log, minutes: int, a_minute: int = 6, **fields: object) -> list[Alert]:
    """The anomalies that so many minutes of talk open."""
    steps = [
        log.say("ann", "broadcast", ("bob",), after_s=60.0 / a_minute + (place % 7 - 3) / 10.0, **fields)
        for place in range(minutes * a_minute)
    ]
    return [alert for step in steps for alert in alerts(step) if alert.pattern == "anomaly" and alert.state == "opened"]


def _report(log: Log, value: object, name: str = "queue") -> float:
    """The anomaly score of a message that reports a number."""
    content = {"kind": "measurement", "name": name, "value": value}
    return decision(log.say("ann", "broadcast", ("bob",), after_s=300.0, content=content)).anomaly


def test_an_agent_that_talks_as_ever_raises_nothing() -> None:
    """D17: no false alarm on even behaviour."""
    assert _chat(Log(QUICK), minutes=600) == []


def test_a_burst_of_messages_is_flagged_once() -> None:
    """D17: ten times the rate is one incident that names the agent and does not accuse it."""
    log = Log(QUICK)
    _chat(log, minutes=300)
    (found,) = _chat(log, minutes=20, a_minute=60)
    assert [(agent.agent_id, agent.role) for agent in found.agents] == [("ann", "carrier")]
    assert "rate" in found.explanation or "messages" in found.explanation
    assert log.trust("ann") == 100.0


def test_a_growing_content_is_flagged() -> None:
    """D17: contents of a size never seen."""
    log = Log(QUICK)
    _chat(log, minutes=300, content={"text": "hello"})
    assert _chat(log, minutes=20, content={"text": "hello" * 1000})


def test_a_wild_value_scores_its_message_and_its_agent() -> None:
    """METRIC-2: the number that an agent reports leaves all that it has been."""
    log = Log()
    assert max(_report(log, 10 + place % 5) for place in range(400)) < 0.5
    score = _report(log, 500)
    assert score > 0.5
    agent = log.fold.state.agents.get(AGENT)
    assert agent is not None
    assert agent.scores.anomaly == agent.peaks.anomaly == score


def test_what_is_no_number_is_not_followed() -> None:
    """METRIC-2: texts, flags and absurd sizes are no values."""
    log = Log()
    for value in ("3", True, None, [1], 10**400):
        assert _report(log, value) == 0.0
    assert log.fold.state.series.get((*AGENT, "value", "queue")) is None


def test_an_agent_cannot_fill_the_memory_with_names() -> None:
    """METRIC-2: so many numbers of an agent are followed; the values of others are counted."""
    log = Log()
    for place in range(MAX_NAMES + 3):
        _report(log, 1, name=f"n{place}")
    activity = log.fold.state.activities.get(AGENT)
    assert activity is not None
    assert (activity.names, activity.unfollowed) == (MAX_NAMES, 3)


def test_what_is_silent_is_forgotten() -> None:
    """METRIC-2: series and activities go with the agent."""
    log = Log(Policy(anomaly=AnomalyPolicy(forget_after_s=3_600.0)))
    _report(log, 1)
    log.say("bob", "broadcast", ("cat",), after_s=7_200.0)
    assert log.fold.state.series.get((*AGENT, "value", "queue")) is None
    activity = log.fold.state.activities.get(AGENT)
    assert activity is not None
    assert activity.names == 0


def test_what_is_known_of_an_agent_is_small() -> None:
    """The state of an agent's behaviour stays under 1.5 KB, and a reported number's under 1 KB."""
    log = Log(QUICK)
    _chat(log, minutes=3_000, a_minute=1)
    for place in range(2200):
        _report(log, 20.123456 + place % 17 / 3)
    stored = log.fold.stored()["detection"]
    behaviour = sum(
        len(value)
        for key, value in stored.items()
        if key.startswith((b'["series","north","ann","behaviour"', b'["activities","north","ann"'))
    )
    assert 0 < behaviour < 1500
    assert max(len(value) for key, value in stored.items() if b'"value"' in key) < 1000


def test_a_restart_changes_nothing_of_what_is_remembered() -> None:
    """D17: what is read from the tables is stored again as it was, to the byte."""
    whole, cut = Log(QUICK), Log(QUICK)
    for place in range(60):
        for log in (whole, cut):
            _chat(log, minutes=1)
            _report(log, 20 + place % 7)
        cut.fold.flush()
        cut.fold.restart()
        assert cut.fold.stored() == whole.fold.stored()
