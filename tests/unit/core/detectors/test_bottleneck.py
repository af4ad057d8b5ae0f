"""Bottlenecks: blame goes to where the calls start to be slow, not to those who wait (METRIC-3, QUAR-5, D12)."""

import msgspec

from app.core.outputs import Step
from app.events import Alert
from tests.unit.core.folding import Log, alerts


def _found(steps: list[Step], pattern: str = "bottleneck") -> list[Alert]:
    return [alert for done in steps for alert in alerts(done) if alert.pattern == pattern and alert.state == "opened"]


def _culprits(steps: list[Step]) -> set[str]:
    return {alert.agents[0].agent_id for alert in _found(steps)}


def _call(log: Log, trace: str, *, db_s: float, wire_us: int | None = None) -> list[Step]:
    """User asks web, which asks db, which takes `db_s`."""
    timing = {} if wire_us is None else {"duration_us": int(db_s * 1e6), "caller_saw_us": int(db_s * 1e6) + wire_us}
    return [
        log.say("user", "request", ("web",), 1.0, conversation_id=trace),
        log.say("web", "request", ("db",), 0.01, conversation_id=trace),
        log.say("db", "response", ("web",), db_s, conversation_id=trace, content=timing),
        log.say("web", "response", ("user",), 0.01, conversation_id=trace),
    ]


def _calls(log: Log, name: str, count: int, *, db_s: float, wire_us: int | None = None) -> list[Step]:
    return [done for n in range(count) for done in _call(log, f"{name}-{n}", db_s=db_s, wire_us=wire_us)]


def test_steady_calls_have_no_bottleneck() -> None:
    log = Log()
    assert not _found(_calls(log, "day", 60, db_s=0.05))


def test_the_innocent_upstream_that_waits_is_not_blamed() -> None:
    """Each answer of web is as late as those of db, but its own time is as ever."""
    log = Log()
    _calls(log, "day", 30, db_s=0.05)
    slow = _calls(log, "slow", 15, db_s=1.0)
    assert _culprits(slow) == {"db"}
    (alert,) = _found(slow)
    assert [(agent.agent_id, agent.role) for agent in alert.agents] == [("db", "culprit"), ("web", "victim")]


def test_a_slow_wire_to_an_agent_is_laid_at_its_door() -> None:
    log = Log()
    _calls(log, "day", 30, db_s=0.05, wire_us=1_000)
    assert _culprits(_calls(log, "slow", 15, db_s=0.05, wire_us=900_000)) == {"db"}


def test_one_slow_call_among_many_is_none() -> None:
    log = Log()
    _calls(log, "day", 30, db_s=0.05)
    assert not _found([*_calls(log, "slow", 1, db_s=5.0), *_calls(log, "after", 10, db_s=0.05)])


def test_a_caller_that_fails_because_its_callee_has_failed_is_not_blamed() -> None:
    log = Log()
    steps = []
    _calls(log, "day", 30, db_s=0.05)
    for n in range(25):
        trace, error = f"bad-{n}", {"error": "down"}
        log.say("user", "request", ("web",), 1.0, conversation_id=trace)
        log.say("web", "request", ("db",), 0.01, conversation_id=trace)
        steps.append(log.say("db", "response", ("web",), 0.05, conversation_id=trace, content=error))
        steps.append(log.say("web", "response", ("user",), 0.01, conversation_id=trace, content=error))
    assert _culprits(steps) == {"db"}


def test_many_that_fail_at_once_in_the_same_way_have_a_common_cause() -> None:
    """QUAR-5: the cause is named, nobody is condemned."""
    log = Log()
    steps = []
    for turn in range(6):
        for n in range(8):
            trace = f"{turn}-{n}"
            log.say("user", "request", (f"agent-{n}",), 0.1, conversation_id=trace)
            steps.append(
                log.say(f"agent-{n}", "response", ("user",), 0.1, conversation_id=trace, content={"error": "no quota"})
            )
    (alert,) = _found(steps, "common_cause")
    assert "no quota" in alert.explanation
    assert all(agent.role == "victim" for agent in alert.agents)
    assert len(alert.agents) >= 5


def test_troubles_end_by_themselves() -> None:
    log = Log()
    _calls(log, "day", 30, db_s=0.05)
    _calls(log, "slow", 15, db_s=1.0)
    log.say("clock", after_s=3_600)
    assert "troubles" not in {msgspec.json.decode(key)[0] for key in log.fold.stored()["detection"]}


def test_an_agent_that_fails_in_ever_new_ways_takes_no_more_memory() -> None:
    log = Log()
    for number in range(50):
        trace = str(number)
        log.say("user", "request", ("eve",), 0.1, conversation_id=trace)
        log.say("eve", "response", ("user",), 0.1, conversation_id=trace, content={"error": f"no. {number}"})
    ways = [key for key in map(msgspec.json.decode, log.fold.stored()["detection"]) if key[0] == "census"]
    assert len(ways) == 2
